import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Workbench } from '../../src/main/workbench/index.ts'
import { snapshot } from './ask.ts'
import { drawnLabel } from './given-label.ts'
import { writeSmears, type Home } from './home.ts'
import { inProject } from './in-project.ts'
import { shoot } from './session.ts'

/** The engine computes on a busy machine. */
const LONG = { timeout: 150_000 }

/** Eight labelled smears, three of them a second time, turned and under another name; one of these is a test image, all else has no split. */
async function twice(folder: string, home: Home): Promise<void> {
  const files = await writeSmears(home.images, 8)
  for (const [i, { path: file }] of files.slice(0, 3).entries())
    await sharp(file)
      .rotate(180)
      .jpeg()
      .toFile(path.join(home.images, `again_${String(i + 1)}.jpg`))
  const bench = await Workbench.create({ folder, task: 'detection', classes: ['Cell'] }, 'Test')
  try {
    await bench.import({ paths: [home.images] })
    const [cell] = bench.classes()
    const shape = { type: 'box', x: 100, y: 80, width: 50, height: 50 } as const
    const annotations = bench.images().map(({ id }) => drawnLabel({ imageId: id, classId: cell!.id, shape }))
    const images = bench.images().map((image) => ({ ...image, state: 'done' as const, split: image.name === 'smear_1.png' ? ('test' as const) : null })) // prettier-ignore
    bench.edit({ label: 'Label', put: { images, annotations }, remove: {} })
  } finally {
    await bench.close()
  }
}

describe('pictures that were taken twice, in the real window with the real engine', () => {
  const given = inProject('Twice', twice)

  it('are named before the first training, which keeps them on one side', async () => {
    const { page } = given
    await page.keyboard.press('Control+2')
    const note = page.getByText('5 images without a split look nearly the same as another: a training keeps such on one side.')
    await note.waitFor(LONG)
    await shoot(given.session, 'look-alikes-before')
    await page.getByRole('radio', { name: 'Count small cells' }).click({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    await page.getByRole('textbox', { name: 'Epochs' }).fill('1')
    await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).click()
    await expect.poll(async () => (await snapshot(page)).models.length, LONG).toBe(1)
    await note.waitFor({ state: 'detached' })
    const splits = new Map((await snapshot(page)).images.map(({ name, split }) => [name, split]))
    for (const i of [1, 2, 3]) expect(splits.get(`again_${String(i)}.jpg`)).toBe(splits.get(`smear_${String(i)}.png`))
    expect(splits.get('again_1.jpg')).toBe('test')
    expect(new Set(splits.values())).toEqual(new Set(['train', 'val', 'test']))
    expect(await page.getByText('Nearly the same picture is learned from and held out').count()).toBe(0)
  })

  it('and the first look at the score on test images is told as one', async () => {
    const { page } = given
    await page.getByText('Test images', { exact: true }).click()
    await page.getByRole('button', { name: 'Show scores' }).click()
    const note = page.getByRole('note').filter({ hasText: 'One model was looked at on the test images so far' })
    await note.waitFor(LONG)
    await note.scrollIntoViewIfNeeded()
    await note.getByRole('button', { name: 'Show the one look' }).click()
    const look = page.getByRole('table', { name: 'Looks at the test images' }).getByRole('row').nth(1)
    await expect.poll(() => look.textContent(), LONG).toMatch(/cells-lite0 1.*AP50 0\.\d{3}$/)
    await shoot(given.session, 'test-look-first')
  })
})
