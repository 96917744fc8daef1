import { describe, expect, it } from 'vitest'
import { newId, runId } from '#shared/records/ids.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { drawnLabel } from './given-label.ts'
import { objectsOn } from './ask.ts'
import { projectWithRun, type Guess } from './given-run.ts'
import { writeSmears } from './home.ts'
import { inProject } from './in-project.ts'
import { command, shoot } from './session.ts'

const WAIT = { timeout: 10_000 }

/** A run of yesterday finds the one label of a finished image where it is; the fold that did not see it has its box elsewhere. */
async function secondRun(folder: string): Promise<void> {
  const bench = await Workbench.open(folder, 'Test')
  try {
    const { db } = bench.project
    const image = db.images().find(({ name }) => name === 'smear_1.png')!
    const [rbc] = db.classes()
    const shape = { type: 'box' as const, x: 120, y: 140, width: 60, height: 60 }
    const label = drawnLabel({ imageId: image.id, classId: rbc!.id, shape })
    bench.edit({ label: 'Label', put: { images: [{ ...image, state: 'done' }], annotations: [label] }, remove: {} })
    const [first] = db.runs()
    const record = {
      ...first!,
      id: runId.parse(newId()),
      settings: {},
      createdAt: new Date(Date.parse(first!.createdAt) - 86_400_000).toISOString(),
    }
    db.addRun(record, db.imagesOfRun(first!.id), [{ imageId: image.id, classId: rbc!.id, score: 0.95, shape }])
  } finally {
    await bench.close()
  }
}

describe('a second look at what folds say in the real window', () => {
  const given = inProject('Folds', async (folder, { images }) => {
    const guess: Guess = { image: 'smear_1.png', className: 'RBC', score: 0.9, box: [160, 140, 60, 60] }
    await projectWithRun(folder, await writeSmears(images, 2), [guess], { outOfFold: 'cv' })
    await secondRun(folder)
  })

  const objects = (): Promise<string[]> => objectsOn(given.page, 'smear_1.png')

  it('goes over to the folds, and takes the place of a box in one key and one undo', async () => {
    await given.page.keyboard.press('Control+3')
    await given.page.keyboard.press('Shift+X')
    await given.page.getByText('Labels and model agree').waitFor()
    await given.page.getByText('It rarely doubts labels that it learned from.').waitFor()
    await given.page.getByRole('button', { name: 'Ask the folds' }).click()
    await given.page.getByText('The model finds RBC here as well (score 0.90), with its box in another place.').waitFor()
    await given.page.getByText('From 1 fold: each image by the model that did not learn from it.').waitFor()
    await shoot(given.session, 'folds-dark')
    await given.page.keyboard.press('Enter')
    await expect.poll(objects, WAIT).toEqual(['RBC box 160 140 60 60'])
    await given.page.keyboard.press('Control+z')
    await given.page.getByText('The model finds RBC here as well').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60'])
    await command(given.page, 'Dark or light')
    await given.page.getByText('The model finds RBC here as well').waitFor()
    await shoot(given.session, 'folds-light')
    await given.page.keyboard.press('x')
    await given.page.getByText('Labels and model agree').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60'])
  })

  it('leaves the run on show as it was: Review asks about it again, and Count counts it', async () => {
    const { page } = given
    const chosen = page.getByRole('combobox', { name: 'Predictions of' })
    const folds = await chosen.inputValue()
    await page.getByRole('radiogroup', { name: 'What is asked about' }).getByText('Predictions').click()
    await expect.poll(() => chosen.inputValue(), WAIT).not.toBe(folds)
    const onShow = await chosen.inputValue()
    await page.keyboard.press('Control+4')
    await page.getByRole('main', { name: 'Count' }).waitFor()
    expect(await chosen.inputValue()).toBe(onShow)
    await page.keyboard.press('Control+1')
    await page.getByRole('main', { name: 'Label' }).waitFor()
    expect(await chosen.inputValue()).toBe(onShow)
  })
})
