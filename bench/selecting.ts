// Rubber bands, lassos and a selection of all in the real window: a part of bench/objects.ts.
import { type Page } from 'playwright-core'
import { follow, followed, frame, middle, spread, workClock, type Followed, type Spread } from './window-parts.ts'

type Place = readonly [x: number, y: number]

/** A way to select: what it does before the event that ends it, and that event. */
export interface Way {
  readonly name: string
  readonly ends: 'pointerup' | 'keydown'
  readonly lead: () => Promise<void>
  readonly end: () => Promise<void>
}

/** Rubber bands and lassos over everything in sight, and over a square of 160 CSS pixels. */
export async function waysToSelect(page: Page): Promise<{ readonly all: readonly Way[]; readonly some: readonly Way[] }> {
  const { x, y, width, height } = await middle(page)
  const square = (halfWidth: number, halfHeight: number): readonly Place[] => [
    [x - halfWidth, y - halfHeight],
    [x + halfWidth, y - halfHeight],
    [x + halfWidth, y + halfHeight],
    [x - halfWidth, y + halfHeight],
  ]
  const way = (name: string, tool: 's' | 'q', corners: readonly Place[]): Way => ({
    name,
    ends: 'pointerup',
    lead: async () => {
      await page.keyboard.press(tool)
      await page.mouse.move(...corners[0]!)
      // Without it a press on an object would move that one.
      await page.keyboard.down('Shift')
      await page.mouse.down()
      for (const corner of corners.slice(1)) await page.mouse.move(...corner, { steps: 4 })
    },
    end: async () => {
      await page.mouse.up()
      await page.keyboard.up('Shift')
    },
  })
  const diagonal = ([first, , third]: readonly Place[]): readonly Place[] => [first!, third!]
  const [whole, part] = [square(width / 2 - 2, height / 2 - 2), square(80, 80)]
  const key: Way = { name: 'Ctrl+A', ends: 'keydown', lead: () => Promise.resolve(), end: () => page.keyboard.press('Control+a') }
  return {
    all: [way('rubber band, all', 's', diagonal(whole)), way('lasso, all', 'q', whole), key],
    some: [way('rubber band, some', 's', diagonal(part)), way('lasso, some', 'q', part)],
  }
}

/** Selects again and again: until the frame that shows it, and how long the page works for it, the panels that follow included. */
export async function selecting(page: Page, ways: readonly Way[], times: number): Promise<Record<string, Spread>> {
  const worked = await workClock(page)
  const results: Record<string, Spread> = {}
  for (const { name, ends, lead, end } of ways) {
    const [moves, ended]: [Followed[], Followed[]] = [[], []]
    const work: number[] = []
    for (let i = 0; i < times; i++) {
      await follow(page, 'pointermove')
      await lead()
      await frame(page)
      moves.push(...(await followed(page)).slice(1))
      await follow(page, ends)
      const before = await worked()
      await end()
      await page.getByText(/^[\d,]+ selected$/).waitFor()
      // Panels may follow later than the picture.
      for (let k = 0; k < 4; k++) await frame(page)
      work.push((await worked()) - before)
      ended.push(...(await followed(page)).slice(-1))
      if (i === 0) console.log(name, await page.getByText(/^[\d,]+ selected$/).innerText())
      await page.keyboard.press('Escape')
      await frame(page)
    }
    for (const [what, times] of [
      ['a move to its frame', moves],
      ['to its frame', ended],
    ] as const) {
      // prettier-ignore
      if (times.length === 0) continue
      results[`${name}: ${what}`] = spread(times.map(({ whole }) => whole))
      results[`${name}: ${what}, without waiting for the screen`] = spread(times.map(({ own }) => own))
    }
    results[`${name}: work of the page, processor`] = spread(work)
  }
  return results
}
