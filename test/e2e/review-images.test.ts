import { beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { snapshot } from './ask.ts'
import { projectWithClasses, projectWithRun } from './given-run.ts'
import { writeSmears, type SmearFile } from './home.ts'
import { type Given, inProject } from './in-project.ts'
import { mostUncertainFirst, shoot } from './session.ts'

const WAIT = { timeout: 10_000 }

/** Review of a project that was given its predictions. */
function inReview(name: string, make: (folder: string, files: readonly SmearFile[]) => Promise<void>): Given<void> {
  const given = inProject(name, async (folder, { images }) => {
    await make(folder, await writeSmears(images, 5))
  })
  beforeAll(() => given.page.keyboard.press('Control+3'))
  return given
}

const stateOf = async (page: Page, name: string): Promise<string | undefined> =>
  (await snapshot(page)).images.find((image) => image.name === name)?.state

describe('images as wholes in Review', () => {
  // The threshold is 0.3: the second image is the least sure one, then the first.
  const given = inReview('Cells', (folder, files) => projectWithClasses(folder, files, [0.4, 0.31, 0.9, 0.02, 0.97], 0.3))
  const names = (page: Page): Promise<(string | null)[]> =>
    page.getByRole('gridcell').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label')))

  it('are a page of cells, the least sure first by the stored threshold', async () => {
    const { page, session } = given
    await page.getByText('Is this Infected?').waitFor()
    await mostUncertainFirst(page)
    await page.keyboard.press('g')
    const order = async (): Promise<string[]> => (await names(page)).map((name) => name!.slice(0, 11))
    await expect.poll(order, WAIT).toEqual(['smear_2.png', 'smear_1.png', 'smear_4.png', 'smear_3.png', 'smear_5.png'])
    await expect.poll(() => page.getByRole('gridcell', { selected: true }).getAttribute('aria-label'), WAIT).toContain('smear_2.png')
    await shoot(session, 'review-images')
  })

  it('are answered by one key each, several at once, and are done with that', async () => {
    const { page } = given
    await page.keyboard.press('1')
    await expect.poll(() => stateOf(page, 'smear_2.png'), WAIT).toBe('done')
    await page.keyboard.press('Enter')
    await page.getByRole('gridcell', { name: /smear_4/, selected: true }).waitFor()
    await page.getByRole('gridcell', { name: /smear_3/ }).click({ modifiers: ['Shift'] })
    await page.keyboard.press('2')
    const states = async (): Promise<string[]> => (await snapshot(page)).images.map(({ state }) => state)
    await expect.poll(states, WAIT).toEqual(['done', 'done', 'done', 'done', 'unlabelled'])
    await expect.poll(() => page.getByRole('status', { name: 'Gallery' }).textContent(), WAIT).toMatch(/^1 of 5 undecided/)
    await page.keyboard.press('Control+z')
    await expect.poll(states, WAIT).toEqual(['done', 'done', 'unlabelled', 'unlabelled', 'unlabelled'])
  })

  it('say which were rejected and what others were corrected to', async () => {
    const { page, session } = given
    await page.getByRole('gridcell', { name: /smear_4/ }).click()
    await page.keyboard.press('x')
    await page.getByRole('gridcell', { name: /^smear_4\.png, rejected/ }).waitFor()
    expect(await page.getByRole('gridcell', { name: /smear_4/ }).textContent()).toMatch(/^✕ rejected0\.\d\d$/)
    // It was corrected: what it is stands there, and what the model said.
    expect(await page.getByRole('gridcell', { name: /smear_2/ }).textContent()).toContain('HealthyInfected')
    await shoot(session, 'review-images-rejected')
    await page.keyboard.press('Control+z')
    await page.getByRole('gridcell', { name: /^smear_4\.png, no label/ }).waitFor()
  })

  it('are asked about no more after the last answer', async () => {
    const { page, session } = given
    await page.getByText(/^Is this /).waitFor()
    await page.getByRole('gridcell').first().click()
    await page
      .getByRole('gridcell')
      .last()
      .click({ modifiers: ['Shift'] })
    await page.keyboard.press('1')
    await page.getByText('All of these are decided').waitFor()
    await page.getByText(/^Is this /).waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: 'Accept and go on' }).count()).toBe(0)
    // No image is seen, so none is magnified.
    await expect.poll(() => page.getByRole('group', { name: 'Zoom' }).textContent(), WAIT).toBe('')
    await shoot(session, 'review-all-decided')
  })
})

describe('an image in Review', () => {
  const given = inReview('Objects', (folder, files) =>
    projectWithRun(folder, files, [
      { image: 'smear_1.png', className: 'RBC', score: 0.51, box: [20, 20, 60, 60] },
      { image: 'smear_1.png', className: 'RBC', score: 0.55, box: [120, 20, 60, 60] },
      { image: 'smear_2.png', className: 'RBC', score: 0.6, box: [20, 20, 60, 60] },
      { image: 'smear_2.png', className: 'RBC', score: 0.1, box: [120, 20, 60, 60] },
    ]),
  )

  it('says what is left to decide until it is done, and is finished by a key, which undo takes back', async () => {
    const { page, session } = given
    await page.getByText('2 left to decide. When all from score 0.30 up are decided the image is done').waitFor()
    await shoot(session, 'review-left')
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => stateOf(page, 'smear_1.png'), WAIT).toBe('done')
    await page.getByText('Score 0.60.').waitFor()
    await page.keyboard.press('Control+z')
    await expect.poll(() => stateOf(page, 'smear_1.png'), WAIT).toBe('unlabelled')
  })

  it('is done with the last decision on what is looked at', async () => {
    const { page } = given
    await page.getByText('Score 0.60.').waitFor()
    await page.keyboard.press('x')
    await expect.poll(() => stateOf(page, 'smear_2.png'), WAIT).toBe('done')
  })

  it('has the keyboard back after a click on a button, so that Enter accepts', async () => {
    const { page } = given
    const progress = page.getByRole('status', { name: 'Review progress' })
    await expect.poll(() => progress.textContent(), WAIT).toBe('1 of 3')
    await page.getByRole('button', { name: 'Next uncertain object' }).click()
    await expect.poll(() => page.evaluate(() => document.activeElement?.hasAttribute('data-canvas')), WAIT).toBe(true)
    await page.keyboard.press('Enter')
    await expect.poll(() => progress.textContent(), WAIT).toBe('2 of 3')
  })
})
