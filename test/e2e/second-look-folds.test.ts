import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { newId, runId } from '#shared/records/ids.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { drawnLabel } from './given-label.ts'
import { objectsOn } from './ask.ts'
import { projectWithRun } from './given-run.ts'
import { makeHome, writeSmears, type Home } from './home.ts'
import { projectFolder, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }

/** The newest run finds the one label of a finished image where it is; the fold that did not see it has its box elsewhere. */
async function given(folder: string): Promise<void> {
  const bench = await Workbench.open(folder, 'Test')
  try {
    const { db } = bench.project
    const image = db.images().find(({ name }) => name === 'smear_1.png')!
    const [rbc] = db.classes()
    const shape = { type: 'box' as const, x: 120, y: 140, width: 60, height: 60 }
    const label = drawnLabel({ imageId: image.id, classId: rbc!.id, shape })
    bench.edit({ label: 'Label', put: { images: [{ ...image, state: 'done' }], annotations: [label] }, remove: {} })
    const [first] = db.runs()
    const record = { ...first!, id: runId.parse(newId()), settings: {}, createdAt: new Date().toISOString() }
    db.addRun(record, db.imagesOfRun(first!.id), [{ imageId: image.id, classId: rbc!.id, score: 0.95, shape }])
  } finally {
    await bench.close()
  }
}

describe('a second look at what folds say in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    const files = await writeSmears(home.images, 2)
    const folder = projectFolder(home, 'Folds')
    await projectWithRun(folder, files, [{ image: 'smear_1.png', className: 'RBC', score: 0.9, box: [160, 140, 60, 60] }], {
      outOfFold: 'cv',
    })
    await given(folder)
    session = await startApp(home, folder)
    page = session.page
    await page.getByRole('main', { name: 'Label' }).waitFor()
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const objects = (): Promise<string[]> => objectsOn(page, 'smear_1.png')

  it('goes over to the folds, and takes the place of a box in one key and one undo', async () => {
    await page.keyboard.press('Control+3')
    await page.keyboard.press('Shift+X')
    await page.getByText('Labels and model agree').waitFor()
    await page.getByText('Of labels that it learned from it finds few wrong.').waitFor()
    await page.getByRole('button', { name: 'Ask the folds' }).click()
    await page.getByText('The model finds RBC here as well (score 0.90), with its box in another place.').waitFor()
    await page.getByText('From 1 fold: each image by the model that did not learn from it.').waitFor()
    await shoot(session, 'folds-dark')
    await page.keyboard.press('Enter')
    await expect.poll(objects, WAIT).toEqual(['RBC box 160 140 60 60'])
    await page.keyboard.press('Control+z')
    await page.getByText('The model finds RBC here as well').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60'])
    await page.keyboard.press('Control+l')
    await page.getByPlaceholder('Find a command').fill('Dark or light')
    await page.keyboard.press('Enter')
    await page.getByText('The model finds RBC here as well').waitFor()
    await shoot(session, 'folds-light')
    await page.keyboard.press('x')
    await page.getByText('Labels and model agree').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60'])
  })
})
