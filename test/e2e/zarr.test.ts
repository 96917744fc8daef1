import path from 'node:path'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeZarr } from '../imaging/zarr/write-zarr.ts'
import { Canvas } from './canvas.ts'
import { makeHome, type Home } from './home.ts'
import { answerOpen, drawn, givenProject, openImage, shoot, startApp, zoomed, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }
const SIZE = { width: 1200, height: 900 }
const CELLS = { name: 'cells.ome.zarr', ...SIZE }

/** Discs of cells, and specks in some of them. */
function cells(x: number, y: number, channel: number): number {
  const [dx, dy] = [(x % 150) - 75, (y % 150) - 75]
  const far = Math.hypot(dx, dy)
  if (channel === 0) return far < 30 ? 3000 : 200
  return far < 60 ? 1500 - 20 * far + 300 * ((x ^ y) & 1) : 150
}

describe('OME-Zarr in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    const omero = {
      channels: [
        { label: 'DAPI', color: '0000FF', active: true, window: { start: 200, end: 3000 } },
        { label: 'Actin', color: '00FF00', active: true, window: { start: 150, end: 1800 } },
      ],
    }
    const shape = { ...SIZE, channels: 2, bytes: 2, levels: 3, chunk: 256, microns: 0.5, gzip: true } as const
    writeZarr(path.join(home.images, CELLS.name), { ...shape, omero, value: cells })
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Zarr', [])
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  async function at(x: number, y: number): Promise<number[]> {
    const { x: left, y: top } = await new Canvas(page, SIZE).at({ x, y })
    const clip = { x: Math.round(left), y: Math.round(top), width: 1, height: 1 }
    const picture = sharp(await page.screenshot({ clip, animations: 'disabled' }))
    return [...(await picture.removeAlpha().raw().toBuffer())]
  }

  it('takes the folder as an image, and shows it in the colours of its channels', async () => {
    await answerOpen(session, path.join(home.images, CELLS.name))
    await page.keyboard.press('Control+i')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^(Import|Add)/ })
      .last()
      .click()
    await page.getByRole('option', { name: CELLS.name, exact: true }).waitFor(WAIT)
    await shoot(session, 'zarr-imported')
    await page.keyboard.press('Escape')
    await openImage(page, CELLS)
    // The middle of a cell is blue and green, its rim green, the ground dark.
    await expect.poll(async () => (await at(675, 525))[2], WAIT).toBeGreaterThan(200)
    expect((await at(675, 525))[1]).toBeGreaterThan(150)
    const rim = await at(675 + 45, 525)
    expect([rim[0]! < 40, rim[1]! > 60, rim[2]! < 60]).toEqual([true, true, true])
    await page.getByRole('button', { name: 'Pixel size: 0.5 µm/px' }).waitFor(WAIT)
    await shoot(session, 'zarr-open')
    expect(session.faults).toEqual([])
  })

  it('shows its channels one by one, tile by tile, at every zoom', async () => {
    const panel = page.getByRole('group', { name: 'Channels' })
    await page.getByRole('button', { name: /^Brightness, contrast, stains, labels/ }).click()
    await panel.getByRole('switch', { name: 'Channels one by one' }).click()
    await panel.getByRole('group', { name: 'Actin', exact: true }).waitFor(WAIT)
    await expect.poll(async () => (await at(675, 525))[2], WAIT).toBeGreaterThan(200)
    await shoot(session, 'zarr-channels')
    await panel.getByRole('group', { name: 'DAPI', exact: true }).getByRole('checkbox').first().click()
    await expect.poll(async () => (await at(675, 525))[2], WAIT).toBeLessThan(40)
    expect((await at(675, 525))[1]).toBeGreaterThan(150)
    await page.keyboard.press('z')
    await drawn(page)
    // Nothing in sight is blue any more, and cells are as green as they were.
    const clip = { x: 560, y: 300, width: 300, height: 300 }
    const isGreenAlone = async (): Promise<boolean> => {
      const { channels } = await sharp(await page.screenshot({ clip, animations: 'disabled' })).stats()
      return channels[1]!.max > 150 && channels[2]!.max < 40
    }
    await expect.poll(isGreenAlone, WAIT).toBe(true)
    await shoot(session, 'zarr-channels-near')
    await page.keyboard.press('0')
    await panel.getByRole('switch', { name: 'Channels one by one' }).click()
    await expect.poll(async () => (await at(675, 525))[2], WAIT).toBeGreaterThan(200)
    await page.keyboard.press('Control+,')
    await page.getByText('Light', { exact: true }).click()
    await page.keyboard.press('Escape')
    await panel.getByRole('switch', { name: 'Channels one by one' }).click()
    await panel.getByRole('group', { name: 'Actin', exact: true }).waitFor(WAIT)
    await page.waitForTimeout(600)
    await shoot(session, 'zarr-channels-light')
    expect(session.faults).toEqual([])
  })

  it('opens another slice as an image of its own, which undo takes back', async () => {
    const value = (x: number, y: number, _c: number, time: number, slice: number): number =>
      slice === time ? (x + y) % 60 : 60 * slice + 40
    const stack = path.join(home.images, 'a folder whose name is too long for the list of images', 'stack.ome.zarr')
    writeZarr(stack, { ...SIZE, slices: 4, times: 2, levels: 2, chunk: 256, microns: 0.5, value })
    await answerOpen(session, stack)
    await page.keyboard.press('Control+i')
    await page.getByRole('dialog').getByRole('button', { name: /^Add/ }).last().click()
    await openImage(page, { name: 'stack.ome.zarr', ...SIZE })
    const panel = page.getByRole('region', { name: 'Slices and times' })
    await panel.getByRole('combobox', { name: 'Slice', exact: true }).click()
    await shoot(session, 'zarr-slices-choice')
    await page.keyboard.press('Escape')
    await page.locator('[data-canvas]').hover()
    await page.mouse.wheel(0, -600)
    const zoom = page.getByLabel('Zoom', { exact: true })
    await expect.poll(() => zoom.textContent(), WAIT).not.toBe('52 %')
    await zoomed(page)
    const near = await zoom.textContent()
    const field = await panel.getByRole('combobox', { name: 'Slice', exact: true }).elementHandle()
    await panel.getByRole('combobox', { name: 'Slice', exact: true }).click()
    await page.getByRole('option', { name: '3 of 4', exact: true }).click()
    const added = page.getByRole('option', { name: 'stack#z3.ome.zarr', exact: true })
    await added.waitFor(WAIT)
    await expect.poll(() => panel.getByRole('combobox', { name: 'Slice', exact: true }).inputValue(), WAIT).toBe('3 of 4')
    await expect.poll(async () => (await at(600, 450))[0], WAIT).toBe(160)
    expect(await zoom.textContent()).toBe(near)
    expect(await field!.evaluate((input) => input.isConnected)).toBe(true)
    await shoot(session, 'zarr-slices')
    await page.locator('[data-canvas]').hover()
    await page.keyboard.press('Control+z')
    await added.waitFor({ ...WAIT, state: 'detached' })
    expect(session.faults).toEqual([])
  })

  it('tells the whole of what is cut off in a tooltip, as long as the pointer is over it', async () => {
    const name = page.getByRole('button', { name: 'Project Zarr' }).locator('span').first()
    const reach = async (): Promise<void> => {
      const box = (await name.boundingBox())!
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    }
    await reach()
    expect(await name.getAttribute('title')).toBeNull()
    await page.mouse.move(640, 600)
    await name.evaluate((element) => (element.style.width = '15px'))
    await reach()
    await expect.poll(() => name.getAttribute('title'), WAIT).toBe('Zarr')
    await page.mouse.move(640, 600)
    await expect.poll(() => name.getAttribute('title'), WAIT).toBeNull()
  })
})
