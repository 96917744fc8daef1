import { parseArgs } from 'node:util'
import { chromium, type Page } from 'playwright-core'
import { type Stores } from '../../../src/renderer/state/stores.ts'
import { servePage } from './serve.ts'
import { percentile } from './trace.ts'

// How long a piece of a stroke takes, from the pointer's event to the drawn frame, for brushes of 10, 200 and 2000 px of the image.
//   node test/renderer/harness/measure-brush.ts [--side 4000] [--chromium /usr/bin/chromium] [--shots <folder>]

const { values } = parseArgs({
  options: {
    side: { type: 'string', default: '4000' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    shots: { type: 'string' },
  },
})

interface Stroke {
  /** Milliseconds of script a frame: handling the event, and drawing. */
  readonly handled: number[]
  readonly drawn: number[]
  /** Milliseconds from letting go to the frame that shows the object at rest. */
  readonly kept: number
}

/** One stroke across the whole image at the fitting zoom, a piece a frame. */
async function stroke(page: Page, pixels: number, tool: 'brush' | 'eraser'): Promise<Stroke> {
  return page.evaluate(
    async ({ width, name }) => {
      const { stores } = window as unknown as { stores: Stores }
      stores.view.fit()
      stores.tool.pick(name)
      if (name === 'brush') stores.selection.select([])
      stores.tool.sizeBrush(width * stores.view.getState().view.zoom)
      const canvas = document.querySelector('[data-canvas]')!
      const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())))
      const send = (type: string, x: number, y: number): void => {
        const at = { clientX: x, clientY: y, pointerId: 1, button: 0, bubbles: true, pointerType: 'mouse' }
        canvas.dispatchEvent(new PointerEvent(type, at))
      }
      canvas.setPointerCapture = () => undefined
      const { width: w, height: h } = canvas.getBoundingClientRect()
      const reach = 0.4 * Math.min(w, h)
      const at = (turn: number): [number, number] => [w / 2 + reach * Math.sin(turn), h / 2 + reach * Math.cos(1.7 * turn)]
      const handled: number[] = []
      const drawn: number[] = []
      await frame()
      send('pointerdown', ...at(0))
      for (let piece = 1; piece <= 240; piece++) {
        const began = frame()
        const before = performance.now()
        send('pointermove', ...at(piece / 20))
        handled.push(performance.now() - before)
        const ended = frame()
        const start = await began
        drawn.push((await ended) - start)
      }
      const before = performance.now()
      send('pointerup', ...at(12))
      await frame()
      await frame()
      return { handled, drawn, kept: performance.now() - before }
    },
    { width: pixels, name: tool },
  )
}

const { server, url } = await servePage()
const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.on('pageerror', (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`)
  })
  await page.goto(`${url}?width=${values.side}&height=${values.side}&boxes=0&guesses=0`)
  await page.waitForFunction(() => 'stores' in window)
  await page.waitForTimeout(3000)
  for (const tool of ['brush', 'eraser'] as const)
    for (const pixels of [10, 200, 2000]) {
      const { handled, drawn, kept } = await stroke(page, pixels, tool)
      const both = handled.map((time, index) => time + drawn[index]!)
      const of = (times: readonly number[]): string => [0.5, 0.95].map((share) => percentile(times, share).toFixed(1)).join(' / ')
      const parts = [`handled ${of(handled)}`, `drawn ${of(drawn)}`, `both ${of(both)}`, `let go ${kept.toFixed(0)}`]
      process.stdout.write(`${tool} ${String(pixels)} px, ms p50 / p95: ${parts.join(', ')}\n`)
      if (values.shots !== undefined) await page.screenshot({ path: `${values.shots}/stroke-${tool}-${String(pixels)}.png` })
    }
} finally {
  await browser.close()
  await server.close()
}
