import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { type JobView } from '#shared/contracts/work.ts'
import { ask, objectsOn, predictionsOn, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, writeVoc, type Home, type SmearFile } from './home.ts'
import { givenProject, openImage, shoot, startApp, type Session } from './session.ts'

/** The engine computes on a busy machine. */
const LONG = { timeout: 150_000, interval: 200 }
const WAIT = { timeout: 10_000 }

describe('Train in the real window, with the real engine', () => {
  let home: Home
  let files: SmearFile[]
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    files = await writeVoc(home.images, 5, { density: 0.3 })
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Learned', [home.images])
  })
  afterAll(async () => {
    expect(session.faults).toEqual([])
    await session.close()
    home.remove()
  })

  const jobs = (): Promise<JobView[]> => ask(page, 'work', 'jobs')

  it('says what is learned from and offers the presets', async () => {
    await page.keyboard.press('Control+2')
    const table = page.getByRole('table', { name: 'Labels per class' })
    await table.waitFor()
    await page.getByRole('radio', { name: 'Count small cells' }).waitFor({ timeout: 60_000 })
    await page.getByRole('radio', { name: 'As in the SSD study' }).waitFor()
    await shoot(session, 'train-choice')
  })

  it('says in the settings how many epochs a training will have, as its card does', async () => {
    const card = page.getByRole('radio', { name: 'Count small cells' })
    await expect.poll(() => card.textContent(), WAIT).toContain(', since there are few images')
    const [, planned] = /([\d,]+) epochs/.exec((await card.textContent())!)!
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    await expect.poll(() => page.getByRole('textbox', { name: 'Epochs' }).getAttribute('placeholder'), WAIT).toBe(planned!.replace(',', ''))
    await shoot(session, 'train-settings')
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
  })

  it('shows the samples as the net will get them, others after Shuffle, and examples of each class', async () => {
    const region = page.getByRole('region', { name: 'What the net gets to see' })
    const samples = region.getByRole('img')
    const first = (): Promise<string | null> => region.locator('image').first().getAttribute('href')
    await expect.poll(() => samples.count(), LONG).toBeGreaterThan(3)
    const before = await first()
    expect(before).toMatch(/^data:image\/webp/)
    await region.getByRole('button', { name: 'Shuffle' }).press('Enter')
    await expect.poll(first, LONG).not.toBe(before)
    const table = page.getByRole('table', { name: 'Labels per class' })
    await table.scrollIntoViewIfNeeded()
    await expect.poll(() => table.getByRole('button', { name: /^RBC on smear_/ }).count(), WAIT).toBe(5)
    await shoot(session, 'train-before')
    await table
      .getByRole('button', { name: /^RBC on smear_/ })
      .first()
      .click()
    await page.getByRole('application', { name: /^Image smear_/ }).waitFor()
    await page.keyboard.press('Control+2')
    await table.waitFor()
  })

  it('moves the colours of the samples where a stain normalisation is chosen', async () => {
    await page.getByRole('button', { name: 'Settings' }).click()
    const region = page.getByRole('region', { name: 'What the net gets to see' })
    const first = (): Promise<string | null> => region.locator('image').first().getAttribute('href')
    await expect.poll(first, LONG).toMatch(/^data:image/)
    const before = await first()
    await page.getByRole('combobox', { name: 'Stain normalisation' }).click()
    await page.getByRole('option', { name: 'Reinhard (2001)' }).click()
    await expect.poll(first, LONG).not.toBe(before)
    await shoot(session, 'train-stain')
    await page.getByRole('button', { name: 'Settings' }).click()
  })

  it('trains with live curves, while labelling goes on in the same window', async () => {
    await page.getByRole('radio', { name: 'Count small cells' }).click()
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('textbox', { name: 'Epochs' }).fill('3')
    await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).click()
    await page.getByRole('progressbar', { name: 'Training progress' }).waitFor()
    await page.getByRole('img', { name: 'Loss' }).waitFor({ timeout: LONG.timeout })
    await page.getByRole('region', { name: 'Current predictions' }).waitFor({ timeout: LONG.timeout })
    expect(await page.evaluate(() => document.querySelector('header')!.getBoundingClientRect().right)).toBe(1280)
    await shoot(session, 'train-running-small')
    await page.keyboard.press('Control+1')
    await openImage(page, files[0]!)
    const before = await objectsOn(page, files[0]!.name)
    await page.keyboard.press('r')
    await new Canvas(page, files[0]!).drag({ x: 150, y: 90 }, { x: 180, y: 120 })
    await expect.poll(() => objectsOn(page, files[0]!.name), WAIT).toHaveLength(before.length + 1)
    await page.keyboard.press('Control+2')
    await expect.poll(async () => (await snapshot(page)).models.length, LONG).toBe(1)
    const [model] = (await snapshot(page)).models
    expect(model).toMatchObject({ preset: 'cells-lite0', epochs: 3, settings: { epochs: 3, stain: 'reinhard' } })
    expect(model!.curves.filter(({ name }) => name === 'loss').every(({ value }) => Number.isFinite(value))).toBe(true)
    await page.getByRole('list', { name: 'Models' }).getByRole('listitem').waitFor()
  })

  it('predicts on all images with the new model and shows it in Label', async () => {
    await page.getByRole('button', { name: 'Predict on all images' }).first().click()
    await expect.poll(async () => (await snapshot(page)).runs.length, LONG).toBe(1)
    const [run] = (await snapshot(page)).runs
    expect(run!.images).toBe(5)
    await page.keyboard.press('Control+1')
    await openImage(page, files[1]!)
    const found = await predictionsOn(page, files[1]!.name)
    const above = found.filter(({ score }) => score >= 0.5).length
    await page
      .getByRole('status', { name: 'Predictions shown' })
      .getByText(`${above.toLocaleString('en')} shown, ${(found.length - above).toLocaleString('en')} below`)
      .waitFor()
  })

  it('predicts in regions only: images that have one, and nothing beside them', async () => {
    const { images } = await snapshot(page)
    const imageId = images.find(({ name }) => name === files[1]!.name)?.id
    const now = new Date().toISOString()
    const shape = { type: 'box', x: 0, y: 0, width: 160, height: 240 } as const
    const region = { id: 'region-1', imageId, shape, name: 'Left', fullyLabelled: false, author: '', createdAt: now, updatedAt: now }
    await ask(page, 'project', 'edit', { label: 'Draw', put: { regions: [region] }, remove: {} })
    await page.keyboard.press('Control+2')
    await page.getByRole('button', { name: 'In regions only', exact: true }).click()
    await expect.poll(async () => (await snapshot(page)).runs.length, LONG).toBe(2)
    const run = (await snapshot(page)).runs.at(-1)!
    expect(run).toMatchObject({ images: 1, settings: { inRegions: true } })
    const found = await predictionsOn(page, files[1]!.name)
    const middles = found.flatMap((one) => (one.shape.type === 'box' ? [one.shape.x + one.shape.width / 2] : []))
    expect(middles).toHaveLength(found.length)
    expect(found.length).toBeGreaterThan(0)
    expect(middles.filter((x) => x > 160)).toEqual([])
  })

  it('cancels a training: nothing of it stays but what can go on, and the labels are untouched', async () => {
    const labels = (await snapshot(page)).counts
    await page.keyboard.press('Control+2')
    await page.getByRole('textbox', { name: 'Epochs' }).fill('50')
    await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).click()
    await page.getByRole('progressbar', { name: 'Training progress' }).waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Cancel', exact: true }).click()
    await expect
      .poll(async () => (await jobs()).filter(({ kind, status }) => kind === 'train' && status === 'running').length, LONG)
      .toBe(0)
    await page.getByRole('progressbar', { name: 'Training progress' }).waitFor({ state: 'detached' })
    const after = await snapshot(page)
    expect(after.models).toHaveLength(1)
    expect(after.counts).toEqual(labels)
  })
})
