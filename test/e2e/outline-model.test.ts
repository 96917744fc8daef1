import { renameSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maskArea, maskBounds, type BitMask } from '#shared/masks/bit-mask.ts'
import { bitMaskOfShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { writeSamModel } from '../engine/prompting/sam-models.ts'
import { annotationsOn } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, type Home } from './home.ts'
import { answerOpen, openImage, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }
const IMAGE = { name: 'squares.png', width: 640, height: 480 }
/** Pixels of the image, on a light ground; a cell of the test's model covers 10 of them. */
const SQUARE = { left: 200, top: 150, side: 120 }

/** A model of the person's own, in the layout of Segment Anything: chosen once, looked at the view once, asked by clicks. */
describe('the smart outline by a model of one’s own', () => {
  let home: Home
  let session: Session
  let page: Page
  let model: { encoder: string; decoder: string }
  const folder = (): string => path.join(home.projects, 'Squares.slidewright')

  beforeAll(async () => {
    home = makeHome()
    const file = path.join(home.images, IMAGE.name)
    const { left, top, side } = SQUARE
    const dark = { create: { width: side, height: side, channels: 3, background: '#402838' } } as const
    await sharp({ create: { width: IMAGE.width, height: IMAGE.height, channels: 3, background: '#e8dce4' } })
      .composite([{ input: await sharp(dark).png().toBuffer(), left, top }])
      .png()
      .toFile(file)
    model = writeSamModel(home.folder, 'small')
    const bench = await Workbench.create({ folder: folder(), task: 'segmentation', classes: ['Cell'] }, 'Test')
    await bench.import({ paths: [file] })
    await bench.close()
    session = await startApp(home, folder())
    page = session.page
    await openImage(page, IMAGE)
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const dialog = () => page.getByRole('dialog', { name: 'Model of the smart outline' })
  const choose = (): Promise<void> => dialog().getByRole('button', { name: 'Choose encoder and decoder' }).click()

  async function masks(): Promise<BitMask[]> {
    return (await annotationsOn(page, IMAGE.name)).flatMap(({ shape }) => (isAreaShape(shape) ? [bitMaskOfShape(shape)] : []))
  }
  /** Clicks into the square and keeps what comes of it; then takes it back. */
  async function outlined(): Promise<BitMask> {
    await new Canvas(page, IMAGE).click({ x: SQUARE.left + SQUARE.side / 2, y: SQUARE.top + SQUARE.side / 2 })
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await masks()).length, WAIT).toBe(1)
    const [mask] = await masks()
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await masks()).length, WAIT).toBe(0)
    return mask!
  }

  it('says why files do not fit, and keeps what was chosen before', async () => {
    await page.keyboard.press('j')
    await page.getByRole('button', { name: /Smart outline by Slidewright’s network/ }).click()
    await answerOpen(session, model.encoder)
    await choose()
    await dialog().getByRole('alert').getByText('small.encoder.onnx is an encoder').waitFor(WAIT)
    await shoot(session, 'outline-model-unfit')
  })

  it('takes an encoder and a decoder, and outlines what is clicked', async () => {
    await answerOpen(session, model.decoder, model.encoder)
    await choose()
    await dialog().getByText('small.decoder.onnx').waitFor(WAIT)
    await shoot(session, 'outline-model-chosen')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+,')
    await page.getByText('Light', { exact: true }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /Smart outline by your own model/ }).click()
    await shoot(session, 'outline-model-light')
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: /Smart outline by your own model/ }).waitFor(WAIT)
    const bounds = maskBounds(await outlined())!
    const { left, top, side } = SQUARE
    for (const [is, wanted] of [
      [bounds.x, left],
      [bounds.y, top],
      [bounds.width, side],
      [bounds.height, side],
    ] as const)
      expect(Math.abs(is - wanted)).toBeLessThan(12)
    await new Canvas(page, IMAGE).click({ x: SQUARE.left + 20, y: SQUARE.top + 20 })
    await page.waitForTimeout(800)
    await shoot(session, 'outline-model-outlined')
    await page.keyboard.press('Escape')
  })

  it('is chosen still after a new start, says what is wrong once a file is gone, and gives way to Slidewright’s own', async () => {
    await session.close()
    session = await startApp(home, folder())
    page = session.page
    await openImage(page, IMAGE)
    const away = `${model.encoder}.away`
    renameSync(model.encoder, away)
    await page.keyboard.press('j')
    await new Canvas(page, IMAGE).click({ x: 50, y: 50 })
    await page.getByText('small.encoder.onnx is not there any more.').first().waitFor(WAIT)
    await shoot(session, 'outline-model-gone')
    renameSync(away, model.encoder)
    expect(maskArea(await outlined())).toBeGreaterThan(10_000)
    await page.getByRole('button', { name: /Smart outline by your own model/ }).click()
    await dialog().getByRole('button', { name: 'Use Slidewright’s own again' }).click()
    await dialog()
      .getByText(/own small network/)
      .waitFor(WAIT)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /Smart outline by Slidewright’s network/ }).waitFor(WAIT)
    expect(maskArea(await outlined())).toBeGreaterThan(5000)
    expect(session.faults).toEqual([])
  })
})
