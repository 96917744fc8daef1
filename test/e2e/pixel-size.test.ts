import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Locator, type Page } from 'playwright-core'
import { Workbench } from '../../src/main/workbench/index.ts'
import { ask, annotationsOn, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { drawnLabel } from './given-label.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { command, openImage, outOfReach, reloaded, resized, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }

/** Photographs that do not say how large their pixels are, a box on each. */
async function photographs(folder: string, files: readonly SmearFile[]): Promise<void> {
  const bench = await Workbench.create({ folder, task: 'detection', classes: ['RBC', 'WBC'] }, 'Ada')
  await bench.import({ paths: files.map(({ path: file }) => file) })
  const classId = bench.classes()[0]!.id
  const annotations = bench.images().map(({ id }) => drawnLabel({ imageId: id, classId, shape: { type: 'box', x: 20, y: 20, width: 40, height: 40 } })) // prettier-ignore
  bench.edit({ label: 'Fill', put: { annotations, images: bench.images().map((image) => ({ ...image, state: 'done' })) }, remove: {} })
  await bench.close()
}

describe('the pixel size in the real window', () => {
  let home: Home
  let files: SmearFile[]
  let session: Session
  let page: Page
  let canvas: Canvas

  beforeAll(async () => {
    home = makeHome()
    files = await writeSmears(home.images, 3)
    const folder = path.join(home.projects, 'Photographs.slidewright')
    await photographs(folder, files)
    session = await startApp(home, folder)
    page = session.page
    canvas = new Canvas(page, files[0]!)
    await openImage(page, files[0]!)
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const dialog = () => page.getByRole('dialog', { name: 'Set pixel size' })
  const field = () => dialog().getByRole('textbox', { name: 'Micrometres per pixel (µm/px)' })
  const status = (text: string) => page.getByRole('button', { name: `Pixel size: ${text}`, exact: true })
  const bar = () => page.getByRole('img', { name: 'Scale bar' })
  const sizes = async (): Promise<(number | null)[]> => (await snapshot(page)).images.map(({ micronsPerPixel }) => micronsPerPixel)
  const objectsDrawn = (): Promise<string> =>
    page.evaluate(() => document.querySelector<HTMLCanvasElement>('[data-canvas] canvas[data-layer="mass"]')!.toDataURL())
  const theme = async (wanted: 'light' | 'dark'): Promise<void> => {
    await ask(page, 'app', 'setPreferences', { theme: wanted })
    await reloaded(page)
  }

  it('is set of all images without one by the mouse; the scale bar comes at once, and one undo takes it back', async () => {
    await status('no pixel size').waitFor(WAIT)
    expect(await bar().count()).toBe(0)
    await status('no pixel size').click()
    await dialog().waitFor(WAIT)
    const set = dialog().getByRole('button', { name: 'Set', exact: true })
    for (const wrong of ['0', '-0.25', '1000000000', 'text']) {
      await field().fill(wrong)
      await dialog().getByText('A number from 0.0001 to 1,000').waitFor(WAIT)
      expect(await set.isDisabled()).toBe(true)
    }
    await field().fill('0,25')
    await dialog().getByRole('radio', { name: 'All 3 images without a pixel size' }).and(page.locator(':checked')).waitFor(WAIT)
    await dialog().getByText('3 images would change. The open image is then 80.0 × 60.0 µm.').waitFor(WAIT)
    await shoot(session, 'pixel-size-dialog')
    await set.click()
    await dialog().waitFor({ state: 'detached' })
    await bar().waitFor(WAIT)
    await status('0.25 µm/px').waitFor(WAIT)
    expect(await sizes()).toEqual([0.25, 0.25, 0.25])
    await page.getByRole('textbox', { name: 'Magnification' }).waitFor(WAIT)
    await page.getByText('Pixel size of 3 images set').waitFor(WAIT)
    await page.getByRole('button', { name: 'About this image' }).click()
    await page.getByRole('definition').filter({ hasText: /^0\.25 µm\/pxset by hand$/ }).waitFor(WAIT) // prettier-ignore
    await shoot(session, 'pixel-size-set')
    await page.keyboard.press('Control+z')
    await bar().waitFor({ state: 'detached' })
    await status('no pixel size').waitFor(WAIT)
    expect(await sizes()).toEqual([null, null, null])
  })

  it('is found by other words and set by keys alone, of one image', async () => {
    const search = page.getByRole('textbox', { name: 'Find a command' })
    for (const word of ['calibrate', 'µm/px', 'scale']) {
      await page.keyboard.press('Control+l')
      await search.fill(word)
      await page.getByRole('dialog').getByText('Set pixel size…', { exact: true }).waitFor(WAIT)
      await page.keyboard.press('Escape')
      await search.waitFor({ state: 'detached' })
    }
    await page.keyboard.press('Control+l')
    await search.fill('Set pixel size')
    await page.keyboard.press('Enter')
    await dialog().waitFor(WAIT)
    await page.locator('input:focus').waitFor(WAIT)
    await page.keyboard.type('0.5')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowUp')
    await dialog().getByRole('radio', { name: 'This image: smear_1.png' }).and(page.locator(':checked')).waitFor(WAIT)
    await page.keyboard.press('Enter')
    await dialog().waitFor({ state: 'detached' })
    await status('0.5 µm/px').waitFor(WAIT)
    expect(await sizes()).toEqual([0.5, null, null])
  })

  it('comes from a ruler whose length is known, as light as dark', async () => {
    await theme('light')
    await openImage(page, files[0]!)
    await page.keyboard.press('Shift+M')
    await canvas.drag({ x: 60, y: 200 }, { x: 260, y: 200 })
    await expect.poll(async () => (await annotationsOn(page, files[0]!.name)).filter(({ shape }) => shape.type === 'ruler').length, WAIT).toBe(1) // prettier-ignore
    await page.getByRole('button', { name: 'Set scale from this line…' }).click()
    await dialog().waitFor(WAIT)
    await page.locator('input:focus').waitFor(WAIT)
    await page.keyboard.type('100')
    await expect.poll(() => field().inputValue(), WAIT).toMatch(/^0\.(5|4999\d*|5000\d*)$/)
    await dialog().getByRole('combobox', { name: 'Unit' }).click()
    await page.getByRole('option', { name: 'mm' }).click()
    await dialog().getByRole('textbox', { name: 'Known length' }).fill('0.2')
    await expect.poll(async () => Number(await field().inputValue()), WAIT).toBeCloseTo(1, 2)
    await field().fill('1')
    await dialog().getByRole('radio', { name: 'All 3 images of the project' }).check()
    await shoot(session, 'pixel-size-line-light')
    const before = await objectsDrawn()
    await dialog().getByRole('button', { name: 'Set', exact: true }).click()
    await dialog().waitFor({ state: 'detached' })
    await status('1 µm/px').waitFor(WAIT)
    expect(await sizes()).toEqual([1, 1, 1])
    // The ruler says its new length.
    await expect.poll(objectsDrawn, WAIT).not.toBe(before)
    await shoot(session, 'pixel-size-ruler-light')
  })

  it('is offered where a ruler is pressed with the right button, and says what it needs where none is selected', async () => {
    const { x, y } = await canvas.at({ x: 160, y: 200 })
    await page.keyboard.press('s')
    await page.mouse.click(x, y, { button: 'right' })
    await page.getByRole('menuitem', { name: 'Set scale from this line…' }).click()
    await dialog().getByText(/^The line is (200\.0|199\.\d|200\.\d) pixels long/).waitFor(WAIT) // prettier-ignore
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await command(page, 'Set scale from this line…')
    await page.getByText('Select a line whose length you know.').waitFor(WAIT)
  })

  it('keeps the scale bar clear of the tools in a low window', async () => {
    await resized(session, 1280, 600)
    const within = async (locator: Locator) => {
      const { x, y, width, height } = (await locator.boundingBox())!
      return { left: x, top: y, right: x + width, bottom: y + height }
    }
    const [scale, tools] = [await within(bar()), await within(page.getByRole('toolbar', { name: 'Tools' }))]
    expect(tools.bottom <= scale.top || tools.right <= scale.left).toBe(true)
    expect(await outOfReach(page.getByRole('toolbar', { name: 'Tools' }))).toEqual([])
    await shoot(session, 'pixel-size-low')
    await resized(session, 1280, 800)
  })

  it('tells counts a square millimetre at once, and is taken away again', async () => {
    await theme('dark')
    await page.keyboard.press('Control+4')
    await page.getByRole('columnheader', { name: 'Per mm² (95 %)' }).waitFor(WAIT)
    await command(page, 'Set pixel size…')
    await dialog().getByRole('radio', { name: 'All 3 images of the project' }).check()
    await shoot(session, 'pixel-size-back')
    await dialog().getByRole('button', { name: 'Take the size away: the file states none' }).click()
    await page.getByText('Not told per mm²: 3 of these images have no pixel size.').waitFor(WAIT)
    expect(await page.getByRole('columnheader', { name: 'Per mm² (95 %)' }).count()).toBe(0)
    expect(await sizes()).toEqual([null, null, null])
    await shoot(session, 'pixel-size-counts')
    await page.getByRole('button', { name: 'Set pixel size…' }).click()
    await dialog().waitFor(WAIT)
    await page.keyboard.press('Escape')
  })
})
