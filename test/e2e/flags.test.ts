import { readFileSync } from 'node:fs'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { annotationsOn, ask, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { projectWithRun, type Guess } from './given-run.ts'
import { writeSmears } from './home.ts'
import { inProject } from './in-project.ts'
import { command, mostUncertainFirst, openImage, ROOT, shoot } from './session.ts'

const WAIT = { timeout: 10_000 }
const GUESSES: readonly Guess[] = [
  { image: 'smear_1.png', className: 'RBC', score: 0.95, box: [20, 20, 60, 60] },
  { image: 'smear_1.png', className: 'RBC', score: 0.45, box: [120, 20, 60, 60] },
  { image: 'smear_2.png', className: 'RBC', score: 0.52, box: [20, 20, 60, 60] },
  { image: 'smear_2.png', className: 'WBC', score: 0.6, box: [220, 20, 60, 60] },
]

describe('flags for a colleague in the real window', () => {
  const given = inProject('Flags', async (folder, { images }) => {
    const files = await writeSmears(images, 2)
    await projectWithRun(folder, files, GUESSES)
    return files
  })

  const flags = async () => (await snapshot(given.page)).flags
  const section = () => given.page.getByRole('region', { name: 'Flagged' })

  it('flags the item that Review asks about by T, with a note by Shift+T, and lists it', async () => {
    await given.page.keyboard.press('Control+3')
    await mostUncertainFirst(given.page)
    await given.page.getByText('Score 0.52.').waitFor()
    await given.page.keyboard.press('t')
    await section().getByRole('heading', { name: 'Flagged 1' }).waitFor()
    await given.page.keyboard.press('Shift+T')
    await given.page.locator('input:focus, textarea:focus').waitFor()
    await given.page.keyboard.type('Is this a band cell?')
    await given.page.keyboard.press('Enter')
    await expect.poll(async () => (await flags()).map(({ note }) => note), WAIT).toEqual(['Is this a band cell?'])
    await shoot(given.session, 'flags-review-dark')
    await given.page.keyboard.press('Enter')
    await given.page.getByText('Score 0.45.').waitFor()
    await given.page.keyboard.press('t')
    await section().getByRole('heading', { name: 'Flagged 2' }).waitFor()
    await given.page.keyboard.press('t')
    await section().getByRole('heading', { name: 'Flagged 1' }).waitFor()
    await given.page.keyboard.press('Control+z')
    await section().getByRole('heading', { name: 'Flagged 2' }).waitFor()
  })

  it('shows what is flagged on a click, and the flag of an accepted prediction holds for its annotation', async () => {
    await section().getByRole('listitem', { name: 'Flag on prediction of smear_2.png' }).getByRole('button').first().click()
    await given.page.getByText('Score 0.52.').waitFor()
    await given.page.keyboard.press('Control+1')
    await openImage(given.page, given.made[0]!)
    await section().getByRole('listitem', { name: 'Flag on prediction of smear_2.png' }).getByRole('button').first().click()
    await given.page.getByRole('application', { name: 'Image smear_2.png,' }).waitFor()
    const [annotation] = await annotationsOn(given.page, 'smear_2.png')
    expect(annotation).toMatchObject({ origin: 'accepted' })
    await given.page.getByText('Accepted prediction by').waitFor()
    await expect.poll(() => given.page.getByRole('button', { name: 'Flag', exact: true }).getAttribute('aria-pressed'), WAIT).toBe('true')
  })

  it('flags an object in Label, filters the list by flags, and survives a lock', async () => {
    await given.page.keyboard.press('Control+k')
    await given.page.keyboard.press('Escape')
    await given.page.keyboard.press('t')
    await expect.poll(async () => (await flags()).length, WAIT).toBe(3)
    await shoot(given.session, 'flags-label-dark')
    await given.page.getByRole('button', { name: 'Filter by state and split' }).click()
    await given.page.getByRole('menuitemcheckbox', { name: 'Flagged (3)' }).click()
    await given.page.keyboard.press('Escape')
    await given.page.getByText('2 images', { exact: true }).waitFor()
    const canvas = new Canvas(given.page, given.made[1]!)
    await canvas.click({ x: 300, y: 220 })
    await given.page.keyboard.press('t')
    await expect.poll(async () => (await flags()).length, WAIT).toBe(2)
    await given.page.keyboard.press('Control+z')
    await command(given.page, 'Dark or light')
    await shoot(given.session, 'flags-label-light')
    await given.page.keyboard.press('Control+3')
    await given.page.getByText('Score 0.45.').waitFor()
    await shoot(given.session, 'flags-review-light')
  })

  it('leaves a locked object where a rejection would take it away', async () => {
    const [annotation] = await annotationsOn(given.page, 'smear_2.png')
    expect(annotation).toMatchObject({ locked: true })
    const request = { predictions: [annotation!.predictionId], kind: 'reject' }
    expect(await ask(given.page, 'project', 'decide', request)).toMatchObject({ locked: [annotation!.predictionId] })
    expect(await annotationsOn(given.page, 'smear_2.png')).toEqual([annotation])
  })

  it('writes flags and notes beside the decisions', () => {
    const file = path.join(given.home.folder, 'decisions.csv')
    execFileSync(path.join(ROOT, 'bin', 'slidewright'), ['export', given.folder, file, '--what', 'decisions'], { stdio: 'pipe' })
    const rows = parse(readFileSync(file), { bom: true, columns: true }) as Record<string, string>[]
    expect(rows.map((row) => [row['image'], row['decision'], row['flagged'], row['flag_note']])).toEqual([
      ['smear_1.png', '', '1', ''],
      ['smear_2.png', 'accept', '1', 'Is this a band cell?'],
      ['smear_2.png', '', '1', ''],
    ])
  })
})
