import { copyFileSync, existsSync } from 'node:fs'
import path from 'node:path'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AS_IN_FILE, colorStages, type ColorView } from '#shared/color-view.ts'
import { ask, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, type Home } from './home.ts'
import { command, drawn, givenProject, openImage, ROOT, shoot, startApp, type Session } from './session.ts'

const DATA = path.join(ROOT, '../shared/data')
const SLIDE = path.join(DATA, 'wsi/aperio/CMU-1-Small-Region.svs')
const TILE = path.join(DATA, 'he_tiles/medium-nuclei-score-level0.png')
if (!existsSync(SLIDE)) console.log('skipped: no ../shared/data')
const WAIT = { timeout: 20_000 }

/** Fields of one colour side by side: stains, glass, black. */
const FIELDS = [
  [110, 70, 150],
  [225, 140, 190],
  [120, 80, 50],
  [245, 240, 244],
  [60, 40, 100],
  [0, 0, 0],
] as const
const FIELD = 100
const COLORS = { name: 'colors.png', width: FIELD * FIELDS.length, height: 600 }

async function writeColors(file: string): Promise<void> {
  const data = Buffer.alloc(COLORS.width * COLORS.height * 3)
  for (let i = 0; i < COLORS.width * COLORS.height; i++) data.set(FIELDS[Math.floor((i % COLORS.width) / FIELD)]!, i * 3)
  await sharp(data, { raw: { width: COLORS.width, height: COLORS.height, channels: 3 } })
    .png()
    .toFile(file)
}

/** A colour as a view shows it, in floating point. */
function shown(view: Partial<ColorView>, color: readonly number[]): number[] {
  const stages = colorStages({ ...AS_IN_FILE, ...view })
  if (stages === null) return [...color]
  const { separation, tones } = stages
  const at = (table: readonly number[], value: number): number => table[Math.round(255 * Math.min(1, Math.max(0, value)))]!
  let values = color.map((value) => value / 255)
  if (separation) {
    const density = values.map((value) => at(separation.density, value))
    values = [0, 1, 2].map((out) => density.reduce((sum, part, i) => sum + part * separation.matrix[i]![out]!, 0))
  }
  return values.map((value) => 255 * at(tones, value))
}

