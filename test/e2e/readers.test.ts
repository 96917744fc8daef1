import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { ask, objectsOn, predictionsOn } from './ask.ts'
import { projectWithRun, type Guess } from './given-run.ts'
import { makeHome, writeSmears, type Home } from './home.ts'
import { projectFolder, ROOT, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }
const GUESSES: readonly Guess[] = [0.9, 0.8, 0.7].map((score, i) => ({
  ...{ image: 'smear_1.png', className: 'RBC', score },
  box: [20 + 100 * i, 20, 60, 60],
}))

describe('two readers in the real window', () => {
  let home: Home
  let folder: string
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    const files = await writeSmears(home.images, 1)
    folder = projectFolder(home, 'Readers')
    await projectWithRun(folder, files, GUESSES)
    session = await startApp(home, folder)
    page = session.page
    await page.getByRole('main', { name: 'Label' }).waitFor()
    await ask(page, 'app', 'setPreferences', { person: 'Ada' })
    const ids = (await predictionsOn(page, 'smear_1.png')).map(({ id }) => id)
    await ask(page, 'project', 'decide', { predictions: ids.slice(0, 2), rejects: ids.slice(2), kind: 'accept' })
    await page.reload()
    await page.getByRole('main', { name: 'Label' }).waitFor()
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const objects = (): Promise<string[]> => objectsOn(page, 'smear_1.png')
  const mode = (name: string): Promise<void> => page.getByRole('radiogroup', { name: 'What is asked about' }).getByText(name).click()

  it('asks a second reader blind, changes no label, and tells how far they agree', async () => {
    await page.keyboard.press('Control+3')
    await mode('Readers')
    await page.getByText('Nothing to read').waitFor()
    const name = page.getByRole('textbox', { name: 'You read as' })
    await name.fill('Bo')
    await name.press('Enter')
    await page.getByText('To read 3').waitFor()
    await page.getByRole('heading', { name: 'Is this RBC?' }).waitFor()
    await shoot(session, 'readers-dark')
    const before = await objects()
    await page.keyboard.press('Enter')
    await page.getByText('To read 2').waitFor()
    await page.keyboard.press('2')
    await page.getByText('To read 1').waitFor()
    await page.keyboard.press('x')
    await page.getByText('To read 0').waitFor()
    expect(await objects()).toEqual(before)
    await expect.poll(() => page.getByRole('status', { name: 'Agreement of readers' }).textContent(), WAIT).toContain('Cohen’s kappa 0.50')
  })

  it('lists where they differ, and settles it by one key', async () => {
    await page.getByText('To settle 1').click()
    await page.getByText('Ada: RBC').waitFor()
    await page.getByText('Bo: WBC').waitFor()
    await page.keyboard.press('Control+l')
    await page.keyboard.type('Dark or light')
    await page.keyboard.press('Enter')
    await page.getByText('Bo: WBC').waitFor()
    await page.waitForTimeout(500)
    await shoot(session, 'readers-light')
    await page.keyboard.press('2')
    await page.getByText('Nothing to settle').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 20 20 60 60', 'WBC box 120 20 60 60'])
    await page.keyboard.press('Control+z')
    await page.getByText('To settle 1').waitFor()
    await mode('Predictions')
    await page.getByRole('status', { name: 'Review progress' }).waitFor()
  })

  it('writes the agreement as CSV', () => {
    const file = path.join(home.folder, 'agreement.csv')
    execFileSync(path.join(ROOT, 'bin', 'slidewright'), ['export', folder, file, '--what', 'agreement'], { stdio: 'pipe' })
    const rows = parse(readFileSync(file), { bom: true, columns: true }) as Record<string, string>[]
    expect(rows[0]).toMatchObject({ of: 'all', measure: 'cohen', readers: 'Ada, Bo', items: '3', kappa: '0.5' })
  })
})
