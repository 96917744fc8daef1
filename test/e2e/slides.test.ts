import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { annotationsOn, ask } from './ask.ts'
import { makeHome, type Home } from './home.ts'
import { drawn, givenProject, openImage, ROOT, shoot, startApp, type Session } from './session.ts'
import { createSlide, LANDMARK, landmarkAt, type Landmark } from './slide-file.ts'

const SLIDE = path.join(ROOT, '../shared/data/wsi/aperio/CMU-1-Small-Region.svs')
/** A slide whose file says nothing of its scale, JPEG 2000 on two levels. */
const BARE = path.join(path.dirname(SLIDE), 'tcga-cr-7395-01a-01-ts1.svs')
if (!existsSync(SLIDE)) console.log('skipped: no ../shared/data')
const WAIT = { timeout: 60_000, interval: 100 }

interface Point {
  readonly x: number
  readonly y: number
}

/** How the canvas looks at the image: CSS pixels an image pixel, and a place of the image on the page. */
interface Sight {
  readonly scale: number
  readonly toPage: (at: Point) => Point
}

/** Large images in the real window: what it shows is compared with what was written into the file. */
describe('large images and slides in the real window', () => {
  let home: Home
  let session: Session
  let page: Page
  const size = { width: 12_000, height: 9_000 }
  const tiled = { name: 'tiled.tif' }
  // By its name not the first one, which is opened, and prepared, at once.
  const flat = { name: 'wide.png' }
  const small = { name: 'small.png' }
  const mark = landmarkAt(7, size)
  const place = { x: mark.x + 30, y: mark.y + 30 }

  beforeAll(async () => {
    home = makeHome()
    await createSlide(path.join(home.images, tiled.name), size)
    const noise = { type: 'gaussian' as const, mean: 180, sigma: 20 }
    await sharp({ create: { width: 9_000, height: 6_000, channels: 3, background: '#c080a0', noise } })
      .png({ compressionLevel: 1 })
      .toFile(path.join(home.images, flat.name))
    await sharp({ create: { width: 2_400, height: 1_800, channels: 3, background: '#c080a0', noise } })
      .png({ compressionLevel: 1 })
      .toFile(path.join(home.images, small.name))
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Slides', [home.images, ...[SLIDE, BARE].filter((file) => existsSync(file))])
  }, 300_000)
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const box = async (): Promise<{ x: number; y: number; width: number; height: number }> =>
    (await page.locator('[data-canvas]').boundingBox())!
  const percent = async (): Promise<number> => Number((await page.getByLabel('Zoom', { exact: true }).textContent())!.replace(' %', ''))

  /** The image's place under a place of the page, as the status bar tells it. */
  async function imageAt(at: Point): Promise<Point> {
    await page.mouse.move(at.x, at.y)
    const text = (await page.getByLabel('Pointer').textContent())!
    const [, x, y] = /x ([-\d.]+) {2}y ([-\d.]+) px/.exec(text)!
    return { x: Number(x), y: Number(y) }
  }

  async function sight(): Promise<Sight> {
    const { x, y, width, height } = await box()
    const [from, to] = [
      { x: x + 150, y: y + 100 },
      { x: x + width - 220, y: y + height - 160 },
    ]
    const [low, high] = [await imageAt(from), await imageAt(to)]
    const scale = (to.x - from.x) / (high.x - low.x)
    return { scale, toPage: (at) => ({ x: from.x + (at.x - low.x) * scale, y: from.y + (at.y - low.y) * scale }) }
  }

  /** Colours of a layer at places of the page. */
  async function colors(points: readonly Point[], layer = 'image'): Promise<number[][]> {
    const { x: left, y: top } = await box()
    return page.evaluate(
      ({ places, name }) => {
        const context = document.querySelector<HTMLCanvasElement>(`canvas[data-layer=${name}]`)!.getContext('2d')!
        const ratio = window.devicePixelRatio
        return places.map(({ x, y }) => [...context.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data])
      },
      { places: points.map(({ x, y }) => ({ x: x - left, y: y - top })), name: layer },
    )
  }

  /** Pixels of the image layer that are not wholly covered, within the image's own edge. */
  async function holes({ scale, toPage }: Sight): Promise<number> {
    const canvas = await box()
    const [low, high] = [toPage({ x: 0, y: 0 }), toPage({ x: size.width, y: size.height })]
    const margin = Math.ceil(2 + scale)
    const area = {
      left: Math.ceil(Math.max(0, low.x - canvas.x + margin)),
      top: Math.ceil(Math.max(0, low.y - canvas.y + margin)),
      right: Math.floor(Math.min(canvas.width, high.x - canvas.x - margin)),
      bottom: Math.floor(Math.min(canvas.height, high.y - canvas.y - margin)),
    }
    return page.evaluate(({ left, top, right, bottom }) => {
      const context = document.querySelector<HTMLCanvasElement>('canvas[data-layer=image]')!.getContext('2d')!
      const { data } = context.getImageData(left, top, right - left, bottom - top)
      let count = 0
      for (let i = 3; i < data.length; i += 4) if (data[i]! < 255) count++
      return count
    }, area)
  }

  /** Turns the wheel over a place of the image until it is at least so large, in per cent. */
  async function zoomAt(place: Point, least: number): Promise<void> {
    for (let turns = 0; turns < 60 && (await percent()) < least; turns++) {
      const { x, y } = (await sight()).toPage(place)
      await page.mouse.move(x, y)
      await page.mouse.wheel(0, -120)
      await page.waitForTimeout(150)
    }
  }

  /** Whether what is seen has landmarks where they are, as far as they are in sight and large enough. */
  async function landmarksSeen(): Promise<number> {
    const { toPage, scale } = await sight()
    const canvas = await box()
    const middle = ({ x, y }: Landmark): Point => toPage({ x: x + LANDMARK / 2, y: y + LANDMARK / 2 })
    const inSight = Array.from({ length: 20 }, (_, at) => landmarkAt(at, size)).filter((mark) => {
      const { x, y } = middle(mark)
      return x > canvas.x + 2 && y > canvas.y + 2 && x < canvas.x + canvas.width - 2 && y < canvas.y + canvas.height - 2
    })
    // Within and just without each corner: an offset by a few pixels of the screen would show.
    const inset = Math.max(3 / scale, 3)
    for (const mark of inSight) {
      const [near, far] = [inset, LANDMARK - inset]
      const corners = [near, far].flatMap((dx) => [near, far].map((dy) => toPage({ x: mark.x + dx, y: mark.y + dy })))
      const seen = corners.filter(({ x, y }) => x > canvas.x && y > canvas.y && x < canvas.x + canvas.width && y < canvas.y + canvas.height)
      for (const color of await colors(seen)) expect(isNear(color, mark.color), `${String(color)} for ${String(mark.color)}`).toBe(true)
      const beyond = [toPage({ x: mark.x - inset, y: mark.y - inset })].filter(({ x, y }) => x > canvas.x && y > canvas.y)
      for (const color of await colors(beyond)) expect(isNear(color, mark.color)).toBe(false)
    }
    return inSight.length
  }

  it('shows all of a large image, every landmark where it is', async () => {
    await openImage(page, tiled)
    // The layer may show the image before it for a moment yet.
    await expect
      .poll(
        async () =>
          drawn(page)
            .then(landmarksSeen)
            .catch(() => 0),
        WAIT,
      )
      .toBe(20)
    expect(await holes(await sight())).toBe(0)
    expect(await page.getByRole('img', { name: 'Scale bar' }).count()).toBe(0)
    expect(await page.getByLabel('Magnification').count()).toBe(0)
    await shoot(session, 'slides-fit')
  })

  it('zooms in by the wheel without holes or offsets at any step', async () => {
    for (const least of [20, 60, 240]) {
      await zoomAt(place, least)
      // Before all is there, coarser tiles lie under it.
      expect(await holes(await sight())).toBe(0)
      await drawn(page)
      expect(await holes(await sight())).toBe(0)
      expect(await landmarksSeen()).toBeGreaterThan(0)
      await shoot(session, `slides-zoom-${String(least)}`)
    }
  })

  it('keeps a box that is drawn round something where it is, at every zoom', async () => {
    const { toPage } = await sight()
    const [from, to] = [toPage(mark), toPage({ x: mark.x + LANDMARK, y: mark.y + LANDMARK })]
    await page.keyboard.press('r')
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move(to.x, to.y, { steps: 6 })
    await page.mouse.up()
    await expect.poll(async () => (await annotationsOn(page, tiled.name)).length, WAIT).toBe(1)
    const [object] = await annotationsOn(page, tiled.name)
    if (object?.shape.type !== 'box') throw new Error('no box')
    expect(Math.abs(object.shape.x - mark.x)).toBeLessThan(1)
    expect(Math.abs(object.shape.y + object.shape.height - mark.y - LANDMARK)).toBeLessThan(1)
    await page.keyboard.press('Escape')
    await page.keyboard.press('m')
    await shoot(session, 'slides-box-near')
    await zoomAt({ x: mark.x, y: mark.y }, 1200)
    await drawn(page)
    await shoot(session, 'slides-box-nearest')
    await boxStandsRightly()
    await page.keyboard.press('0')
    await expect.poll(percent, WAIT).toBeLessThan(20)
    await drawn(page)
    expect(await landmarksSeen()).toBe(20)
    await boxStandsRightly()
    await shoot(session, 'slides-box-far')
  })

  /** The line of the box is drawn where the box is stored. */
  async function boxStandsRightly(): Promise<void> {
    const { toPage } = await sight()
    const [object] = await annotationsOn(page, tiled.name)
    if (object?.shape.type !== 'box') throw new Error('no box')
    const corner = toPage(object.shape)
    const along = [-2, -1, 0, 1, 2].map((dx) => ({ x: corner.x + dx, y: corner.y + 4 }))
    expect((await colors(along, 'mass')).some((color) => color[3] === 255)).toBe(true)
  }

  it('is dragged about at high zoom without a hole, and measured on the way', async () => {
    await zoomAt(place, 100)
    const { x, y, width, height } = await box()
    const [left, right, middle] = [x + 120, x + width - 240, y + height / 2]
    for (let pull = 0; pull < 4; pull++) {
      await page.mouse.move(right, middle)
      await page.mouse.down()
      for (let step = 1; step <= 8; step++) {
        await page.mouse.move(right - ((right - left) * step) / 8, middle + step * 10)
        expect(await uncovered()).toBe(0)
      }
      await page.mouse.up()
    }
    await drawn(page)
    await landmarksSeen()
    console.log(`frames of a scripted pan and zoom, tiles: ${JSON.stringify(await frames())}`)
    await drawn(page)
    expect(await uncovered()).toBe(0)
  })

  /** Pixels of the whole image layer that are not covered: for views that lie within the image. */
  const uncovered = (): Promise<number> =>
    page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-layer=image]')!
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
      let count = 0
      for (let i = 3; i < data.length; i += 4) if (data[i]! < 255) count++
      return count
    })

  /** Milliseconds from frame to frame while the view is panned and zoomed by a script, one step a frame. */
  const frames = (): Promise<{ pan: object; zoom: object }> =>
    page.evaluate(async () => {
      const host = document.querySelector<HTMLElement>('[data-canvas]')!
      const { left, top, width, height } = host.getBoundingClientRect()
      const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true }
      const run = async (steps: number, init: (step: number) => WheelEventInit): Promise<object> => {
        const times: number[] = []
        let last = performance.now()
        for (let step = 0; step < steps; step++) {
          host.dispatchEvent(new WheelEvent('wheel', { ...at, ...init(step) }))
          const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
          if (step > 0) times.push(now - last)
          last = now
        }
        times.sort((a, b) => a - b)
        const share = (part: number): number => Math.round(times[Math.floor(part * (times.length - 1))]! * 10) / 10
        return { p50: share(0.5), p95: share(0.95), most: share(1) }
      }
      // Two fingers: small steps about two axes; and a pinch, which comes as a wheel with Ctrl.
      const pan = await run(240, (step) => ({ deltaX: 14 * Math.sin(step / 40), deltaY: 10 * Math.cos(step / 30) }))
      const zoom = await run(240, (step) => ({ deltaY: step % 120 < 60 ? 3 : -3, ctrlKey: true }))
      return { pan, zoom }
    })

  it.runIf(existsSync(BARE))('shows a slide that does not tell how large it is, without a scale', async () => {
    await openImage(page, { name: path.basename(BARE) })
    await drawn(page)
    expect(await page.getByRole('img', { name: 'Scale bar' }).count()).toBe(0)
    expect(await page.getByLabel('Magnification').count()).toBe(0)
    await shoot(session, 'slides-svs-bare')
  })

  it.runIf(existsSync(SLIDE))('tells how large things are on a slide, and goes to a magnification', async () => {
    const name = path.basename(SLIDE)
    await openImage(page, { name })
    await drawn(page)
    await shoot(session, 'slides-svs-fit')
    const bar = page.getByRole('img', { name: 'Scale bar' })
    expect(await bar.textContent()).toMatch(/^(\d+) (µm|mm)$/)
    const magnification = page.getByLabel('Magnification')
    await magnification.fill('10x')
    await magnification.press('Enter')
    await expect.poll(percent, WAIT).toBe(50)
    expect(await magnification.inputValue()).toBe('10x')
    await shoot(session, 'slides-svs-10x-at-once')
    await magnification.fill('20')
    await magnification.press('Enter')
    await expect.poll(percent, WAIT).toBe(100)
    await drawn(page)
    await shoot(session, 'slides-svs-20x')
    await magnification.fill('much')
    await magnification.press('Enter')
    await expect.poll(() => magnification.inputValue(), WAIT).toBe('20x')
  })

  it('shows the thumbnail of a large flat image and how far it is prepared, then its tiles', async () => {
    await openImage(page, flat)
    const note = page.getByRole('progressbar', { name: 'Preparing this image' })
    await note.filter({ hasText: /^Preparing this image for quick zooming, \d+ %$/ }).waitFor()
    await shoot(session, 'slides-preparing')
    await note.waitFor({ state: 'detached', timeout: 90_000 })
    await drawn(page)
    await shoot(session, 'slides-prepared')
  })

  it('is measured beside an image in one piece', async () => {
    await openImage(page, small)
    await page.getByRole('button', { name: 'Actual pixels' }).click()
    await page.waitForTimeout(500)
    console.log(`frames of a scripted pan and zoom, one piece: ${JSON.stringify(await frames())}`)
  })

  it.runIf(existsSync(SLIDE))('looks as well in the light theme', async () => {
    await page.keyboard.press('Control+,')
    await page.getByText('Light', { exact: true }).click()
    await page.keyboard.press('Escape')
    await openImage(page, { name: path.basename(SLIDE) })
    await drawn(page)
    await shoot(session, 'slides-light')
    await zoomAt({ x: 1100, y: 1500 }, 300)
    await drawn(page)
    await shoot(session, 'slides-light-300')
  })

  it('finds what looks alike with the wand, from the tiles in sight', async () => {
    await ask(page, 'project', 'create', { folder: path.join(home.projects, 'Areas'), task: 'segmentation', classes: ['Mark'] })
    await ask(page, 'project', 'import', { paths: [path.join(home.images, tiled.name)] })
    await page.reload()
    await openImage(page, tiled)
    await zoomAt(place, 60)
    await drawn(page)
    await page.keyboard.press('w')
    const { x, y } = (await sight()).toPage({ x: mark.x + 50, y: mark.y + 50 })
    await page.mouse.click(x, y)
    await expect.poll(async () => (await annotationsOn(page, tiled.name)).length, WAIT).toBe(1)
    const [object] = await annotationsOn(page, tiled.name)
    if (object === undefined || !isPlaced(object.shape)) throw new Error('no area')
    const found = shapeBounds(object.shape)
    for (const [seen, meant] of [
      [found.x, mark.x],
      [found.y, mark.y],
      [found.width, LANDMARK],
      [found.height, LANDMARK],
    ] as const)
      expect(Math.abs(seen - meant)).toBeLessThanOrEqual(3)
    await shoot(session, 'slides-wand')
  })

  it('leaves no fault behind', () => {
    expect(session.faults).toEqual([])
  })
})

function isNear(seen: readonly number[], color: Landmark['color']): boolean {
  return color.every((value, channel) => Math.abs(value - seen[channel]!) <= 34)
}
