// The brush on an image 20,000 px wide in the real window in the real Electron: from a move of the pointer until the frame with the stroke is
// drawn, for brushes about 10, 200 and 2,000 image pixels wide, and from the button's release until the stroke is on the disk. On a machine
// without a display a hidden screen is used, where all is drawn in software.
// Use: npm run build, then node bench/brush.ts [--moves 200] [--json <file>]
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Page } from 'playwright-core'
import { Workbench } from '../src/main/workbench/index.ts'
import { makeHome } from '../test/e2e/home.ts'
import { startApp } from '../test/e2e/session.ts'
import { createSlide } from '../test/e2e/slide-file.ts'
import { follow, followed, hiddenDesk, middle, spread, type Spread } from './window-parts.ts'

const { values } = parseArgs({ options: { moves: { type: 'string', default: '200' }, json: { type: 'string' } } })
const SIDE = 20_000

/** Steps of the wheel from the whole image in sight, and presses of the key that widens the brush. */
const STROKES = [
  { steps: 22, wider: 0 },
  { steps: 8, wider: 0 },
  { steps: 0, wider: 2 },
] as const

interface Stroke {
  readonly frames: Spread
  readonly work: Spread
  readonly saved: number
}

async function stroke(page: Page, moves: number): Promise<Stroke> {
  const { x, y } = await middle(page)
  await page.mouse.move(x - 150, y)
  await page.mouse.down()
  await followed(page)
  for (let i = 0; i <= moves; i++) {
    const turn = (i / 40) * 2 * Math.PI
    await page.mouse.move(x - 150 + (300 * i) / moves, y + 80 * Math.sin(turn))
  }
  const since = performance.now()
  await page.mouse.up()
  await page.getByText(/all changes saved \d/).waitFor()
  const saved = performance.now() - since
  const times = await followed(page)
  return { frames: spread(times.map(({ whole }) => whole)), work: spread(times.map(({ given }) => given)), saved }
}

/** Diameter in image pixels, from what the tool bar and the status bar say. */
async function diameter(page: Page): Promise<number> {
  const width = await page
    .getByRole('button', { name: /^Brush/ })
    .last()
    .innerText()
  const zoom = await page.locator('[aria-label="Zoom"]').first().innerText()
  return Math.round((100 * Number.parseFloat(width)) / Number.parseFloat(zoom))
}

const leave = await hiddenDesk()
const home = makeHome()
try {
  const file = path.join(home.images, 'slide.tif')
  await createSlide(file, { width: SIDE, height: SIDE })
  const folder = path.join(home.projects, 'Brush.slidewright')
  const bench = await Workbench.create({ folder, task: 'segmentation', classes: ['Tumour', 'Stroma'] }, 'Bench')
  await bench.import({ paths: [file] })
  await bench.close()
  const { page, close, faults } = await startApp(home, folder)
  await page.waitForFunction(() => document.querySelector('canvas[data-layer="image"]')?.getAttribute('data-missing') === '0')
  const { x, y } = await middle(page)
  await follow(page, 'pointermove')
  const results: Record<string, Spread & { readonly workP50: number; readonly workP95: number; readonly saved: number }> = {}
  for (const { steps, wider } of STROKES) {
    await page.mouse.click(x, y)
    await page.keyboard.press('0')
    await page.mouse.move(x, y)
    for (let i = 0; i < steps; i++) await page.mouse.wheel(0, -120)
    await page.keyboard.press('b')
    for (let i = 0; i < wider; i++) await page.keyboard.press(']')
    await page.waitForTimeout(1500)
    const name = `${String(await diameter(page))} px`
    const { frames, work, saved } = await stroke(page, Number(values.moves))
    results[name] = { ...frames, workP50: work.p50, workP95: work.p95, saved: Math.round(saved) }
  }
  console.log(
    `Brush on ${String(SIDE)} x ${String(SIDE)} px; milliseconds from a move to its frame, of which from when the page heard of it (work), and from the release to the disk`,
  )
  console.table(results)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
  await close()
} finally {
  home.remove()
  leave()
}
