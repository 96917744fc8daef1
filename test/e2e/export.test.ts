import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeHome, writeVoc, type Home } from './home.ts'
import { answerSave, dialogsShown, givenProject, shoot, startApp, type Session } from './session.ts'

describe('Exporting annotations in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeEach(async () => {
    home = makeHome()
    session = await startApp(home)
    page = session.page
  })
  afterEach(async () => {
    expect(session.faults).toEqual([])
    await session.close()
    home.remove()
  })

  it('says what the format cannot hold before it writes, and writes nothing when no place is given', async () => {
    await writeVoc(home.images, 3, { density: 0.3 })
    await givenProject(session, home, 'Smears', [home.images])
    await page.keyboard.press('Control+4')
    await page.getByRole('button', { name: 'Export annotations…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Export annotations or predictions' })
    const told = dialog.getByRole('status', { name: 'What is written' })
    await told.getByText(/^\d+ objects on 3 images\.$/).waitFor()
    await told.getByText('The format holds all of it.').waitFor()
    await dialog.getByRole('combobox', { name: 'Format' }).click()
    await page.getByRole('option', { name: 'YOLO outlines' }).click()
    await told.getByText(/^\d+ boxes become outlines\.$/).waitFor()
    await shoot(session, 'export-dialog')
    await dialog.getByRole('combobox', { name: 'Format' }).click()
    await page.getByRole('option', { name: 'Masks of single objects (TIFF)' }).click()
    await told.getByText('Values: 0 = background, then one number an object; which class it is of is not in them.').waitFor()
    await shoot(session, 'export-masks')
    const masks = path.join(home.projects, 'masks')
    await answerSave(session, masks)
    await dialog.getByRole('button', { name: 'Export…' }).click()
    await page.getByText('Exported 3 images').waitFor()
    expect(readdirSync(masks).map((name) => path.extname(name))).toEqual(['.tif', '.tif', '.tif'])
    await page.getByRole('button', { name: 'Export annotations…' }).click()
    await dialog.getByRole('combobox', { name: 'Format' }).click()
    await page.getByRole('option', { name: 'YOLO outlines' }).click()
    const target = path.join(home.projects, 'out')
    await answerSave(session, null)
    await dialog.getByRole('button', { name: 'Export…' }).click()
    await expect.poll(() => dialogsShown(session)).toBe(2)
    await dialog.getByRole('button', { name: 'Export…', disabled: false }).waitFor()
    expect(existsSync(target)).toBe(false)
    await answerSave(session, target)
    await dialog.getByRole('button', { name: 'Export…' }).click()
    await page.getByText(/^Exported \d+ objects$/).waitFor()
    await shoot(session, 'export-done')
    expect(readdirSync(path.join(target, 'labels', 'train'))).toHaveLength(3)
    expect(readFileSync(path.join(target, 'data.yaml'), 'utf8')).toContain('RBC')
  })

  it('lists what was done with the project, and saves it as a file that can be done again', async () => {
    await writeVoc(home.images, 2, { density: 0.2 })
    await givenProject(session, home, 'Smears', [home.images])
    await page.keyboard.press('Control+l')
    await page.getByRole('textbox', { name: 'Find a command' }).fill('workflow')
    await page.getByText('Workflow of the project').waitFor()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Workflow' })
    await dialog
      .getByRole('row', { name: /Import/ })
      .getByText(home.images)
      .waitFor()
    await shoot(session, 'workflow')
    const target = path.join(home.projects, 'steps.json')
    await answerSave(session, target)
    await dialog.getByRole('button', { name: 'Save as a file' }).click()
    await page.getByText('Saved 1 step').waitFor()
    const saved: unknown = JSON.parse(readFileSync(target, 'utf8'))
    expect(saved).toMatchObject({ format: 1, steps: [{ step: { kind: 'import', request: { paths: [home.images] } } }] })
  })
})
