import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { modelId, runId } from '../../src/shared/records/ids.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { noteTestScores } from '../../src/main/workbench/test-looks.ts'
import { detectorGraph } from '../main/workbench/foreign-graphs.ts'
import { giveModel, MODEL } from '../main/workbench/untrained.ts'
import { faultsIn } from './axe.ts'
import { ask, snapshot } from './ask.ts'
import { makeHome, writeVoc, type Home, type SmearFile } from './home.ts'
import { answerOpen, answerSave, command, projectFolder, reloaded, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }
const SECOND = modelId.parse('model-2')

/** What an evaluation on test images told. */
const SCORED = {
  images: 44,
  ap50: 0.903,
  intervals: { ap50: { lower: 0.871, upper: 0.932 } },
  perClass: { RBC: { ap50: 0.9 }, WBC: { ap50: 1 } },
}

/** A model that was trained, one that went on from it, and what both say of the validation images: A misses the first label of each, B the second. */
async function projectWithModels(folder: string, images: string): Promise<void> {
  const bench = await Workbench.create({ folder, task: 'detection', classes: ['RBC', 'WBC', 'Platelets'] }, 'Ada')
  try {
    await bench.import({ paths: [images], split: 'val' })
    await giveModel(bench)
    const { db } = bench.project
    const curves = [1, 2, 3, 4].flatMap((epoch) => [
      { epoch, name: 'loss', value: 4 / epoch },
      { epoch, name: 'val/ap50', value: 1 - 0.6 / epoch },
    ])
    const objects = [{ name: 'RBC', train: 1204, val: 310, guessed: 0 }, { name: 'WBC', train: 32, val: 9, guessed: 0 }] // prettier-ignore
    const first = { ...bench.model(MODEL), name: 'cells-lite0 1', author: 'Ada', best: 0.912, curves, objects, dataHash: 'ab12'.repeat(16), trainImages: 205, valImages: 51, epochs: 36, settings: { epochs: 36, seed: 1 } } // prettier-ignore
    db.putModel(first)
    noteTestScores(bench.project, [first], { report: SCORED, score: null, flips: false })
    db.putModel({ ...first, id: SECOND, name: 'cells-lite0 2', parent: MODEL, best: 0.934, createdAt: '2026-02-01T00:00:00.000Z' })
    for (const [model, leftOut] of [
      [MODEL, 0],
      [SECOND, 1],
    ] as const) {
      // prettier-ignore
      const found = db.images().flatMap(({ id: imageId }) =>
        db
          .annotationsOf(imageId)
          .filter((_, i) => i !== leftOut)
          .map(({ classId, shape }) => ({ imageId, classId, shape, score: 0.9 })),
      )
      const record = { id: runId.parse(`run-${model}`), modelId: model, settings: {}, images: 3, objects: found.length, seconds: 1, createdAt: '2026-03-01T00:00:00.000Z' } // prettier-ignore
      db.addRun(record, db.images().map(({ id }) => id), found) // prettier-ignore
    }
  } finally {
    await bench.close()
  }
}

