import { type Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { iou, type Box } from '#shared/geometry/box.ts'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type ImageState } from '#shared/records/image.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { annotationsOn, ask, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { loneCell, writeSmears, type Home, type SmearFile } from './home.ts'
import { inProject, type Given } from './in-project.ts'
import { openImage, outOfReach, reloaded, resized, shoot } from './session.ts'

const WAIT = { timeout: 20_000 }

const made =
  (task: TaskKind, classes: readonly string[]) =>
  async (folder: string, home: Home): Promise<readonly SmearFile[]> => {
    const files = await writeSmears(home.images, 2, { width: 640, height: 480, redCellDiameter: 80 })
    const bench = await Workbench.create({ folder, task, classes: [...classes] }, 'Test')
    await bench.import({ paths: files.map(({ path }) => path) })
    await bench.close()
    return files
  }

/** What a test does in such a project's window, on its first image. */
function hands(given: Given<readonly SmearFile[]>) {
  const page = (): Page => given.page
  const file = (): SmearFile => given.made[0]!
  const objects = (): Promise<AnnotationRecord[]> => annotationsOn(page(), file().name)
  const bar = () => page().getByRole('toolbar', { name: 'Tools' })
  const more = () => bar().getByRole('button', { name: /^More tools/ })
  const flyout = () => page().getByRole('menu', { name: 'More tools' })
  return {
    ...{ page, file, objects, bar, more, flyout },
    canvas: () => new Canvas(page(), file()),
    types: async (): Promise<string[]> => (await objects()).map(({ shape }) => shape.type).sort(),
    state: async (): Promise<ImageState | undefined> => (await snapshot(page())).images.find(({ name }) => name === file().name)?.state,
    /** What the panel of classes says there is of one on the open image. */
    counted: (name: string): Promise<string | null> =>
      page().getByRole('list', { name: 'Classes' }).getByRole('listitem', { name, exact: true }).getByTitle('On this image').textContent(),
    /** Pictures of what stands behind the button, in both themes; the dark one stays. */
    pictured: async (name: string): Promise<void> => {
      for (const theme of ['light', 'dark'] as const) {
        await ask(page(), 'app', 'setPreferences', { theme })
        await reloaded(page())
        await openImage(page(), file())
        await more().click()
        await flyout().waitFor(WAIT)
        await shoot(given.session, `more-tools-${name}-${theme}`)
        await page().keyboard.press('Escape')
        await flyout().waitFor({ ...WAIT, state: 'detached' })
      }
    },
  }
}

describe('a detection with tools for areas', () => {
  const given = inProject('Cells', made('detection', ['RBC', 'WBC']))
  const { page, file, objects, canvas, types, state, counted, bar, more, flyout, pictured } = hands(given)
  const cell = (): Box => loneCell(file())

  it('keeps them behind one button, with their keys, in the dark and in the light', async () => {
    await pictured('detection')
    await more().click()
    expect(await flyout().getByRole('menuitem').allTextContents()).toEqual(
      ['Polygon toolP', 'BrushB', 'EraserE', 'WandW', 'Smart outlineJ', 'Split objects along a lineK', 'Fill holesF'], // prettier-ignore
    )
    await flyout().getByRole('menuitem', { name: 'Polygon tool' }).click()
    await flyout().waitFor({ ...WAIT, state: 'detached' })
    await expect.poll(() => more().getAttribute('aria-label'), WAIT).toBe('More tools: Polygon tool')
  })

  it('draws a polygon that counts, and an Enter too many neither calls the image done nor leaves it', async () => {
    for (const point of [
      { x: 30, y: 30 },
      { x: 130, y: 40 },
      { x: 80, y: 120 },
    ])
      await canvas().click(point)
    // Both at once: how fast they follow each other hangs on no machine.
    await page().evaluate(() => {
      for (const type of ['keydown', 'keyup', 'keydown', 'keyup'])
        document.activeElement?.dispatchEvent(new KeyboardEvent(type, { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true }))
    })
    await expect.poll(types, WAIT).toEqual(['polygon'])
    await expect.poll(() => counted('RBC'), WAIT).toBe('1')
    expect(await state()).not.toBe('done')
    await page()
      .getByRole('application', { name: `Image ${file().name},` })
      .waitFor(WAIT)
  })

  it('chooses the smart outline by keys alone; clicks say outside without Alt, and the outline is an object', async () => {
    await page().keyboard.press('2')
    await page().keyboard.press('Shift+A')
    // It takes the keys a moment after it is seen.
    await expect.poll(() => flyout().evaluate((menu) => menu.contains(document.activeElement)), WAIT).toBe(true)
    for (let line = 0; line < 5; line++) await page().keyboard.press('ArrowDown')
    await page().keyboard.press('Enter')
    await expect.poll(() => more().getAttribute('aria-label'), WAIT).toBe('More tools: Smart outline')
    const { x, y, width, height } = cell()
    const sides = page().getByRole('radiogroup', { name: 'What clicks say' })
    expect(await sides.count()).toBe(0)
    await canvas().click({ x: x + width / 2, y: y + height / 2 })
    await sides.getByRole('radio', { name: 'outside' }).click()
    await canvas().click({ x: x + width / 2, y: y + height + 20 })
    await expect.poll(() => sides.getByRole('radio', { name: 'outside' }).getAttribute('aria-checked'), WAIT).toBe('true')
    await shoot(given.session, 'smart-outline-outside')
    await page().keyboard.press('Enter')
    await expect.poll(types, WAIT).toEqual(['mask', 'polygon'])
    const mask = (await objects()).find(({ shape }) => shape.type === 'mask')!
    expect(mask.shape.type === 'mask' && iou(shapeBounds(mask.shape), cell())).toBeGreaterThan(0.7)
    await expect.poll(() => counted('WBC'), WAIT).toBe('1')
    await sides.waitFor({ ...WAIT, state: 'detached' })
  })

  it('keeps or drops an outline by a button, where no keyboard is at hand', async () => {
    const { x, y, width, height } = cell()
    const button = (name: string) => page().getByRole('button', { name })
    await canvas().click({ x: x + width / 2, y: y + height / 2 })
    await button('Drop the outline').click()
    await button('Drop the outline').waitFor({ ...WAIT, state: 'detached' })
    expect(await types()).toEqual(['mask', 'polygon'])
    await canvas().click({ x: x + width / 2, y: y + height / 2 })
    await button('Keep the outline').click()
    await expect.poll(types, WAIT).toEqual(['mask', 'mask', 'polygon'])
    await page().keyboard.press('Control+z')
    await expect.poll(types, WAIT).toEqual(['mask', 'polygon'])
    expect(await state()).not.toBe('done')
  })

  it('has its settings while such a tool is in hand', async () => {
    const size = page().getByRole('button', { name: /^Brush size/ })
    await page().keyboard.press('b')
    await size.waitFor(WAIT)
    await shoot(given.session, 'more-tools-brush')
    await page().keyboard.press('s')
    await size.waitFor({ ...WAIT, state: 'detached' })
    expect(await more().getAttribute('aria-label')).toBe('More tools')
  })

  it('has all of them in reach of the mouse in the smallest window', async () => {
    await resized(given.session, 960, 600)
    await page().keyboard.press('j')
    await expect.poll(() => more().getAttribute('aria-label'), WAIT).toBe('More tools: Smart outline')
    expect(await outOfReach(bar())).toEqual([])
    await more().click()
    await flyout().waitFor(WAIT)
    await shoot(given.session, 'more-tools-smallest')
    expect(await outOfReach(flyout())).toEqual([])
    await page().keyboard.press('Escape')
    await flyout().waitFor({ ...WAIT, state: 'detached' })
  })
})

