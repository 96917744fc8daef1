// The real window over large images for a long time: a 20,000 x 20,000 px tiled TIFF, made here, and the slides named are looked at in turn while a
// script pans and zooms without rest. Tells milliseconds until the first picture and until all of it is sharp, frame times, times of tiles that
// were not read before, tiles a second, and the memory of all processes minute by minute: it has to stay flat. The machine's load is told beside
// it. On a machine without a display a hidden screen is used, where all is drawn in software.
// Use: npm run build, then node bench/viewing.ts [--minutes 10] [--side 20000] [--json <file>] [slide ...]
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { makeHome, type Home } from '../test/e2e/home.ts'
import { givenProject, startApp, type Session } from '../test/e2e/session.ts'
import { writeNoise } from './noise-image.ts'
import { hiddenDesk, middle, spread, type Spread } from './window-parts.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '10' },
    side: { type: 'string', default: '20000' },
    json: { type: 'string' },
  },
})

/** Resident megabytes of a process and of all below it. */
function memoryOf(root: number): number {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='])
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number])
  const family = new Set([root])
  // Children have larger numbers as a rule, but not always: until nobody is added.
  for (let size = 0; size !== family.size;) {
    size = family.size
    for (const [pid, parent] of rows) if (family.has(parent)) family.add(pid)
  }
  return Math.round(rows.reduce((sum, [pid, , kilobytes]) => sum + (family.has(pid) ? kilobytes : 0), 0) / 1024)
}

interface Noted {
  readonly frames: number[]
  readonly tiles: number[]
}

/** Notes frame times, and how long each tile takes that the page asks for and waits for. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: { frames: number[]; tiles: number[] } = { frames: [], tiles: [] }
    let last = 0
    const frame = (now: number): void => {
      if (last > 0) noted.frames.push(now - last)
      last = now
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    const known = new Set<string>()
    const own = window.fetch.bind(window)
    window.fetch = async (input, init) => {
      const address = String(input)
      if (!address.startsWith('slide://tile/')) return own(input, init)
      const since = performance.now()
      const response = await own(input, init)
      const body = await response.blob()
      if (!known.has(address)) noted.tiles.push(performance.now() - since)
      known.add(address)
      return new Response(body, { status: response.status, headers: response.headers })
    }
    Object.assign(window, { noted })
  })
}

/** What was noted since the last time. */
const taken = (page: Page): Promise<Noted> =>
  page.evaluate(() => {
    const { noted } = window as unknown as { noted: Noted }
    return { frames: noted.frames.splice(0), tiles: noted.tiles.splice(0) }
  })

/** A small image that is open before each of the others, so that none is there already. */
const START = 'a-start.png'

/** Opens an image; milliseconds from the click until anything of it is drawn, and until nothing in sight is missing. */
async function opened(page: Page, name: string): Promise<{ first: number; sharp: number }> {
  await page.getByRole('option', { name: START, exact: true }).click()
  await page.getByRole('application', { name: `Image ${START},` }).waitFor()
  await page.waitForTimeout(500)
  await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-layer=image]')!
    const found: { first?: number; sharp?: number } = {}
    Object.assign(window, { found })
    window.addEventListener(
      'click',
      () => {
        const since = performance.now()
        let left = false
        const look = (): void => {
          const missing = canvas.dataset['missing'] ?? ''
          // The picture before goes first.
          left ||= missing === ''
          if (left && missing !== '') found.first ??= performance.now() - since
          if (left && missing === '0') found.sharp ??= performance.now() - since
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      },
      { capture: true, once: true },
    )
  })
  await page.getByRole('option', { name, exact: true }).click()
  const times = await page.waitForFunction(() => {
    const { found } = window as unknown as { found: { first?: number; sharp?: number } }
    return found.sharp === undefined ? null : { first: found.first!, sharp: found.sharp }
  })
  const { first, sharp: whole } = (await times.jsonValue())!
  return { first: Math.round(first), sharp: Math.round(whole) }
}

