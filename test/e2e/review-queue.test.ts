import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { createRandom } from '#shared/random.ts'
import { annotationsOn, decisionsOn } from './ask.ts'
import { projectWithRun, type Guess } from './given-run.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { projectFolder, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }
const IMAGES = 4

/** Predictions of two classes all over the images, most of them sure. */
function guesses(files: readonly SmearFile[]): Guess[] {
  const random = createRandom(5)
  return files.flatMap(({ name: image }) =>
    Array.from({ length: 30 }, (_, i) => ({
      image,
      className: i % 6 === 0 ? 'WBC' : 'RBC',
      score: random.chance(0.6) ? random.uniform(0.8, 0.99) : random.uniform(0.3, 0.8),
      box: [10 + 50 * (i % 6), 10 + 45 * Math.floor(i / 6), 40, 38] as const,
    })),
  )
}

describe('the queue of a review in the real window', () => {
  let home: Home
  let files: SmearFile[]
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    files = await writeSmears(home.images, IMAGES)
    const folder = projectFolder(home, 'Queue')
    await projectWithRun(folder, files, guesses(files))
    session = await startApp(home, folder)
    page = session.page
    await page.getByRole('main', { name: 'Label' }).waitFor()
    await page.keyboard.press('Control+3')
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const progress = (): Promise<string | null> => page.getByRole('status', { name: 'Review progress' }).textContent()
  const decisions = async (): Promise<number> => (await Promise.all(files.map(({ name }) => decisionsOn(page, name)))).flat().length

  it('asks by use with random ones in between, each with its reason', async () => {
    await expect.poll(progress, WAIT).toBe('0 of 120')
    const reasons = new Set<string>()
    for (let n = 1; n <= 15; n++) {
      reasons.add((await page.getByText(/^Score 0\.\d\d\. /).textContent())!.replace(/^Score \S+ /, ''))
      await page.keyboard.press(n % 4 === 0 ? 'x' : 'Enter')
      await expect.poll(progress, WAIT).toBe(`${String(n)} of 120`)
    }
    expect([...reasons].some((reason) => reason.startsWith('Drawn at random'))).toBe(true)
    expect([...reasons].some((reason) => reason.includes('unsure'))).toBe(true)
    await page.getByText(/After 20 random ones \(\d+ so far\)/).waitFor()
    await page.getByText(/a minute, .* for all that are left/).waitFor()
    await shoot(session, 'review-queue')
  })

  it('shows an object close up, or in context, and stays with that', async () => {
    const zoom = async (): Promise<number> => parseInt((await page.getByRole('group', { name: 'Zoom' }).textContent())!, 10)
    const close = await zoom()
    await page.keyboard.press('Shift+W')
    await expect.poll(zoom, WAIT).toBeLessThan(0.6 * close)
    await shoot(session, 'review-context')
    const wide = await zoom()
    await page.keyboard.press('Tab')
    expect(await zoom()).toBe(wide)
    await page.getByRole('radiogroup', { name: 'How an object is shown' }).getByText('Close up').click()
    await expect.poll(zoom, WAIT).toBe(close)
    await page.locator('[data-canvas]').focus()
    await page.keyboard.press('Shift+Tab')
  })

  it('settles a page of the gallery by one key: what is marked is rejected, the rest accepted', async () => {
    await page.keyboard.press('g')
    const cells = page.getByRole('button', { name: /^(RBC|WBC), score/, pressed: false })
    await expect.poll(() => cells.count(), WAIT).toBe(24)
    await cells.nth(0).click()
    await cells.nth(5).click()
    await page.getByRole('button', { name: 'Accept 22, reject 2' }).waitFor()
    await shoot(session, 'review-gallery-marked')
    const before = (await Promise.all(files.map(({ name }) => annotationsOn(page, name)))).flat().length
    await page.keyboard.press('Enter')
    await expect.poll(decisions, WAIT).toBe(39)
    expect((await Promise.all(files.map(({ name }) => annotationsOn(page, name)))).flat()).toHaveLength(before + 22)
    await page.keyboard.press('Control+z')
    await expect.poll(decisions, WAIT).toBe(15)
    await page.keyboard.press('Control+y')
    await expect.poll(decisions, WAIT).toBe(39)
  })

  it('tells what the count will be, with its range, once enough random ones are decided', async () => {
    const table = page.getByRole('table', { name: 'Estimated counts' })
    for (let n = 0; n < 18; n++)
      await page
        .getByRole('button', { name: /^(RBC|WBC), score/, pressed: false })
        .first()
        .click()
    const isShown = (): Promise<boolean> => table.waitFor({ timeout: 2000 }).then(() => true, () => false) // prettier-ignore
    for (let before = 39; before + 24 < 120 && !(await isShown()); before += 24) {
      await page.keyboard.press('Enter')
      await expect.poll(progress, WAIT).toBe(`${String(before + 24)} of 120`)
    }
    await table.getByText(/^\d+ \(\d+ to \d+\)$/).first().waitFor() // prettier-ignore
    await page.keyboard.press('g')
    await page.getByText(/^23 corrections and \d+ new labels since given model 1/).waitFor()
    await shoot(session, 'review-estimate')
  })

  it('shows what it asks about also where the project was left in it', async () => {
    const zoom = (): Promise<string | null> => page.getByRole('group', { name: 'Zoom' }).textContent()
    const before = await zoom()
    for (let n = 0; n < 3; n++) {
      await page.waitForTimeout(800)
      await page.reload()
      await page.getByText(/^Is this/).waitFor()
      await expect.poll(zoom, WAIT).toBe(before)
      // Whatever comes late has come.
      await page.waitForTimeout(800)
      expect(await zoom()).toBe(before)
      expect(await page.getByRole('status', { name: 'Selected', exact: true }).textContent()).toBe('1 selected')
    }
  })
})
