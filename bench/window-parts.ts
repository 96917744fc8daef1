// What benches of the real window share.
import { type Page } from 'playwright-core'

interface Tools {
  readonly environment: (found: unknown) => NodeJS.ProcessEnv
  readonly readFound: () => { readonly screen: { readonly xvfb: string | null } } | null
  readonly hasDisplay: () => boolean
  readonly hiddenScreen: (xvfb: string) => Promise<{ readonly display: string; readonly stop: () => void }>
}

/** Electron, SQLite's binding and a screen as set-up found them; the returned function takes the screen away. */
export async function hiddenDesk(): Promise<() => void> {
  const load = async (file: string): Promise<Partial<Tools>> => (await import(new URL(file, import.meta.url).href)) as Partial<Tools>
  const tools = { ...(await load('../tools/setup/found.mjs')), ...(await load('../tools/screen.mjs')) } as Tools
  const found = tools.readFound()
  if (!found) throw new Error('the set-up has not been run yet; type: npm run setup')
  Object.assign(process.env, tools.environment(found))
  if (tools.hasDisplay()) return () => undefined
  if (!found.screen.xvfb) throw new Error('no display and no Xvfb on this machine')
  const screen = await tools.hiddenScreen(found.screen.xvfb)
  process.env['DISPLAY'] = screen.display
  return screen.stop
}

export interface Spread {
  readonly p50: number
  readonly p95: number
  readonly most: number
}

export function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): number => Math.round(10 * sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!) / 10
  return { p50: at(0.5), p95: at(0.95), most: at(1) }
}

/** Milliseconds between frames while something is done to the page. */
export async function framesDuring(page: Page, task: () => Promise<void>): Promise<Spread> {
  await page.evaluate(() => {
    const times: number[] = []
    let last = 0
    const frame = (now: number): void => {
      if (last > 0) times.push(now - last)
      last = now
      handle = requestAnimationFrame(frame)
    }
    let handle = requestAnimationFrame(frame)
    Object.assign(window, { stopFrames: () => (cancelAnimationFrame(handle), times) })
  })
  await task()
  return spread(await page.evaluate(() => (window as unknown as { stopFrames: () => number[] }).stopFrames()))
}

/** Of one event, milliseconds until the frame that follows it is done. */
export interface Followed {
  /** Since the system stamped it, and since the page was given it: both with the wait for the screen's next frame, up to 16.7 ms at 60 a second. */
  readonly whole: number
  readonly given: number
  /** Without that wait: what the page does with the event before anything else can happen, and from there on what it does in the frame. */
  readonly own: number
}

/** Follows events of a kind from now on, each until the frame after it is done. */
export async function follow(page: Page, kind: 'pointermove' | 'pointerup' | 'keydown'): Promise<void> {
  await page.evaluate((event) => {
    const times: Followed[] = []
    const [dealt, done] = [new MessageChannel(), new MessageChannel()]
    const waiting: { readonly stamped: number; readonly given: number; handled: number }[] = []
    let began = 0
    dealt.port1.onmessage = () => {
      const now = performance.now()
      for (const one of waiting) one.handled = Math.min(one.handled, now)
    }
    done.port1.onmessage = () => {
      const now = performance.now()
      const each = waiting.splice(0).map(({ stamped, given, handled }) => {
        return { whole: now - stamped, given: now - given, own: now - given - Math.max(0, began - handled) }
      })
      times.push(...each)
    }
    const hear = ({ timeStamp }: Event): void => {
      dealt.port2.postMessage(null)
      const first = waiting.push({ stamped: timeStamp, given: performance.now(), handled: Infinity }) === 1
      if (first) requestAnimationFrame(() => { began = performance.now(); done.port2.postMessage(null) }) // prettier-ignore
    }
    const before = window as unknown as { unfollow?: () => void }
    before.unfollow?.()
    window.addEventListener(event, hear, { capture: true })
    Object.assign(window, {
      followed: () => times.splice(0),
      unfollow: () => {
        window.removeEventListener(event, hear, { capture: true })
      },
    })
  }, kind)
}

/** What was followed since this was asked last. */
export const followed = (page: Page): Promise<Followed[]> =>
  page.evaluate(() => (window as unknown as { followed: () => Followed[] }).followed())

/** Tells how long the page's own thread has worked so far: milliseconds of the processor, which others on the machine do not lengthen. */
export async function workClock(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value
  }
}

export async function middle(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator('[data-canvas]').boundingBox()
  if (!box) throw new Error('there is no canvas')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width, height: box.height }
}

export async function pan(page: Page): Promise<void> {
  const { x, y } = await middle(page)
  await page.mouse.down()
  for (let i = 0; i <= 240; i++) {
    const angle = (i / 120) * 2 * Math.PI
    await page.mouse.move(x + 150 * Math.sin(angle), y + 100 * (1 - Math.cos(angle)))
  }
  await page.mouse.up()
}

export async function zoom(page: Page): Promise<void> {
  for (let i = 0; i < 48; i++) {
    await page.mouse.wheel(0, i % 16 < 8 ? -120 : 120)
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  }
}

/** Until the frame after the next one. */
export const frame = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
