import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { annotationsOn, ask } from './ask.ts'
import { startCounted } from './counted-project.ts'
import { type Home } from './home.ts'
import { answerSave, reloaded, shoot, type Session } from './session.ts'

const WAIT = { timeout: 15_000 }

describe('the counts in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    ;({ home, session } = await startCounted())
    page = session.page
    await page.keyboard.press('Control+4')
  })

  afterAll(async () => {
    expect(session.faults).toEqual([])
    await session.close()
    home.remove()
  })

  const table = (name: string) => page.getByRole('table', { name, exact: true })

  it('tell number, density, size and share of positive ones of each class', async () => {
    const summary = page.getByRole('table', { name: 'All images shown, by class' })
    await summary.getByRole('row', { name: 'Tumor: Positive' }).waitFor()
    const heads = await summary.getByRole('columnheader').allTextContents()
    expect(heads).toEqual(['Class', 'Corrected', 'Predicted', 'Per mm² (95 %)', 'Median size (quartiles)', 'Sizes'])
    expect(await summary.getByRole('row', { name: 'Tumor: Positive' }).getByRole('cell').nth(3).textContent()).toMatch(/^[\d.]+ µm² \([\d.]+ to [\d.]+\)$/) // prettier-ignore
    await page.getByText(/Tumor positive: .+ of \d+/).waitFor()
    await shoot(session, 'counts-image')
  })

  it('are shown by region and by patient, of which a number leads to its images and from there to its objects', async () => {
    await page.getByRole('radiogroup', { name: 'One row for each' }).getByText('By region').click()
    await table('Counts by region')
      .getByRole('row', { name: /Hot spot ✓/ })
      .waitFor()
    await shoot(session, 'counts-region')
    await page.getByRole('radiogroup', { name: 'One row for each' }).getByText('By group').click()
    const patient = table('Counts by group').getByRole('row', { name: 'Patient 1' })
    await patient.waitFor()
    await page.getByRole('combobox', { name: 'Below each number' }).click()
    await page.getByRole('option', { name: 'Below: per mm²' }).click()
    await patient.getByText(/\/mm²$/).first().waitFor() // prettier-ignore
    await ask(page, 'app', 'setPreferences', { theme: 'light' })
    await reloaded(page)
    await page.keyboard.press('Control+4')
    await table('Counts').getByRole('row', { name: 'smear_1.png' }).waitFor()
    await shoot(session, 'counts-light')
    await page.getByRole('radiogroup', { name: 'One row for each' }).getByText('By group').click()
    await patient.getByRole('button').first().click()
    await expect.poll(() => table('Counts').getByRole('row').count(), WAIT).toBe(1 + 2 + 1)
    await page.getByText('Only images of Patient 1').waitFor()
    await shoot(session, 'counts-only')
    const number = table('Counts').getByRole('row', { name: 'smear_2.png' }).getByRole('button').first()
    const count = await number.textContent()
    await number.click()
    await page.getByText(`${String(count)} selected`).waitFor()
    await shoot(session, 'counts-objects')
  })

  it('are exported as a table and with all that they come from, and so is what rulers measured', async () => {
    await page.keyboard.press('Control+4')
    const exported = async (button: string, file: string): Promise<string> => {
      const target = path.join(home.folder, file)
      await answerSave(session, target)
      await page.getByRole('button', { name: button }).click()
      await expect.poll(() => existsSync(target), WAIT).toBe(true)
      return readFileSync(target, 'utf8')
    }
    expect(await exported('Export measurements…', 'rulers.csv')).toMatch(/smear_1\.png,Patient 1,train,10,20,70,100,100,50,0\.5/)
    expect(JSON.parse(await exported('Export counts', 'counts.json'))).toMatchObject({ settings: { source: { kind: 'corrected' } } })
    await page.getByRole('combobox', { name: 'Layout of the exported table' }).click()
    await page.getByRole('option', { name: 'A row a class' }).click()
    expect(await exported('Export counts', 'tidy.tsv')).toMatch(/\tclass\tn\tuncorrected\t/)
    expect((await exported('Export counts', 'tidy.xlsx')).slice(0, 2)).toBe('PK')
    await shoot(session, 'counts-export')
    await page.keyboard.press('Control+,')
    const commas = page.getByRole('switch', { name: 'Decimal comma in exported tables' })
    await commas.click()
    await expect.poll(() => commas.isChecked(), WAIT).toBe(true)
    await shoot(session, 'preferences-decimal')
    await page.keyboard.press('Escape')
    await commas.waitFor({ state: 'detached' })
    expect(await exported('Export measurements…', 'commas.csv')).toMatch(/smear_1\.png;Patient 1;train;10;20;70;100;100;50;0,5/)
  })

  it('become a report, as a page and as a PDF', async () => {
    const made = async (file: string): Promise<Buffer> => {
      const target = path.join(process.env['SLIDEWRIGHT_SHOTS'] ?? home.folder, file)
      rmSync(target, { force: true })
      await answerSave(session, target)
      await page.keyboard.press('Control+Shift+E')
      await expect.poll(() => existsSync(`${target}.json`) && existsSync(target), { timeout: 30_000 }).toBe(true)
      return readFileSync(target)
    }
    const report = (await made('report.html')).toString()
    expect(report).toContain('<h1>Ki-67</h1>')
    expect(report.match(/<img alt="smear_\d.png with its objects" src="data:image\/jpeg/g)).toHaveLength(3)
    const pdf = await made('report.pdf')
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(pdf.length).toBeGreaterThan(50_000)
  })

  it('warn of objects that lie on one another, which a click shows selected in Label', async () => {
    const [first] = await annotationsOn(page, 'smear_2.png')
    const again = { ...first!, id: 'twice', updatedAt: first!.createdAt }
    await ask(page, 'project', 'edit', { label: 'Draw again', put: { annotations: [again] }, remove: {} })
    const note = page.getByRole('note').filter({ hasText: /lie on or in another of their class|lies on or in another of its class/ })
    await page.keyboard.press('Control+4')
    await page.getByRole('radiogroup', { name: 'What is counted' }).getByText('Truth').click()
    const named = note.getByRole('button', { name: /^smear_2\.png \(/ })
    await named.waitFor()
    await shoot(session, 'counts-twice')
    const many = Number(/\((\d+)\)/.exec((await named.textContent()) ?? '')?.[1])
    await named.click()
    await page.getByText(`${String(many)} selected`).waitFor()
    const before = (await annotationsOn(page, 'smear_2.png')).length
    await page.keyboard.press('Delete')
    await expect.poll(async () => (await annotationsOn(page, 'smear_2.png')).length, WAIT).toBe(before - many)
    expect((await annotationsOn(page, 'smear_2.png')).some(({ id }) => id === first!.id)).toBe(true)
    await page.keyboard.press('Control+4')
    await named.waitFor({ state: 'detached' })
  })
})
