import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#shared/random.ts'
import { annotationsOn, decisionsOn } from './ask.ts'
import { projectWithRun, type Guess } from './given-run.ts'
import { writeSmears, type SmearFile } from './home.ts'
import { inProject } from './in-project.ts'
import { shoot } from './session.ts'

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
  const given = inProject('Queue', async (folder, { images }) => {
    const files = await writeSmears(images, IMAGES)
    await projectWithRun(folder, files, guesses(files))
    return files
  })
  beforeAll(() => given.page.keyboard.press('Control+3'))

  const progress = (): Promise<string | null> => given.page.getByRole('status', { name: 'Review progress' }).textContent()
  const decisions = async (): Promise<number> =>
    (await Promise.all(given.made.map(({ name }) => decisionsOn(given.page, name)))).flat().length

  it('asks by use with random ones in between, each with its reason', async () => {
    await expect.poll(progress, WAIT).toBe('0 of 120')
    const reasons = new Set<string>()
    for (let n = 1; n <= 15; n++) {
      reasons.add((await given.page.getByText(/^Score 0\.\d\d\. /).textContent())!.replace(/^Score \S+ /, ''))
      await given.page.keyboard.press(n % 4 === 0 ? 'x' : 'Enter')
      await expect.poll(progress, WAIT).toBe(`${String(n)} of 120`)
    }
    expect([...reasons].some((reason) => reason.startsWith('Drawn at random'))).toBe(true)
    expect([...reasons].some((reason) => reason.includes('unsure'))).toBe(true)
    await given.page.getByText(/^Once 20 objects drawn at random are decided \(\d+ so far\)/).waitFor()
    // So few seconds of work tell no pace.
    expect(await given.page.getByText(/a minute, .* for all that are left/).count()).toBe(0)
    await shoot(given.session, 'review-queue')
  })

  it('shows an object close up, or in context, and stays with that', async () => {
    const zoom = async (): Promise<number> => parseInt((await given.page.getByRole('group', { name: 'Zoom' }).textContent())!, 10)
    const close = await zoom()
    await given.page.keyboard.press('Shift+W')
    await expect.poll(zoom, WAIT).toBeLessThan(0.6 * close)
    await shoot(given.session, 'review-context')
    const wide = await zoom()
    await given.page.keyboard.press('Tab')
    expect(await zoom()).toBe(wide)
    await given.page.getByRole('radiogroup', { name: 'How an object is shown' }).getByText('Close up').click()
    await expect.poll(zoom, WAIT).toBe(close)
    // The choice gives the keyboard back, so that keys answer and go on.
    await expect.poll(() => given.page.evaluate(() => document.activeElement?.hasAttribute('data-canvas')), WAIT).toBe(true)
    await given.page.keyboard.press('Shift+Tab')
  })

  it('settles a page of the gallery by one key: what is marked is rejected, the rest accepted', async () => {
    await given.page.keyboard.press('g')
    const cells = given.page.getByRole('button', { name: /^(RBC|WBC), score/, pressed: false })
    await expect.poll(() => cells.count(), WAIT).toBe(24)
    await cells.nth(0).click()
    await cells.nth(5).click()
    await given.page.getByRole('button', { name: 'Accept 22, reject 2' }).waitFor()
    await shoot(given.session, 'review-gallery-marked')
    const before = (await Promise.all(given.made.map(({ name }) => annotationsOn(given.page, name)))).flat().length
    await given.page.keyboard.press('Enter')
    await expect.poll(decisions, WAIT).toBe(39)
    expect((await Promise.all(given.made.map(({ name }) => annotationsOn(given.page, name)))).flat()).toHaveLength(before + 22)
    await given.page.keyboard.press('Control+z')
    await expect.poll(decisions, WAIT).toBe(15)
    await given.page.keyboard.press('Control+y')
    await expect.poll(decisions, WAIT).toBe(39)
  })

  it('tells what the count will be, with its range, once enough random ones are decided', async () => {
    const table = given.page.getByRole('table', { name: 'Estimated counts' })
    for (let n = 0; n < 18; n++)
      await given.page
        .getByRole('button', { name: /^(RBC|WBC), score/, pressed: false })
        .first()
        .click()
    const isShown = (): Promise<boolean> => table.waitFor({ timeout: 2000 }).then(() => true, () => false) // prettier-ignore
    for (let before = 39; before + 24 < 120 && !(await isShown()); before += 24) {
      await given.page.keyboard.press('Enter')
      await expect.poll(progress, WAIT).toBe(`${String(before + 24)} of 120`)
    }
    await table.getByText(/^\d+ \(\d+ to \d+\)$/).first().waitFor() // prettier-ignore
    await given.page.keyboard.press('g')
    await given.page.getByText(/^23 corrections and \d+ new labels since given model 1/).waitFor()
    await shoot(given.session, 'review-estimate')
  })

  it('shows what it asks about also where the project was left in it', async () => {
    const zoom = (): Promise<string | null> => given.page.getByRole('group', { name: 'Zoom' }).textContent()
    const before = await zoom()
    for (let n = 0; n < 3; n++) {
      await given.page.waitForTimeout(800)
      await given.page.reload()
      await given.page.getByText(/^Is this/).waitFor()
      await expect.poll(zoom, WAIT).toBe(before)
      // Whatever comes late has come.
      await given.page.waitForTimeout(800)
      expect(await zoom()).toBe(before)
      expect(await given.page.getByRole('status', { name: 'Selected', exact: true }).textContent()).toBe('1 selected')
    }
  })
})
