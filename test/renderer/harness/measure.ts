import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Page } from 'playwright-core'
import { type Stores } from '../../../src/renderer/state/stores.ts'
import { servePage } from './serve.ts'
import { percentile, threadTimes } from './trace.ts'

// Frame times of pan and zoom with many boxes, and pictures of the canvas on every stain. Where other programs share the machine,
// the time between frames says little: the best round, and the processor time that each thread takes a frame, say more.
//   node test/renderer/harness/measure.ts --boxes 5000 --shots <folder> [--chromium /usr/bin/chromium] [--size 1280x800]

const { values } = parseArgs({
  options: {
    boxes: { type: 'string', default: '5000' },
    guesses: { type: 'string', default: '0' },
    shots: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    size: { type: 'string', default: '1280x800' },
    ratio: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
  },
})
const [width, height] = values.size.split('x').map(Number) as [number, number]

interface Frames {
  readonly p50: number
  readonly p95: number
  readonly max: number
  readonly scriptP95: number
  readonly over: number
}

/** Runs a movement of the view for some seconds, one step a frame, and tells how long frames took. */
async function frames(page: Page, kind: 'pan' | 'zoom' | 'pan-close'): Promise<Frames> {
  const { times, scripts } = await page.evaluate(async (movement) => {
    const { stores } = window as unknown as { stores: Stores }
    stores.view.fit()
    const whole = stores.view.getState().view
    if (movement === 'pan') stores.view.zoomBy(1.6)
    if (movement === 'pan-close') stores.view.zoomBy(6)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const times: number[] = []
    const scripts: number[] = []
    let last = 0
    for (let frame = 0; frame < 240; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      const now = performance.now()
      if (last > 0) times.push(now - last)
      last = now
      const angle = (frame / 240) * 4 * Math.PI
      if (movement === 'zoom') stores.view.set({ ...whole, zoom: whole.zoom * 6 ** ((1 - Math.cos(angle)) / 2) })
      else stores.view.panBy(6 * Math.cos(angle), 5 * Math.sin(angle))
      scripts.push(performance.now() - now)
    }
    return { times, scripts }
  }, kind)
  return {
    ...{ p50: percentile(times, 0.5), p95: percentile(times, 0.95), max: percentile(times, 1) },
    ...{ scriptP95: percentile(scripts, 0.95), over: times.filter((time) => time > 25).length },
  }
}

async function open(page: Page, url: string, query: string): Promise<void> {
  await page.goto(`${url}?${query}`)
  await page.waitForFunction(() => 'stores' in window)
  await page.waitForTimeout(1200)
}

async function shoot(page: Page, url: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const scheme of ['dark', 'light'])
    for (const stain of ['pink', 'purple', 'brown', 'black']) {
      await open(page, url, `stain=${stain}&scheme=${scheme}&boxes=50&guesses=25&points=10&width=1000&height=750`)
      const spot = await page.evaluate(() => {
        const { stores } = window as unknown as { stores: Stores }
        const { byId } = stores.scene.getState().scene
        const object = (id: string) => byId.get(id as Parameters<typeof byId.get>[0])!
        stores.selection.select([object('a3').id])
        stores.tool.pick('select')
        const { view, frame } = stores.view.getState()
        const { shape } = object('a9')
        const [x, y, half] = shape.type === 'box' ? [shape.x, shape.y, shape.width / 2] : [0, 0, 0]
        const to = (value: number, centre: number, size: number): number => (value - centre) * view.zoom + size / 2
        return [to(x + half, view.centre.x, frame.viewport.width), to(y + half, view.centre.y, frame.viewport.height)] as const
      })
      await page.mouse.move(...spot)
      await page.waitForTimeout(250)
      await page.screenshot({ path: path.join(folder, `${stain}-${scheme}.png`) })
    }
}

const { server, url } = await servePage()
const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: Number(values.ratio) })
  page.on('pageerror', (error) => {
    console.error(error.message)
  })
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(message.text())
  })
  if (values.shots !== undefined) await shoot(page, url, values.shots)
  else {
    await open(page, url, `boxes=${values.boxes}&guesses=${values.guesses}&width=2048&height=1536`)
    for (const kind of ['pan', 'zoom', 'pan-close'] as const) {
      const rounds: (Frames & { threads: string })[] = []
      for (let round = 0; round < Number(values.rounds); round++) {
        await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] })
        const times = await frames(page, kind)
        const threads = threadTimes((await browser.stopTracing()).toString())
        rounds.push({ ...times, threads: threads.map(({ thread, p50, p95, max }) => `${thread} ${[p50, p95, max].join('/')}`).join(', ') })
      }
      rounds.sort((a, b) => a.p95 - b.p95)
      console.log(JSON.stringify({ kind, best: rounds[0], p95s: rounds.map(({ p95 }) => p95) }))
    }
  }
} finally {
  await browser.close()
  await server.close()
}
