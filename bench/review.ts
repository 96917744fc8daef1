// Review at a hundred thousand predictions in the real window in the real Electron: until the queue is there, and from a key that answers until
// the next object stands on its picture (nothing on the image's layer, and no word of the question, changes any more). On a machine without a
// display a hidden screen is used, where all is drawn in software.
// Use: npm run build, then node bench/review.ts [--predictions 100000] [--images 100] [--keys 60]
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Page } from 'playwright-core'
import { createRandom } from '#shared/random.ts'
import { projectWithRun } from '../test/e2e/given-run.ts'
import { makeHome, writeSmears } from '../test/e2e/home.ts'
import { startApp } from '../test/e2e/session.ts'
import { hiddenDesk, spread } from './window-parts.ts'

const { values } = parseArgs({
  options: {
    predictions: { type: 'string', default: '100000' },
    images: { type: 'string', default: '100' },
    keys: { type: 'string', default: '60' },
  },
})
const SETTLED = 400

/** Milliseconds from a key until what is shown has changed for the last time. */
async function untilShown(page: Page, key: string): Promise<number> {
  await page.evaluate((settled) => {
    const look = (): string => {
      const canvas = document.querySelector<HTMLCanvasElement>('[data-canvas] canvas')
      const said = document.querySelector('[data-canvas]')?.getAttribute('aria-label') ?? ''
      const words = [...document.querySelectorAll('aside, section')]
        .map((part) => part.textContent)
        .join()
        .slice(0, 4000)
      if (!canvas) return said + words
      const { data } = canvas.getContext('2d')!.getImageData(canvas.width / 2 - 40, canvas.height / 2 - 40, 80, 80)
      let sum = 0
      for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i]! + 256 * data[i + 1]!) % 1_000_000_007
      return `${said} ${words} ${sum}`
    }
    const state = new Promise<number>((resolve) => {
      window.addEventListener(
        'keydown',
        () => {
          const since = performance.now()
          let [last, changed] = [look(), since]
          const frame = (): void => {
            const now = performance.now()
            const seen = look()
            if (seen !== last) [last, changed] = [seen, now]
            if (now - changed > settled) resolve(changed - since)
            else requestAnimationFrame(frame)
          }
          requestAnimationFrame(frame)
        },
        { capture: true, once: true },
      )
    })
    Object.assign(window, { shown: state })
  }, SETTLED)
  await page.keyboard.press(key)
  return page.evaluate(() => (window as unknown as { shown: Promise<number> }).shown)
}

const stop = await hiddenDesk()
const home = makeHome()
try {
  const [predictions, images] = [Number(values.predictions), Number(values.images)]
  const files = await writeSmears(home.images, images)
  const random = createRandom(1)
  const guesses = Array.from({ length: predictions }, (_, i) => ({
    image: files[i % images]!.name,
    className: i % 9 === 0 ? 'WBC' : 'RBC',
    score: random.chance(0.7) ? random.uniform(0.8, 1) : random.uniform(0.1, 0.8),
    box: [random.uniform(0, 290), random.uniform(0, 210), 28, 26] as const,
  }))
  const folder = path.join(home.projects, 'Review.slidewright')
  await projectWithRun(folder, files, guesses)
  const session = await startApp(home, folder)
  const { page } = session
  await page.getByRole('main', { name: 'Label' }).waitFor()
  const since = performance.now()
  await page.keyboard.press('Control+3')
  await page.getByText(/^Is this/).waitFor()
  console.log(`queue of ${predictions} on ${images} images there after ${Math.round(performance.now() - since)} ms`)
  const times: number[] = []
  for (let i = 0; i < Number(values.keys); i++) times.push(await untilShown(page, i % 5 === 4 ? 'x' : 'Enter'))
  console.log('from key to next picture, ms:', JSON.stringify(spread(times)))
  await session.close()
} finally {
  home.remove()
  stop()
}
