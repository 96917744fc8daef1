import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { annotationsOn, decisionsOn, objectsOn, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { GIVEN_MODEL, projectWithRun, type Guess } from './given-run.ts'
import { writeSmears } from './home.ts'
import { inProject } from './in-project.ts'
import { answerSave, openImage, mostUncertainFirst, shoot } from './session.ts'

const WAIT = { timeout: 10_000 }
const GUESSES: readonly Guess[] = [
  { image: 'smear_1.png', className: 'RBC', score: 0.95, box: [20, 20, 60, 60] },
  { image: 'smear_1.png', className: 'RBC', score: 0.8, box: [120, 20, 60, 60] },
  { image: 'smear_1.png', className: 'RBC', score: 0.6, box: [220, 20, 60, 60] },
  { image: 'smear_1.png', className: 'WBC', score: 0.3, box: [20, 140, 60, 60] },
  { image: 'smear_2.png', className: 'RBC', score: 0.52, box: [20, 20, 60, 60] },
  { image: 'smear_2.png', className: 'RBC', score: 0.65, box: [120, 20, 60, 60] },
  { image: 'smear_2.png', className: 'WBC', score: 0.4, box: [220, 20, 60, 60] },
  { image: 'smear_2.png', className: 'RBC', score: 0.9, box: [20, 140, 60, 60] },
]

describe('predictions in the real window', () => {
  const given = inProject('Review', async (folder, { images }) => {
    const files = await writeSmears(images, 3)
    await projectWithRun(folder, files, GUESSES)
    return files
  })

  const shown = (): Promise<string | null> => given.page.getByRole('status', { name: 'Predictions shown' }).textContent()
  const first = (): Promise<string[]> => objectsOn(given.page, 'smear_1.png')

  /** Share of a line's pixels on the canvas that have a colour, from a point of the image to one at its right. */
  async function strokeShare(canvas: Canvas, from: { x: number; y: number }, width: number, color: string): Promise<number> {
    const left = await canvas.at(from)
    const right = await canvas.at({ x: from.x + width, y: from.y })
    return given.page.evaluate(
      ({ x, y, to, wanted }) => {
        const layer = document.querySelector<HTMLCanvasElement>('[data-canvas] canvas[data-layer="mass"]')!
        const { left: dx, top: dy } = layer.getBoundingClientRect()
        const ratio = layer.width / layer.clientWidth
        const ink = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16))
        const columns = Math.round((to - x) * ratio)
        const { data } = layer.getContext('2d')!.getImageData(Math.round((x - dx) * ratio), Math.round((y - dy - 4) * ratio), columns, 9)
        const isInk = (at: number): boolean => data[at + 3]! > 200 && ink.every((value, i) => Math.abs(data[at + i]! - value) < 24)
        const inked = Array.from({ length: columns }, (_, column) =>
          Array.from({ length: 9 }, (__, row) => isInk(4 * (row * columns + column))).some(Boolean),
        )
        return inked.filter(Boolean).length / columns
      },
      { x: left.x, y: left.y, to: right.x, wanted: color },
    )
  }

  it('shows predictions from the score up, dashed, and hides them by H', async () => {
    await openImage(given.page, given.made[0]!)
    await expect.poll(shown, WAIT).toBe('3 shown, 1 below the score')
    const slider = given.page.getByRole('slider', { name: 'Score threshold' })
    await slider.focus()
    await given.page.keyboard.press('End')
    await expect.poll(shown, WAIT).toBe('0 shown, 4 below the score')
    await given.page.keyboard.press('Home')
    await expect.poll(shown, WAIT).toBe('4 shown, 0 below the score')
    const canvas = new Canvas(given.page, given.made[0]!)
    const { color } = (await snapshot(given.page)).classes[0]!
    const dashes = (): Promise<number> => strokeShare(canvas, { x: 125, y: 20 }, 50, color)
    await expect.poll(dashes, WAIT).toBeGreaterThan(0.3)
    expect(await dashes()).toBeLessThan(0.85)
    await given.page.keyboard.press('h')
    await expect.poll(dashes, WAIT).toBe(0)
    await given.page.keyboard.press('h')
    await expect.poll(dashes, WAIT).toBeGreaterThan(0.3)
    await shoot(given.session, 'predictions')
  })

  it('accepts one: it becomes an annotation with a solid line that knows its prediction', async () => {
    const canvas = new Canvas(given.page, given.made[0]!)
    await given.page.keyboard.press('s')
    await canvas.click({ x: 150, y: 50 })
    await given.page.getByText(`Predicted by ${GIVEN_MODEL}, score 0.80`).waitFor()
    await given.page.keyboard.press('Shift+Enter')
    await expect.poll(first, WAIT).toEqual(['RBC box 120 20 60 60'])
    const [annotation] = await annotationsOn(given.page, 'smear_1.png')
    expect(annotation).toMatchObject({ origin: 'accepted', predictionId: expect.any(Number) as number })
    await given.page.keyboard.press('Escape')
    await canvas.move({ x: 300, y: 220 })
    const { color } = (await snapshot(given.page)).classes[0]!
    await expect.poll(() => strokeShare(canvas, { x: 125, y: 20 }, 50, color), WAIT).toBe(1)
  })

  it('rejects one by X and corrects two, by a digit and by dragging; each is kept as a decision and undone by Ctrl+Z', async () => {
    const canvas = new Canvas(given.page, given.made[0]!)
    await canvas.click({ x: 50, y: 170 })
    await given.page.keyboard.press('x')
    await expect.poll(() => decisionsOn(given.page, 'smear_1.png').then((all) => all.length), WAIT).toBe(2)
    await canvas.click({ x: 250, y: 50 })
    await given.page.keyboard.press('2')
    await expect.poll(first, WAIT).toEqual(['RBC box 120 20 60 60', 'WBC box 220 20 60 60'])
    await canvas.click({ x: 50, y: 50 })
    await canvas.drag({ x: 50, y: 50 }, { x: 60, y: 60 })
    await expect.poll(first, WAIT).toEqual(['RBC box 120 20 60 60', 'RBC box 30 30 60 60', 'WBC box 220 20 60 60'])
    const kinds = async (): Promise<string[]> => (await decisionsOn(given.page, 'smear_1.png')).map(({ kind }) => kind).sort()
    expect(await kinds()).toEqual(['accept', 'correct', 'correct', 'reject'])
    await expect.poll(shown, WAIT).toBe('0 shown, 0 below the score')
    await given.page.keyboard.press('Control+z')
    await expect.poll(kinds, WAIT).toEqual(['accept', 'correct', 'reject'])
    await expect.poll(shown, WAIT).toBe('1 shown, 0 below the score')
    await given.page.keyboard.press('Control+y')
    await expect.poll(kinds, WAIT).toEqual(['accept', 'correct', 'correct', 'reject'])
  })

  it('goes through the uncertain ones in Review by one key each, most uncertain first', async () => {
    await given.page.keyboard.press('Control+3')
    const progress = (): Promise<string | null> => given.page.getByRole('status', { name: 'Review progress' }).textContent()
    await mostUncertainFirst(given.page)
    // Two of such scores were decided on in Label.
    await expect.poll(progress, WAIT).toBe('2 of 5')
    await given.page.getByText('Score 0.52.').waitFor()
    await shoot(given.session, 'review-given')
    await given.page.keyboard.press('Enter')
    await given.page.getByText('Score 0.40.').waitFor()
    await given.page.keyboard.press('3')
    await given.page.getByText('Score 0.65.').waitFor()
    await given.page.keyboard.press('x')
    await expect.poll(progress, WAIT).toBe('5 of 5')
    const second = (): Promise<string[]> => objectsOn(given.page, 'smear_2.png')
    await expect.poll(second, WAIT).toEqual(['Platelets box 220 20 60 60', 'RBC box 20 20 60 60'])
    await given.page.keyboard.press('Control+z')
    await given.page.getByText('Score 0.65.').waitFor()
    await expect.poll(progress, WAIT).toBe('4 of 5')
    await given.page.keyboard.press('x')
    await expect.poll(() => decisionsOn(given.page, 'smear_2.png').then((all) => all.length), WAIT).toBe(3)
  })

  it('counts truth, predictions and what was corrected, and exports what it shows', async () => {
    await given.page.keyboard.press('Control+4')
    const row = async (name: string): Promise<string[]> =>
      await given.page.getByRole('row', { name, exact: true }).getByRole('cell').getByRole('button').allTextContents()
    const table = (): Promise<string[][]> => Promise.all(['smear_1.png', 'smear_2.png', 'smear_3.png'].map(row))
    const choose = (label: string): Promise<void> =>
      given.page.getByRole('radiogroup', { name: 'What is counted' }).getByText(label).click()
    // RBC, WBC, Platelets, all of them.
    await choose('Truth')
    await expect.poll(table, WAIT).toEqual([
      ['2', '1', '0', '3'],
      ['1', '0', '1', '2'],
      // Nobody labelled it.
      [],
    ])
    await choose('Predictions')
    await expect.poll(table, WAIT).toEqual([
      ['3', '0', '0', '3'],
      ['3', '0', '0', '3'],
      ['0', '0', '0', '0'],
    ])
    await choose('Corrected')
    const corrected = [
      ['2', '1', '0', '3'],
      ['2', '0', '1', '3'],
      ['0', '0', '0', '0'],
    ]
    await expect.poll(table, WAIT).toEqual(corrected)
    await shoot(given.session, 'count-given')
    const file = path.join(given.home.folder, 'counts.csv')
    await answerSave(given.session, file)
    await given.page.getByRole('button', { name: 'Export counts' }).click()
    await given.page.getByText('Exported 3 rows').waitFor()
    const rows = parse(readFileSync(file), { bom: true, columns: true }) as Record<string, string>[]
    const numbers = rows.map((one) => [one['RBC'], one['WBC'], one['Platelets']])
    expect(numbers).toEqual(corrected.map((counts) => counts.slice(0, 3)))
    expect(rows[0]).toMatchObject({ image: 'smear_1.png', counted: 'corrected', score: '0.5' })
    expect(rows[0]!['model']).toContain(GIVEN_MODEL)
  })

  it('shows the objects behind a number, selected', async () => {
    await given.page.getByRole('row', { name: 'smear_2.png', exact: true }).getByRole('button').first().click()
    await given.page.getByRole('application', { name: 'Image smear_2.png' }).waitFor()
    // A label and a prediction that nobody decided on.
    await given.page.getByText('2 selected').waitFor()
    await shoot(given.session, 'count-opened')
    await given.page.keyboard.press('Control+4')
    await given.page.getByRole('textbox', { name: 'Only images named' }).fill('smear_2')
    await expect.poll(() => given.page.getByRole('table', { name: 'Counts', exact: true }).getByRole('row').count(), WAIT).toBe(3)
    const summary = given.page.getByRole('table', { name: 'All images shown, by class' })
    // Corrected, and as predicted.
    const sums = async (): Promise<string[]> => summary.getByRole('row', { name: 'RBC' }).getByRole('cell').allTextContents()
    await expect.poll(async () => (await sums()).slice(0, 2), WAIT).toEqual(['2', '3'])
  })

  it('opens an image from its row in Label', async () => {
    await given.page.getByRole('row', { name: 'smear_2.png', exact: true }).click()
    await given.page.getByRole('main', { name: 'Label' }).waitFor()
    await given.page.getByRole('application', { name: 'Image smear_2.png' }).waitFor()
  })
})
