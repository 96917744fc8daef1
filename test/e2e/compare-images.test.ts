import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Workbench } from '../../src/main/workbench/index.ts'
import { model, run } from '../main/project/fixtures.ts'
import { anAnnotation } from '../main/workbench/records.ts'
import { writeImages } from '../main/workbench/untrained.ts'
import { makeHome, type Home } from './home.ts'
import { projectFolder, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 30_000 }

/** Three validation images that two models say a class of: both are right on one, A alone on one, B alone on one. */
async function projectWithModels(home: Home): Promise<void> {
  const bench = await Workbench.create(
    { folder: projectFolder(home, 'Cells'), task: 'classification', classes: ['Healthy', 'Infected'] },
    'Ada',
  )
  try {
    await bench.import({ paths: await writeImages(home.folder, 3), split: 'val' })
    const { db } = bench.project
    const [healthy, infected] = bench.classes()
    const images = bench.images().sort((a, b) => (a.name < b.name ? -1 : 1))
    const labels = images.map(({ id }, i) => anAnnotation(`label-${i}`, id, { classId: infected!.id, shape: { type: 'image' } }))
    db.commit({ label: 'Test', put: { annotations: labels }, remove: {} })
    for (const [name, right] of [
      ['first', [true, true, false]],
      ['second', [true, false, true]],
    ] as const) {
      db.putModel({ ...model(name), name, task: 'classification', classes: bench.classes().map((one) => ({ id: one.id, name: one.name })), createdAt: '2026-01-01T00:00:00.000Z' }) // prettier-ignore
      const said = images.map(({ id }, i) => ({
        imageId: id,
        classId: (right[i] ? infected : healthy)!.id,
        score: 0.9,
        shape: { type: 'image' as const },
      }))
      const results = images.map(({ id }, i) => ({ imageId: id, scores: right[i] ? [0.1, 0.9] : [0.9, 0.1], anomaly: null, maps: [] }))
      db.addRun(run(`run-${name}`, model(name).id), images.map(({ id }) => id), said, results) // prettier-ignore
    }
  } finally {
    await bench.close()
  }
}

/** Opens the comparison of the two models, image by image. */
async function comparedIn(page: Session['page']) {
  await page.keyboard.press('Control+2')
  await page.getByRole('button', { name: 'Library of models' }).click()
  const dialog = page.getByRole('dialog', { name: 'Library of models' })
  await dialog.getByRole('listitem', { name: 'first' }).getByRole('button').click()
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click()
  await dialog.getByRole('button', { name: 'Compare the scores' }).click()
  await dialog.getByRole('button', { name: 'Compare image by image' }).click(WAIT)
  const table = dialog.getByRole('table', { name: 'Models image by image' })
  await table.waitFor(WAIT)
  return table
}

describe('Two classifiers in the real window', () => {
  let home: Home
  let session: Session

  beforeAll(async () => {
    home = makeHome()
    await projectWithModels(home)
    session = await startApp(home, projectFolder(home, 'Cells'))
  })
  afterAll(async () => {
    expect(session.faults).toEqual([])
    await session.close()
    home.remove()
  })

  it('are compared image by image: who is right, and what each says', async () => {
    const { page } = session
    await page.getByRole('main', { name: 'Label' }).waitFor()
    const table = await comparedIn(page)
    const rows = await table
      .getByRole('row')
      .evaluateAll((all) => all.slice(1).map((row) => [...row.children].slice(1).map((cell) => cell.textContent)))
    // Behind the three images all of them together.
    expect(rows.map(([, a, b]) => [a, b])).toEqual([['1', '0'], ['0', '1'], ['0', '0'], ['1', '1']]) // prettier-ignore
    expect(rows[0]!.slice(4)).toEqual(['Infected', 'Infected', 'Healthy'])
    expect(rows[2]![0]).toBe('1')
    await page.getByRole('dialog', { name: 'Library of models' }).getByText('Of 3 images A alone is right on 1, B alone on 1').waitFor(WAIT)
    await table.scrollIntoViewIfNeeded()
    await shoot(session, 'models-compared-images')
    await table.getByRole('row').nth(1).getByRole('button').first().click()
    await page.getByRole('application', { name: /^Image image-1/ }).waitFor(WAIT)
  })
})

const square = (x: number) => ({ type: 'polygon' as const, rings: [[x, 10, x + 20, 10, x + 20, 30, x, 30]] })

/** Two validation images with an area each: both models find the first, A alone the second; B tells of one that is not there. */
async function projectWithAreas(home: Home): Promise<void> {
  const bench = await Workbench.create({ folder: projectFolder(home, 'Glands'), task: 'segmentation', classes: ['Gland'] }, 'Ada')
  try {
    await bench.import({ paths: await writeImages(home.folder, 2), split: 'val' })
    const { db } = bench.project
    const [gland] = bench.classes()
    const images = bench.images().sort((a, b) => (a.name < b.name ? -1 : 1))
    const annotations = images.map(({ id }, i) => anAnnotation(`label-${i}`, id, { classId: gland!.id, shape: square(10) }))
    db.commit({ label: 'Test', put: { annotations }, remove: {} })
    for (const [name, places] of [
      ['first', [10, 10]],
      ['second', [10, 60]],
    ] as const) {
      db.putModel({ ...model(name), name, task: 'segmentation', classes: [{ id: gland!.id, name: 'Gland' }], createdAt: '2026-01-01T00:00:00.000Z' }) // prettier-ignore
      const said = images.map(({ id }, i) => ({ imageId: id, classId: gland!.id, score: 0.9, shape: square(places[i]!) }))
      db.addRun(run(`run-${name}`, model(name).id), images.map(({ id }) => id), said) // prettier-ignore
    }
  } finally {
    await bench.close()
  }
}

describe('Two segmentations in the real window', () => {
  let home: Home
  let session: Session

  beforeAll(async () => {
    home = makeHome()
    await projectWithAreas(home)
    session = await startApp(home, projectFolder(home, 'Glands'))
  })
  afterAll(async () => {
    expect(session.faults).toEqual([])
    await session.close()
    home.remove()
  })

  it('are compared image by image: who found which area, and the overlap of each', async () => {
    const { page } = session
    await page.getByRole('main', { name: 'Label' }).waitFor()
    const table = await comparedIn(page)
    const rows = await table
      .getByRole('row')
      .evaluateAll((all) => all.slice(1).map((row) => [...row.children].map((cell) => cell.textContent)))
    await shoot(session, 'models-compared-areas')
    const second = rows.find(([name]) => name?.includes('image-1') === true)!.slice(1)
    const first = rows.find(([name]) => name?.includes('image-0') === true)!.slice(1)
    expect(first).toEqual(['1', '0', '0', '0', '0', '0', '1.000', '1.000'])
    expect(second).toEqual(['0', '1', '0', '0', '0', '1', '1.000', '0.000'])
  })
})
