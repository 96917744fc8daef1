import { beforeAll, describe, expect, it } from 'vitest'
import { drawnLabel } from './given-label.ts'
import { ask, objectsOn, snapshot } from './ask.ts'
import { projectWithRun, type Guess } from './given-run.ts'
import { writeSmears } from './home.ts'
import { inProject } from './in-project.ts'
import { command, shoot } from './session.ts'

const WAIT = { timeout: 10_000 }
const GUESSES: readonly Guess[] = [
  { image: 'smear_1.png', className: 'WBC', score: 0.9, box: [22, 20, 60, 60] },
  { image: 'smear_1.png', className: 'RBC', score: 0.97, box: [220, 20, 60, 60] },
]

describe('a second look in the real window', () => {
  const given = inProject('Looks', async (folder, { images }) => {
    await projectWithRun(folder, await writeSmears(images, 2), GUESSES)
  })
  beforeAll(async () => {
    const { images, classes } = await snapshot(given.page)
    const image = images.find(({ name }) => name === 'smear_1.png')!
    const made = (x: number, y: number) =>
      drawnLabel({ imageId: image.id, classId: classes[0]!.id, shape: { type: 'box', x, y, width: 60, height: 60 } })
    const put = { images: [{ ...image, state: 'done' }], annotations: [made(20, 20), made(120, 140)] }
    await ask(given.page, 'project', 'edit', { label: 'Label', put, remove: {} })
    await given.page.reload()
    await given.page.getByRole('main', { name: 'Label' }).waitFor()
  })

  const settled = (): Promise<string | null> => given.page.getByRole('status', { name: 'Differences settled' }).textContent()
  const objects = (): Promise<string[]> => objectsOn(given.page, 'smear_1.png')

  it('asks where label and model differ, says why, and each answer is one key and one undo', async () => {
    await given.page.keyboard.press('Control+3')
    await given.page.keyboard.press('Shift+X')
    await given.page.getByText('The label says RBC, the model finds nothing here (best score 0.00).').waitFor()
    await expect.poll(settled, WAIT).toBe('0 of 3')
    await given.page.getByRole('button', { name: /^Keep this label/ }).waitFor()
    await given.page.getByText('Enter takes the label off the image. One undo brings it back.').waitFor()
    await shoot(given.session, 'looks-missed')
    await given.page.getByRole('button', { name: /^Remove this label/ }).click()
    await given.page.getByText('The model is sure of RBC here (score 0.97), and the image is finished without a label for it.').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 20 20 60 60'])
    await given.page.keyboard.press('Control+z')
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60', 'RBC box 20 20 60 60'])
    await expect.poll(settled, WAIT).toBe('0 of 3')
    await given.page.getByRole('button', { name: 'Previous' }).click()
    await given.page.getByText('The label says RBC, the model finds nothing here (best score 0.00).').waitFor()
    await given.page.keyboard.press('x')
    await given.page.getByText('The model is sure of RBC here (score 0.97), and the image is finished without a label for it.').waitFor()
    await given.page.keyboard.press('Enter')
    await given.page.getByText('The label says RBC, the model says WBC (score 0.90).').waitFor()
    await shoot(given.session, 'looks-dark')
    await given.page.keyboard.press('Enter')
    await given.page.getByText('Labels and model agree').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60', 'RBC box 220 20 60 60', 'WBC box 20 20 60 60'])
    await given.page.keyboard.press('Control+z')
    await given.page.getByText('The label says RBC, the model says WBC (score 0.90).').waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60', 'RBC box 20 20 60 60', 'RBC box 220 20 60 60'])
  })

  it('looks as well in the light theme, and goes back to the predictions', async () => {
    await command(given.page, 'Dark or light')
    await given.page.getByText('The label says RBC, the model says WBC').waitFor()
    await shoot(given.session, 'looks-light')
    await given.page.keyboard.press('x')
    await given.page.getByRole('button', { name: 'Back to the predictions' }).click()
    await given.page.getByRole('status', { name: 'Review progress' }).waitFor()
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 140 60 60', 'RBC box 20 20 60 60', 'RBC box 220 20 60 60'])
  })
})
