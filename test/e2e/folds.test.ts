import { describe, expect, it } from 'vitest'
import { newId, runId } from '#shared/records/ids.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { snapshot } from './ask.ts'
import { drawnLabel } from './given-label.ts'
import { givenModel } from './given-run.ts'
import { writeSmears, type Home } from './home.ts'
import { inProject } from './in-project.ts'
import { command, shoot } from './session.ts'

/** The engine computes on a busy machine. */
const LONG = { timeout: 150_000 }
const SLIDES = 4

/** Eight cells of four slides, half of them called infected; `asked`: two folds have judged them, and one label looks wrong to them. */
async function cells(folder: string, home: Home, asked: boolean): Promise<void> {
  const files = await writeSmears(home.images, 2 * SLIDES, { width: 96, height: 96 })
  const bench = await Workbench.create({ folder, task: 'classification', classes: ['Healthy', 'Infected'] }, 'Test')
  try {
    await bench.import({ paths: files.map(({ path }) => path) })
    const [healthy, infected] = bench.classes().map(({ id }) => id)
    const images = bench.images().map((image, i) => ({ ...image, group: `slide ${String(i % SLIDES)}`, split: 'train' as const }))
    const classOf = (i: number) => (i < SLIDES ? healthy! : infected!)
    const annotations = images.map(({ id }, i) => drawnLabel({ imageId: id, classId: classOf(i), shape: { type: 'image' } }))
    bench.edit({ label: 'Label', put: { images, annotations }, remove: {} })
    if (!asked) return
    const { db } = bench.project
    for (const index of [0, 1]) {
      const fold = { of: 'given', index, folds: 2 }
      const model = { ...givenModel(`model-${String(index)}` as never, 'classification', bench.classes()), fold, best: 0.9 }
      db.putModel({ ...model, name: `cnn-70 1, fold ${String(index + 1)} of 2`, metrics: { threshold: 0.5 } })
      const held = images.filter((_, i) => i % 2 === index)
      const said = held.map((image) => {
        const i = images.indexOf(image)
        const score = i === 0 ? 0.97 : i < SLIDES ? 0.04 : 0.95
        return { image: image.id, score, classId: score >= 0.5 ? infected! : healthy! }
      })
      db.addRun(
        {
          ...{ id: runId.parse(newId()), modelId: model.id, settings: { aside: true, outOfFold: 'given' }, images: held.length },
          ...{ objects: held.length, seconds: 1, createdAt: new Date().toISOString() },
        },
        held.map(({ id }) => id),
        said.map(({ image, score, classId }) => ({
          imageId: image,
          classId,
          score: Math.max(score, 1 - score),
          shape: { type: 'image' as const },
        })),
        said.map(({ image, score }) => ({ imageId: image, scores: [1 - score, score], anomaly: null, maps: [] })),
      )
    }
  } finally {
    await bench.close()
  }
}

