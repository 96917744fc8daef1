// A hundred thousand areas, or a million points, on one image in the real window in the real Electron: from the start of the process until
// they are drawn, from the click on the project in the start screen until its image and its objects are, frame times while the view is dragged and zoomed, how long the window is busy with a move of the pointer over them, a rubber
// band, a selection of all, one edit and its undo, and a change of class of ten thousand; and the memory of the window. On a machine without a
// display a hidden screen is used, where all is drawn in software.
// Beside it stands a plain Konva layer in the same window with as many lines, or circles, as nodes of their own, shifted frame by frame.
// Use: npm run build, then node bench/objects.ts [--areas 100000] [--points 0] [--selecting] [--opening] [--facts] [--rival] [--json <file>]
// With --selecting or --opening: that alone. With --facts: another class, a lock and no lock for all of them, alone.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Page } from 'playwright-core'
import { makeHome, type Home } from '../test/e2e/home.ts'
import { startApp } from '../test/e2e/session.ts'
import { selecting, waysToSelect } from './selecting.ts'
import { CORNERS, each, looking, projectWith, SIDE, started, untilDrawn } from './many-objects.ts'
import { frame, framesDuring, hiddenDesk, middle, pan, spread, workClock, type Spread } from './window-parts.ts'

const { values } = parseArgs({
  options: {
    areas: { type: 'string', default: '100000' },
    points: { type: 'string', default: '0' },
    json: { type: 'string' },
    rival: { type: 'boolean' },
    selecting: { type: 'boolean' },
    facts: { type: 'boolean' },
    opening: { type: 'boolean' },
  },
})
/** Milliseconds from the click on the project in the start screen until its picture is seen, and until its objects are, some times in one window. */
async function opening(home: Home): Promise<Record<string, Spread>> {
  const session = await startApp(home)
  const { page } = session
  const [pictures, objects]: [number[], number[]] = [[], []]
  for (let i = 0; i < 7; i++) {
    const card = page.getByRole('button', { name: 'Open Bench' })
    await card.waitFor()
    const since = performance.now()
    const seen = async (layer: 'image' | 'mass', times: number[]): Promise<void> => {
      await untilDrawn(page, layer)
      times.push(performance.now() - since)
    }
    await card.click()
    await Promise.all([seen('image', pictures), seen('mass', objects)])
    await page.getByRole('button', { name: 'Project Bench' }).click()
    await page.getByRole('menuitem', { name: 'Close project' }).click()
  }
  await session.close()
  return { 'open to first picture': spread(pictures), 'open to objects drawn': spread(objects) }
}

/** The start screen lists what was opened before. */
async function openedOnce(home: Home, folder: string): Promise<Record<string, Spread>> {
  const { session, ms } = await started(home, folder)
  await session.close()
  return { 'start to objects drawn': spread([ms]), ...(await opening(home)) }
}

/** Milliseconds until main has told of a change. */
async function untilChanged(page: Page, task: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const { slidewright: bridge } = window as unknown as { slidewright: { listen: (hear: (raw: unknown) => void) => () => void } }
    const since = performance.now()
    const told = new Promise<number>((resolve) => {
      // What reaches the page is copied for each who listens.
      const stop = bridge.listen((raw) => {
        if ((raw as { event?: string }).event !== 'changed') return
        resolve(performance.now() - since)
        stop()
      })
    })
    Object.assign(window, { changed: told })
  })
  await task()
  return page.evaluate(() => (window as unknown as { changed: Promise<number> }).changed)
}

/** An edit of one object and its undo, again and again. */
async function editing(page: Page): Promise<Record<string, Spread>> {
  const [edits, undos]: [number[], number[]] = [[], []]
  for (let i = 0; i < 10; i++) {
    await page.keyboard.press('Tab')
    await page.getByText('1 selected').waitFor()
    await frame(page)
    edits.push(await untilChanged(page, () => page.keyboard.press('Delete')))
    await frame(page)
    undos.push(await untilChanged(page, () => page.keyboard.press('Control+z')))
    await frame(page)
  }
  return { 'one edit to disk': spread(edits), 'its undo': spread(undos) }
}

/** What all objects are given by one key: milliseconds until main has told of it, and that the page's own thread has worked once all is drawn. */
async function givingAll(page: Page): Promise<Record<string, Spread>> {
  const worked = await workClock(page)
  const results: Record<string, Spread> = {}
  const give = async (name: string, keys: readonly string[]): Promise<void> => {
    const [told, work]: [number[], number[]] = [[], []]
    for (const key of keys) {
      await page.keyboard.press('Control+a')
      await frame(page)
      const before = await worked()
      told.push(await untilChanged(page, () => page.keyboard.press(key)))
      // Main's answer comes after its event, and is drawn.
      await frame(page)
      await frame(page)
      work.push((await worked()) - before)
    }
    results[`${name}, to disk`] = spread(told)
    results[`${name}, work of the window`] = spread(work)
  }
  await give('another class', ['1', '2', '3', '1', '2', '3'])
  await give('lock or unlock', Array<string>(6).fill('Control+k'))
  return results
}

