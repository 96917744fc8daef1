import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { ask, objectsOn, predictionsOn, snapshot } from './ask.ts'
import { faultsIn } from './axe.ts'
import { projectWithRun, type Guess } from './given-run.ts'
import { writeSmears } from './home.ts'
import { inProject } from './in-project.ts'
import { command, ROOT, shoot } from './session.ts'

const WAIT = { timeout: 10_000 }
const GUESSES: readonly Guess[] = [0.9, 0.8, 0.7].map((score, i) => ({
  ...{ image: 'smear_1.png', className: 'RBC', score },
  box: [20 + 100 * i, 20, 60, 60],
}))

describe('two readers in the real window', () => {
  const given = inProject('Readers', async (folder, { images }) => {
    await projectWithRun(folder, await writeSmears(images, 1), GUESSES)
  })
  beforeAll(async () => {
    await ask(given.page, 'app', 'setPreferences', { person: 'Ada' })
    const ids = (await predictionsOn(given.page, 'smear_1.png')).map(({ id }) => id)
    await ask(given.page, 'project', 'decide', { predictions: ids.slice(0, 2), rejects: ids.slice(2), kind: 'accept' })
    await given.page.reload()
    await given.page.getByRole('main', { name: 'Label' }).waitFor()
  })

  const objects = (): Promise<string[]> => objectsOn(given.page, 'smear_1.png')
  const mode = (name: string): Promise<void> => given.page.getByRole('radiogroup', { name: 'What is asked about' }).getByText(name).click()

  it('asks a second reader blind, changes no label, and tells how far they agree', async () => {
    await given.page.keyboard.press('Control+3')
    await mode('Readers')
    await given.page.getByText('Nothing to read').waitFor()
    const name = given.page.getByRole('textbox', { name: 'Your name' })
    await name.fill('Bo')
    await name.press('Enter')
    await given.page.getByText('To read 3').waitFor()
    await given.page.getByRole('heading', { name: 'Is this RBC?' }).waitFor()
    await shoot(given.session, 'readers-dark')
    const before = await objects()
    await given.page.keyboard.press('Enter')
    await given.page.getByText('To read 2').waitFor()
    await given.page.keyboard.press('2')
    await given.page.getByText('To read 1').waitFor()
    await given.page.keyboard.press('x')
    await given.page.getByText('To read 0').waitFor()
    expect(await objects()).toEqual(before)
    await expect
      .poll(() => given.page.getByRole('status', { name: 'Agreement of readers' }).textContent(), WAIT)
      .toContain('Cohen’s kappa 0.50')
    const least = given.page.getByRole('group', { name: 'Images on which readers agree least' })
    await least.getByText('67 % of 3').waitFor()
    await least.getByText('smear_1.png').waitFor()
    await shoot(given.session, 'readers-agreement')
    expect(await faultsIn(given.page)).toEqual([])
  })

  it('lists where they differ, and settles it by one key', async () => {
    await given.page.getByText('To settle 1').click()
    await given.page.getByText('Ada: RBC').waitFor()
    await given.page.getByText('Bo: WBC').waitFor()
    await command(given.page, 'Dark or light')
    await given.page.getByText('Bo: WBC').waitFor()
    await given.page.waitForTimeout(500)
    await shoot(given.session, 'readers-light')
    expect(await faultsIn(given.page)).toEqual([])
    await given.page.keyboard.press('2')
    await given.page.getByText('Nothing to settle').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 20 20 60 60', 'WBC box 120 20 60 60'])
    await given.page.keyboard.press('Control+z')
    await given.page.getByText('To settle 1').waitFor()
    await given.page.getByText('Bo: WBC').waitFor()
    await mode('Predictions')
    await given.page.getByRole('status', { name: 'Review progress' }).waitFor()
  })

  it('shows no name of an image behind a number of the confusion matrix while names are masked', async () => {
    const { page } = given
    const images = (await snapshot(page)).images.map((image) => ({ ...image, state: 'done', split: 'val' }))
    await ask(page, 'project', 'edit', { label: 'Mark as done', put: { images }, remove: {} })
    await page.keyboard.press('Control+4')
    await page
      .getByRole('tab', { name: 'Confusion' })
      .or(page.getByText('Confusion', { exact: true }))
      .first()
      .click()
    await page.getByRole('table', { name: 'Confusion matrix' }).waitFor(WAIT)
    await page
      .getByRole('table', { name: 'Confusion matrix' })
      .getByRole('button', { name: /[1-9]\d*$/ })
      .first()
      .click()
    const behind = page.getByRole('group', { name: 'Images behind the number' })
    await behind.getByRole('button', { name: /^smear_1\.png / }).waitFor()
    await command(page, 'Mask file names, or show them')
    await behind.getByRole('button', { name: /^Image 1 / }).waitFor()
    expect(await behind.textContent()).not.toContain('smear')
    await command(page, 'Mask file names, or show them')
    await behind.getByRole('button', { name: /^smear_1\.png / }).waitFor()
  })

  it('writes the agreement as CSV', () => {
    const file = path.join(given.home.folder, 'agreement.csv')
    execFileSync(path.join(ROOT, 'bin', 'slidewright'), ['export', given.folder, file, '--what', 'agreement'], { stdio: 'pipe' })
    const rows = parse(readFileSync(file), { bom: true, columns: true }) as Record<string, string>[]
    expect(rows[0]).toMatchObject({ of: 'all', measure: 'cohen', readers: 'Ada, Bo', items: '3', kappa: '0.5' })
  })
})
