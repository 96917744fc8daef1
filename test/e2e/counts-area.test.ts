import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ask } from './ask.ts'
import { countedInRegions } from './counted-in-regions.ts'
import { writeVoc } from './home.ts'
import { inProject } from './in-project.ts'
import { answerSave, reloaded, shoot } from './session.ts'

describe('the area of counts in the real window', () => {
  const given = inProject('Mitoses', async (folder, { images }) => {
    await countedInRegions(folder, await writeVoc(images, 3, { density: 0.3 }))
  })
  beforeAll(() => given.page.keyboard.press('Control+4'))

  const note = (text: string) => given.page.getByRole('note').filter({ hasText: text })
  const cells = (table: string, row: string | RegExp) =>
    given.page.getByRole('table', { name: table, exact: true }).getByRole('row', { name: row }).getByRole('cell').allTextContents()
  const beside = async (option: string): Promise<void> => {
    await given.page.getByRole('combobox', { name: 'Below each number' }).click()
    await given.page.getByRole('option', { name: option }).click()
  }

  it('is that of the regions that a run looked at, and says so with what is left out', async () => {
    // Three times 150 x 100 pixels of half a micrometre.
    await note('Area counted on: 0.0113 mm², only the regions that the run looked at.').waitFor()
    await given.page.getByText('; 3 objects outside the regions counted on left out').waitFor()
    await beside('Below: per mm²')
    const dense = '1,600/mm²' // 6 objects on 0.00375 mm².
    expect(await cells('Counts', 'smear_1.png')).toEqual(['smear_1.png', expect.any(String), 'In work', '3,750 µm²regions only', `6${dense}`, `6${dense}`]) // prettier-ignore
    await shoot(given.session, 'counts-area-looked')
  })

  it('is of labels that of fully labelled regions, else the image, and of a slide all of it with its glass', async () => {
    await given.page.getByRole('radiogroup', { name: 'What is counted' }).getByText('Truth').click()
    await note('1 slide or large image is counted over the whole image, glass included').waitFor()
    const areas = await Promise.all(['smear_1.png', 'smear_2.png', 'scan.svs'].map(async (name) => (await cells('Counts', name))[3]))
    expect(areas).toEqual([expect.stringMatching(/regions only$/), expect.stringMatching(/mm²$/), expect.stringMatching(/glass included$/)])
    await shoot(given.session, 'counts-area-labels')
    await given.page.getByRole('radiogroup', { name: 'One row for each' }).getByText('By group').click()
    await given.page.getByRole('table', { name: 'Counts by group' }).getByRole('row', { name: 'Patient 2' }).waitFor()
    await shoot(given.session, 'counts-area-patients')
    await ask(given.page, 'app', 'setPreferences', { theme: 'light' })
    await reloaded(given.page)
    await given.page.keyboard.press('Control+4')
    await given.page.getByRole('radiogroup', { name: 'What is counted' }).getByText('Truth').click()
    await note('glass included').waitFor()
    await beside('Below: per mm²')
    await shoot(given.session, 'counts-area-light')
  })

  it('stands in the report', async () => {
    const made = async (file: string): Promise<string> => {
      const target = path.join(process.env['SLIDEWRIGHT_SHOTS'] ?? given.home.folder, file)
      rmSync(target, { force: true })
      await answerSave(given.session, target)
      await given.page.keyboard.press('Control+Shift+E')
      await expect.poll(() => existsSync(`${target}.json`) && existsSync(target), { timeout: 30_000 }).toBe(true)
      return readFileSync(target, 'utf8')
    }
    expect(await made('area-truth.html')).toMatch(
      /Area counted on: [\d.]+ mm², whole images or only regions of them, image by image\. 1 slide/,
    )
    await given.page.getByRole('radiogroup', { name: 'What is counted' }).getByText('Corrected').click()
    await note('only the regions that the run looked at').waitFor()
    const looked = await made('area-looked.html')
    expect(looked).toContain('Area counted on: 0.0113 mm², only the regions that the run looked at.')
    expect(looked).toContain('3 objects outside the regions counted on are left out.')
    expect((await made('area-looked.pdf')).slice(0, 5)).toBe('%PDF-')
  })

  it('is the one of the live estimate in Review', async () => {
    await given.page.keyboard.press('Control+3')
    await given.page.getByRole('button', { name: 'Accept 12' }).click()
    await note('Area counted on: 0.0113 mm², only the regions that the run looked at.').waitFor()
    // 12 accepted, and the 6 labels that lie in the regions.
    await given.page.getByRole('table', { name: 'Estimated counts' }).getByText('1,600/mm²').first().waitFor()
    await shoot(given.session, 'review-area')
  })
})