/** Pans and zooms all over the image until the moment given. */
async function roam(page: Page, until: number): Promise<void> {
  const { x, y, width, height } = await middle(page)
  for (let step = 0; performance.now() < until; step++) {
    await page.mouse.move(x + 0.3 * width * Math.sin(step), y + 0.3 * height * Math.cos(1.7 * step))
    const notches = step % 12 < 6 ? 2 : -2
    for (let i = 0; i < 3; i++) await page.mouse.wheel(0, -100 * Math.sign(notches))
    await page.mouse.down({ button: 'middle' })
    for (let i = 1; i <= 30; i++) await page.mouse.move(x + 12 * i * Math.sin(step), y + 9 * i * Math.cos(step))
    await page.mouse.up({ button: 'middle' })
    if (step % 12 === 11) await page.keyboard.press('0')
  }
}

interface Outcome {
  readonly firstPictureMs: Record<string, { readonly first: number; readonly sharp: number }>
  readonly frameMs: Spread
  readonly coldTileMs: Spread
  readonly tilesPerSecond: number
  /** MB of all processes at the end of each minute. */
  readonly memoryMB: readonly number[]
  readonly load: readonly number[]
}

async function measure(session: Session, names: readonly string[]): Promise<Outcome> {
  const { page, app } = session
  const root = app.process().pid ?? 0
  const frames: number[] = []
  const tiles: number[] = []
  const memoryMB: number[] = []
  const firstPictureMs: Record<string, { first: number; sharp: number }> = {}
  const load = [os.loadavg()[0]!]
  await listen(page)
  const start = performance.now()
  for (let minute = 0; minute < Number(values.minutes); minute++) {
    const name = names[minute % names.length]!
    const times = await opened(page, name)
    firstPictureMs[name] ??= times
    await taken(page)
    await roam(page, start + (minute + 1) * 60_000)
    const noted = await taken(page)
    frames.push(...noted.frames)
    tiles.push(...noted.tiles)
    memoryMB.push(memoryOf(root))
    load.push(os.loadavg()[0]!)
    console.log(`minute ${String(minute + 1)}: ${name}, ${String(memoryMB.at(-1))} MB, load ${load.at(-1)!.toFixed(1)}`)
  }
  const seconds = (performance.now() - start) / 1000
  return {
    firstPictureMs,
    frameMs: spread(frames),
    coldTileMs: spread(tiles),
    tilesPerSecond: Math.round((10 * tiles.length) / seconds) / 10,
    memoryMB,
    load: load.map((value) => Math.round(10 * value) / 10),
  }
}

async function prepared(home: Home): Promise<{ session: Session; names: string[] }> {
  const tiled = path.join(home.images, 'tiled.tif')
  const save = { tile: true, tileWidth: 256, tileHeight: 256, pyramid: true, compression: 'jpeg', quality: 85 } as const
  await writeNoise(tiled, Number(values.side), (image) => image.tiff(save))
  const start = path.join(home.images, START)
  await sharp({ create: { width: 200, height: 150, channels: 3, background: '#888' } }).toFile(start)
  const session = await startApp(home)
  const files = [tiled, ...positionals.map((file) => path.resolve(file))]
  await givenProject(session, home, 'Viewing', [start, ...files])
  return { session, names: files.map((file) => path.basename(file)) }
}

const takeAway = await hiddenDesk()
const home = makeHome()
try {
  const { session, names } = await prepared(home)
  const outcome = await measure(session, names)
  if (session.faults.length > 0) throw new Error(session.faults.join('\n'))
  await session.close()
  console.log(JSON.stringify(outcome, null, 2))
  if (values.json !== undefined) {
    mkdirSync(path.dirname(path.resolve(values.json)), { recursive: true })
    writeFileSync(values.json, `${JSON.stringify(outcome, null, 2)}\n`)
  }
} finally {
  home.remove()
  takeAway()
}
