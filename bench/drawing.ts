// Tiles drawn by the canvas that the viewer has against a WebGL2 pass, in the real Electron: the same tiles of 512 pixels on the same path of
// views, turn about in one run, as they are held already (warm) and with two new ones a frame (cold). Frames p50 and p95, and the milliseconds
// that the page itself spends on one. Where there is no GPU both are drawn in software, which is said.
// Use: npm run build, then node bench/drawing.ts [rounds, 3] [frames of each, 90]
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import os from 'node:os'
import { makeHome } from '../test/e2e/home.ts'
import { startApp } from '../test/e2e/session.ts'
import type { Drawn } from './drawing-page.ts'
import { hiddenDesk, spread } from './window-parts.ts'

const [rounds, frames] = [Number(process.argv[2] ?? 3), Number(process.argv[3] ?? 90)]
const script = stripTypeScriptTypes(readFileSync(new URL('drawing-page.ts', import.meta.url), 'utf8')).replaceAll('export ', '')
const leave = await hiddenDesk()
const home = makeHome()
try {
  const { page, close } = await startApp(home)
  const { renderer, size, runs } = await page.evaluate<Drawn>(
    `(() => { ${script}\nreturn drawInPage(${JSON.stringify({ rounds, frames })}) })()`,
  )
  await close()
  const load = os.loadavg().map((value) => value.toFixed(1))
  console.log(`${renderer}; ${size.width} x ${size.height} device pixels; ${os.cpus().length} cores, load ${load.join(' ')}`)
  const rows = Object.entries(runs).map(([name, { intervals, own }]) => {
    const [frame, page] = [spread(intervals), spread(own)]
    return [name, { 'frame p50': frame.p50, 'frame p95': frame.p95, 'page p50': page.p50, 'page p95': page.p95 }] as const
  })
  console.table(Object.fromEntries(rows))
} finally {
  home.remove()
  leave()
}
