import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { drawnLabel } from './given-label.ts'
import { ask, objectsOn, snapshot } from './ask.ts'
import { projectWithRun, type Guess } from './given-run.ts'
import { makeHome, writeSmears, type Home } from './home.ts'
import { projectFolder, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }
const GUESSES: readonly Guess[] = [
  { image: 'smear_1.png', className: 'WBC', score: 0.9, box: [22, 20, 60, 60] },
  { image: 'smear_1.png', className: 'RBC', score: 0.97, box: [220, 20, 60, 60] },
]

describe('a second look in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    const files = await writeSmears(home.images, 2)
    const folder = projectFolder(home, 'Looks')
    await projectWithRun(folder, files, GUESSES)
    session = await startApp(home, folder)
    page = session.page
    await page.getByRole('main', { name: 'Label' }).waitFor()
    const { images, classes } = await snapshot(page)
    const image = images.find(({ name }) => name === 'smear_1.png')!
    const made = (x: number, y: number) =>
      drawnLabel({ imageId: image.id, classId: classes[0]!.id, shape: { type: 'box', x, y, width: 60, height: 60 } })
    const put = { images: [{ ...image, state: 'done' }], annotations: [made(20, 20), made(120, 140)] }
    await ask(page, 'project', 'edit', { label: 'Label', put, remove: {} })
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

  const settled = (): Promise<string | null> => page.getByRole('status', { name: 'Differences settled' }).textContent()
  const objects = (): Promise<string[]> => objectsOn(page, 'smear_1.png')

  it('asks where label and model differ, says why, and each answer is one key and one undo', async () => {
    await page.keyboard.press('Control+3')
    await page.keyboard.press('Shift+X')
    await page.getByText('The label says RBC, the model finds nothing here (best score 0.00).').waitFor()
    await expect.poll(settled, WAIT).toBe('0 of 3')
    await page.keyboard.press('x')
    await page.getByText('The model is sure of RBC here (score 0.97), and the image is finished without a label for it.').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('The label says RBC, the model says WBC (score 0.90).').waitFor()
    await shoot(session, 'looks-dark')
    await page.keyboard.press('Enter')
    await page.getByText('Labels and model agree').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60', 'RBC box 220 20 60 60', 'WBC box 20 20 60 60'])
    await page.keyboard.press('Control+z')
    await page.getByText('The label says RBC, the model says WBC (score 0.90).').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60', 'RBC box 20 20 60 60', 'RBC box 220 20 60 60'])
  })

  it('looks as well in the light theme, and goes back to the predictions', async () => {
    await page.keyboard.press('Control+l')
    await page.getByPlaceholder('Find a command').fill('Dark or light')
    await page.keyboard.press('Enter')
    await page.getByText('The label says RBC, the model says WBC').waitFor()
    await shoot(session, 'looks-light')
    await page.keyboard.press('x')
    await page.getByRole('button', { name: 'Back to the predictions' }).click()
    await page.getByRole('status', { name: 'Review progress' }).waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60', 'RBC box 20 20 60 60', 'RBC box 220 20 60 60'])
  })
})
