// Kills the real app (SIGKILL) in the middle of brush strokes of ten seconds, and looks whether what was painted before is whole and nothing of
// the stroke is half there. On a machine without a display a hidden screen is used.
// Use: npm run build, then node bench/kills-stroke.ts [kills, 50] [seed, 1]
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Page } from 'playwright-core'
import { createRandom } from '#shared/random.ts'
import { openProject } from '../src/main/project/open.ts'
import { Workbench } from '../src/main/workbench/index.ts'
import { Canvas } from '../test/e2e/canvas.ts'
import { makeHome, writeSmears } from '../test/e2e/home.ts'
import { startApp } from '../test/e2e/session.ts'
import { integrityFailure } from './kills/verify.ts'
import { hiddenDesk } from './window-parts.ts'

const STROKE_MS = 10_000
const SIDE = { width: 640, height: 480 }
const [kills, seed] = [Number(process.argv[2] ?? 50), Number(process.argv[3] ?? 1)]
const random = createRandom(seed)

/** A short stroke that is let go: on the disk before the next begins. */
async function dab(page: Page, canvas: Canvas, number: number): Promise<void> {
  await canvas.drag({ x: 20 + 8 * (number % 70), y: 20 }, { x: 24 + 8 * (number % 70), y: 60 })
  await page.getByText(/all changes saved/).waitFor()
}

/** Paints to and fro until it is stopped from outside. */
async function longStroke(page: Page, canvas: Canvas): Promise<void> {
  await canvas.move({ x: 40, y: 120 })
  await page.mouse.down()
  const until = Date.now() + STROKE_MS
  for (let i = 0; Date.now() < until; i++) {
    const { x, y } = await canvas.at({ x: i % 2 === 0 ? 600 : 40, y: 120 + ((3 * i) % 320) })
    await page.mouse.move(x, y, { steps: 8 })
  }
  await page.mouse.up()
}

/** Shapes of the project as text, by id. */
async function held(folder: string): Promise<{ shapes: ReadonlyMap<string, string>; failure: string | null }> {
  const project = await openProject(folder)
  try {
    const shapes = new Map(project.annotations().map(({ id, shape }): [string, string] => [id, JSON.stringify(shape)]))
    return { shapes, failure: project.readOnly === '' ? integrityFailure(folder) : `opens to read only: ${project.readOnly}` }
  } finally {
    await project.close()
  }
}

function compared(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>, dabs: number): string | null {
  for (const [id, shape] of before) if (after.get(id) !== shape) return `${id} is not what it was`
  const fresh = after.size - before.size
  return fresh === dabs || fresh === dabs + 1 ? null : `${fresh} new areas, ${dabs} were let go before the kill`
}

const leave = await hiddenDesk()
const home = makeHome()
try {
  const [file] = await writeSmears(home.images, 1, SIDE)
  const folder = path.join(home.projects, 'Kills.slidewright')
  const bench = await Workbench.create({ folder, task: 'segmentation', classes: ['Tumour', 'Stroma'] }, 'kills')
  await bench.import({ paths: [file!.path] })
  await bench.close()
  const failures: string[] = []
  const counts = { midStroke: 0, strokeWhole: 0 }
  let before = (await held(folder)).shapes
  for (let kill = 1; kill <= kills; kill++) {
    const { app, page } = await startApp(home, folder)
    const canvas = new Canvas(page, SIDE)
    await page.getByRole('application').waitFor()
    await page.locator('[data-canvas]').hover()
    await page.keyboard.press('b')
    await dab(page, canvas, kill)
    const painting = longStroke(page, canvas).catch(() => undefined)
    await sleep(random.uniform(0, 1.05 * STROKE_MS))
    const gone = new Promise<void>((resolve) => app.process().once('exit', () => resolve()))
    app.process().kill('SIGKILL')
    await Promise.all([gone, painting])
    const { shapes, failure } = await held(folder).catch((thrown: unknown) => ({ shapes: before, failure: `does not open: ${String(thrown)}` })) // prettier-ignore
    const wrong = failure ?? compared(before, shapes, 1)
    if (wrong !== null) failures.push(`kill ${kill}: ${wrong}`)
    counts[shapes.size - before.size === 2 ? 'strokeWhole' : 'midStroke']++
    before = shapes
    process.stderr.write(`\r${kill}/${kills}  ${failures.length} failures`)
  }
  process.stderr.write('\n')
  console.log(JSON.stringify({ kills, ...counts, areas: before.size, failures }, null, 2))
  process.exitCode = failures.length === 0 ? 0 : 1
} finally {
  home.remove()
  leave()
}
