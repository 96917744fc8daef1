import path from 'node:path'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BoxShape } from '#shared/records/shape.ts'
import { annotationsOn } from './ask.ts'
import { makeHome, type Home } from './home.ts'
import { drawn, givenProject, openImage, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }
const IMAGE = { name: 'marked.png', width: 900, height: 600 }
const SOLID = { name: 'solid.tif', width: 9_000, height: 6_000 }
/** Red and blue rectangles on grey, which the test finds on the screen by their colour alone. */
const RED: BoxShape = { type: 'box', x: 300, y: 200, width: 140, height: 80 }
const BLUE: BoxShape = { type: 'box', x: 520, y: 330, width: 60, height: 90 }

interface Point {
  readonly x: number
  readonly y: number
}

async function writeImages(folder: string): Promise<void> {
  const patch = ({ width, height }: BoxShape, background: string) => ({ create: { width, height, channels: 3 as const, background } })
  await sharp({ create: { width: IMAGE.width, height: IMAGE.height, channels: 3, background: '#808080' } })
    .composite([
      { input: patch(RED, '#ff0000'), left: RED.x, top: RED.y },
      { input: patch(BLUE, '#0000ff'), left: BLUE.x, top: BLUE.y },
    ])
    .png()
    .toFile(path.join(folder, IMAGE.name))
  await sharp({ create: { width: SOLID.width, height: SOLID.height, channels: 3, background: '#00ff00' } })
    .tiff({ tile: true, tileWidth: 256, tileHeight: 256, pyramid: true, compression: 'lzw' })
    .toFile(path.join(folder, SOLID.name))
}

