import path from 'node:path'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeHome, type Home } from './home.ts'
import { givenProject, openImage, shoot, startApp, still, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }
const [WIDTH, HEIGHT] = [900, 700]
const MARK = { x: 500, y: 300, side: 60 }

interface Point {
  readonly x: number
  readonly y: number
}

/** Two images of one size with a square at the same place: red in the first, blue in the second. */
async function writeSections(folder: string): Promise<void> {
  for (const [name, background] of [
    ['section_1.png', '#ff0000'],
    ['section_2.png', '#0000ff'],
  ] as const) {
    const input = { create: { width: MARK.side, height: MARK.side, channels: 3 as const, background } }
    await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#808080' } })
      .composite([{ input, left: MARK.x, top: MARK.y }])
      .png()
      .toFile(path.join(folder, name))
  }
}

describe('two images side by side in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    await writeSections(home.images)
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Sections', [home.images])
    await openImage(page, { name: 'section_1.png' })
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const beside = (): ReturnType<Page['locator']> => page.getByRole('img', { name: /^Beside: / })

  /** Middle and width of a colour's square, from the upper left corner of the canvas that shows it. */
  async function square(canvas: ReturnType<Page['locator']>, channel: 0 | 2): Promise<Point & { readonly width: number }> {
    await page.mouse.move(640, 790)
    const box = (await canvas.boundingBox())!
    const { data, info } = await sharp(await page.screenshot({ animations: 'disabled' }))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const found: Point[] = []
    for (let y = Math.ceil(box.y); y < Math.floor(box.y + box.height); y++)
      for (let x = Math.ceil(box.x); x < Math.floor(box.x + box.width); x++) {
        const at = 3 * (y * info.width + x)
        // The overview shows the square as well.
        if (x > box.x + box.width - 190 && y > box.y + box.height - 150) continue
        if (data[at + channel]! > 200 && data[at + 1]! < 60 && data[at + 2 - channel]! < 60) found.push({ x: x - box.x, y: y - box.y })
      }
    expect(found.length).toBeGreaterThan(100)
    const mean = (of: (at: Point) => number): number => found.reduce((sum, at) => sum + of(at), 0) / found.length
    return { x: mean(({ x }) => x), y: mean(({ y }) => y), width: Math.sqrt(found.length) }
  }
  const first = async (): Promise<Point & { width: number }> => square(page.locator('[data-canvas]'), 0)
  const second = async (): Promise<Point & { width: number }> => square(beside(), 2)
  async function inStep(): Promise<void> {
    const [a, b] = [await first(), await second()]
    expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeLessThan(2)
    expect(Math.abs(a.width - b.width)).toBeLessThan(1.5)
  }
  async function drag(canvas: ReturnType<Page['locator']>, dx: number, dy: number): Promise<void> {
    const box = (await canvas.boundingBox())!
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    await page.mouse.move(at.x, at.y)
    await page.mouse.down({ button: 'middle' })
    await page.mouse.move(at.x + dx, at.y + dy, { steps: 4 })
    await page.mouse.up({ button: 'middle' })
  }
  /** Both are seen a second time as they were: nothing moves any more. */
  async function settled(): Promise<void> {
    let before = ''
    const isStill = async (): Promise<boolean> => {
      const now = JSON.stringify([await first(), await second()])
      const was = before
      before = now
      return now === was
    }
    await expect.poll(isStill, WAIT).toBe(true)
  }

  it('opens one from the list beside the open one, at the same place', async () => {
    await page.getByRole('option', { name: 'section_2.png' }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Open beside' }).click()
    await beside().waitFor()
    await expect.poll(() => page.locator('canvas[data-layer=beside]').getAttribute('data-missing'), WAIT).toBe('0')
    await settled()
    await inStep()
    await shoot(session, 'beside')
  })

  it('moves both, whichever is moved, zoomed or turned', async () => {
    const before = await first()
    const box = (await page.locator('[data-canvas]').boundingBox())!
    await page.mouse.move(box.x + 200, box.y + 300)
    for (let notch = 0; notch < 4; notch++) await page.mouse.wheel(0, -100)
    await settled()
    await expect.poll(async () => (await first()).width, WAIT).toBeGreaterThan(1.8 * before.width)
    await inStep()
    await drag(beside(), 40, -30)
    await settled()
    await inStep()
    await page.keyboard.press('Control+]')
    await settled()
    await inStep()
    await page.keyboard.press('Control+0')
    await settled()
  })

  it('moves each for itself when told so, and in step from there', async () => {
    const head = page.getByRole('toolbar', { name: 'The image beside' })
    await head.getByRole('button', { name: 'Move in step' }).click()
    const [a, b] = [await first(), await second()]
    await drag(beside(), 50, 20)
    await settled()
    const moved = await second()
    expect(Math.abs(moved.x - b.x - 50)).toBeLessThan(2)
    expect(await first()).toEqual(a)
    await head.getByRole('button', { name: 'Move in step' }).click()
    await drag(page.locator('[data-canvas]'), -30, 10)
    await settled()
    const [c, d] = [await first(), await second()]
    expect(Math.hypot(d.x - c.x - (moved.x - a.x), d.y - c.y - (moved.y - a.y))).toBeLessThan(2)
    await head.getByRole('button', { name: 'Align' }).click()
    await settled()
    await inStep()
  })

  it('marks where the pointer is on the other, and leaves drawing to the first', async () => {
    await page.keyboard.press('r')
    const [box, other] = [(await page.locator('[data-canvas]').boundingBox())!, (await beside().boundingBox())!]
    await page.mouse.move(box.x + 180, box.y + 260)
    const off = async (): Promise<number> => {
      const mark = (await page.locator('.sw-beside-mark').boundingBox())!
      return Math.max(Math.abs(mark.x + mark.width / 2 - other.x - 180), Math.abs(mark.y + mark.height / 2 - other.y - 260))
    }
    await expect.poll(off, WAIT).toBeLessThan(2)
    await shoot(session, 'beside-mark')
    await drag(beside(), 10, 10)
    await page.getByRole('application', { name: '0 objects' }).waitFor()
  })

  it('shows the objects of its own image, and of the open one where both are the same, as they are now', async () => {
    const objects = page.locator('canvas[data-layer=beside-objects]')
    const shown = (): Promise<string | null> => objects.getAttribute('data-objects')
    const drawOn = async (canvas: ReturnType<Page['locator']>, dx: number, dy: number): Promise<void> => {
      const box = (await canvas.boundingBox())!
      await page.mouse.move(box.x + 150, box.y + 250)
      await page.mouse.down()
      await page.mouse.move(box.x + 150 + dx, box.y + 250 + dy, { steps: 4 })
      await page.mouse.up()
    }
    const canvas = page.locator('[data-canvas]')
    // On the open image: the other one has none yet.
    await drawOn(canvas, 60, 50)
    await page.getByRole('application', { name: '1 object' }).waitFor(WAIT)
    expect(await shown()).toBe('0')
    // Now the second one is open, and the first beside it: its object is seen there.
    await page.getByRole('option', { name: 'section_1.png' }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Open beside' }).click()
    await expect.poll(shown, WAIT).toBe('1')
    await page.keyboard.press('r')
    await drawOn(canvas, 90, 40)
    await expect.poll(shown, WAIT).toBe('2')
    /** Pixels in the colour of a region's frame. */
    const framePixels = (): Promise<number> =>
      objects.evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement
        const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height)
        let count = 0
        for (let at = 0; at < data.length; at += 4) if (data[at] === 255 && data[at + 1] === 197 && data[at + 2] === 61) count++
        return count
      })
    const regions = (): Promise<string | null> => objects.getAttribute('data-regions')
    expect(await regions()).toBe('0')
    expect(await framePixels()).toBe(0)
    await page.keyboard.press('Shift+P')
    await drawOn(canvas, 120, 110)
    await expect.poll(regions, WAIT).toBe('1')
    expect(await framePixels()).toBeGreaterThan(100)
    await page.mouse.move(640, 790)
    await still(page)
    await shoot(session, 'beside-objects-same')
    await openImage(page, { name: 'section_2.png' })
    await page.keyboard.press('r')
    await expect.poll(shown, WAIT).toBe('2')
    expect(await regions()).toBe('1')
    await drawOn(canvas, 40, 40)
    await page.getByRole('application', { name: '1 object' }).waitFor(WAIT)
    expect(await shown()).toBe('2')
    await page.mouse.move(640, 790)
    await still(page)
    await shoot(session, 'beside-objects-other')
    // The layers are switched for both.
    await page.keyboard.press('Control+z')
    await page.getByRole('application', { name: '0 objects' }).waitFor(WAIT)
    await page.keyboard.press('a')
    await expect.poll(shown, WAIT).toBe('0')
    await page.keyboard.press('a')
    await expect.poll(shown, WAIT).toBe('2')
    await page.getByRole('option', { name: 'section_2.png' }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Open beside' }).click()
    await expect.poll(shown, WAIT).toBe('0')
  })

  it('closes by its key, and the first has all the room again', async () => {
    const half = (await page.locator('[data-canvas]').boundingBox())!.width
    await page.keyboard.press('Shift+V')
    await beside().waitFor({ state: 'hidden' })
    await expect.poll(async () => (await page.locator('[data-canvas]').boundingBox())!.width, WAIT).toBeGreaterThan(1.9 * half)
    expect(session.faults).toEqual([])
  })
})
