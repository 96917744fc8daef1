import sharp from 'sharp'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { modelId, newId } from '#shared/records/ids.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { keepLearnedImages } from '../../src/main/workbench/learned-images.ts'
import { givenModel, projectWithRun, type Guess } from './given-run.ts'
import { writeSmears } from './home.ts'
import { inProject } from './in-project.ts'
import { command, shoot } from './session.ts'

const IMAGES = 10
/** Predictions on an image, of which the last is still open. */
const EACH = 12

/** After a review that left something open on every image a second model was trained, and nobody had it predict yet. */
async function trainedAgain(folder: string): Promise<void> {
  const bench = await Workbench.open(folder)
  try {
    const { db } = bench.project
    const [run] = db.runs()
    for (const { id } of db.images())
      db.decide({ predictions: db.predictionsOf(id, run!.id).slice(0, EACH - 1), kind: 'accept', to: null }, 'Test')
    const later = { name: 'second model', seconds: 3600, createdAt: new Date().toISOString(), parent: run!.modelId, best: 0.8 }
    const model = { ...givenModel(modelId.parse(newId()), 'detection', db.classes()), ...later }
    db.putModel(model)
    const learned = db.images().filter(({ name }) => !name.startsWith('smear_10'))
    for (const id of [run!.modelId, model.id]) keepLearnedImages(bench.project, id, { train: learned.map((image) => image.id), val: [] })
  } finally {
    await bench.close()
  }
}

describe('after a training beside a review, in the real window', () => {
  const given = inProject('Again', async (folder, { images }) => {
    const files = await writeSmears(images, IMAGES)
    const other = files.at(-1)!.path
    await writeFile(
      other,
      await sharp(await readFile(other))
        .negate({ alpha: false })
        .png()
        .toBuffer(),
    )
    const guesses = files.flatMap(({ name: image }) =>
      Array.from({ length: EACH }, (_, i): Guess => {
        const box = [10 + 50 * (i % 6), 10 + 45 * Math.floor(i / 6), 40, 38] as const
        return { image, className: 'RBC', score: 0.95 - 0.01 * i, box }
      }),
    )
    await projectWithRun(folder, files, guesses)
    await trainedAgain(folder)
  })

  it('says that the new model is ready, what training again would do with images that are not done, and which differ in colour', async () => {
    await given.page.keyboard.press('Control+3')
    await given.page.getByText('second model is ready', { exact: true }).waitFor()
    await given.page.getByRole('button', { name: 'Predict on all images' }).waitFor()
    await given.page.getByText(/^10 training images are reviewed in part: of what is still to be decided on there/).waitFor()
    await given.page.getByText(/^1 of 1 images looks unlike those that second model learned from: 1 in colour/).waitFor()
    const unlike = given.page.getByRole('group', { name: 'Most unlike' })
    expect(await unlike.getByRole('button').count()).toBe(1)
    expect(await given.page.getByRole('button', { name: 'Train again' }).isEnabled()).toBe(true)
    await shoot(given.session, 'review-ready')
    await given.page.keyboard.press('Control+2')
    await given.page
      .getByRole('main', { name: 'Train' })
      .getByText(/looks unlike those that second model learned from: 1 in colour/)
      .waitFor()
    await shoot(given.session, 'train-differs')
    await command(given.page, 'Dark or light')
    await shoot(given.session, 'train-differs-light')
    await given.page.keyboard.press('Control+3')
    await given.page.getByText('second model is ready', { exact: true }).waitFor()
    await given.page.getByText(/^10 training images are reviewed in part/).waitFor()
    await shoot(given.session, 'review-ready-light')
  })
})
