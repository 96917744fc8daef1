import { readFileSync } from 'node:fs'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { parse } from 'csv-parse/sync'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { annotationsOn, ask, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { projectWithRun, type Guess } from './given-run.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { mostUncertainFirst, openImage, projectFolder, ROOT, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }
const GUESSES: readonly Guess[] = [
  { image: 'smear_1.png', className: 'RBC', score: 0.95, box: [20, 20, 60, 60] },
  { image: 'smear_1.png', className: 'RBC', score: 0.45, box: [120, 20, 60, 60] },
  { image: 'smear_2.png', className: 'RBC', score: 0.52, box: [20, 20, 60, 60] },
  { image: 'smear_2.png', className: 'WBC', score: 0.6, box: [220, 20, 60, 60] },
]

describe('flags for a colleague in the real window', () => {
  let home: Home
  let files: SmearFile[]
  let folder: string
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    files = await writeSmears(home.images, 2)
    folder = projectFolder(home, 'Flags')
    await projectWithRun(folder, files, GUESSES)
    session = await startApp(home, folder)
    page = session.page
    await page.getByRole('main', { name: 'Label' }).waitFor()
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const flags = async () => (await snapshot(page)).flags
  const section = () => page.getByRole('region', { name: 'Flagged' })

  it('flags the item that Review asks about by T, with a note by Shift+T, and lists it', async () => {
    await page.keyboard.press('Control+3')
    await mostUncertainFirst(page)
    await page.getByText('Score 0.52.').waitFor()
    await page.keyboard.press('t')
    await section().getByRole('heading', { name: 'Flagged 1' }).waitFor()
    await page.keyboard.press('Shift+T')
    await page.keyboard.type('Is this a band cell?')
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await flags()).map(({ note }) => note), WAIT).toEqual(['Is this a band cell?'])
    await shoot(session, 'flags-review-dark')
    await page.keyboard.press('Enter')
    await page.getByText('Score 0.45.').waitFor()
    await page.keyboard.press('t')
    await section().getByRole('heading', { name: 'Flagged 2' }).waitFor()
    await page.keyboard.press('t')
    await section().getByRole('heading', { name: 'Flagged 1' }).waitFor()
    await page.keyboard.press('Control+z')
    await section().getByRole('heading', { name: 'Flagged 2' }).waitFor()
  })

  it('shows what is flagged on a click, and the flag of an accepted prediction holds for its annotation', async () => {
    await section().getByRole('listitem', { name: 'Flag on prediction of smear_2.png' }).getByRole('button').first().click()
    await page.getByText('Score 0.52.').waitFor()
    await page.keyboard.press('Control+1')
    await openImage(page, files[0]!)
    await section().getByRole('listitem', { name: 'Flag on prediction of smear_2.png' }).getByRole('button').first().click()
    await page.getByRole('application', { name: 'Image smear_2.png,' }).waitFor()
    const [annotation] = await annotationsOn(page, 'smear_2.png')
    expect(annotation).toMatchObject({ origin: 'accepted' })
    await page.getByText('Accepted prediction by').waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Flag', exact: true }).getAttribute('aria-pressed'), WAIT).toBe('true')
  })

  it('flags an object in Label, filters the list by flags, and survives a lock', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Escape')
    await page.keyboard.press('t')
    await expect.poll(async () => (await flags()).length, WAIT).toBe(3)
    await shoot(session, 'flags-label-dark')
    await page.getByRole('button', { name: 'Filter by state and split' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Flagged (3)' }).click()
    await page.keyboard.press('Escape')
    await page.getByText('2 images', { exact: true }).waitFor()
    const canvas = new Canvas(page, files[1]!)
    await canvas.click({ x: 300, y: 220 })
    await page.keyboard.press('t')
    await expect.poll(async () => (await flags()).length, WAIT).toBe(2)
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+l')
    await page.keyboard.type('Dark or light')
    await page.keyboard.press('Enter')
    await shoot(session, 'flags-label-light')
    await page.keyboard.press('Control+3')
    await page.getByText('Score 0.45.').waitFor()
    await shoot(session, 'flags-review-light')
  })

  it('leaves a locked object where a rejection would take it away', async () => {
    const [annotation] = await annotationsOn(page, 'smear_2.png')
    expect(annotation).toMatchObject({ locked: true })
    const request = { predictions: [annotation!.predictionId], kind: 'reject' }
    expect(await ask(page, 'project', 'decide', request)).toMatchObject({ locked: [annotation!.predictionId] })
    expect(await annotationsOn(page, 'smear_2.png')).toEqual([annotation])
  })

  it('writes flags and notes beside the decisions', () => {
    const file = path.join(home.folder, 'decisions.csv')
    execFileSync(path.join(ROOT, 'bin', 'slidewright'), ['export', folder, file, '--what', 'decisions'], { stdio: 'pipe' })
    const rows = parse(readFileSync(file), { bom: true, columns: true }) as Record<string, string>[]
    expect(rows.map((row) => [row['image'], row['decision'], row['flagged'], row['flag_note']])).toEqual([
      ['smear_1.png', '', '1', ''],
      ['smear_2.png', 'accept', '1', 'Is this a band cell?'],
      ['smear_2.png', '', '1', ''],
    ])
  })
})
