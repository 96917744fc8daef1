import { type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maskArea, maskHas, type BitMask } from '#shared/masks/bit-mask.ts'
import { bitMaskOfShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { annotationsOn, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { answerOpen, command, openImage, outOfReach, resized, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }

/** Areas from nothing to a project that is opened again: each step goes on from the one before. */
describe('outlining areas in the real window', () => {
  let home: Home
  let file: SmearFile
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    file = (await writeSmears(home.images, 2, { width: 640, height: 480, redCellDiameter: 80 }))[0]!
    session = await startApp(home)
    page = session.page
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const objects = (): Promise<AnnotationRecord[]> => annotationsOn(page, file.name)
  const shapes = async (): Promise<string[]> => (await objects()).map(({ shape }) => JSON.stringify(shape)).sort()
  const count = async (): Promise<number> => (await objects()).length
  const types = async (): Promise<string[]> => (await objects()).map(({ shape }) => shape.type).sort()
  const edits = async (): Promise<number> => (await snapshot(page)).history.sequence

  async function masks(): Promise<BitMask[]> {
    return (await objects()).flatMap(({ shape }) => (isAreaShape(shape) ? [bitMaskOfShape(shape)] : []))
  }
  const pixels = async (): Promise<number> => (await masks()).reduce((sum, mask) => sum + maskArea(mask), 0)
  const covered = async (x: number, y: number): Promise<boolean> => (await masks()).some((mask) => maskHas(mask, x, y))
  const canvas = (): Canvas => new Canvas(page, file)

  it('makes a project to outline in, from the dialog', async () => {
    await page.getByRole('button', { name: 'New project' }).click()
    await page.getByRole('radio', { name: 'Outline' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Add class' }).click()
    await page.locator('input[aria-label^="Name of class"]:focus').waitFor()
    await page.keyboard.type('Tissue')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Areas')
    await answerOpen(session, home.projects)
    await page.getByRole('button', { name: 'Other folder' }).click()
    await page.getByRole('dialog').getByText('Areas.slidewright').waitFor()
    await answerOpen(session, home.images)
    await page.getByRole('button', { name: 'Choose a folder' }).click()
    await page.getByText('1 chosen').waitFor()
    await page.getByRole('button', { name: 'Create project' }).click()
    await page.getByRole('dialog', { name: 'Added' }).getByText('2 images').first().waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).last().click()
    await openImage(page, file)
    const tools = page.getByRole('toolbar', { name: 'Tools' })
    await expect.poll(() => tools.getByRole('button', { name: /^Paint/ }).count(), WAIT).toBe(1)
    expect(await tools.getByRole('button', { name: 'Draw boxes' }).count()).toBe(0)
  })

  it('paints an object by one stroke, as one edit, and none after Escape', async () => {
    await page.keyboard.press('b')
    await page.keyboard.press('1')
    const before = await edits()
    await canvas().drag({ x: 100, y: 100 }, { x: 220, y: 100 }, () => page.keyboard.press('Escape'))
    await canvas().drag({ x: 100, y: 100 }, { x: 220, y: 100 })
    await expect.poll(types, WAIT).toEqual(['mask'])
    expect(await edits()).toBe(before + 1)
    expect(await covered(160, 100)).toBe(true)
    expect(await covered(160, 160)).toBe(false)
  })

  it('adds to it with Shift and takes from it with Alt', async () => {
    const whole = await pixels()
    await page.keyboard.down('Shift')
    await canvas().drag({ x: 160, y: 100 }, { x: 160, y: 180 })
    await page.keyboard.up('Shift')
    await expect.poll(pixels, WAIT).toBeGreaterThan(whole)
    expect(await count()).toBe(1)
    await page.keyboard.down('Alt')
    await canvas().drag({ x: 110, y: 60 }, { x: 110, y: 140 })
    await page.keyboard.up('Alt')
    await expect.poll(() => covered(110, 100), WAIT).toBe(false)
    expect(await covered(160, 170)).toBe(true)
  })

  it('changes the size of the brush by [ and ]', async () => {
    const number = page.getByRole('button', { name: /^Brush size/ })
    expect(await number.textContent()).toBe('40')
    await page.keyboard.press(']')
    await expect.poll(() => number.textContent(), WAIT).toBe('50')
    await page.keyboard.press('[')
    await expect.poll(() => number.textContent(), WAIT).toBe('40')
    await number.click()
    const unit = page.getByRole('radiogroup', { name: 'Brush keeps its size' })
    await unit.getByText('in the image').click()
    await page.getByText(/^Brush size \d+ px$/).waitFor(WAIT)
    await shoot(session, 'brush-size')
    await unit.getByText('on the screen').click()
    await page.getByText(/^Brush size \d+$/).waitFor(WAIT)
    await page.keyboard.press('Escape')
    await unit.waitFor({ ...WAIT, state: 'detached' })
    expect(Math.abs(Number(await number.textContent()) - 40)).toBeLessThanOrEqual(2)
  })

  it('draws a polygon by clicks, takes back a corner by Backspace, and ends it by Enter', async () => {
    await page.keyboard.press('p')
    await page.keyboard.press('2')
    for (const point of [
      { x: 350, y: 80 },
      { x: 520, y: 90 },
      { x: 600, y: 30 },
    ])
      await canvas().click(point)
    await page.keyboard.press('Backspace')
    await canvas().click({ x: 500, y: 260 })
    await canvas().move({ x: 360, y: 240 })
    await shoot(session, 'areas-polygon-in-work')
    await canvas().click({ x: 360, y: 240 })
    await page.keyboard.press('Enter')
    await expect.poll(types, WAIT).toEqual(['mask', 'polygon'])
    const polygon = (await objects()).find(({ shape }) => shape.type === 'polygon')!.shape
    expect(polygon.type === 'polygon' && polygon.rings.map(({ length }) => length)).toEqual([8])
    expect(await covered(430, 150)).toBe(true)
    expect(await covered(560, 60)).toBe(false)
  })

  it('keeps an unfinished polygon on its image, over another image and another place', async () => {
    const before = await count()
    await page.keyboard.press('p')
    for (const point of [
      { x: 60, y: 300 },
      { x: 160, y: 310 },
      { x: 110, y: 420 },
    ])
      await canvas().click(point)
    await page.getByRole('option', { name: 'smear_2.png', exact: true }).click()
    await page.getByText('The outline that you began on smear_1.png is kept.').waitFor()
    expect(await count()).toBe(before)
    await openImage(page, file)
    await page.keyboard.press('Control+2')
    await page.getByRole('main', { name: 'Train' }).waitFor()
    await page.keyboard.press('Control+1')
    await page.getByRole('application', { name: `Image ${file.name},` }).waitFor()
    await canvas().move({ x: 80, y: 400 })
    await shoot(session, 'areas-polygon-taken-up')
    await page.keyboard.press('Enter')
    await expect.poll(count, WAIT).toBe(before + 1)
    expect(await covered(110, 340)).toBe(true)
    await page.keyboard.press('Control+z')
    await expect.poll(count, WAIT).toBe(before)
    // A rectangle in the middle, which is an area too.
    await page.keyboard.press('Insert')
    await expect.poll(types, WAIT).toEqual(['mask', 'polygon', 'polygon'])
    await page.keyboard.press('Control+z')
    await expect.poll(count, WAIT).toBe(before)
    await page.keyboard.press('s')
    await canvas().click({ x: 430, y: 110 })
    expect(await count()).toBe(before)
  })

  it('erases from the selected by one stroke, and shows it meanwhile', async () => {
    await page.keyboard.press('e')
    await canvas().drag({ x: 340, y: 160 }, { x: 540, y: 160 }, () => shoot(session, 'areas-erasing'))
    await expect.poll(types, WAIT).toEqual(['mask', 'mask'])
    expect(await covered(430, 160)).toBe(false)
    expect(await covered(430, 110)).toBe(true)
  })

  it('takes what has a like colour with the wand', async () => {
    const before = await count()
    await page.keyboard.press('w')
    const cell = file.objects.find(({ className, box }) => className === 'WBC' || box.y > 250)!.box
    await canvas().click({ x: cell.x + cell.width / 2, y: cell.y + cell.height / 2 })
    await expect.poll(count, WAIT).toBe(before + 1)
  })

  it('undoes and redoes stroke by stroke', async () => {
    const now = await shapes()
    await page.keyboard.press('Control+z')
    await expect.poll(count, WAIT).toBe(now.length - 1)
    await page.keyboard.press('Control+z')
    await expect.poll(() => covered(430, 160), WAIT).toBe(true)
    await page.keyboard.press('Control+Shift+Z')
    await page.keyboard.press('Control+Shift+Z')
    await expect.poll(shapes, WAIT).toEqual(now)
  })

  it('fills holes, and turns a mask into a polygon and back, by commands', async () => {
    await page.keyboard.press('s')
    await canvas().click({ x: 430, y: 110 })
    await command(page, 'Turn into polygons')
    await expect.poll(types, WAIT).toEqual(['mask', 'mask', 'polygon'])
    await shoot(session, 'areas-corners')
    await command(page, 'Turn into masks')
    await expect.poll(types, WAIT).toEqual(['mask', 'mask', 'mask'])
  })

  it('joins objects from the menu of the right button', async () => {
    const before = await pixels()
    await page.keyboard.press('Control+a')
    const { x, y } = await canvas().at({ x: 160, y: 100 })
    await page.mouse.click(x, y, { button: 'right' })
    await page.getByRole('menuitem', { name: 'Join the selected objects' }).waitFor()
    await shoot(session, 'areas-menu')
    await page.getByRole('menuitem', { name: 'Join the selected objects' }).click()
    await expect.poll(types, WAIT).toEqual(['mask'])
    expect(await pixels()).toBeLessThanOrEqual(before)
    await page.keyboard.press('Control+z')
    await expect.poll(types, WAIT).toEqual(['mask', 'mask', 'mask'])
  })

  it('expands by a distance, splits along a line and overlaps, each undone in one step', async () => {
    const before = await shapes()
    const whole = await pixels()
    await page.keyboard.press('s')
    await canvas().click({ x: 190, y: 100 })
    await page.keyboard.press('l')
    const dialog = page.getByRole('dialog', { name: 'Expand the selected objects' })
    await dialog.getByLabel('Distance (px)').fill('12')
    await shoot(session, 'areas-distance')
    await page.keyboard.press('Enter')
    await expect.poll(pixels, WAIT).toBeGreaterThan(whole)
    expect(await covered(160, 210)).toBe(true)
    await page.keyboard.press('k')
    const held = await edits()
    await canvas().drag({ x: 100, y: 150 }, { x: 230, y: 140 }, () => page.keyboard.press('Escape'))
    await canvas().drag({ x: 100, y: 150 }, { x: 230, y: 140 }, () => shoot(session, 'areas-splitting'))
    await expect.poll(types, WAIT).toEqual(['mask', 'mask', 'mask', 'mask'])
    expect(await edits()).toBe(held + 1)
    await shoot(session, 'areas-split')
    await page.keyboard.press('Control+u')
    await page.getByText('The selected objects share no area.').waitFor()
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await expect.poll(shapes, WAIT).toEqual(before)
    await page.keyboard.press('s')
  })

  it('has every tool in reach of the mouse in the smallest window', async () => {
    const tools = page.getByRole('toolbar', { name: 'Tools' })
    await resized(session, 960, 600)
    // What the steps before said goes by itself, and takes clicks until then.
    await expect.poll(() => page.locator('.mantine-Notification-root').count(), WAIT).toBe(0)
    await shoot(session, 'areas-smallest')
    expect(await outOfReach(tools)).toEqual([])
    await page.getByRole('button', { name: /^Brightness, contrast/ }).click()
    await shoot(session, 'areas-smallest-adjusting')
    expect(await outOfReach(tools)).toEqual([])
    await page.getByRole('button', { name: /^Brightness, contrast/ }).click()
    await resized(session, 1280, 800)
    expect(await outOfReach(tools)).toEqual([])
  })

  it('takes an image out of the project by the menu of its row, and undo brings it back with its objects', async () => {
    const before = await shapes()
    const row = page.getByRole('option', { name: file.name, exact: true })
    await row.click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Remove from the project' }).click()
    await row.waitFor({ state: 'detached' })
    await page.getByText('The file stays where it is.').waitFor()
    await shoot(session, 'image-removed')
    await page.keyboard.press('Control+z')
    await row.waitFor()
    await page.getByRole('application', { name: `Image ${file.name},` }).waitFor()
    expect(await shapes()).toEqual(before)
  })

  it('shows the same pixels when the project is opened again', async () => {
    const before = await shapes()
    await shoot(session, 'areas-dark')
    await canvas().click({ x: 160, y: 100 })
    await command(page, 'Dark or light')
    await canvas().move({ x: 200, y: 400 })
    await shoot(session, 'areas-light')
    await command(page, 'Dark or light')
    expect(session.faults).toEqual([])
    await session.close()
    session = await startApp(home)
    page = session.page
    const recent = page.getByRole('button', { name: 'Open Areas' })
    await recent.getByText('2 images').waitFor()
    expect(await recent.locator('img').getAttribute('src')).toMatch(/^data:image\/webp/)
    await shoot(session, 'start-recent')
    await recent.click()
    await page.getByRole('main', { name: 'Label' }).waitFor()
    await openImage(page, file)
    expect(await shapes()).toEqual(before)
    await shoot(session, 'areas-again')
    expect(session.faults).toEqual([])
  })
})
