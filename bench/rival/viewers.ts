// A hundred thousand areas in the real window against the same number in a viewer of the web, by turns in one run: Annotorious on OpenSeadragon,
// in the same Electron, over the same picture. Frame times while the view is moved with all of them in sight (ours dragged and zoomed by
// hand, the other shifted by itself), and the milliseconds until they are drawn. On a machine without a display a hidden screen is used,
// where all is drawn in software.
// Use: npm run build, in any folder: npm install openseadragon @annotorious/openseadragon, then
//   node bench/rival/viewers.ts --packages <that folder> [--areas 100000] [--rounds 2] [--json <file>]
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Page } from 'playwright-core'
import { makeHome, type Home } from '../../test/e2e/home.ts'
import { launchElectron } from '../../test/e2e/launch.ts'
import { CORNERS, looking, projectWith, SIDE, started } from '../many-objects.ts'
import { frame, hiddenDesk, middle, spread, type Spread } from '../window-parts.ts'

const { values } = parseArgs({
  options: {
    packages: { type: 'string' },
    areas: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '2' },
    json: { type: 'string' },
  },
})
if (values.packages === undefined) throw new Error('--packages: a folder with openseadragon and @annotorious/openseadragon installed')
const [packages, areas, rounds] = [path.resolve(values.packages), Number(values.areas), Number(values.rounds)]

type Figures = Record<string, Spread>

async function ours(folder: string, home: Home): Promise<Figures> {
  const { session, ms } = await started(home, folder)
  const { x, y } = await middle(session.page)
  await session.page.mouse.move(x, y)
  await session.page.keyboard.press('m')
  const figures = { 'until all are drawn, from the start of the process': spread([ms]), ...(await looking(session.page)) }
  if (session.faults.length > 0) throw new Error(session.faults.join('\n'))
  await session.close()
  return figures
}

/** A page with the viewer on the picture, as its own documentation sets it up; objects are put in when it is open. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>viewer</title>
<link rel="stylesheet" href="annotorious.css"><style>body{margin:0} #view{width:740px;height:732px}</style>
<div id="view" data-canvas></div><script src="openseadragon.js"></script><script src="annotorious.js"></script>
<script>
  window.viewer = OpenSeadragon({ element: document.getElementById('view'), tileSources: { type: 'image', url: 'picture.png' }, showNavigationControl: false,
    gestureSettingsMouse: { clickToZoom: false }, minZoomLevel: 0.1 })
  window.annotator = AnnotoriousOSD.createOSDAnnotator(viewer)
  window.opened = new Promise((resolve) => viewer.addHandler('open', () => resolve(true)))
</script>`

const MAIN = `const { app, BrowserWindow } = require('electron')
app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800, useContentSize: true }).loadFile('page.html'))`

async function theirs(picture: string): Promise<Figures> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'viewer-'))
  const of = (name: string): string => path.join(packages, 'node_modules', name)
  copyFileSync(of('openseadragon/build/openseadragon/openseadragon.min.js'), path.join(folder, 'openseadragon.js'))
  copyFileSync(of('@annotorious/openseadragon/dist/annotorious-openseadragon.js'), path.join(folder, 'annotorious.js'))
  copyFileSync(of('@annotorious/openseadragon/dist/annotorious-openseadragon.css'), path.join(folder, 'annotorious.css'))
  copyFileSync(picture, path.join(folder, 'picture.png'))
  writeFileSync(path.join(folder, 'page.html'), PAGE)
  writeFileSync(path.join(folder, 'main.js'), MAIN)
  writeFileSync(path.join(folder, 'package.json'), '{ "main": "main.js" }')
  const app = await launchElectron(folder)
  try {
    const page = await app.firstWindow()
    await page.waitForFunction(() => (window as unknown as { opened?: Promise<boolean> }).opened)
    const empty = await shifted(page)
    const put = await filled(page)
    return {
      'until all are drawn, from their being in the page': spread([put]),
      'frame while shifted, all in sight': await shifted(page),
      'the same without any area': empty,
    }
  } finally {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A few frames while the view is shifted a little each time, without a pointer; a drag takes minutes where a frame takes seconds. */
async function shifted(page: Page): Promise<Spread> {
  const times = await page.evaluate(async () => {
    interface Viewport {
      readonly panBy: (by: object, at: boolean) => void
    }
    const { viewer, OpenSeadragon } = window as unknown as {
      viewer: { viewport: Viewport }
      OpenSeadragon: { Point: new (x: number, y: number) => object }
    }
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))
    const times: number[] = []
    let last = await frame()
    for (let i = 0; i < 12; i++) {
      viewer.viewport.panBy(new OpenSeadragon.Point(i % 2 === 0 ? 0.01 : -0.01, 0), true)
      const now = await frame()
      times.push(now - last)
      last = now
    }
    return times.slice(2)
  })
  return spread(times)
}

/** Puts the areas in; milliseconds until the frame after. @throws Error where the viewer does not hold all of them. */
async function filled(page: Page): Promise<number> {
  const { held, ms } = await page.evaluate(
    async ({ count, side, corners }) => {
      interface Annotator {
        readonly setAnnotations: (all: object[], replace: boolean) => void
        readonly getAnnotations: () => object[]
      }
      const { annotator } = window as unknown as { annotator: Annotator }
      const areaOf = (i: number): object => {
        const [x, y] = [12 + Math.random() * (side - 24), 12 + Math.random() * (side - 24)]
        const radius = 4 + 8 * Math.random()
        const points = Array.from({ length: corners }, (_, k) => {
          const turn = (2 * Math.PI * k) / corners
          return [x + radius * Math.cos(turn), y + 0.8 * radius * Math.sin(turn)]
        })
        const bounds = { minX: x - radius, minY: y - radius, maxX: x + radius, maxY: y + radius }
        const id = `area-${String(i)}`
        return { id, bodies: [], target: { annotation: id, selector: { type: 'POLYGON', geometry: { points, bounds } } } }
      }
      const all = Array.from({ length: count }, (_, i) => areaOf(i))
      const since = performance.now()
      annotator.setAnnotations(all, true)
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      return { held: annotator.getAnnotations().length, ms: performance.now() - since }
    },
    { count: areas, side: SIDE, corners: CORNERS },
  )
  await frame(page)
  if (held !== areas) throw new Error(`the viewer holds ${String(held)} of ${String(areas)} areas`)
  return ms
}

const leave = await hiddenDesk()
const home = makeHome()
const told: Record<string, unknown>[] = []
try {
  const folder = await projectWith(home, areas, 0)
  for (let round = 1; round <= rounds; round++) {
    const figures = {
      Slidewright: await ours(folder, home),
      'Annotorious on OpenSeadragon': await theirs(path.join(home.images, 'smear_1.png')),
    }
    console.log(
      `round ${round}: ${areas} areas of ${CORNERS} corners on ${SIDE} x ${SIDE} pixels; milliseconds; load ${os.loadavg()[0]!.toFixed(1)}`,
    )
    for (const [name, rows] of Object.entries(figures)) {
      console.log(name)
      console.table(rows)
    }
    told.push(figures)
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ areas, rounds: told }, null, 2)}\n`)
} finally {
  home.remove()
  leave()
}
