// The real window in the real Electron with 5,000 boxes on one image: from the start of the process until image and boxes are drawn,
// frame times while the view is dragged and zoomed by wheel, and how long a drawn box takes from the button's release until it is
// committed on the disk. On a machine without a display a hidden screen is used, where all is drawn in software.
// Use: npm run build, then node bench/window.ts [--rounds 5] [--boxes 5000] [--edits 60] [--json <file>]
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Page } from 'playwright-core'
import { type Bridge } from '#shared/ipc/channel.ts'
import { createRandom } from '#shared/random.ts'
import { annotationId, newId } from '#shared/records/ids.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { type Message } from '#shared/ipc/transport.ts'
import { Workbench } from '../src/main/workbench/index.ts'
import { makeHome, writeSmears, type Home } from '../test/e2e/home.ts'
import { startApp, type Session } from '../test/e2e/session.ts'
import { framesDuring, hiddenDesk, middle, pan, spread, zoom, type Spread } from './window-parts.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    boxes: { type: 'string', default: '5000' },
    edits: { type: 'string', default: '60' },
    json: { type: 'string' },
  },
})
const WIDTH = 2048
const HEIGHT = 1536

/** A project with one image and so many boxes of the size of cells, each in one of three classes. */
async function projectWithBoxes(home: Home, boxes: number): Promise<string> {
  const files = await writeSmears(home.images, 1, { width: WIDTH, height: HEIGHT, redCellDiameter: 40 })
  const folder = path.join(home.projects, 'Bench.slidewright')
  const bench = await Workbench.create({ folder, task: 'detection', classes: ['RBC', 'WBC', 'Platelets'] }, 'Bench')
  await bench.import({ paths: files.map((file) => file.path) })
  const image = bench.images()[0]!
  const classes = bench.classes()
  const random = createRandom(1)
  const at = new Date().toISOString()
  const annotations = Array.from({ length: boxes }, (_, i): AnnotationRecord => {
    const [width, height] = [random.uniform(16, 48), random.uniform(16, 48)]
    const shape = { type: 'box' as const, x: random.uniform(0, WIDTH - width), y: random.uniform(0, HEIGHT - height), width, height }
    const own = { id: annotationId.parse(newId()), imageId: image.id, classId: classes[i % classes.length]!.id, shape }
    const told = { origin: 'drawn' as const, predictionId: null, ...PLAIN, author: 'Bench' }
    return { ...own, ...told, createdAt: at, updatedAt: at }
  })
  bench.edit({ label: 'Fill', put: { annotations }, remove: {} })
  await bench.close()
  return folder
}

/** Starts the app on the project; milliseconds from before the process until the first frame with the image and its boxes. */
async function started(home: Home, folder: string): Promise<{ session: Session; ms: number }> {
  const since = performance.now()
  const session = await startApp(home, folder)
  await session.page.waitForFunction(() => {
    const layer = (name: string): HTMLCanvasElement | null => document.querySelector(`[data-canvas] canvas[data-layer="${name}"]`)
    const [image, mass] = [layer('image'), layer('mass')]
    if (!image || !mass || image.width < 100) return false
    const inked = (canvas: HTMLCanvasElement): number => {
      const { data } = canvas.getContext('2d')!.getImageData(Math.floor(canvas.width / 2) - 50, Math.floor(canvas.height / 2), 100, 1)
      return data.filter((value, i) => i % 4 === 3 && value > 0).length
    }
    return inked(image) === 100 && inked(mass) > 0
  })
  return { session, ms: performance.now() - since }
}

/** Draws boxes with the mouse; milliseconds from the release of the button until main has told that the edit is committed and synced. */
async function editLatency(page: Page, edits: number): Promise<Spread> {
  await page.evaluate(() => {
    const { slidewright: bridge } = window as unknown as { slidewright: Bridge }
    const times: number[] = []
    let released = 0
    window.addEventListener('pointerup', () => (released = performance.now()), { capture: true })
    bridge.listen((raw) => {
      const heard = raw as Message
      if (heard.kind === 'event' && heard.event === 'changed') times.push(performance.now() - released)
    })
    Object.assign(window, { commits: times })
  })
  const commits = (): Promise<number[]> => page.evaluate(() => (window as unknown as { commits: number[] }).commits)
  const { x, y } = await middle(page)
  await page.keyboard.press('0')
  await page.keyboard.press('r')
  for (let i = 0; i < edits; i++) {
    const [left, top] = [x - 200 + (i % 20) * 20, y - 150 + Math.floor(i / 20) * 30]
    await page.mouse.move(left, top)
    await page.mouse.down()
    await page.mouse.move(left + 14, top + 18, { steps: 3 })
    await page.mouse.up()
    await page.waitForFunction((wanted) => (window as unknown as { commits: number[] }).commits.length >= wanted, i + 1)
  }
  return spread(await commits())
}

async function measure(home: Home, folder: string): Promise<Record<string, Spread>> {
  const starts: number[] = []
  for (let round = 1; round < Number(values.rounds); round++) {
    const { session, ms } = await started(home, folder)
    starts.push(ms)
    await session.close()
  }
  const { session, ms } = await started(home, folder)
  starts.push(ms)
  const { page } = session
  const { x, y } = await middle(page)
  await page.mouse.move(x, y)
  await page.keyboard.press('m')
  const dragged = await framesDuring(page, () => pan(page))
  const zoomed = await framesDuring(page, () => zoom(page))
  const edited = await editLatency(page, Number(values.edits))
  if (session.faults.length > 0) throw new Error(session.faults.join('\n'))
  await session.close()
  return {
    'start to image and boxes drawn': spread(starts),
    'frame while dragging': dragged,
    'frame while zooming': zoomed,
    'box from release to disk': edited,
  }
}

const takeAway = await hiddenDesk()
const home = makeHome()
try {
  const results = await measure(home, await projectWithBoxes(home, Number(values.boxes)))
  console.log(`${values.boxes} boxes on ${String(WIDTH)} x ${String(HEIGHT)} pixels; milliseconds`)
  console.table(results)
  const outcome = { boxes: Number(values.boxes), rounds: Number(values.rounds), edits: Number(values.edits), results }
  if (values.json !== undefined) {
    mkdirSync(path.dirname(path.resolve(values.json)), { recursive: true })
    writeFileSync(values.json, `${JSON.stringify(outcome, null, 2)}\n`)
  }
  console.log(JSON.stringify(outcome))
} finally {
  home.remove()
  takeAway()
}
