import { type Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { newId, runId, type ImageId } from '#shared/records/ids.ts'
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
    for (const index of [0, 1]) {
      const held = images.filter((_, i) => i % 2 === index)
      const said = held.map((image) => {
        const i = images.indexOf(image)
        const score = i === 0 ? 0.97 : i < SLIDES ? 0.04 : 0.95
        return { image: image.id, score, classId: score >= 0.5 ? infected! : healthy! }
      })
      addFold(bench, index, {
        held: held.map(({ id }) => id),
        said: said.map(({ image: imageId, score, classId }) => ({
          ...{ imageId, classId, score: Math.max(score, 1 - score) },
          shape: { type: 'image' as const },
        })),
        results: said.map(({ image, score }) => ({ imageId: image, scores: [1 - score, score], anomaly: null, maps: [] })),
      })
    }
  } finally {
    await bench.close()
  }
}

interface GivenFold {
  readonly held: readonly ImageId[]
  readonly said: NonNullable<Parameters<Workbench['project']['db']['addRun']>[2]>
  readonly results?: Parameters<Workbench['project']['db']['addRun']>[3]
}

/** A model of two folds, and what it said of the images that it did not see. */
function addFold({ project: { db, task } }: Workbench, index: number, { held, said, results }: GivenFold): void {
  const fold = { of: 'given', index, folds: 2 }
  const model = { ...givenModel(`model-${String(index)}` as never, task, db.classes()), fold, best: 0.9 }
  db.putModel({
    ...model,
    name: `${task === 'detection' ? 'cells-lite0' : 'cnn-70'} 1, fold ${String(index + 1)} of 2`,
    metrics: { threshold: 0.5 },
  })
  const record = {
    ...{ id: runId.parse(newId()), modelId: model.id, settings: { aside: true, outOfFold: 'given' }, images: held.length },
    ...{ objects: said.length, seconds: 1, createdAt: new Date().toISOString() },
  }
  db.addRun(record, held, said, results)
}

/** Four fields, every cell labelled and found by the fold that had not seen it; in the last one cell is found that is not there. */
async function fields(folder: string, home: Home): Promise<{ labels: number }> {
  const files = await writeSmears(home.images, SLIDES)
  const bench = await Workbench.create({ folder, task: 'detection', classes: ['RBC', 'WBC', 'Platelets'] }, 'Test')
  try {
    await bench.import({ paths: files.map(({ path }) => path) })
    const classes = new Map(bench.classes().map(({ name, id }) => [name, id]))
    const images = bench.images().map((image) => ({ ...image, split: 'train' as const, state: 'done' as const }))
    const annotations = images.flatMap(({ id, name }) =>
      files
        .find((file) => file.name === name)!
        .objects.map(({ className, box: { x, y, width, height } }) =>
          drawnLabel({ imageId: id, classId: classes.get(className)!, shape: { type: 'box', x, y, width, height } }),
        ),
    )
    bench.edit({ label: 'Label', put: { images, annotations }, remove: {} })
    for (const index of [0, 1]) {
      const held = images.filter((_, i) => i % 2 === index).map(({ id }) => id)
      const found = annotations.filter(({ imageId }) => held.includes(imageId))
      const wrong = {
        imageId: images.at(-1)!.id,
        classId: classes.get('WBC')!,
        score: 0.8,
        shape: { type: 'box' as const, x: 1, y: 1, width: 9, height: 9 },
      }
      const said = found.map(({ imageId, classId, shape }) => ({ imageId, classId, shape, score: 0.9 }))
      addFold(bench, index, { held, said: index === 1 ? [...said, wrong] : said })
    }
    return { labels: annotations.length }
  } finally {
    await bench.close()
  }
}

/** The numbers of a shown confusion matrix, row by row; empty where there is none to be shown. */
const shownConfusion = async (page: Page): Promise<number[][]> => {
  const rows = page.getByRole('table', { name: 'Confusion matrix' }).locator('tbody tr')
  return Promise.all((await rows.all()).map(async (row) => (await row.getByRole('button').allTextContents()).map(Number)))
}

