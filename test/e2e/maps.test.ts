import path from 'node:path'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { type Shape } from '#shared/records/shape.ts'
import { colorAt, type Rgb } from '../../src/renderer/maps/color-maps.ts'
import { ERROR_COLORS } from '../../src/renderer/maps/error-map.ts'
import { rgbOf } from '../../src/renderer/maps/lookup.ts'
import { annotationsOn, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { projectWithMaps } from './given-maps.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { command, drawn, openImage, projectFolder, shoot, startApp, type Session } from './session.ts'
import { createSlide } from './slide-file.ts'

const WAIT = { timeout: 10_000 }
const WIDTH = 640
const HEIGHT = 480
const polygon = (x: number, y: number, width: number, height: number): Shape => ({
  type: 'polygon',
  rings: [[x, y, x + width, y, x + width, y + height, x, y + height]],
})

/** Two colours of the screen: no channel is further apart than rounding and smoothing make it. */
const near = (a: Rgb, b: Rgb, reach = 4): boolean => a.every((part, channel) => Math.abs(part - b[channel]!) <= reach)
const mixed = (under: Rgb, over: Rgb, share: number): Rgb => over.map((part, i) => share * part + (1 - share) * under[i]!) as unknown as Rgb

describe('maps of the predictions over the image', () => {
  let home: Home
  let file: SmearFile
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    file = (await writeSmears(home.images, 1, { width: WIDTH, height: HEIGHT, redCellDiameter: 70 }))[0]!
    await projectWithMaps(projectFolder(home, 'Spots'), file, {
      ...{ task: 'anomaly', classes: ['Normal', 'Abnormal'], metrics: { threshold: 1.5, pixelThreshold: 2, mapScale: 5 }, truth: [] },
      found: [{ classIndex: 1, shape: polygon(320, 0, 320, 480) }],
      // At a quarter of the image's size: nothing on the left, as far from normal as it goes on the right, a ramp between.
      maps: [{ kind: 'heat', width: 160, height: 120, valueAt: (x) => Math.max(0, Math.min(255, (x - 40) * 4)) }],
    })
    await projectWithMaps(projectFolder(home, 'Areas'), file, {
      ...{ task: 'segmentation', classes: ['Cell', 'Nucleus'], metrics: {} },
      truth: [
        { classIndex: 0, shape: polygon(60, 60, 200, 160) },
        { classIndex: 0, shape: polygon(60, 300, 200, 120) },
        { classIndex: 1, shape: polygon(420, 300, 160, 120) },
      ],
      found: [
        { classIndex: 0, shape: polygon(120, 60, 200, 160) },
        { classIndex: 0, shape: polygon(400, 60, 160, 140) },
        { classIndex: 0, shape: polygon(420, 300, 160, 120) },
      ],
      maps: [
        { kind: 'classes', width: WIDTH, height: HEIGHT, valueAt: (x, y) => (x < 320 ? (y < 240 ? 1 : 2) : 0) },
        { kind: 'probability', classIndex: 0, width: 320, height: 240, valueAt: (x) => Math.floor((x * 256) / 320) },
        { kind: 'probability', classIndex: 1, width: 320, height: 240, valueAt: (_, y) => (y < 120 ? 255 : 0) },
      ],
    })
    session = await startApp(home, projectFolder(home, 'Spots'))
    page = session.page
    await openImage(page, file)
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  /** Colour of the screen over a place of the image. */
  async function colorOver(x: number, y: number): Promise<Rgb> {
    const at = await new Canvas(page, file).at({ x, y })
    const clip = { x: Math.round(at.x), y: Math.round(at.y), width: 1, height: 1 }
    const data = await sharp(await page.screenshot({ clip, animations: 'disabled' }))
      .removeAlpha()
      .raw()
      .toBuffer()
    return [data[0]!, data[1]!, data[2]!]
  }
  /** Whether a place is seen in such a colour, soon. */
  const sees = (x: number, y: number, color: Rgb) => expect.poll(async () => near(await colorOver(x, y), color), WAIT).toBe(true)
  const slider = () => page.getByRole('slider', { name: 'Opacity of the map' })
  const view = () =>
    page.getByRole('combobox', { name: 'Map over the image' }).or(page.getByRole('textbox', { name: 'Map over the image' }))

  async function choose(name: string): Promise<void> {
    await view().click()
    await page.getByRole('option', { name, exact: true }).click()
  }

  async function shootBoth(name: string): Promise<void> {
    await shoot(session, `${name}-dark`)
    await command(page, 'Dark or light')
    await shoot(session, `${name}-light`)
    await command(page, 'Dark or light')
  }

  /** Objects would lie over what is measured. */
  async function hideObjects(): Promise<void> {
    await page.keyboard.press('d')
    if ((await snapshot(page)).task === 'segmentation') await page.keyboard.press('a')
  }

  const hottest = colorAt('inferno', 255)

  it('shows the heat map by C, over the image and through it', async () => {
    await hideObjects()
    await drawn(page)
    const [cold, hot] = [await colorOver(60, 240), await colorOver(560, 240)]
    await page.keyboard.press('c')
    await sees(560, 240, mixed(hot, hottest, 0.6))
    await sees(60, 240, cold)
    await page.keyboard.press('c')
    await sees(560, 240, hot)
    await page.keyboard.press('c')
    await sees(560, 240, mixed(hot, hottest, 0.6))
    await shootBoth('maps-heat')
  })

  it('has an opacity from nothing to all', async () => {
    await slider().focus()
    await page.keyboard.press('End')
    await sees(560, 240, hottest)
    // Half the way up, pixel by pixel.
    await sees(290, 240, colorAt('inferno', Math.min(255, (Math.floor(290 / 4) - 40) * 4)))
    const shown = await colorOver(560, 240)
    await page.keyboard.press('Home')
    await expect.poll(async () => near(await colorOver(560, 240), shown), WAIT).toBe(false)
    await page.keyboard.press('End')
    await sees(560, 240, hottest)
  })

  it('stays on its place when the view is moved and zoomed', async () => {
    await page.keyboard.press('z')
    const area = (await page.locator('[data-canvas]').boundingBox())!
    await page.mouse.move(area.x + area.width / 2, area.y + area.height / 2)
    await page.mouse.wheel(0, -300)
    await page.keyboard.press('0')
    await sees(560, 240, hottest)
  })

  it('changes its colours, and says what they stand for', async () => {
    const colors = page.getByRole('combobox', { name: 'Colours of the map' }).or(page.getByRole('textbox', { name: 'Colours of the map' }))
    await colors.click()
    await page.getByRole('option', { name: 'Cividis' }).click()
    await sees(560, 240, colorAt('cividis', 255))
    await page.getByRole('img', { name: 'Distance from normal from 0 to ≥ 5' }).waitFor()
  })

  it('is there as it was when the project is opened again', async () => {
    expect(session.faults).toEqual([])
    await session.close()
    session = await startApp(home, projectFolder(home, 'Spots'))
    page = session.page
    await page.getByRole('application', { name: `Image ${file.name},` }).waitFor()
    await page.keyboard.press('d')
    await sees(560, 240, colorAt('cividis', 255))
  })

  it('shows classes, probabilities and errors of a segmentation', async () => {
    expect(session.faults).toEqual([])
    await session.close()
    session = await startApp(home, projectFolder(home, 'Areas'))
    page = session.page
    await openImage(page, file)
    await shoot(session, 'maps-none')
    await hideObjects()
    await drawn(page)
    const { classes } = await snapshot(page)
    const [cell, nucleus] = classes.map(({ color }) => rgbOf(color))
    const [plain, bare] = [await colorOver(40, 40), await colorOver(600, 40)]
    await choose('Classes')
    await sees(40, 40, mixed(plain, cell!, 0.5))
    await sees(600, 40, bare)
    await slider().focus()
    await page.keyboard.press('End')
    await sees(40, 460, nucleus!)
    await shootBoth('maps-classes')
    await choose('Probability of Nucleus')
    await slider().focus()
    await page.keyboard.press('End')
    await sees(600, 40, colorAt('viridis', 255))
    await choose('Probability of Cell')
    await sees(480, 40, colorAt('viridis', Math.floor((240 * 256) / 320)))
    await shootBoth('maps-probability')
  })

  it('tells right, missed, extra and confused apart, and counts them', async () => {
    await choose('Errors')
    await slider().focus()
    await page.keyboard.press('End')
    const shares = page.getByRole('table', { name: 'Share of the areas' }).getByRole('row')
    // Pixels: right 140 x 160, missed 60 x 160 + 200 x 120, extra 60 x 160 + 160 x 140, another class 160 x 120.
    const total = 22_400 + 33_600 + 32_000 + 19_200
    const percent = (pixels: number): string => `${((100 * pixels) / total).toFixed(1)} %`
    await expect
      .poll(() => shares.allInnerTexts().then((rows) => rows.map((row) => row.trim().replace(/\s+/g, ' '))), WAIT)
      .toEqual([`Right ${percent(22_400)}`, `Missed ${percent(33_600)}`, `Extra ${percent(32_000)}`, `Another class ${percent(19_200)}`])
    const seen = async (): Promise<Rgb[]> => {
      const colors: Rgb[] = []
      for (let x = 440; x < 460; x++) colors.push(await colorOver(x, 130))
      return colors
    }
    await expect.poll(async () => (await seen()).some((color) => near(color, rgbOf(ERROR_COLORS.extra))), WAIT).toBe(true)
    await shootBoth('maps-errors')
    await hideObjects()
    await shoot(session, 'maps-errors-objects')
    // What is accepted is right from then on; what overlaps with a label is not accepted a second time.
    await command(page, 'Accept all predictions here from the score up')
    await expect.poll(async () => (await shares.nth(2).innerText()).trim(), WAIT).toMatch(/Extra\s+9.0 %/)
    expect(session.faults).toEqual([])
  })

  it('lies over a large image that is drawn by tiles, and a stroke of the brush goes through it', async () => {
    await session.close()
    const size = { width: 9_000, height: 6_000 }
    file = { ...size, name: 'large.tif', path: path.join(home.images, 'large.tif'), objects: [] }
    await createSlide(file.path, size)
    await projectWithMaps(projectFolder(home, 'Large'), file, {
      ...{ task: 'segmentation', classes: ['Cell'], metrics: {}, truth: [], found: [] },
      maps: [{ kind: 'classes', width: 900, height: 600, valueAt: (x) => (x < 450 ? 1 : 0) }],
    })
    session = await startApp(home, projectFolder(home, 'Large'))
    page = session.page
    await openImage(page, file)
    await drawn(page)
    const cell = rgbOf((await snapshot(page)).classes[0]!.color)
    const [under, bare] = [await colorOver(2_100, 1_700), await colorOver(7_100, 1_700)]
    await choose('Classes')
    await sees(2_100, 1_700, mixed(under, cell, 0.5))
    await sees(7_100, 1_700, bare)
    // The list of maps has the keyboard.
    await page.locator('[data-canvas]').focus()
    await page.keyboard.press('b')
    await page.keyboard.press('1')
    await new Canvas(page, file).drag({ x: 3_000, y: 4_500 }, { x: 6_000, y: 4_500 })
    const painted = async (): Promise<string[]> => (await annotationsOn(page, file.name)).map(({ shape }) => shape.type)
    await expect.poll(painted, WAIT).toEqual(['mask'])
    const [area] = await annotationsOn(page, file.name)
    const { x, y, width, height } = shapeBounds(area!.shape as Exclude<Shape, { type: 'image' }>)
    expect(x).toBeLessThan(3_000)
    expect(x + width).toBeGreaterThan(6_000)
    expect(y).toBeLessThan(4_500)
    expect(y + height).toBeGreaterThan(4_500)
    await sees(2_100, 1_700, mixed(under, cell, 0.5))
    await shoot(session, 'maps-large')
    await page.keyboard.press('Control+z')
    await expect.poll(painted, WAIT).toEqual([])
    expect(session.faults).toEqual([])
  })
})