describe('a turned view in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    await writeImages(home.images)
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Turned', [home.images])
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  /** The places of the page's pixels within the canvas of which a colour is true. */
  async function placesOf(wanted: (red: number, green: number, blue: number) => boolean): Promise<Point[]> {
    await page.mouse.move(640, 790)
    const { data, info } = await sharp(await page.screenshot({ animations: 'disabled' }))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const box = (await page.locator('[data-canvas]').boundingBox())!
    const places: Point[] = []
    for (let y = Math.ceil(box.y); y < box.y + box.height - 1; y++)
      for (let x = Math.ceil(box.x) + 60; x < box.x + box.width - 1; x++) {
        const at = 3 * (y * info.width + x)
        if (wanted(data[at]!, data[at + 1]!, data[at + 2]!)) places.push({ x: x + 0.5, y: y + 0.5 })
      }
    return places
  }
  const isRed = (red: number, green: number, blue: number): boolean => red > 200 && green < 60 && blue < 60
  const isBlue = (red: number, green: number, blue: number): boolean => blue > 200 && red < 60 && green < 60
  const highest = (places: readonly Point[]): Point => places.reduce((best, at) => (at.y < best.y ? at : best))
  const lowest = (places: readonly Point[]): Point => places.reduce((best, at) => (at.y > best.y ? at : best))
  const middle = (places: readonly Point[]): Point => ({
    x: places.reduce((sum, { x }) => sum + x, 0) / places.length,
    y: places.reduce((sum, { y }) => sum + y, 0) / places.length,
  })

  async function drag(from: Point, to: Point): Promise<void> {
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2)
    await page.mouse.move(to.x, to.y)
    await page.mouse.up()
  }
  const boxes = async (): Promise<BoxShape[]> => (await annotationsOn(page, IMAGE.name)).map(({ shape }) => shape as BoxShape)
  const isNear = (box: BoxShape | undefined, wanted: BoxShape, slack: number): void => {
    expect(box?.type).toBe('box')
    for (const side of ['x', 'y', 'width', 'height'] as const) expect(Math.abs(box![side] - wanted[side])).toBeLessThanOrEqual(slack)
  }
  const angle = async (): Promise<string | null> => page.getByRole('button', { name: 'Turn the view upright' }).textContent()
  async function turnByWheel(notches: number): Promise<void> {
    const box = (await page.locator('[data-canvas]').boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.keyboard.down('Alt')
    for (let i = 0; i < Math.abs(notches); i++) await page.mouse.wheel(0, 100 * Math.sign(notches))
    await page.keyboard.up('Alt')
  }

  it('puts a box drawn over a mark at a quarter turn on the mark’s pixels', async () => {
    await openImage(page, IMAGE)
    await page.keyboard.press('Control+]')
    await expect.poll(angle, WAIT).toBe('turned 90°')
    await drawn(page)
    const places = await placesOf(isRed)
    const [left, right] = [Math.min(...places.map(({ x }) => x)), Math.max(...places.map(({ x }) => x))]
    // 140 by 80 on the image is 80 by 140 on the screen.
    expect((lowest(places).y - highest(places).y) / (right - left)).toBeCloseTo(140 / 80, 1)
    await page.keyboard.press('r')
    await page.keyboard.press('1')
    await drag({ x: right + 0.5, y: highest(places).y - 0.5 }, { x: left - 0.5, y: lowest(places).y + 0.5 })
    await expect.poll(async () => (await boxes()).length, WAIT).toBe(1)
    isNear((await boxes())[0], RED, 2)
    await shoot(session, 'turn-90')
  })

  it('does so at 30° too', async () => {
    await page.keyboard.press('Control+0')
    await page.keyboard.press('0')
    await expect.poll(() => page.getByRole('button', { name: 'Turn the view upright' }).count(), WAIT).toBe(0)
    await turnByWheel(6)
    await expect.poll(angle, WAIT).toBe('turned 30°')
    const places = await placesOf(isBlue)
    await page.keyboard.press('2')
    // Turned clockwise by less than a quarter, the upper left corner is the highest, the lower right one the lowest.
    await drag(highest(places), lowest(places))
    await expect.poll(async () => (await boxes()).length, WAIT).toBe(2)
    isNear(
      (await boxes()).find(({ y }) => y > 300),
      BLUE,
      3,
    )
    await shoot(session, 'turn-30')
  })

  it('hits objects and handles where they are seen', async () => {
    await page.keyboard.press('s')
    await page.keyboard.press('Escape')
    const blue = await placesOf(isBlue)
    const at = middle(blue)
    await page.mouse.click(at.x, at.y)
    await expect.poll(() => page.getByLabel('Selected', { exact: true }).textContent(), WAIT).toBe('1 selected')
    await shoot(session, 'turn-30-selected')
    // The lower right handle, dragged along the image's own x axis by 40 CSS pixels.
    const corner = lowest(blue)
    const before = (await boxes()).find(({ y }) => y > 300)!
    const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)]
    await drag(corner, { x: corner.x + 40 * cos, y: corner.y + 40 * sin })
    await expect.poll(async () => (await boxes()).find(({ y }) => y > 300)!.width, WAIT).toBeGreaterThan(before.width + 20)
    const after = (await boxes()).find(({ y }) => y > 300)!
    expect([after.x, after.y]).toEqual([before.x, before.y])
    expect(Math.abs(after.height - before.height)).toBeLessThan(2)
    await page.keyboard.press('Control+z')
  })

  it('takes by a rubber band what lies in it on the screen', async () => {
    await page.keyboard.press('Escape')
    const red = await placesOf(isRed)
    const at = middle(red)
    await drag({ x: at.x - 20, y: at.y - 130 }, { x: at.x + 20, y: at.y + 20 })
    await expect.poll(() => page.getByLabel('Selected', { exact: true }).textContent(), WAIT).toBe('1 selected')
    // A box of the image round the same two places would hold it too; this one, as wide as the first, lies beside it on the screen.
    await page.keyboard.press('Escape')
    await drag({ x: at.x + 30, y: at.y - 130 }, { x: at.x + 70, y: at.y + 60 })
    expect(await page.getByLabel('Selected', { exact: true }).textContent()).toBe('')
  })

  it('moves the selected along the nearest axis of the screen by arrow keys', async () => {
    await page.keyboard.press('Control+0')
    await page.keyboard.press('Control+]')
    await expect.poll(angle, WAIT).toBe('turned 90°')
    await drawn(page)
    const at = middle(await placesOf(isRed))
    await page.mouse.click(at.x, at.y)
    await expect.poll(() => page.getByLabel('Selected', { exact: true }).textContent(), WAIT).toBe('1 selected')
    const red = async (): Promise<BoxShape> => (await boxes()).find(({ y }) => y < 300)!
    const before = await red()
    await page.keyboard.press('ArrowDown')
    await expect.poll(red, WAIT).toEqual({ ...before, x: before.x + 1 })
    // The screen's right edge is the image's upper one.
    await page.keyboard.press('Control+ArrowRight')
    await expect.poll(red, WAIT).toEqual({ ...before, x: before.x + 1, y: before.y - 1, height: before.height + 1 })
  })

  it('is remembered with the project', async () => {
    await page.waitForTimeout(1_000)
    await page.reload()
    await page.getByRole('main', { name: 'Label' }).waitFor()
    await expect.poll(angle, WAIT).toBe('turned 90°')
  })

  it('is turned by the dial, and set upright with the rest of how it is looked at', async () => {
    await page.getByRole('button', { name: /^Brightness, contrast, stains, labels/ }).click()
    const dial = page.getByRole('slider', { name: 'Angle of the view' })
    await dial.focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(angle, WAIT).toBe('turned 91°')
    await shoot(session, 'turn-dial')
    await page.getByRole('group', { name: 'View', exact: true }).getByRole('button', { name: 'Reset' }).click()
    await expect.poll(() => page.getByRole('button', { name: 'Turn the view upright' }).count(), WAIT).toBe(0)
    await page.keyboard.press('Escape')
  })

  it('shows no seams between tiles on a slant', async () => {
    await openImage(page, SOLID)
    await expect.poll(() => page.getByRole('button', { name: 'Turn the view upright' }).count(), WAIT).toBe(0)
    await page.keyboard.press('z')
    await turnByWheel(5)
    await drawn(page)
    await page.waitForTimeout(300)
    await shoot(session, 'turn-tiles')
    const box = (await page.locator('[data-canvas]').boundingBox())!
    // The tools, the overview and the scale bar lie over the image's edges.
    const off = (await placesOf((red, green, blue) => green < 250 || red > 5 || blue > 5)).filter(
      ({ x, y }) => x > box.x + 70 && x < box.x + box.width - 200 && y > box.y + 60 && y < box.y + box.height - 160,
    )
    expect(off).toEqual([])
    expect(session.faults).toEqual([])
  })
})