describe('a segmentation with boxes and points', () => {
  const given = inProject('Tissue', made('segmentation', ['Tumour', 'Mitosis']))
  const { page, objects, canvas, types, state, counted, bar, more, pictured } = hands(given)

  it('draws a box as an area of four corners', async () => {
    await pictured('segmentation')
    await page().keyboard.press('r')
    await canvas().drag({ x: 100, y: 100 }, { x: 300, y: 250 })
    await expect.poll(types, WAIT).toEqual(['polygon'])
    const { shape } = (await objects())[0]!
    expect(shape.type === 'polygon' && shape.rings.map(({ length }) => length)).toEqual([8])
    expect(shape.type === 'polygon' && iou(shapeBounds(shape), { x: 100, y: 100, width: 200, height: 150 })).toBeGreaterThan(0.97)
    expect(await more().getAttribute('aria-label')).toBe('More tools: Box tool')
  })

  it('counts points, and the image can be done', async () => {
    await page().keyboard.press('2')
    await page().keyboard.press('.')
    for (const x of [150, 200, 400]) await canvas().click({ x, y: 150 })
    await expect.poll(types, WAIT).toEqual(['point', 'point', 'point', 'polygon'])
    await expect.poll(() => counted('Mitosis'), WAIT).toBe('3')
    expect(await counted('Tumour')).toBe('1')
    await shoot(given.session, 'segmentation-points')
    await page().keyboard.press('Enter')
    await expect.poll(state, WAIT).toBe('done')
    const learned = await ask<{ train: number; unsplit: number; perClass: { name: string; unsplit: number }[] }>(
      page(),
      'work',
      'trainingData',
    )
    expect([learned.train + learned.unsplit, learned.perClass.map(({ unsplit }) => unsplit)]).toEqual([1, [1, 0]])
  })

  it('has no tool in the bar that it had not', async () => {
    expect(await bar().getByRole('button', { name: 'Draw boxes' }).count()).toBe(0)
    expect(await bar().getByRole('button', { name: 'Set points' }).count()).toBe(0)
  })
})

describe('a classification with a ruler', () => {
  const given = inProject('Smears', made('classification', ['Healthy', 'Infected']))
  const { page, file, canvas, objects, bar } = hands(given)

  it('measures, and the digits still say the class of the image', async () => {
    await openImage(page(), file())
    await page().keyboard.press('Shift+M')
    await canvas().drag({ x: 100, y: 100 }, { x: 300, y: 100 })
    await expect.poll(async () => (await objects()).map(({ shape }) => shape.type), WAIT).toEqual(['ruler'])
    await shoot(given.session, 'classification-ruler')
    expect(await bar().getByRole('button', { name: 'Measure a distance' }).getAttribute('aria-pressed')).toBe('true')
    await page().keyboard.press('2')
    await expect.poll(async () => (await objects()).map(({ shape }) => shape.type).sort(), WAIT).toEqual(['image', 'ruler'])
    // The digit turned to the next image.
    await openImage(page(), file())
    await page().keyboard.press('s')
    await canvas().click({ x: 200, y: 100 })
    await page().keyboard.press('Delete')
    await expect.poll(async () => (await objects()).map(({ shape }) => shape.type), WAIT).toEqual(['image'])
  })
})
