import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { type BoxShape, type Shape } from '#shared/records/shape.ts'
import { annotationsOn, objectsOn, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { answerOpen, openImage, shoot, startApp, zoomed, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }

describe('Label in the real window', () => {
  let home: Home
  let files: SmearFile[]
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    files = await writeSmears(home.images, 7)
    session = await startApp(home)
    page = session.page
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  /** A fresh image, and its canvas with the box tool. */
  async function fresh(number: number): Promise<{ file: SmearFile; canvas: Canvas; objects: () => Promise<string[]> }> {
    const file = files[number - 1]!
    await openImage(page, file)
    await page.keyboard.press('r')
    await page.keyboard.press('1')
    return { file, canvas: new Canvas(page, file), objects: () => objectsOn(page, file.name) }
  }

  it('makes a project in the dialog, with its own classes, and imports a folder of images', async () => {
    await page.getByRole('button', { name: 'New project' }).click()
    await page.getByRole('radio', { name: 'Find and count' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Add class' }).click()
    await page.getByLabel('Name of class 4').fill('Blast')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Smears')
    await answerOpen(session, home.projects)
    await page.getByRole('button', { name: 'Other folder' }).click()
    await page.getByRole('dialog').getByText('Smears.slidewright').waitFor()
    await answerOpen(session, home.images)
    await page.getByRole('button', { name: 'Choose a folder' }).click()
    await page.getByText('1 chosen').waitFor()
    await page.getByRole('button', { name: 'Create project' }).click()
    await page.getByRole('dialog', { name: 'Added' }).getByText('7 images').first().waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).last().click()
    await expect.poll(() => page.getByRole('option').count(), WAIT).toBe(7)
    const project = await snapshot(page)
    expect(project.classes.map(({ name }) => name)).toEqual(['RBC', 'WBC', 'Platelets', 'Blast'])
    expect(project.images.map(({ name }) => name).sort()).toEqual(files.map(({ name }) => name))
  })

  it('shows the pointer in pixels of the image', async () => {
    const { canvas } = await fresh(1)
    await canvas.move({ x: 100, y: 60 })
    const off = async (): Promise<number> => {
      const text = await page.getByLabel('Pointer').textContent()
      const [x = NaN, y = NaN] = [...(text ?? '').matchAll(/[\d.]+/g)].map(([number]) => Number(number))
      return Math.max(Math.abs(x - 100), Math.abs(y - 60))
    }
    await expect.poll(off, WAIT).toBeLessThan(1)
  })

  it('draws boxes by R and a drag, in the class of the digit', async () => {
    const { canvas, objects } = await fresh(1)
    await canvas.drag({ x: 40, y: 30 }, { x: 100, y: 90 })
    await expect.poll(objects, WAIT).toEqual(['RBC box 40 30 60 60'])
    await page.keyboard.press('2')
    await canvas.drag({ x: 150, y: 40 }, { x: 230, y: 120 })
    await expect.poll(objects, WAIT).toEqual(['RBC box 40 30 60 60', 'WBC box 150 40 80 80'])
    await page.getByRole('application', { name: '2 objects' }).waitFor()
  })

  it('sets points by the full stop', async () => {
    const { canvas, objects } = await fresh(1)
    const before = await objects()
    await page.keyboard.press('.')
    await page.keyboard.press('3')
    await canvas.click({ x: 300, y: 20 })
    await canvas.click({ x: 300, y: 200 })
    await expect.poll(objects, WAIT).toEqual([...before, 'Platelets point 300 20', 'Platelets point 300 200'].sort())
  })

  it('relabels what is selected by a digit, and undoes and redoes it by keys', async () => {
    const { canvas, objects } = await fresh(2)
    await canvas.drag({ x: 60, y: 60 }, { x: 120, y: 120 })
    await expect.poll(objects, WAIT).toEqual(['RBC box 60 60 60 60'])
    await page.keyboard.press('s')
    await canvas.click({ x: 90, y: 90 })
    await page.keyboard.press('2')
    await expect.poll(objects, WAIT).toEqual(['WBC box 60 60 60 60'])
    await page.keyboard.press('Control+z')
    await expect.poll(objects, WAIT).toEqual(['RBC box 60 60 60 60'])
    await page.keyboard.press('Control+z')
    await expect.poll(objects, WAIT).toEqual([])
    await page.keyboard.press('Control+Shift+Z')
    await expect.poll(objects, WAIT).toEqual(['RBC box 60 60 60 60'])
    await page.keyboard.press('Control+y')
    await expect.poll(objects, WAIT).toEqual(['WBC box 60 60 60 60'])
  })

  it('moves a box with the mouse, resizes it by a handle, and both by arrow keys', async () => {
    const { file, canvas, objects } = await fresh(3)
    await canvas.drag({ x: 100, y: 80 }, { x: 160, y: 140 })
    await expect.poll(objects, WAIT).toEqual(['RBC box 100 80 60 60'])
    await page.keyboard.press('s')
    await canvas.drag({ x: 130, y: 110 }, { x: 150, y: 120 })
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 90 60 60'])
    await canvas.drag({ x: 180, y: 150 }, { x: 210, y: 170 })
    await expect.poll(objects, WAIT).toEqual(['RBC box 120 90 90 80'])
    const box = async (): Promise<Shape> => (await annotationsOn(page, file.name))[0]!.shape
    const before = (await box()) as BoxShape
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowDown')
    await expect.poll(box, WAIT).toEqual({ ...before, x: before.x + 1, y: before.y + 10 })
    await page.keyboard.press('Control+ArrowRight')
    await expect.poll(box, WAIT).toEqual({ ...before, x: before.x + 1, y: before.y + 10, width: before.width + 1 })
  })

  it('copies to another image, selects by a rubber band and deletes', async () => {
    const { canvas, objects } = await fresh(4)
    await canvas.drag({ x: 30, y: 30 }, { x: 80, y: 80 })
    await page.keyboard.press('2')
    await canvas.drag({ x: 120, y: 30 }, { x: 170, y: 80 })
    await expect.poll(objects, WAIT).toEqual(['RBC box 30 30 50 50', 'WBC box 120 30 50 50'])
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+c')
    await openImage(page, files[4]!)
    await page.keyboard.press('Control+v')
    const there = (): Promise<string[]> => objectsOn(page, files[4]!.name)
    await expect.poll(there, WAIT).toEqual(['RBC box 30 30 50 50', 'WBC box 120 30 50 50'])
    await page.keyboard.press('s')
    await canvas.drag({ x: 110, y: 15 }, { x: 180, y: 100 })
    await expect.poll(() => page.getByLabel('Selected', { exact: true }).textContent(), WAIT).toBe('1 selected')
    await page.keyboard.press('Delete')
    await expect.poll(there, WAIT).toEqual(['RBC box 30 30 50 50'])
    expect(await objects()).toHaveLength(2)
  })

  it('leaves no trace of what Escape breaks off', async () => {
    const { canvas, objects } = await fresh(6)
    const { history } = await snapshot(page)
    await canvas.drag({ x: 50, y: 50 }, { x: 150, y: 150 }, () => page.keyboard.press('Escape'))
    await canvas.drag({ x: 200, y: 50 }, { x: 260, y: 110 })
    await expect.poll(objects, WAIT).toEqual(['RBC box 200 50 60 60'])
    await page.keyboard.press('s')
    await canvas.drag({ x: 230, y: 80 }, { x: 130, y: 180 }, () => page.keyboard.press('Escape'))
    await canvas.drag({ x: 260, y: 110 }, { x: 290, y: 190 }, () => page.keyboard.press('Escape'))
    await page.keyboard.press('Control+z')
    await expect.poll(objects, WAIT).toEqual([])
    expect((await snapshot(page)).history.undo).toEqual(history.undo)
  })

  it('marks an image as done by Enter and opens the next that is not', async () => {
    const { file } = await fresh(6)
    await page.keyboard.press('Enter')
    await page.getByRole('application', { name: `Image ${files[6]!.name},` }).waitFor()
    const state = async (): Promise<string | undefined> => (await snapshot(page)).images.find(({ name }) => name === file.name)?.state
    await expect.poll(state, WAIT).toBe('done')
  })

  it('shows counts of the image and of the project beside the classes', async () => {
    await openImage(page, files[3]!)
    const row = page.getByRole('list', { name: 'Classes' }).getByRole('listitem', { name: 'WBC', exact: true })
    await expect.poll(() => row.getByTitle('On this image').textContent(), WAIT).toBe('1')
    const all = await Promise.all(files.map(({ name }) => objectsOn(page, name)))
    const total = all.flat().filter((object) => object.startsWith('WBC')).length
    await expect.poll(() => row.getByTitle('In the project').textContent(), WAIT).toBe(String(total))
  })

  it('draws the same objects after a look at another place', async () => {
    await openImage(page, files[3]!)
    // Lines of what is selected or pointed at lie on another layer.
    await page.keyboard.press('Escape')
    const painted = (): Promise<number> =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('[data-canvas] canvas[data-layer="mass"]')
        const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray()
        return data.filter((value, at) => at % 4 === 3 && value > 0).length
      })
    await expect.poll(painted, WAIT).toBeGreaterThan(0)
    await zoomed(page)
    const before = await painted()
    for (const [place, name] of [
      ['Control+2', 'Train'],
      ['Control+3', 'Review'],
      ['Control+4', 'Count'],
    ] as const) {
      await page.keyboard.press(place)
      await page.locator('[aria-current="page"]', { hasText: name }).waitFor()
      await page.keyboard.press('Control+1')
      await expect.poll(painted, { ...WAIT, message: `after ${name}` }).toBe(before)
    }
  })

  it('puts classes in another order by a drag, one edit that Escape keeps from being made, and by the arrow keys', async () => {
    const names = async (): Promise<string[]> =>
      (await snapshot(page)).classes.toSorted((a, b) => a.order - b.order).map(({ name }) => name)
    const before = await names()
    const handle = page.getByRole('button', { name: 'Move RBC', exact: true })
    const middle = async (of: typeof handle): Promise<{ x: number; y: number }> => {
      const { x, y, width, height } = (await of.boundingBox())!
      return { x: x + width / 2, y: y + height / 2 }
    }
    const drag = async (): Promise<void> => {
      const [from, to] = [await middle(handle), await middle(page.getByRole('button', { name: 'Move Platelets' }))]
      await page.mouse.move(from.x, from.y)
      await page.mouse.down()
      await page.mouse.move(to.x, to.y + 6, { steps: 4 })
    }
    await drag()
    await shoot(session, 'classes-drag')
    await page.keyboard.press('Escape')
    await page.mouse.up()
    expect(await names()).toEqual(before)
    await drag()
    await page.mouse.up()
    await expect.poll(names, WAIT).toEqual(['WBC', 'Platelets', 'RBC', 'Blast'])
    await page.keyboard.press('Control+z')
    await expect.poll(names, WAIT).toEqual(before)
    await handle.focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(names, WAIT).toEqual(['WBC', 'RBC', 'Platelets', 'Blast'])
    await page.keyboard.press('ArrowDown')
    await expect.poll(names, WAIT).toEqual(['WBC', 'Platelets', 'RBC', 'Blast'])
    await page.keyboard.press('Shift+F1')
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Box tool', { exact: true }).waitFor()
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Brush', { exact: true }).waitFor()
    // What is for images that are labelled as wholes.
    expect(await page.getByRole('dialog', { name: 'Keys' }).getByText('Gallery of images, or one by one', { exact: true }).count()).toBe(0)
    await shoot(session, 'keys')
    await page.keyboard.press('Escape')
  })
})