describe('how an image is looked at, in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    await writeColors(path.join(home.images, COLORS.name))
    if (existsSync(TILE)) copyFileSync(TILE, path.join(home.images, path.basename(TILE)))
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Looks', [home.images, ...[SLIDE].filter((file) => existsSync(file))])
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  /** What the screen shows at the foot of each field, below the panel. */
  async function onScreen(): Promise<number[][]> {
    const canvas = new Canvas(page, COLORS)
    const found: number[][] = []
    for (const [i] of FIELDS.entries()) {
      const at = await canvas.at({ x: (i + 0.5) * FIELD, y: COLORS.height - 20 })
      const clip = { x: Math.round(at.x), y: Math.round(at.y), width: 1, height: 1 }
      const pixel = await sharp(await page.screenshot({ clip, animations: 'disabled' }))
        .removeAlpha()
        .raw()
        .toBuffer()
      found.push([...pixel])
    }
    return found
  }

  /** How far the screen is from a view, in levels of 255. */
  async function off(view: Partial<ColorView>): Promise<number> {
    const wanted = FIELDS.map((color) => shown(view, color))
    const found = await onScreen()
    return Math.max(...found.flatMap((color, i) => color.map((value, channel) => Math.abs(value - wanted[i]![channel]!))))
  }

  const adjust = (): ReturnType<Page['locator']> => page.getByRole('button', { name: /^Brightness, contrast, stains, labels/ })
  const panel = (): ReturnType<Page['locator']> => page.getByRole('group', { name: 'View' })
  async function chooseStain(name: string): Promise<void> {
    await panel().getByRole('combobox', { name: 'Stain' }).click()
    await page.getByRole('option', { name, exact: true }).click()
  }

  it('shows stains alone, tones and the inverse on the screen, says so, and goes back', async () => {
    await openImage(page, COLORS)
    await drawn(page)
    await adjust().click()
    await expect.poll(() => off({}), WAIT).toBeLessThan(1.5)
    expect(await adjust().getAttribute('aria-label')).not.toContain('not those of the file')
    await chooseStain('H&E: hematoxylin')
    // Eight bits from stage to stage: up to nine levels.
    await expect.poll(() => off({ stain: 'he-hematoxylin' }), WAIT).toBeLessThanOrEqual(9)
    expect(await off({})).toBeGreaterThan(40)
    expect(await adjust().getAttribute('aria-label')).toContain('not those of the file')
    await panel().getByRole('switch', { name: 'In grey' }).click()
    await expect.poll(() => off({ stain: 'he-hematoxylin', stainInGrey: true }), WAIT).toBeLessThanOrEqual(9)
    await chooseStain('H-DAB: DAB')
    await panel().getByRole('switch', { name: 'In grey' }).click()
    await expect.poll(() => off({ stain: 'hdab-dab' }), WAIT).toBeLessThanOrEqual(9)
    await chooseStain('All colours')
    await panel().getByRole('switch', { name: 'Invert' }).click()
    await expect.poll(() => off({ invert: true }), WAIT).toBeLessThan(1.5)
    await shoot(session, 'view-panel')
    await panel().getByRole('button', { name: 'Reset' }).click()
    await expect.poll(() => off({}), WAIT).toBeLessThan(1.5)
  })

  it('remembers the view with the project', async () => {
    await chooseStain('H&E: eosin')
    await page.keyboard.press('Escape')
    // Stored after a moment of calm.
    await page.waitForTimeout(1_000)
    await page.reload()
    await page.getByRole('main', { name: 'Label' }).waitFor()
    await openImage(page, COLORS)
    await expect.poll(() => off({ stain: 'he-eosin' }), WAIT).toBeLessThanOrEqual(9)
    await adjust().click()
    expect(await panel().getByRole('combobox', { name: 'Stain' }).inputValue()).toBe('H&E: eosin')
  })

  it('masks names everywhere, number by number, with the project, and shows them again', async () => {
    await panel().getByRole('button', { name: 'Reset' }).click()
    await command(page, 'Mask file names, or show them')
    await page.getByRole('alert').or(page.getByRole('status')).getByText('File names are masked').waitFor()
    await page.getByLabel('Names', { exact: true }).waitFor()
    const rows = page.getByRole('option', { name: /^Image \d+$/ })
    await expect.poll(() => rows.count()).toBe(await page.getByRole('listbox').first().getByRole('option').count())
    // Nothing in the page holds a name: no text, no label, no title.
    const seen = async (): Promise<string> => page.evaluate(() => document.body.outerHTML)
    expect(await seen()).not.toContain(COLORS.name)
    expect(await page.getByRole('application').getAttribute('aria-label')).toMatch(/^Image \d+, 0 objects$/)
    await shoot(session, 'view-masked-dark')
    // Images that nobody labelled are not counted.
    const images = (await snapshot(page)).images.map((image) => ({ ...image, state: 'done' }))
    await ask(page, 'project', 'edit', { label: 'Mark as done', put: { images }, remove: {} })
    await page
      .getByRole('button', { name: 'Count', exact: true })
      .or(page.getByRole('tab', { name: 'Count' }))
      .first()
      .click()
    await page
      .getByRole('row', { name: /^Image \d+$/ })
      .first()
      .waitFor()
    expect(await seen()).not.toContain(COLORS.name)
    await shoot(session, 'view-masked-count')
    await page.keyboard.press('Control+1')
    await command(page, 'Export annotations or predictions')
    await page.getByText('the export carries them').waitFor()
    await shoot(session, 'view-masked-export')
    await page.keyboard.press('Escape')
    await page.waitForTimeout(1_000)
    await page.reload()
    await rows.first().waitFor()
    expect(await seen()).not.toContain(COLORS.name)
    await command(page, 'Mask file names, or show them')
    await page.getByRole('option', { name: COLORS.name, exact: true }).waitFor()
    await adjust().click()
  })

  it('lays crosses over the image for point counting, counts the points that are set, and remembers the distance', async () => {
    await openImage(page, COLORS)
    const wasOpen = (await adjust().getAttribute('aria-pressed')) === 'true'
    // It lies over the first crosses.
    if (wasOpen) await adjust().click()
    const canvas = new Canvas(page, COLORS)
    // On the black field: a cross there is white.
    const brightness = async (point: { readonly x: number; readonly y: number }): Promise<number> => {
      const at = await canvas.at(point)
      const clip = { x: Math.floor(at.x) - 1, y: Math.floor(at.y) - 1, width: 3, height: 3 }
      const { channels } = await sharp(await page.screenshot({ clip, animations: 'disabled' })).stats()
      return Math.max(...channels.slice(0, 3).map(({ max }) => max))
    }
    await canvas.move({ x: 300, y: 300 })
    await drawn(page)
    expect(await brightness({ x: 550, y: 550 })).toBeLessThan(30)
    await page.keyboard.press('Shift+G')
    const grid = page.getByRole('region', { name: 'Count grid', exact: true })
    await grid.getByText('36 crosses on the image.').waitFor(WAIT)
    await expect.poll(() => brightness({ x: 550, y: 550 }), WAIT).toBeGreaterThan(240)
    expect(await brightness({ x: 575, y: 575 })).toBeLessThan(30)
    await page.keyboard.press('.')
    await canvas.click({ x: 50, y: 50 })
    await canvas.click({ x: 150, y: 50 })
    await page.keyboard.press('Escape')
    await page.keyboard.press('2')
    await canvas.click({ x: 250, y: 50 })
    const points = grid.getByLabel('Points by class')
    await expect.poll(() => points.locator('dd').allInnerTexts(), WAIT).toEqual(['2', '5.6 %', '1', '2.8 %'])
    await shoot(session, 'view-grid')
    await command(page, 'Dark or light')
    await page.waitForTimeout(300)
    await shoot(session, 'view-grid-light')
    await command(page, 'Dark or light')
    await page.keyboard.press('m')
    await grid.getByRole('textbox', { name: 'Distance of the crosses, px' }).fill('60')
    await grid.getByText('100 crosses on the image.').waitFor(WAIT)
    await expect.poll(() => brightness({ x: 570, y: 570 }), WAIT).toBeGreaterThan(240)
    // The window stores how the project looks when it has been left in peace for a moment.
    await page.waitForTimeout(1500)
    await page.reload()
    await grid.getByText('100 crosses on the image.').waitFor(WAIT)
    await page.locator('[data-canvas]').focus()
    await page.keyboard.press('Shift+G')
    await grid.waitFor({ state: 'detached' })
    await page.keyboard.press('0')
    await expect.poll(() => brightness({ x: 570, y: 570 }), WAIT).toBeLessThan(30)
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z')
    if (wasOpen) await adjust().click()
    expect(session.faults).toEqual([])
  })

  it('takes the whole screen and gives it back', async () => {
    // A screen without a window manager grants nothing: what is asked for is noted instead.
    await session.app.evaluate(({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows()[0]!
      let on = false
      window.isFullScreen = () => on
      window.setFullScreen = (wanted) => {
        on = wanted
      }
    })
    const isFull = (): Promise<boolean> => session.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isFullScreen())
    await page.keyboard.press('Shift+F11')
    await expect.poll(isFull).toBe(true)
    await command(page, 'Full screen on or off')
    await expect.poll(isFull).toBe(false)
  })

  it.runIf(existsSync(SLIDE))('covers a slide by tiles and a tile of H&E, dark and light', async () => {
    for (const [name, stain] of [
      [path.basename(SLIDE), 'H&E: hematoxylin'],
      [path.basename(TILE), 'H&E: eosin'],
    ] as const) {
      await openImage(page, { name })
      await drawn(page)
      await shoot(session, `view-${name}`)
      await chooseStain(stain)
      for (const scheme of ['dark', 'light'] as const) {
        await shoot(session, `view-${name}-stain-${scheme}`)
        await command(page, 'Dark or light')
      }
    }
    expect(session.faults).toEqual([])
  })
})