const sum = (rows: readonly (readonly number[])[]): number => rows.flat().reduce((a, b) => a + b, 0)

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

  it('is shown as an evaluation shows it, over all images together, whose numbers lead to their images', async () => {
    const { page } = given
    await page.keyboard.press('Control+2')
    const views = page.getByRole('radiogroup', { name: 'View of the folds' })
    await views.getByText('Curves', { exact: true }).click()
    await page.getByText('All 8 images together, each judged by the model that had not seen it').waitFor()
    for (const title of ['ROC', 'Precision and recall', 'Reliability']) await page.getByRole('img', { name: title, exact: true }).waitFor()
    await page.getByText('Decided from 0.500, the mean of the folds’ thresholds.').waitFor()
    await shoot(given.session, 'folds-curves-dark')
    await views.getByText('Confusion', { exact: true }).click()
    await page.getByRole('table', { name: 'Confusion matrix' }).waitFor()
    const before = await shownConfusion(page)
    expect(before).toEqual([
      [3, 1],
      [0, 4],
    ])
    expect(sum(before)).toBe((await snapshot(page)).images.length)
    await shoot(given.session, 'folds-confusion-dark')
    await page.getByRole('button', { name: 'Healthy said to be Infected: 1' }).click()
    await page.getByRole('main', { name: 'Label' }).getByText('Healthy, said Infected').waitFor()
    await page.getByRole('main', { name: 'Label' }).getByText('1 image', { exact: true }).waitFor()
  })

  it('stays as it was looked at, and is judged anew after a label was changed', async () => {
    const { page } = given
    await page.keyboard.press('Control+2')
    await page.getByRole('table', { name: 'Confusion matrix' }).waitFor()
    await page.getByRole('button', { name: 'Healthy said to be Infected: 1' }).click()
    await page.getByRole('main', { name: 'Label' }).getByText('Healthy, said Infected').waitFor()
    await page.getByRole('gridcell').click()
    await page.getByRole('gridcell', { selected: true }).waitFor()
    await page.keyboard.press('2')
    await page.keyboard.press('Control+2')
    await page.getByRole('button', { name: 'Infected said to be Infected: 5' }).waitFor()
    expect(await shownConfusion(page)).toEqual([
      [3, 0],
      [0, 5],
    ])
    await page.keyboard.press('Control+z')
    await page.getByRole('button', { name: 'Healthy said to be Infected: 1' }).waitFor()
    await page.getByRole('radiogroup', { name: 'View of the folds' }).getByText('Each fold').click()
  })

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

describe('what folds of a detection say, in the real window', () => {
  const given = inProject('Fields', fields)

  it('is shown as agreement and confusion of all images, and a number leads to what the fold found', async () => {
    const { page, made } = given
    await page.keyboard.press('Control+2')
    const views = page.getByRole('radiogroup', { name: 'View of the folds' })
    await views.getByText('Agreement', { exact: true }).click()
    await page.getByText('All 4 images together, each judged by the model that had not seen it, score ≥ 0.50').waitFor()
    await page.getByRole('group', { name: 'Counted against annotated RBC' }).waitFor()
    await views.getByText('Confusion', { exact: true }).click()
    await page.getByRole('table', { name: 'Confusion matrix' }).waitFor()
    const rows = await shownConfusion(page)
    // Each row but the last is of labels: all of them, of all images.
    expect(sum(rows.slice(0, -1))).toBe(made.labels)
    expect(rows.at(-1)).toEqual([0, 1, 0, 0])
    await page.getByRole('button', { name: 'Nothing there predicted as WBC: 1' }).click()
    await page.getByRole('group', { name: 'Images behind the number' }).getByRole('button').click()
    await page.getByRole('main', { name: 'Label' }).waitFor()
    await page.getByText('1 selected', { exact: true }).waitFor()
    const shown = page.getByRole('combobox', { name: 'Predictions of' })
    expect(await shown.inputValue()).toContain('fold 2 of 2')
    await shoot(given.session, 'folds-found-dark')
  })
})
