import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { objectsOn, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { answerOpen, openImage, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }

describe('Label in the real window', () => {
  let home: Home
  let files: SmearFile[]
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    files = await writeSmears(home.images, 7)
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

  /** A fresh image, and its canvas with the box tool. */
  async function fresh(number: number): Promise<{ file: SmearFile; canvas: Canvas; objects: () => Promise<string[]> }> {
    const file = files[number - 1]!
    await openImage(page, file)
    await page.keyboard.press('r')
    await page.keyboard.press('1')
    return { file, canvas: new Canvas(page, file), objects: () => objectsOn(page, file.name) }
  }

  it('makes a project in the dialog, with its own classes, and imports a folder of images', async () => {
    await page.getByRole('button', { name: 'New project' }).click()
    await page.getByRole('radio', { name: 'Find and count' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Add class' }).click()
    await page.getByLabel('Name of class 4').fill('Blast')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Smears')
    await answerOpen(session, home.projects)
    await page.getByRole('button', { name: 'Other folder' }).click()
    await page.getByRole('dialog').getByText('Smears.slidewright').waitFor()
    await answerOpen(session, home.images)
    await page.getByRole('button', { name: 'Choose a folder' }).click()
    await page.getByText('1 chosen').waitFor()
    await page.getByRole('button', { name: 'Create project' }).click()
    await page.getByRole('dialog', { name: 'Added' }).getByText('7 images').first().waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).last().click()
    await expect.poll(() => page.getByRole('option').count(), WAIT).toBe(7)
    const project = await snapshot(page)
    expect(project.classes.map(({ name }) => name)).toEqual(['RBC', 'WBC', 'Platelets', 'Blast'])
    expect(project.images.map(({ name }) => name).sort()).toEqual(files.map(({ name }) => name))
  })

  it('shows the pointer in pixels of the image', async () => {
    const { canvas } = await fresh(1)
    await canvas.move({ x: 100, y: 60 })
    const text = await page.getByLabel('Pointer').textContent()
    const [x = NaN, y = NaN] = [...(text ?? '').matchAll(/[\d.]+/g)].map(([number]) => Number(number))
    expect(Math.abs(x - 100)).toBeLessThan(1)
    expect(Math.abs(y - 60)).toBeLessThan(1)
  })

  it('draws boxes by R and a drag, in the class of the digit', async () => {
    const { canvas, objects } = await fresh(1)
    await canvas.drag({ x: 40, y: 30 }, { x: 100, y: 90 })
    await expect.poll(objects, WAIT).toEqual(['RBC box 40 30 60 60'])
    await page.keyboard.press('2')
    await canvas.drag({ x: 150, y: 40 }, { x: 230, y: 120 })
    await expect.poll(objects, WAIT).toEqual(['RBC box 40 30 60 60', 'WBC box 150 40 80 80'])
    await page.getByRole('application', { name: '2 objects' }).waitFor()
  })
})
