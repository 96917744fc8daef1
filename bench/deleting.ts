// How long the window works when many objects of very many are deleted by one key, and when that is undone: those in a square of 210 CSS pixels
// of a whole image, about a tenth. Beside it, from the key until the canvas has another number of objects.
// Use: npm run build, then node bench/deleting.ts [objects in the project, 120000] [times, 8]
import { type Page } from 'playwright-core'
import { makeHome } from '../test/e2e/home.ts'
import { projectWith, started } from './many-objects.ts'
import { frame, hiddenDesk, middle, spread, workClock } from './window-parts.ts'

const [all, times] = [Number(process.argv[2] ?? 120_000), Number(process.argv[3] ?? 8)]

async function selectSome(page: Page): Promise<string> {
  const { x, y } = await middle(page)
  await page.keyboard.press('s')
  await page.mouse.move(x - 105, y - 105)
  // Without it a press on an object would move that one.
  await page.keyboard.down('Shift')
  await page.mouse.down()
  await page.mouse.move(x + 105, y + 105, { steps: 4 })
  await page.mouse.up()
  await page.keyboard.up('Shift')
  return page.getByText(/^[\d,]+ selected$/).innerText()
}

/** Until the page has hardly anything to do any more, panels and main's answer included. */
async function settled(page: Page, worked: () => Promise<number>): Promise<void> {
  for (let last = -Infinity, now = await worked(); now - last > 30; now = await worked()) {
    last = now
    for (let k = 0; k < 6; k++) await frame(page)
  }
}

async function measure(page: Page): Promise<Record<string, number[]>> {
  const worked = await workClock(page)
  const told = (): Promise<string | null> => page.getByRole('application').first().getAttribute('aria-label')
  const results: Record<string, number[]> = {}
  const add = (name: string, ms: number): void => void (results[name] ??= []).push(ms)
  for (let i = 0; i < times; i++) {
    const selected = await selectSome(page)
    if (i === 0) console.log(selected)
    for (const [what, key] of [
      ['delete', 'Delete'],
      ['its undo', 'Control+z'],
    ] as const) {
      await settled(page, worked)
      const [before, name, since] = [await worked(), await told(), performance.now()]
      await page.keyboard.press(key)
      while ((await told()) === name) await new Promise((resolve) => setTimeout(resolve, 4))
      add(`${what}, to the canvas`, performance.now() - since)
      await settled(page, worked)
      add(`${what}, work of the window`, (await worked()) - before)
    }
  }
  return results
}

const leave = await hiddenDesk()
const home = makeHome()
try {
  const { session } = await started(home, await projectWith(home, all, 0))
  const results = await measure(session.page)
  console.log(`of ${all} areas; milliseconds`)
  console.table(Object.fromEntries(Object.entries(results).map(([name, list]) => [name, spread(list)])))
  await session.close()
} finally {
  home.remove()
  leave()
}