describe('Train in folds in the real window, with the real engine', () => {
  const given = inProject('Trained', (folder, home) => cells(folder, home, false))

  it('offers as many folds as there are slides for, and says why not more', async () => {
    await given.page.keyboard.press('Control+2')
    await given.page.getByRole('radio', { name: 'As in the malaria study' }).click({ timeout: 60_000 })
    await given.page.getByRole('button', { name: 'Settings' }).click()
    await given.page.getByRole('textbox', { name: 'Epochs' }).fill('8')
    await given.page.getByRole('button', { name: 'Settings' }).click()
    await given.page.getByText('Train in folds', { exact: true }).click()
    await given.page.getByText('5 folds need 5 slides or patients at least; there are 4.').waitFor()
    expect(await given.page.getByRole('radio', { name: '3 folds' }).isChecked()).toBe(true)
    expect(await given.page.getByRole('radio', { name: '5 folds' }).isDisabled()).toBe(true)
    await given.page.getByText('8 labelled images of 4 slides or patients; test images stay apart.').waitFor()
    await given.page.getByRole('button', { name: 'Train in 3 folds' }).scrollIntoViewIfNeeded()
    await shoot(given.session, 'folds-choice-dark')
  })

  it('can be broken off and gone on with, and ends with a table of the folds', async () => {
    await given.page.getByRole('button', { name: 'Train in 3 folds' }).click()
    await given.page.getByRole('progressbar', { name: 'Training progress' }).waitFor()
    await given.page.getByText('Fold 1 of 3 ·').waitFor(LONG)
    await shoot(given.session, 'folds-running-dark')
    await given.page.getByText('Fold 2 of 3 ·').waitFor(LONG)
    await given.page.getByRole('main').getByRole('button', { name: 'Cancel', exact: true }).click()
    const stays = given.page.getByText(/^\d of 3 folds are done and stay/)
    await stays.waitFor(LONG)
    // The second may have ended before the cancel came: what is said is what is there.
    const kept = (await snapshot(given.page)).runs.length
    expect([1, 2]).toContain(kept)
    expect(await stays.textContent()).toMatch(new RegExp(`^${String(kept)} of 3 folds`))
    await shoot(given.session, 'folds-interrupted-dark')
    await given.page.getByRole('button', { name: 'Go on' }).click()
    const table = given.page.getByRole('table', { name: 'Scores of the folds' })
    await table.getByRole('row', { name: /^All together\s*95 % interval\s+8/ }).waitFor(LONG)
    expect(await table.getByRole('row', { name: /^Fold / }).count()).toBe(3)
    const { models, runs } = await snapshot(given.page)
    expect(models.map(({ name }) => name)).toEqual([1, 2, 3].map((fold) => `cnn-70 1, fold ${String(fold)} of 3`))
    expect(runs.map(({ images }) => images).reduce((a, b) => a + b)).toBe(8)
    await given.page.getByRole('list', { name: 'Models' }).getByRole('listitem', { name: 'cnn-70 1, 3 folds' }).waitFor()
    expect(await given.page.getByRole('list', { name: 'Models' }).getByRole('listitem').count()).toBe(1)
  })

  it('predicts with all folds together', async () => {
    await given.page.getByRole('button', { name: 'Predict on all images' }).click()
    await expect.poll(async () => (await snapshot(given.page)).runs.at(-1)?.settings['ensemble'], LONG).toHaveLength(3)
    await shoot(given.session, 'folds-trained-dark')
  })
})

describe('what folds say, in the real window', () => {
  const given = inProject('Judged', (folder, home) => cells(folder, home, true))

  it('is told fold by fold and for all images together, and leads to the label that looks wrong', async () => {
    await given.page.keyboard.press('Control+2')
    const table = given.page.getByRole('table', { name: 'Scores of the folds' })
    await table.getByRole('row', { name: /^Fold 1 4 0\.750/ }).waitFor()
    await table.getByRole('row', { name: /^Mean of the folds\s*lowest – highest\s+0\.875\s*0\.750 – 1\.000/ }).waitFor()
    await table.getByRole('row', { name: /^All together\s*95 % interval\s+8 0\.875/ }).waitFor()
    await shoot(given.session, 'folds-result-dark')
    await command(given.page, 'Dark or light')
    await shoot(given.session, 'folds-result-light')
    await given.page.getByRole('button', { name: 'Library' }).first().click()
    await given.page.getByRole('list', { name: 'Models of the library' }).getByText('cnn-70 1, 2 folds').waitFor()
    await shoot(given.session, 'folds-library-light')
    await given.page.keyboard.press('Escape')
    await given.page.getByRole('button', { name: 'Labels that look wrong: 1' }).click()
    await given.page.getByText('The label says Healthy, the model says Infected (score 0.97).').waitFor()
    await given.page.getByText('From 2 folds: each image by the model that did not learn from it.').waitFor()
    await shoot(given.session, 'folds-review-light')
  })
})
