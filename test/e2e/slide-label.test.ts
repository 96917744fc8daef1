import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeHome, type Home } from './home.ts'
import { command, givenProject, openImage, ROOT, shoot, startApp, type Session } from './session.ts'

const SLIDE = path.join(ROOT, '../shared/data/wsi/aperio/CMU-1-Small-Region.svs')
if (!existsSync(SLIDE)) console.log('skipped: no ../shared/data')

/** All files below a folder that are pictures of some kind, or might hold one. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [path.join(entry.parentPath, entry.name)] : [],
  )
}

describe.skipIf(!existsSync(SLIDE))('what a slide says of itself, in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Slide', [SLIDE])
    await openImage(page, { name: path.basename(SLIDE) })
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const facts = (): ReturnType<Page['locator']> => page.getByRole('region', { name: 'About this image' })
  const show = (): ReturnType<Page['locator']> => facts().getByRole('button', { name: 'Show label and macro image' })

  it('tells size, scale, objective, date, maker and levels', async () => {
    await page.getByRole('button', { name: 'About this image' }).click()
    await facts().getByText('Aperio slide').waitFor()
    for (const fact of ['2,220 × 2,967 px', '1.11 × 1.48 mm', '0.499 µm', '20x', '2009-12-29'])
      await facts().getByText(fact).first().waitFor()
    await shoot(session, 'slide-facts')
  })

  it('shows label and macro image on request alone, from no file of its own', async () => {
    expect(await page.locator('img[src^="data:"]').count()).toBe(0)
    const before = new Set(filesBelow(home.projects))
    await show().click()
    const dialog = page.getByRole('dialog', { name: 'Label and macro image' })
    const label = dialog.getByRole('img', { name: 'label' })
    await label.waitFor()
    expect(await dialog.locator('img').count()).toBe(2)
    expect(await label.evaluate((img) => [(img as HTMLImageElement).naturalWidth, (img as HTMLImageElement).naturalHeight])).toEqual([
      387, 463,
    ])
    await shoot(session, 'slide-label')
    const png = Buffer.from((await label.getAttribute('src'))!.split(',')[1]!, 'base64')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    // Tiles of the slide itself may still come: they are cut from its levels, and are looked at below.
    const tiles = `${path.sep}cache${path.sep}tiles${path.sep}`
    expect(filesBelow(home.projects).filter((file) => !before.has(file) && !file.includes(tiles))).toEqual([])
    // Nor in the browser's own cache: a piece from the middle of the picture is in none of its files, nor in any of the project.
    const piece = png.subarray(png.length >> 1, (png.length >> 1) + 64)
    const holding = [...filesBelow(home.profile), ...filesBelow(home.projects)].filter((file) => readFileSync(file).includes(piece))
    expect(holding).toEqual([])
    expect(await page.locator('img[src^="data:"]').count()).toBe(0)
  })

  it('has neither in thumbnails', async () => {
    const thumbnails = filesBelow(home.projects).filter((file) => file.endsWith('.webp'))
    expect(thumbnails.length).toBeGreaterThan(0)
    // Of the slide itself: the label and the macro image have other proportions.
    for (const file of thumbnails) {
      const { width, height } = await sharp(file).metadata()
      expect(width / height).toBeCloseTo(2220 / 2967, 1)
    }
  })

  it('refuses them while names are masked, and lets go of them', async () => {
    await command(page, 'Show label and macro image (may show the patient’s name)')
    const dialog = page.getByRole('dialog', { name: 'Label and macro image' })
    await dialog.getByRole('img', { name: 'label' }).waitFor()
    await page.keyboard.press('Escape')
    await command(page, 'Mask file names, or show them')
    await expect.poll(() => show().isDisabled()).toBe(true)
    await command(page, 'Show label and macro image (may show the patient’s name)')
    await page.getByText('Label and macro image are not shown while file names are masked.').waitFor()
    expect(await dialog.count()).toBe(0)
    await shoot(session, 'slide-label-masked')
    expect(session.faults).toEqual([])
  })
})
