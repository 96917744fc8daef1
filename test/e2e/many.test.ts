import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { createRandom } from '#shared/random.ts'
import { type Shape } from '#shared/records/shape.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { drawnLabel } from './given-label.ts'
import { annotationsOn, snapshot } from './ask.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { command, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }
const [WIDTH, HEIGHT] = [1600, 1200]
const AREAS = 9000
const POINTS = 3000

/** A project with one image that is full of small areas and points, a third of them in each class. */
async function fullProject(folder: string, file: SmearFile): Promise<void> {
  const bench = await Workbench.create({ folder, task: 'segmentation', classes: ['Tumour', 'Stroma', 'Lymphocyte'] }, 'Test')
  await bench.import({ paths: [file.path] })
  const [image, classes, random] = [bench.images()[0]!, bench.classes(), createRandom(3)]
  const annotations = Array.from({ length: AREAS + POINTS }, (_, i) => {
    const [x, y, radius] = [random.uniform(10, WIDTH - 10), random.uniform(10, HEIGHT - 10), random.uniform(3, 9)]
    const ring = Array.from({ length: 16 }, (__, k) => (k % 2 === 0 ? x + radius * Math.cos((k * Math.PI) / 8) : y + radius * Math.sin(((k - 1) * Math.PI) / 8))) // prettier-ignore
    const shape: Shape = i < AREAS ? { type: 'polygon', rings: [ring] } : { type: 'point', x, y }
    return drawnLabel({ imageId: image.id, classId: classes[i % 3]!.id, shape })
  })
  bench.edit({ label: 'Fill', put: { annotations }, remove: {} })
  await bench.close()
}

describe('twelve thousand objects on an image', () => {
  let home: Home
  let file: SmearFile
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    file = (await writeSmears(home.images, 1, { width: WIDTH, height: HEIGHT }))[0]!
    const folder = path.join(home.projects, 'Many.slidewright')
    await fullProject(folder, file)
    session = await startApp(home, folder)
    page = session.page
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const here = (): Promise<string[]> => page.locator('[title="On this image"]').allInnerTexts()
  const told = (text: RegExp): Promise<void> => page.getByText(text).first().waitFor(WAIT)

  it('are counted where they are too small to be told apart, and none is left out', async () => {
    await expect.poll(here, WAIT).toEqual(['4,000', '4,000', '4,000'])
    await told(/of 12,000 objects in sight are too small to show one by one/)
    await shoot(session, 'many-fit')
  })

  it('get a class all at once, in one step, which one undo takes back', async () => {
    const before = (await annotationsOn(page, file.name)).map(({ id, classId, shape }) => ({ id, classId, shape }))
    await page.locator('[data-canvas]').hover()
    await page.keyboard.press('Control+a')
    await told(/12,000 selected/)
    await shoot(session, 'many-selected')
    await page.keyboard.press('2')
    await expect.poll(here, WAIT).toEqual(['0', '12,000', '0'])
    const { classes, history } = await snapshot(page)
    const after = await annotationsOn(page, file.name)
    expect(new Set(after.map(({ classId }) => classId))).toEqual(new Set([classes[1]!.id]))
    expect(history.undo).toBe('Relabel 8,000 objects as Stroma')
    await page.keyboard.press('Control+z')
    await expect.poll(here, WAIT).toEqual(['4,000', '4,000', '4,000'])
    expect((await annotationsOn(page, file.name)).map(({ id, classId, shape }) => ({ id, classId, shape }))).toEqual(before)
  })

  it('are removed in one step and come back, and an object among them is found, moved and put back', async () => {
    await page.keyboard.press('Delete')
    await expect.poll(here, WAIT).toEqual(['0', '0', '0'])
    await page.keyboard.press('Control+z')
    await expect.poll(here, WAIT).toEqual(['4,000', '4,000', '4,000'])
    // The keyboard is the canvas's after a click on it.
    await page.locator('[data-canvas]').click({ position: { x: 120, y: 20 } })
    await page.keyboard.press('Tab')
    await told(/1 selected/)
    const placesOf = async (): Promise<Map<string, string>> =>
      new Map((await annotationsOn(page, file.name)).map(({ id, shape }) => [id, JSON.stringify(shape)]))
    const before = await placesOf()
    await page.keyboard.press('ArrowRight')
    const moved = async (): Promise<number> => [...(await placesOf())].filter(([id, shape]) => before.get(id) !== shape).length
    await expect.poll(moved, WAIT).toBe(1)
    await page.keyboard.press('Control+z')
    await expect.poll(moved, WAIT).toBe(0)
    expect(session.faults).toEqual([])
  })

  it('are filtered by class and area: what is kept back is told, not selected, left alone, and comes back', async () => {
    const canvas = page.locator('[data-canvas]')
    const dark = async (): Promise<void> => {
      await canvas.focus()
      await command(page, 'Dark or light')
      await page.waitForTimeout(400)
    }
    await canvas.hover()
    await page.keyboard.press('Shift+F')
    const panel = page.getByRole('region', { name: 'Filter', exact: true })
    const choose = async (field: string, option: string): Promise<void> => {
      await panel.getByRole('combobox', { name: field }).click()
      await page.getByRole('option', { name: option, exact: true }).click()
      await page.keyboard.press('Escape')
    }
    await choose('Class', 'Stroma')
    const note = page.getByRole('status', { name: 'Filter', exact: true })
    await note.getByText('4,000 of 12,000 objects shown').waitFor(WAIT)
    await panel.getByText('4,000 of 12,000 objects shown').waitFor(WAIT)
    await shoot(session, 'many-filtered')
    await dark()
    await shoot(session, 'many-filtered-light')
    await dark()
    await panel.getByRole('textbox', { name: 'Area, px², from' }).fill('100')
    const shapes = (await annotationsOn(page, file.name)).filter(({ shape, classId }) => shape.type === 'polygon' && classId !== '')
    expect(shapes).toHaveLength(AREAS)
    await expect.poll(() => note.textContent(), WAIT).toMatch(/: [12],\d{3} of 12,000 objects shown/)
    const told = Number(/: ([\d,]+) of/.exec((await note.textContent()) ?? '')?.[1]?.replace(',', ''))
    await canvas.focus()
    await page.keyboard.press('Control+a')
    await page
      .getByText(`${told.toLocaleString('en')} selected`)
      .first()
      .waitFor(WAIT)
    await page.keyboard.press('Delete')
    await expect.poll(here, WAIT).toEqual(['4,000', (4000 - told).toLocaleString('en'), '4,000'])
    await note.getByText(`0 of ${(12_000 - told).toLocaleString('en')} objects shown`).waitFor(WAIT)
    await page.keyboard.press('Control+z')
    await expect.poll(here, WAIT).toEqual(['4,000', '4,000', '4,000'])
    await note.getByRole('button', { name: 'Show all' }).click()
    await note.waitFor({ state: 'detached' })
    await canvas.focus()
    await page.keyboard.press('Control+a')
    await page.getByText('12,000 selected').first().waitFor(WAIT)
    await page.keyboard.press('Shift+F')
    await panel.getByRole('combobox', { name: 'Class' }).waitFor({ state: 'detached' })
    expect(session.faults).toEqual([])
  })
})