describe('The library of models in the real window', () => {
  let home: Home
  let files: SmearFile[]
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    files = await writeVoc(home.images, 3, { density: 0.3 })
    await projectWithModels(projectFolder(home, 'Blood'), home.images)
    session = await startApp(home, projectFolder(home, 'Blood'))
    page = session.page
    await page.getByRole('main', { name: 'Label' }).waitFor()
  })
  afterAll(async () => {
    expect(session.faults).toEqual([])
    await session.close()
    home.remove()
  })

  const dialog = () => page.getByRole('dialog', { name: 'Library of models' })
  const listed = () => dialog().getByRole('list', { name: 'Models of the library' }).getByRole('listitem')
  const names = () => listed().evaluateAll((items) => items.map((item) => `${item.ariaLevel} ${item.ariaLabel}`))

  it('draws the tree, and tells of each what it learned from', async () => {
    await page.keyboard.press('Control+2')
    await page.getByRole('button', { name: 'Library of models' }).click()
    await expect.poll(names, WAIT).toEqual(['1 cells-lite0 1', '2 cells-lite0 2'])
    const text = (await dialog().textContent()) ?? ''
    for (const words of ['by Ada', '205 images, validated on 51', 'RBC 1,204 (310)', 'validation AP50 0.912']) expect(text).toContain(words)
    await expect.poll(() => dialog().textContent(), WAIT).toContain('AP50 0.903 (0.871 – 0.932); RBC, AP50 0.900; WBC, AP50 1.000')
    await dialog().getByRole('img', { name: 'Loss' }).waitFor()
    await shoot(session, 'models-dark')
    await listed().nth(1).getByRole('button').click()
    await expect.poll(() => dialog().textContent(), WAIT).toContain('Went on fromcells-lite0 1')
    await dialog().getByText('no figures are known').waitFor()
    await shoot(session, 'models-second')
  })

  it('keeps a note and a pin, each an edit that undo takes back', async () => {
    const note = dialog().getByRole('textbox', { name: 'Note' })
    await note.fill('as in the paper, mind the platelets')
    await dialog().getByRole('button', { name: 'Pin', exact: true }).click()
    await dialog().getByRole('button', { name: 'Unpin' }).waitFor()
    const kept = async () => (await snapshot(page)).modelNotes.map(({ id, text, pinned, archived }) => ({ id, text, pinned, archived }))
    await expect.poll(kept, WAIT).toEqual([{ id: SECOND, text: 'as in the paper, mind the platelets', pinned: true, archived: false }])
    await ask(page, 'project', 'undo')
    await dialog().getByRole('button', { name: 'Pin', exact: true }).waitFor()
    expect(await kept()).toMatchObject([{ text: 'as in the paper, mind the platelets', pinned: false }])
  })

  it('archives a model: it leaves the list, and comes back', async () => {
    await dialog().getByRole('button', { name: 'Archive', exact: true }).click()
    await expect.poll(names, WAIT).toEqual(['1 cells-lite0 1'])
    await dialog().getByRole('checkbox', { name: 'Show archived models' }).check()
    await expect.poll(names, WAIT).toEqual(['1 cells-lite0 1', '2 cells-lite0 2'])
    await listed().nth(1).getByRole('button').click()
    await dialog().getByRole('button', { name: 'Take out of the archive' }).click()
    await dialog().getByRole('button', { name: 'Archive', exact: true }).waitFor()
  })

  it('exports a model as one file, which this project has already and another takes', async () => {
    const file = path.join(home.folder, 'cells.zip')
    await listed().first().getByRole('button').click()
    await answerSave(session, file)
    await dialog().getByRole('button', { name: 'Export', exact: true }).click()
    await expect.poll(() => existsSync(file), { timeout: 120_000 }).toBe(true)
    await answerOpen(session, file)
    await dialog().getByRole('button', { name: 'Import a model' }).click()
    await page.getByText('Import the model: The project has this model already: cells-lite0 1.').waitFor()
    const other = await Workbench.create({ folder: projectFolder(home, 'Other'), task: 'detection', classes: ['RBC'] }, 'Bob')
    const { model } = await other.library.import({ file: file })
    await other.close()
    expect(model).toMatchObject({ name: 'cells-lite0 1', author: 'Ada', origin: { project: 'Blood', importedBy: 'Bob' } })
  })

  it('compares two image by image, and opens what one found and the other missed', async () => {
    await dialog().getByRole('button', { name: 'Compare', exact: true }).click()
    await dialog().getByRole('button', { name: 'Compare the scores' }).click()
    await dialog().getByRole('table', { name: 'Scores of the models' }).getByText('AP50', { exact: true }).waitFor(WAIT)
    await dialog().getByRole('button', { name: 'Compare image by image' }).click()
    const table = dialog().getByRole('table', { name: 'Models image by image' })
    await table.waitFor(WAIT)
    const cells = await table.getByRole('row').nth(1).getByRole('cell').allTextContents()
    expect(cells.slice(2)).toEqual(['1', '1', '0', '0', '0'])
    const all = await table.getByRole('row').last().getByRole('cell').allTextContents()
    expect([all[0], ...all.slice(2)]).toEqual(['All images', '3', '3', '0', '0', '0'])
    const totals = dialog().getByRole('table', { name: 'Both models over all images' })
    const [one, other, less] = await Promise.all(
      [1, 2, 3].map((row) => totals.getByRole('row').nth(row).getByRole('cell').allTextContents()),
    )
    expect(one).toEqual(['A', String(Number(all[1]) + 3), '3', '0'])
    expect(other).toEqual(['B', ...one!.slice(1)])
    expect(less).toEqual(['B less A', '0', '0', '0'])
    await table.scrollIntoViewIfNeeded()
    await shoot(session, 'models-compared')
    expect(await faultsIn(page)).toEqual([])
    await table.getByRole('row').nth(1).getByRole('button').nth(1).click()
    await page.getByRole('application', { name: new RegExp(`^Image ${files[0]!.name.slice(0, 5)}`) }).waitFor()
    await page.getByText(/1 (object )?selected/i).first().waitFor(WAIT) // prettier-ignore
    await shoot(session, 'models-opened')
    // Of what is selected there nothing is told where it is not seen.
    await page.keyboard.press('Control+4')
    await page.getByRole('main', { name: 'Count' }).waitFor()
    await expect.poll(() => page.getByRole('status', { name: 'Selected' }).textContent(), WAIT).toBe('')
    await page.keyboard.press('Control+1')
    await page.getByRole('main', { name: 'Label' }).waitFor()
  })

  it('is found in the palette, and can be read in the light', async () => {
    await ask(page, 'app', 'setPreferences', { theme: 'light' })
    await reloaded(page)
    await command(page, 'Library of models')
    await dialog().waitFor()
    await shoot(session, 'models-light')
    expect(await faultsIn(page)).toEqual([])
  })

  it('asks about a graph that was made elsewhere, and imports it as it is told', async () => {
    const file = path.join(home.folder, 'found.onnx')
    await writeFile(file, detectorGraph())
    await answerOpen(session, file)
    await dialog().getByRole('button', { name: 'Import a model' }).click()
    const classes = dialog().getByRole('textbox', { name: 'Classes, one a line' })
    await classes.waitFor({ timeout: 60_000 })
    expect(await classes.inputValue()).toBe('WBC\nRBC')
    await shoot(session, 'models-graph-light')
    await classes.fill('WBC')
    await dialog().getByRole('button', { name: 'Import', exact: true }).click()
    await dialog().getByRole('alert').getByText('The graph tells 2 classes; names were given for 1 (WBC).').waitFor({ timeout: 60_000 })
    await ask(page, 'app', 'setPreferences', { theme: 'dark' })
    await shoot(session, 'models-graph-refused')
    await classes.fill('WBC\nRBC')
    await dialog().getByRole('button', { name: 'Import', exact: true }).click()
    await expect.poll(names, { timeout: 60_000 }).toContain('1 found')
    await expect.poll(() => dialog().textContent(), WAIT).toContain('Nothing can be trained from it')
    await shoot(session, 'models-graph-imported')
  })

  it('predicts with the model that is shown, whichever is the newest', async () => {
    await dialog().getByRole('listitem', { name: 'cells-lite0 1' }).getByRole('button').click()
    await dialog().getByRole('heading', { name: 'cells-lite0 1' }).waitFor()
    await dialog().getByRole('button', { name: 'Predict on all images' }).click()
    const ran = async () => (await snapshot(page)).runs.slice(2).map((run) => ({ model: run.modelId, images: run.images }))
    await expect.poll(ran, { timeout: 60_000 }).toEqual([{ model: MODEL, images: 3 }])
  })
})
