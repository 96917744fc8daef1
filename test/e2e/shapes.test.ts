import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { type Shape } from '#shared/records/shape.ts'
import { annotationsOn } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { givenProject, openImage, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }

describe('ellipses, rotated boxes, lines and rulers in the real window', () => {
  let home: Home
  let file: SmearFile
  let other: SmearFile
  let session: Session
  let page: Page
  let canvas: Canvas

  beforeAll(async () => {
    home = makeHome()
    const files = await writeSmears(home.images, 2, { width: 640, height: 480 })
    ;[file, other] = files as [SmearFile, SmearFile]
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Shapes', [home.images])
    await openImage(page, file)
    await page.keyboard.press('1')
    canvas = new Canvas(page, file)
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const shapes = async (): Promise<Shape[]> => (await annotationsOn(page, file.name)).map(({ shape }) => shape)
  const types = async (): Promise<string[]> => (await shapes()).map(({ type }) => type)

  it('draws each with its key', async () => {
    await page.keyboard.press('o')
    await canvas.drag({ x: 60, y: 60 }, { x: 180, y: 130 }, () => shoot(session, 'shapes-ellipse-drawn'))
    await expect.poll(types, WAIT).toEqual(['ellipse'])
    await page.keyboard.press('Shift+R')
    await canvas.drag({ x: 240, y: 90 }, { x: 340, y: 150 })
    await canvas.move({ x: 300, y: 210 })
    await shoot(session, 'shapes-rotated-drawn')
    await canvas.click({ x: 300, y: 210 })
    await expect.poll(types, WAIT).toEqual(['ellipse', 'rotated-box'])
    await page.keyboard.press('2')
    await page.keyboard.press('v')
    for (const at of [{ x: 60, y: 300 }, { x: 140, y: 260 }, { x: 220, y: 320 }]) await canvas.click(at) // prettier-ignore
    await page.keyboard.press('Enter')
    await page.keyboard.press('Shift+M')
    await canvas.drag({ x: 300, y: 320 }, { x: 420, y: 300 }, () => shoot(session, 'shapes-ruler-drawn'))
    await canvas.drag({ x: 460, y: 200 }, { x: 460, y: 320 })
    await expect.poll(types, WAIT).toEqual(['ellipse', 'rotated-box', 'polyline', 'ruler', 'ruler'])
    await canvas.move({ x: 600, y: 20 })
    await shoot(session, 'shapes-all')
  })

  it('counts lines as objects and rulers not', async () => {
    await expect.poll(() => page.getByRole('option', { name: file.name, exact: true }).innerText(), WAIT).toMatch(/\b3\b/)
  })

  it('turns and resizes what is selected by its handles and by keys', async () => {
    await page.keyboard.press('s')
    await canvas.click({ x: 120, y: 95 })
    await shoot(session, 'shapes-ellipse-selected')
    await canvas.drag({ x: 180, y: 95 }, { x: 220, y: 95 })
    await expect.poll(async () => (await shapes())[0], WAIT).toMatchObject({ type: 'ellipse', width: 160, height: 70, angle: 0 })
    await page.keyboard.press('}')
    await page.keyboard.press('}')
    await expect.poll(async () => (await shapes())[0], WAIT).toMatchObject({ type: 'ellipse', angle: 2 })
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await shapes())[0], WAIT).toMatchObject({ type: 'ellipse', width: 120, angle: 0 })
    await page.keyboard.press('Escape')
    const turned = (await shapes())[1]!
    if (turned.type !== 'rotated-box') throw new Error('it is no rotated box')
    await canvas.click({ x: turned.cx, y: turned.cy })
    await canvas.move({ x: turned.cx, y: turned.cy })
    await shoot(session, 'shapes-rotated-selected')
    await page.keyboard.press('ArrowRight')
    await expect.poll(async () => (await shapes())[1], WAIT).toMatchObject({ type: 'rotated-box', cx: turned.cx + 1, cy: turned.cy })
  })

  it('tells how long a ruler is where it is selected, and deletes it', async () => {
    await canvas.click({ x: 460, y: 260 })
    await expect.poll(() => page.getByText('Length').count(), WAIT).toBe(1)
    await shoot(session, 'shapes-ruler-selected')
    await page.keyboard.press('Delete')
    await expect.poll(types, WAIT).toEqual(['ellipse', 'rotated-box', 'polyline', 'ruler'])
    await page.keyboard.press('Control+z')
    await expect.poll(types, WAIT).toEqual(['ellipse', 'rotated-box', 'polyline', 'ruler', 'ruler'])
  })

  it('leaves no trace after Escape, and copies to another image', async () => {
    const before = (await shapes()).length
    await page.keyboard.press('Shift+R')
    await canvas.drag({ x: 500, y: 60 }, { x: 560, y: 90 })
    await page.keyboard.press('Escape')
    await page.keyboard.press('v')
    await canvas.click({ x: 500, y: 60 })
    await canvas.click({ x: 540, y: 60 })
    await page.keyboard.press('Escape')
    expect((await shapes()).length).toBe(before)
    await page.keyboard.press('s')
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+c')
    await openImage(page, other)
    await page.keyboard.press('Control+v')
    await expect
      .poll(async () => (await annotationsOn(page, other.name)).map(({ shape }) => shape.type).sort(), WAIT)
      .toEqual((await types()).sort())
  })

  it('snaps a new box to the corners of another with the magnet on, shows where, and not while Ctrl is held', async () => {
    await openImage(page, other)
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    const boxes = async (): Promise<Shape[]> => (await annotationsOn(page, other.name)).map(({ shape }) => shape)
    await expect.poll(boxes, WAIT).toEqual([])
    await page.keyboard.press('r')
    await canvas.drag({ x: 100, y: 100 }, { x: 260, y: 220 })
    await expect.poll(async () => (await boxes()).length, WAIT).toBe(1)
    const [first] = (await boxes()) as [Extract<Shape, { type: 'box' }>]
    const magnet = page.getByRole('button', { name: /^Snap to corners and edges/ })
    expect(await magnet.getAttribute('aria-pressed')).toBe('false')
    await page.keyboard.press('Shift+S')
    await expect.poll(() => magnet.getAttribute('aria-pressed'), WAIT).toBe('true')
    const [right, bottom] = [first.x + first.width, first.y + first.height]
    await canvas.drag({ x: right + 4, y: first.y - 4 }, { x: 400, y: bottom + 4 }, async () => {
      // Where no neighbour is: the far corner stays free.
      await canvas.move({ x: right + 5, y: bottom + 60 })
      await canvas.move({ x: 400, y: bottom + 4 })
      await shoot(session, 'shapes-snap')
    })
    await expect.poll(async () => (await boxes()).length, WAIT).toBe(2)
    expect((await boxes())[1]).toMatchObject({ type: 'box', x: right, y: first.y })
    // An edge of the image is no neighbour; the edge of a box is.
    await canvas.move({ x: 180, y: bottom + 5 })
    await shoot(session, 'shapes-snap-edge')
    await page.mouse.down()
    await canvas.move({ x: 200, y: 300 })
    await page.mouse.up()
    await expect.poll(async () => (await boxes()).length, WAIT).toBe(3)
    expect((await boxes())[2]).toMatchObject({ y: bottom })
    await canvas.move({ x: 440, y: 330 })
    await page.mouse.down()
    await canvas.move({ x: 420, y: 320 })
    await page.keyboard.down('Control')
    await canvas.move({ x: 200 + 4, y: 300 + 4 })
    await page.mouse.up()
    await page.keyboard.up('Control')
    await expect.poll(async () => (await boxes()).length, WAIT).toBe(4)
    const last = (await boxes())[3] as Extract<Shape, { type: 'box' }>
    expect(Math.abs(last.x - 204)).toBeLessThan(1.5)
    await page.keyboard.press('Shift+S')
    await expect.poll(() => magnet.getAttribute('aria-pressed'), WAIT).toBe('false')
  })
})
