import { describe, expect, it } from 'vitest'
import { newId, runId, type RunId } from '#shared/records/ids.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { ask } from './ask.ts'
import { projectWithRun, type Guess } from './given-run.ts'
import { writeSmears } from './home.ts'
import { inProject } from './in-project.ts'
import { reloaded } from './session.ts'

const WAIT = { timeout: 10_000 }

const GUESSES: readonly Guess[] = [0, 1, 2].map((at) => ({ image: 'smear_1.png', className: 'RBC', score: 0.6, box: [40 + 70 * at, 40, 40, 40] })) // prettier-ignore

/** A run of the same model, a day before the first, that found one object less. */
async function earlierRun(folder: string): Promise<RunId> {
  const bench = await Workbench.open(folder, 'Test')
  try {
    const { db } = bench.project
    const [first] = db.runs()
    const createdAt = new Date(Date.parse(first!.createdAt) - 86_400_000).toISOString()
    const image = db.images().find(({ name }) => name === 'smear_1.png')!
    const shape = { type: 'box' as const, x: 40, y: 40, width: 40, height: 40 }
    const found = [{ imageId: image.id, classId: db.classes()[0]!.id, score: 0.6, shape }]
    const id = runId.parse(newId())
    db.addRun({ ...first!, id, createdAt, objects: 1 }, db.imagesOfRun(first!.id), found)
    return id
  } finally {
    await bench.close()
  }
}

describe('the run on show in the real window', () => {
  const given = inProject('Runs', async (folder, { images }) => {
    await projectWithRun(folder, await writeSmears(images, 1), GUESSES)
    return earlierRun(folder)
  })

  const chosen = () => given.page.getByRole('combobox', { name: 'Predictions of' })
  const goTo = async (place: string, key: string): Promise<void> => {
    await given.page.keyboard.press(key)
    await given.page.getByRole('main', { name: place }).waitFor()
  }
  const choose = async (nth: number): Promise<string> => {
    await chosen().click()
    const option = given.page.getByRole('option', { name: /^given model 1 · / }).nth(nth)
    const title = (await option.textContent()) ?? ''
    await option.click()
    return title
  }
  const predicted = () => given.page.getByRole('table', { name: 'All images shown, by class' }).getByRole('row', { name: /^RBC/ })
  const progress = () => given.page.getByRole('status', { name: 'Review progress' })

  it('is the same in Label, Review and Count, wherever it is chosen, and after a restart', async () => {
    const older = await choose(1)
    await goTo('Review', 'Control+3')
    await expect.poll(() => chosen().inputValue(), WAIT).toBe(older)
    await expect.poll(() => progress().textContent(), WAIT).toBe('0 of 1')
    await goTo('Count', 'Control+4')
    expect(await chosen().inputValue()).toBe(older)
    await expect.poll(() => predicted().getByRole('cell').nth(1).textContent(), WAIT).toBe('1')
    const newer = await choose(0)
    expect(newer).not.toBe(older)
    await expect.poll(() => predicted().getByRole('cell').nth(1).textContent(), WAIT).toBe('3')
    await goTo('Review', 'Control+3')
    await expect.poll(() => progress().textContent(), WAIT).toBe('0 of 3')
    await choose(1)
    await expect.poll(() => progress().textContent(), WAIT).toBe('0 of 1')
    await goTo('Label', 'Control+1')
    expect(await chosen().inputValue()).toBe(older)
    await goTo('Count', 'Control+4')
    const memory = (): Promise<unknown> => ask(given.page, 'project', 'loadView', {})
    await expect.poll(memory, WAIT).toMatchObject({ place: 'count', runId: given.made })
    await reloaded(given.page)
    await expect.poll(() => chosen().inputValue(), WAIT).toBe(older)
  })
  it('asks nothing of an image that is done', async () => {
    await goTo('Label', 'Control+1')
    const row = given.page.getByRole('option', { name: 'smear_1.png', exact: true })
    await row.getByText('1 ?').waitFor()
    await given.page.keyboard.press('Enter')
    await row.getByRole('img', { name: 'Done' }).waitFor()
    expect(await row.getByText('1 ?').count()).toBe(0)
  })
})
