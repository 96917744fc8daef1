import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { annotationId } from '#shared/records/ids.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { drawnLabel } from './given-label.ts'
import { annotationsOn } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }
const PLACES = { left: [40, 40], middle: [140, 40], right: [240, 40], below: [140, 160] } as const

async function fourBoxes(folder: string, file: SmearFile): Promise<void> {
  const bench = await Workbench.create({ folder, task: 'detection', classes: ['RBC', 'WBC'] }, 'Test')
  await bench.import({ paths: [file.path] })
  const [image, ofClass] = [bench.images()[0]!, bench.classes()[0]!]
  const annotations = Object.entries(PLACES).map(([id, [x, y]]) =>
    drawnLabel({ id: annotationId.parse(id), imageId: image.id, classId: ofClass.id, shape: { type: 'box', x, y, width: 60, height: 60 } }),
  )
  bench.edit({ label: 'Fill', put: { annotations }, remove: {} })
  await bench.close()
}

describe('names, locks, levels and the lasso in the real window', () => {
  let home: Home
  let file: SmearFile
  let session: Session
  let page: Page
  let canvas: Canvas

  beforeAll(async () => {
    home = makeHome()
    file = (await writeSmears(home.images, 1))[0]!
    const folder = path.join(home.projects, 'Facts.slidewright')
    await fourBoxes(folder, file)
    session = await startApp(home, folder)
    page = session.page
    canvas = new Canvas(page, file)
    await page.getByRole('application', { name: '4 objects' }).waitFor(WAIT)
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const stored = async (id: string): Promise<AnnotationRecord> => (await annotationsOn(page, file.name)).find((one) => one.id === id)!

  it('name an object in its panel, kept in the database', async () => {
    await page.keyboard.press('s')
    await canvas.click({ x: 70, y: 70 })
    await page.keyboard.press('Shift+N')
    await page.locator('input:focus').waitFor()
    await page.keyboard.type('Ring form')
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await stored('left')).name, WAIT).toBe('Ring form')
    await shoot(session, 'facts-panel')
  })

  it('lock it by key: a drag and Delete change nothing and one line says so, until the menu unlocks it', async () => {
    const { shape } = await stored('left')
    await canvas.click({ x: 70, y: 70 })
    await page.keyboard.press('Control+k')
    await page.getByRole('button', { name: 'Unlock' }).waitFor(WAIT)
    await canvas.drag({ x: 70, y: 70 }, { x: 110, y: 110 })
    await page.getByText('This object is locked.').first().waitFor(WAIT)
    await page.keyboard.press('Delete')
    await shoot(session, 'facts-locked')
    expect(await stored('left')).toMatchObject({ shape, locked: true, name: 'Ring form' })
    const { x, y } = await canvas.at({ x: 70, y: 70 })
    await page.mouse.click(x, y, { button: 'right' })
    await page.getByRole('menuitem', { name: 'Bring to front' }).waitFor(WAIT)
    await shoot(session, 'facts-menu')
    await page.getByRole('menuitem', { name: 'Lock or unlock' }).click()
    await expect.poll(async () => (await stored('left')).locked, WAIT).toBe(false)
    await canvas.click({ x: 70, y: 70 })
    await page.keyboard.press('Home')
    await expect.poll(async () => (await stored('left')).level, WAIT).toBe(1)
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await stored('left')).level, WAIT).toBe(0)
  })

  it('select by a line round objects, with Alt and with the tool', async () => {
    await page.keyboard.press('m')
    await page.keyboard.down('Alt')
    await canvas.move({ x: 20, y: 20 })
    await page.mouse.down()
    for (const place of [{ x: 215, y: 20 }, { x: 215, y: 120 }, { x: 20, y: 120 }]) await canvas.move(place) // prettier-ignore
    await shoot(session, 'facts-lasso')
    await page.mouse.up()
    await page.keyboard.up('Alt')
    await page.getByText('2 selected').waitFor(WAIT)
    await page.keyboard.press('Escape')
    await page.getByText('2 selected').waitFor({ ...WAIT, state: 'detached' })
    await page.keyboard.press('q')
    await canvas.move({ x: 220, y: 20 })
    await page.mouse.down()
    for (const place of [{ x: 318, y: 20 }, { x: 318, y: 130 }, { x: 220, y: 230 }, { x: 130, y: 230 }, { x: 130, y: 130 }]) await canvas.move(place) // prettier-ignore
    await page.mouse.up()
    await page.getByText('2 selected').waitFor(WAIT)
    await page.keyboard.press('Control+k')
    await expect.poll(async () => (await annotationsOn(page, file.name)).filter(({ locked }) => locked).map(({ id }) => id).sort(), WAIT).toEqual(['below', 'right']) // prettier-ignore
    await shoot(session, 'facts-many')
  })

  it('hide what is selected by key, told with a way back, and again by the menu', async () => {
    const objects = (count: number) => page.getByRole('application', { name: `${String(count)} objects` })
    await page.keyboard.press('Shift+H')
    await page.getByText('Hidden by hand: 2 of 4 objects shown').waitFor(WAIT)
    await shoot(session, 'facts-hidden')
    await page.getByRole('status', { name: 'Filter' }).getByRole('button', { name: 'Show all' }).click()
    await page.getByText('Hidden by hand').waitFor({ ...WAIT, state: 'detached' })
    const { x, y } = await canvas.at({ x: 70, y: 70 })
    await page.mouse.click(x, y, { button: 'right' })
    await page.getByRole('menuitem', { name: 'Hide the selected objects' }).click()
    await page.getByText('Hidden by hand: 3 of 4 objects shown').waitFor(WAIT)
    await page.keyboard.press('Shift+H')
    await page.getByText('Hidden by hand').waitFor({ ...WAIT, state: 'detached' })
    await objects(4).waitFor(WAIT)
  })
})
