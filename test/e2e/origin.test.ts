import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { snapshot } from './ask.ts'
import { startCounted } from './counted-project.ts'
import { type Home } from './home.ts'
import { command, shoot, type Session } from './session.ts'

const WAIT = { timeout: 15_000 }

describe('slide, patient and group in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    ;({ home, session } = await startCounted())
    page = session.page
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const dialog = () => page.getByRole('dialog', { name: 'Slide, patient, group' })
  const table = (name: string) => page.getByRole('table', { name, exact: true })
  const rowsBy = () => page.getByRole('radiogroup', { name: 'One row for each' })
  const origins = async () => (await snapshot(page)).images.map(({ patient, slide }) => [patient, slide])

  it('are read out of the names of all images, with what comes of it seen before, and set by hand of one', async () => {
    await command(page, 'Slide, patient, group…')
    await dialog().getByText('From file names').click()
    await dialog().getByLabel('All 3 images of the project').click()
    await dialog().getByRole('textbox', { name: 'Slide by file name' }).fill('smear_[12]')
    await dialog().getByText('2 slides: smear_1 (1), smear_2 (1).').waitFor()

    await shoot(session, 'origin-names')
    await dialog().getByRole('button', { name: 'Set', exact: true }).click()
    await page.getByText('Slide, patient or group of 2 images set').waitFor()
    expect(await origins()).toEqual([[null, 'smear_1'], [null, 'smear_2'], [null, null]]) // prettier-ignore
    await page.getByRole('option', { name: /smear_3\.png/ }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Slide, patient, group…' }).click()
    await dialog().getByRole('textbox', { name: 'Patient' }).fill('Ada')
    expect(await dialog().getByLabel('This image: smear_3.png').isChecked()).toBe(true)
    await shoot(session, 'origin-hand')
    await page.keyboard.press('Enter')
    await dialog().waitFor({ state: 'detached' })
    await expect.poll(origins, WAIT).toEqual([[null, 'smear_1'], [null, 'smear_2'], ['Ada', null]]) // prettier-ignore
  })

  it('each have a table of counts, and a total leads to the images that it is of', async () => {
    await page.keyboard.press('Control+4')
    await rowsBy().getByText('By patient').click()
    await table('Counts by patient').getByRole('row', { name: 'Ada' }).waitFor()
    await shoot(session, 'origin-by-patient')
    await rowsBy().getByText('By slide').click()
    await table('Counts by slide').getByRole('row', { name: 'smear_2' }).waitFor()
    const total = table('Counts by slide').getByRole('row', { name: 'Totals' }).getByRole('button').first()
    await total.click()
    await table('Counts').getByRole('row', { name: 'smear_1.png' }).waitFor()
    const numbers = async () => {
      const rows = await table('Counts')
        .getByRole('row', { name: /smear_/ })
        .all()
      return Promise.all(rows.map(async (row) => Number(await row.getByRole('button').first().textContent())))
    }
    const shown = await numbers()
    expect(shown).toHaveLength(3)
    expect(shown).toEqual(shown.toSorted((a, b) => b - a))
    await shoot(session, 'origin-total')
  })

  it('go with one undo each', async () => {
    await page.keyboard.press('Control+1')
    await page.getByRole('main', { name: 'Label' }).waitFor()
    await page.keyboard.press('Control+z')
    await expect.poll(origins, WAIT).toEqual([[null, 'smear_1'], [null, 'smear_2'], [null, null]]) // prettier-ignore
    await page.keyboard.press('Control+z')
    await expect.poll(origins, WAIT).toEqual([[null, null], [null, null], [null, null]]) // prettier-ignore
  })

  it('are set of all images that are picked in the list, with Control or Shift', async () => {
    await page.keyboard.press('Control+1')
    const row = (n: number) => page.getByRole('option', { name: `smear_${String(n)}.png` })
    const picked = () => page.getByRole('option', { selected: true }).count()
    await row(1).click()
    await row(3).click({ modifiers: ['Control'] })
    await expect.poll(picked, WAIT).toBe(2)
    await shoot(session, 'origin-picked')
    await row(3).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Slide, patient, group…' }).click()
    expect(await dialog().getByLabel('The 2 selected images').isChecked()).toBe(true)
    await dialog().getByRole('textbox', { name: 'Patient' }).fill('Bea')
    await page.keyboard.press('Enter')
    await dialog().waitFor({ state: 'detached' })
    const patients = async () => (await snapshot(page)).images.map(({ patient }) => patient)
    await expect.poll(patients, WAIT).toEqual(['Bea', null, 'Bea'])
    await row(2).click()
    await expect.poll(picked, WAIT).toBe(1)
    await row(3).click({ modifiers: ['Shift'] })
    await expect.poll(picked, WAIT).toBe(2)
  })

  it('are not told by the workflow while names are masked', async () => {
    const workflow = page.getByRole('dialog', { name: 'Workflow' })
    await command(page, 'Workflow of the project')
    await workflow.getByText('2 images: patient “Bea”').waitFor()
    await page.keyboard.press('Escape')
    await workflow.waitFor({ state: 'detached' })
    await command(page, 'Mask file names, or show them')
    await command(page, 'Workflow of the project')
    await workflow.getByText('2 images: patient “a group”').waitFor()
    expect(await workflow.textContent()).not.toContain('Bea')
    await shoot(session, 'origin-workflow-masked')
    await page.keyboard.press('Escape')
  })
})