async function measure(home: Home, folder: string): Promise<Record<string, Spread>> {
  const { session, ms } = await started(home, folder)
  const { page } = session
  const { x, y } = await middle(page)
  const everything = values.selecting === undefined
  await page.mouse.move(x, y)
  await page.keyboard.press('m')
  const results: Record<string, Spread> = { 'start to objects drawn': spread([ms]) }
  if (values.facts !== undefined) {
    Object.assign(results, await givingAll(page))
    await session.close()
    return results
  }
  if (everything) Object.assign(results, await looking(page))
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, -120)
  await frame(page)
  if (everything) results['frame while dragging, single objects'] = await framesDuring(page, () => pan(page))
  results['busy with a click'] = await each(page, 20, (i) => page.mouse.click(x + 9 * i, y))
  await page.keyboard.press('Escape')
  const { all, some } = await waysToSelect(page)
  Object.assign(results, await selecting(page, some, 20))
  if (everything) Object.assign(results, await editing(page))
  await page.keyboard.press('Escape')
  await page.keyboard.press('0')
  await frame(page)
  Object.assign(results, await selecting(page, all, 12))
  const memory = await session.app.evaluate(({ app }) =>
    app.getAppMetrics().map(({ type, memory: { workingSetSize } }) => [type, workingSetSize]),
  )
  console.log('memory MB', Object.fromEntries(memory.map(([type, size]) => [type, Math.round(Number(size) / 1024)])))
  if (session.faults.length > 0) throw new Error(session.faults.join('\n'))
  if (values.rival !== undefined)
    results['frame of a plain Konva layer'] = await konvaFrames(page, Number(values.areas), Number(values.points))
  await session.close()
  return results
}

interface KonvaNode {
  readonly add: (node: KonvaNode) => void
  readonly x: (value: number) => void
  readonly draw: () => void
}

/** Frames of a plain Konva layer that is shifted ten pixels a frame: every object a node of its own, all in sight as in the measured view. */
async function konvaFrames(page: Page, areas: number, points: number): Promise<Spread> {
  await page.evaluate(readFileSync(new URL('../node_modules/konva/konva.min.js', import.meta.url), 'utf8'))
  return spread(
    await page.evaluate(
      async ({ areas: lines, points: circles, corners }) => {
        type Kind = new (settings: object) => KonvaNode
        const { Konva } = window as unknown as { Konva: Readonly<Record<'Stage' | 'Layer' | 'Line' | 'Circle', Kind>> }
        const box = document.body.appendChild(document.createElement('div'))
        const stage = new Konva.Stage({ container: box, width: 740, height: 732 })
        const layer = new Konva.Layer({ listening: false })
        stage.add(layer)
        const plain = { stroke: '#00ff00', strokeWidth: 1, perfectDrawEnabled: false }
        for (let i = 0; i < lines + circles; i++) {
          const [x, y, radius] = [Math.random() * 630, Math.random() * 630, 0.3 + Math.random()]
          const ring = Array.from({ length: 2 * corners }, (_, k) => {
            const turn = (2 * Math.PI * (k >> 1)) / corners
            return k % 2 === 0 ? x + radius * Math.cos(turn) : y + radius * Math.sin(turn)
          })
          layer.add(
            i < lines
              ? new Konva.Line({ points: ring, closed: true, fill: '#00ff0044', ...plain })
              : new Konva.Circle({ x, y, radius: 4, ...plain }),
          )
        }
        const times: number[] = []
        for (let i = 0; i < 8; i++) {
          const since = performance.now()
          layer.x(10 * i)
          layer.draw()
          await new Promise((resolve) => requestAnimationFrame(resolve))
          times.push(performance.now() - since)
        }
        box.remove()
        return times
      },
      { areas, points, corners: CORNERS },
    ),
  )
}

const leave = await hiddenDesk()
const home = makeHome()
try {
  const [areas, points] = [Number(values.areas), Number(values.points)]
  const folder = await projectWith(home, areas, points)
  const results = values.opening === undefined ? await measure(home, folder) : await openedOnce(home, folder)
  console.log(`${areas} areas of ${CORNERS} corners and ${points} points on ${SIDE} x ${SIDE} pixels; milliseconds`)
  console.table(results)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ areas, points, results }, null, 2)}\n`)
} finally {
  home.remove()
  leave()
}
