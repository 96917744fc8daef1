import { mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Locator, type Page } from 'playwright-core'
import { ask, snapshot } from './ask.ts'
import { makeHome, writeSmears, type Home } from './home.ts'
import { answerOpen, projectFolder, shoot, startApp, type Session } from './session.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'

const WAIT = { timeout: 10_000 }

/** Two folders of labelled images and one of images that nobody labelled yet. */
async function writeClassFolders(folder: string): Promise<{ readonly labelled: string; readonly unlabelled: string }> {
  const [labelled, unlabelled] = [path.join(folder, 'labelled'), path.join(folder, 'new')]
  const classes = ['Uninfected', 'Infected'].map((name) => path.join(labelled, name))
  for (const one of [...classes, unlabelled]) mkdirSync(one, { recursive: true })
  const files = await writeSmears(folder, 10, { width: 64, height: 64, redCellDiameter: 40 })
  for (const [index, file] of files.entries()) renameSync(file.path, path.join(index < 4 ? classes[index % 2]! : unlabelled, file.name))
  return { labelled, unlabelled }
}

describe('images labelled as wholes, in the real window', () => {
  let home: Home
  let session: Session
  let page: Page
  let folders: Awaited<ReturnType<typeof writeClassFolders>>

  beforeAll(async () => {
    home = makeHome()
    folders = await writeClassFolders(home.images)
    session = await startApp(home)
    page = session.page
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  /** Image and class of each label, as main has them. */
  const stored = async (): Promise<string[]> => {
    const { images, classes } = await snapshot(page)
    const labels = await ask<AnnotationRecord[]>(page, 'project', 'labels')
    const image = (id: string): string => images.find((one) => one.id === id)?.name ?? '?'
    const kind = (id: string): string => classes.find((one) => one.id === id)?.name ?? '?'
    return labels.map(({ imageId, classId }) => `${image(imageId)} ${kind(classId)}`).sort()
  }
  const open = (name: string): Promise<void> => page.getByRole('application', { name: `Image ${name},` }).waitFor()
  const label = (): Locator => page.getByRole('status', { name: 'Label', exact: true })
  const progress = (): Promise<string | null> => page.getByRole('status', { name: 'Labelling progress' }).textContent()
  const cell = (name: string): Locator => page.getByRole('gridcell', { name: new RegExp(`^${name},`) })

  it('makes a project for them and takes folders named after the classes', async () => {
    await page.getByRole('button', { name: 'New project' }).first().click()
    await page.getByRole('radio', { name: 'Classify' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    expect(await page.getByLabel('Name of class 1').inputValue()).toBe('Uninfected')
    await page.getByText('Sensitivity will be that of the second class, Infected').waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Patches')
    await answerOpen(session, home.projects)
    await page.getByRole('button', { name: 'Other folder' }).click()
    await answerOpen(session, folders.labelled)
    await page.getByRole('button', { name: 'Choose a folder' }).click()
    await page.getByRole('button', { name: 'Create project' }).click()
    await page.getByText('Class folders: 4 images, 4 labels').waitFor()
    await page.getByRole('button', { name: 'Add 4 images' }).click()
    await page.getByText('4 images and 4 labels added').waitFor()
    expect(await stored()).toEqual(['smear_1.png Uninfected', 'smear_2.png Infected', 'smear_3.png Uninfected', 'smear_4.png Infected'])
    await expect.poll(progress, WAIT).toBe('4 of 4 images labelled')
  })

  it('takes more images in a format that the person names', async () => {
    await page.getByRole('button', { name: 'Add images' }).click()
    await page.getByRole('menuitem', { name: 'Add in a format…' }).click()
    await page.getByRole('radio', { name: 'Images alone' }).check()
    await answerOpen(session, folders.unlabelled)
    await page.getByRole('button', { name: 'Choose a folder' }).click()
    await page.getByRole('button', { name: 'Add 6 images' }).click()
    await expect.poll(progress, WAIT).toBe('4 of 10 images labelled')
  })

  it('gives an image its class by a digit and goes on to the next without one; undo takes it back', async () => {
    await page.getByRole('option', { name: 'smear_5.png', exact: true }).click()
    await open('smear_5.png')
    await expect.poll(() => label().textContent(), WAIT).toBe('No label')
    await page.keyboard.press('2')
    await open('smear_6.png')
    await page.keyboard.press('1')
    await open('smear_7.png')
    await expect.poll(stored, WAIT).toContain('smear_6.png Uninfected')
    expect(await stored()).toContain('smear_5.png Infected')
    await page.getByRole('option', { name: 'smear_5.png', exact: true }).click()
    await open('smear_5.png')
    await expect.poll(() => label().textContent(), WAIT).toBe('Infected')
    await page.keyboard.press('Control+z')
    await open('smear_6.png')
    await expect.poll(() => label().textContent(), WAIT).toBe('No label')
    expect(await stored()).not.toContain('smear_6.png Uninfected')
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(() => label().textContent(), WAIT).toBe('Uninfected')
  })

  it('takes a label away by Delete', async () => {
    await page.getByRole('option', { name: 'smear_6.png', exact: true }).click()
    await open('smear_6.png')
    await page.keyboard.press('Delete')
    await expect.poll(() => label().textContent(), WAIT).toBe('No label')
    expect((await stored()).filter((one) => one.startsWith('smear_6'))).toEqual([])
    await shoot(session, 'classify-single')
  })

  it('labels many at once in the gallery: one step to undo', async () => {
    await page.keyboard.press('g')
    await page.getByRole('grid', { name: 'Gallery' }).waitFor()
    await cell('smear_7.png').click()
    await cell('smear_9.png').click({ modifiers: ['Shift'] })
    await page.getByText('10 images, 3 selected').waitFor()
    await page.keyboard.press('2')
    await expect.poll(async () => (await stored()).length, WAIT).toBe(8)
    expect(await stored()).toContain('smear_8.png Infected')
    await expect.poll(() => cell('smear_10.png').getAttribute('aria-selected'), WAIT).toBe('true')
    await shoot(session, 'classify-gallery')
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await stored()).length, WAIT).toBe(5)
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(async () => (await stored()).length, WAIT).toBe(8)
  })

  it('opens again where it was left, with every label', async () => {
    const before = await stored()
    await session.close()
    session = await startApp(home, projectFolder(home, 'Patches'))
    page = session.page
    await page.getByRole('grid', { name: 'Gallery' }).waitFor()
    expect(await stored()).toEqual(before)
    await page.getByRole('gridcell', { name: 'smear_8.png, Infected' }).waitFor()
  })

  it('has the keyboard in the gallery at once; Enter means no image that is not seen', async () => {
    const states = async (): Promise<string[]> => (await snapshot(page)).images.map(({ name, state }) => `${name} ${state}`)
    const before = await states()
    const grid = page.getByRole('grid', { name: 'Gallery' })
    await expect.poll(() => grid.evaluate((element) => element === document.activeElement), WAIT).toBe(true)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Home')
    await expect.poll(() => cell('smear_1.png').getAttribute('aria-selected'), WAIT).toBe('true')
    expect(await states()).toEqual(before)
    await grid.waitFor()
    // Elsewhere in the window the key means the same image.
    await page.getByRole('button', { name: 'Show the unlabelled' }).focus()
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('Enter')
    await open('smear_1.png')
    await page.keyboard.press('g')
    await grid.waitFor()
  })

  it('shows just the unlabelled, moves by arrow keys, and opens one by Enter', async () => {
    await page.getByRole('button', { name: 'Show the unlabelled' }).click()
    await page.getByRole('status', { name: 'Gallery' }).getByText('2 images').waitFor()
    await cell('smear_6.png').click()
    await page.getByRole('grid', { name: 'Gallery' }).press('ArrowRight')
    await expect.poll(() => cell('smear_10.png').getAttribute('aria-selected'), WAIT).toBe('true')
    await page.keyboard.press('Enter')
    await open('smear_10.png')
  })
})
