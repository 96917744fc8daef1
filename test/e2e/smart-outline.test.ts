import path from 'node:path'
import { type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expandBox, iou, type Box } from '#shared/geometry/box.ts'
import { maskBounds, maskHas, type BitMask } from '#shared/masks/bit-mask.ts'
import { bitMaskOfShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { annotationsOn, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { loneCell, makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { openImage, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }

/** A project of areas with one smear: a click, more clicks, and what is left of them. */
describe('the smart outline in the real window', () => {
  let home: Home
  let file: SmearFile
  let cell: Box
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    file = (await writeSmears(home.images, 1, { width: 640, height: 480, redCellDiameter: 80 }))[0]!
    cell = loneCell(file)
    const folder = path.join(home.projects, 'Cells.slidewright')
    const bench = await Workbench.create({ folder, task: 'segmentation', classes: ['Cell', 'Other'] }, 'Test')
    await bench.import({ paths: [file.path] })
    await bench.close()
    session = await startApp(home, folder)
    page = session.page
    await openImage(page, file)
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const canvas = (): Canvas => new Canvas(page, file)
  const edits = async (): Promise<number> => (await snapshot(page)).history.sequence
  const middle = (): { x: number; y: number } => ({ x: cell.x + cell.width / 2, y: cell.y + cell.height / 2 })
  const told = (text: RegExp): Promise<void> => page.getByRole('status', { name: 'Tool' }).getByText(text).waitFor(WAIT)

  async function masks(): Promise<BitMask[]> {
    return (await annotationsOn(page, file.name)).flatMap(({ shape }) => (isAreaShape(shape) ? [bitMaskOfShape(shape)] : []))
  }
  const count = async (): Promise<number> => (await masks()).length
  const only = async (): Promise<BitMask> => {
    await expect.poll(count, WAIT).toBe(1)
    return (await masks())[0]!
  }
  async function undone(): Promise<void> {
    await page.keyboard.press('Control+z')
    await expect.poll(count, WAIT).toBe(0)
  }

  it('outlines the cell that is clicked, kept by Enter as one edit, which one undo takes back', async () => {
    await page.keyboard.press('j')
    await told(/click inside an object/)
    const before = await edits()
    await canvas().click(middle())
    await told(/Enter keeps/)
    await page.waitForTimeout(1500)
    await shoot(session, 'smart-outline-clicked')
    await page.keyboard.press('Enter')
    const mask = await only()
    expect(iou(maskBounds(mask)!, cell)).toBeGreaterThan(0.7)
    expect(await edits()).toBe(before + 1)
    await undone()
  })

  it('takes in and leaves out what further clicks say', async () => {
    const inside = { x: cell.x - 20, y: cell.y + cell.height / 2 }
    const outside = { x: cell.x + 0.8 * cell.width, y: cell.y + cell.height / 2 }
    await canvas().click(middle())
    await canvas().click(inside)
    await page.keyboard.down('Alt')
    await canvas().click(outside)
    await page.keyboard.up('Alt')
    await page.waitForTimeout(1500)
    await shoot(session, 'smart-outline-improved')
    await page.keyboard.press('Enter')
    const mask = await only()
    expect([inside, middle(), outside].map(({ x, y }) => maskHas(mask, Math.floor(x), Math.floor(y)))).toEqual([true, true, false])
    await undone()
  })

  it('takes a click back by Backspace, and leaves nothing after Escape', async () => {
    const before = await edits()
    const far = { x: cell.x - 20, y: cell.y + cell.height / 2 }
    await canvas().click(middle())
    await canvas().click(far)
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Enter')
    expect(maskHas(await only(), Math.floor(far.x), Math.floor(far.y))).toBe(false)
    await undone()
    await canvas().click(middle())
    await page.keyboard.press('Escape')
    await told(/click inside an object/)
    await canvas().click(middle())
    await page.keyboard.press('Backspace')
    await told(/click inside an object/)
    expect(await count()).toBe(0)
    expect(await edits()).toBe(before + 2)
  })

  it('outlines what a box is dragged round', async () => {
    const { x, y, width, height } = expandBox(cell, 4)
    await canvas().drag({ x, y }, { x: x + width, y: y + height })
    await page.waitForTimeout(1500)
    await shoot(session, 'smart-outline-box')
    await page.keyboard.press('Enter')
    expect(iou(maskBounds(await only())!, cell)).toBeGreaterThan(0.7)
  })
})
