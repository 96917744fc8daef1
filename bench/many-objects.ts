// What benches of very many objects share: a project with them, the window on it, and how fast one looks round there.
import path from 'node:path'
import { type Page } from 'playwright-core'
import { createRandom } from '#shared/random.ts'
import { annotationId, newId } from '#shared/records/ids.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { Workbench } from '../src/main/workbench/index.ts'
import { writeSmears, type Home } from '../test/e2e/home.ts'
import { startApp, type Session } from '../test/e2e/session.ts'
import { frame, framesDuring, middle, pan, spread, zoom, type Spread } from './window-parts.ts'

export const SIDE = 7900
export const CORNERS = 24

/** Cells of 8 to 24 pixels, or points, all over an image of nearly 8,000 x 8,000 pixels. */
export async function projectWith(home: Home, areas: number, points: number): Promise<string> {
  const files = await writeSmears(home.images, 1, { width: SIDE, height: SIDE, redCellDiameter: 80 })
  const folder = path.join(home.projects, 'Bench.slidewright')
  const bench = await Workbench.create({ folder, task: 'segmentation', classes: ['Tumour', 'Stroma', 'Lymphocyte'] }, 'Bench')
  await bench.import({ paths: files.map((file) => file.path) })
  const image = bench.images()[0]!
  const classes = bench.classes()
  const random = createRandom(1)
  const at = new Date().toISOString()
  const recordOf = (i: number): AnnotationRecord => {
    const [x, y, radius] = [random.uniform(12, SIDE - 12), random.uniform(12, SIDE - 12), random.uniform(4, 12)]
    const ring = Array.from({ length: 2 * CORNERS }, (_, k) => {
      const turn = (2 * Math.PI * (k >> 1)) / CORNERS
      return k % 2 === 0 ? x + radius * Math.cos(turn) : y + 0.8 * radius * Math.sin(turn)
    })
    const shape = i < areas ? { type: 'polygon' as const, rings: [ring] } : { type: 'point' as const, x, y }
    const own = { id: annotationId.parse(newId()), imageId: image.id, classId: classes[i % classes.length]!.id, shape }
    const told = { origin: 'drawn' as const, predictionId: null, ...PLAIN, author: 'Bench' }
    return { ...own, ...told, createdAt: at, updatedAt: at }
  }
  for (let from = 0; from < areas + points; from += 50_000) {
    const count = Math.min(50_000, areas + points - from)
    bench.edit({ label: 'Fill', put: { annotations: Array.from({ length: count }, (_, i) => recordOf(from + i)) }, remove: {} })
  }
  await bench.close()
  return folder
}

/** Waits until something is drawn in the middle of a layer of the canvas: the picture, or the mass of objects over it. */
export async function untilDrawn(page: Page, layer: 'image' | 'mass'): Promise<void> {
  await page.waitForFunction((name) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`[data-canvas] canvas[data-layer="${name}"]`)
    if (!canvas || canvas.width < 100) return false
    const { data } = canvas.getContext('2d')!.getImageData(Math.floor(canvas.width / 2) - 50, Math.floor(canvas.height / 2), 100, 1)
    return data.some((value, i) => i % 4 === 3 && value > 0)
  }, layer)
}

/** Starts the app on the project; milliseconds from before the process until the objects are drawn over the image. */
export async function started(home: Home, folder: string): Promise<{ session: Session; ms: number }> {
  const since = performance.now()
  const session = await startApp(home, folder)
  await untilDrawn(session.page, 'mass')
  return { session, ms: performance.now() - since }
}

/** How long the window is not free for anything else: the longest gap between turns of its event loop while something is done, ms. */
async function busyDuring(page: Page, task: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const state = { longest: 0, last: performance.now(), on: true }
    const channel = new MessageChannel()
    channel.port1.onmessage = () => {
      const now = performance.now()
      state.longest = Math.max(state.longest, now - state.last)
      state.last = now
      if (state.on) channel.port2.postMessage(null)
    }
    channel.port2.postMessage(null)
    Object.assign(window, { stopBusy: () => ((state.on = false), state.longest) })
  })
  await task()
  return page.evaluate(() => (window as unknown as { stopBusy: () => number }).stopBusy())
}

/** Repeats something; each time the longest the window was busy. */
export async function each(page: Page, times: number, task: (i: number) => Promise<void>): Promise<Spread> {
  const busy: number[] = []
  for (let i = 0; i < times; i++)
    busy.push(
      await busyDuring(page, async () => {
        await task(i)
        await frame(page)
      }),
    )
  return spread(busy)
}

/** Moves of the view and of the pointer over everything. */
export async function looking(page: Page): Promise<Record<string, Spread>> {
  const { x, y } = await middle(page)
  const overAll = await framesDuring(page, () => pan(page))
  const zooming = await framesDuring(page, () => zoom(page))
  return {
    'frame while dragging, all in sight': overAll,
    'frame while zooming': zooming,
    'busy after a move of the pointer': await each(page, 60, (i) => page.mouse.move(x + 5 * (i % 10), y + 7 * Math.floor(i / 10))),
  }
}
