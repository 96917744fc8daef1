import { describe, expect, it } from 'vitest'
import { type TaskKind } from '../../../src/shared/records/task.ts'
import { type CommandId } from '../../../src/shared/commands.ts'
import { maskArea, maskHas, unionMasks, type BitMask } from '../../../src/shared/masks/bit-mask.ts'
import { bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { bitMaskOf, maskOf } from '../../../src/shared/masks/mask-shape.ts'
import { erase } from '../../../src/shared/masks/paint.ts'
import { discSpans } from '../../../src/shared/masks/spans.ts'
import { annotationId, predictionId } from '../../../src/shared/records/ids.ts'
import { type Shape } from '../../../src/shared/records/shape.ts'
import { changeByDistance, smoothPolygon, withoutHoles } from '../../../src/renderer/tools/area-commands.ts'
import { registerCanvasCommands } from '../../../src/renderer/tools/canvas-commands.ts'
import { createToolDriver, gestureContext } from '../../../src/renderer/tools/tool-driver.ts'
import { menuGroups } from '../../../src/renderer/viewer/menu-groups.ts'
import { toScreen, transformOf } from '../../../src/renderer/viewer/view-geometry.ts'
import { turnOf } from './turning.ts'
import { annotationOf, discMask, polygon, predictionOf, RUN, WBC } from '../records.ts'
import { openSession, type Session } from '../session.ts'
import { at, type Held } from './pointer.ts'

const ring = (): ReturnType<typeof discMask> => maskOf(erase(bitMaskOf(discMask(100, 100, 30)), discSpans({ x: 100, y: 100 }, 10)))!

interface Desk extends Session {
  readonly run: (id: CommandId) => boolean
  readonly drag: (from: readonly [number, number], to: readonly [number, number], held?: Held) => void
  readonly click: (...places: readonly (readonly [number, number])[]) => void
  readonly cancel: () => boolean
  readonly select: (...ids: (string | number)[]) => void
  readonly shape: (id: string) => Shape | undefined
  readonly mask: (id: string) => BitMask
}

async function desk(shapes: Readonly<Record<string, Shape>>, predictions: ReturnType<typeof predictionOf>[] = []): Promise<Desk> {
  const annotations = Object.entries(shapes).map(([id, shape], index) => annotationOf(id, shape, index === 0 ? undefined : WBC))
  const session = await openSession({ annotations, predictions, task: 'segmentation' })
  const { stores, project } = session
  const driver = createToolDriver(stores)
  const zoomer = { zoomBy: stores.view.zoomBy, fit: stores.view.fit, actual: stores.view.actual, turn: turnOf(stores.view) }
  registerCanvasCommands(stores, driver, zoomer, { leave: () => false })
  stores.tool.sizeBrush(20)
  stores.view.actual()
  const send = (kind: 'down' | 'move' | 'up', [x, y]: readonly [number, number], held: Held = {}): void => {
    const { view, frame } = stores.view.getState()
    driver.pointer({ ...at(kind, x, y, held), screen: toScreen(transformOf(view, frame), { x, y }) })
  }
  const shape = (id: string): Shape | undefined => project.annotations().find((record) => record.id === id)?.shape
  return {
    ...session,
    run: (id) => stores.commands.run(id),
    drag: (from, to, held) => {
      send('down', from, held)
      send('move', to, held)
      send('up', to, held)
    },
    click: (...places) => {
      for (const place of places) {
        send('down', place)
        send('up', place)
      }
    },
    cancel: driver.cancel,
    select: (...ids) => {
      stores.selection.select(ids.map((id) => (typeof id === 'number' ? predictionId.parse(id) : annotationId.parse(id))))
    },
    shape,
    mask: (id) => {
      const found = shape(id)
      if (found?.type !== 'mask') throw new Error(`${id} is no mask`)
      return bitMaskOf(found)
    },
  }
}

const labels = ({ project }: Desk): string[] => project.edits.map(({ label }) => label)

describe('strokes that are kept', () => {
  it('make one mask of the current class, selected, so that Shift goes on with it', async () => {
    const one = await desk({})
    one.run('tool.brush')
    one.drag([50, 50], [90, 50])
    one.drag([90, 50], [90, 90], { shift: true })
    await one.settled()
    const [drawn, ...others] = one.project.annotations().filter(({ shape }) => shape.type === 'mask')
    expect(others).toEqual([])
    expect(drawn?.shape).toMatchObject({ x: 40, y: 40, width: 60, height: 60 })
    expect([...one.stores.selection.getState().selected]).toEqual([drawn?.id])
    expect(labels(one)).toEqual(['Paint RBC', 'Paint RBC'])
  })

  it('delete what the eraser empties, with all else that it touched in one edit', async () => {
    const one = await desk({ small: discMask(60, 60, 6), large: discMask(100, 60, 30) })
    one.run('tool.eraser')
    one.drag([50, 60], [90, 60])
    await one.settled()
    expect(one.shape('small')).toBeUndefined()
    expect(maskHas(one.mask('large'), 85, 60)).toBe(false)
    expect(labels(one)).toEqual(['Erase 2 objects'])
    expect(one.run('edit.undo')).toBe(true)
  })

  it('correct a selected prediction, and reject one that nothing is left of', async () => {
    const one = await desk({}, [predictionOf(1, discMask(200, 200, 30)), predictionOf(2, discMask(300, 300, 5))])
    one.stores.predictions.setThreshold(0)
    one.run('tool.eraser')
    one.select(1)
    one.drag([180, 200], [220, 200])
    one.select(2)
    one.drag([295, 300], [305, 300])
    await one.settled()
    const kinds = one.project.decisions().map(({ kind }) => kind)
    expect(kinds).toEqual(['correct', 'reject'])
    expect(one.stores.predictions.getState().runId).toBe(RUN)
  })

  it('are finished before another image is opened by key', async () => {
    const one = await desk({})
    one.run('tool.brush')
    one.stores.gesture.setState({ pointer: null })
    const driver = createToolDriver(one.stores)
    driver.pointer(at('down', 50, 50))
    driver.settle()
    await one.settled()
    expect(labels(one)).toEqual(['Paint RBC'])
  })
})

describe('tools of a task', () => {
  it('are those that fit: no points where images are counted, nothing but a ruler where they have a class alone', async () => {
    const one = await desk({})
    const become = (task: TaskKind): void =>
      one.stores.document.setState((state) => ({ project: state.project && { ...state.project, task } }))
    expect([one.run('tool.box'), one.run('tool.wand'), one.run('tool.point')]).toEqual([true, true, true])
    become('anomaly')
    expect(one.stores.tool.getState().tool).toBe('move')
    expect([one.run('tool.point'), one.run('tool.region'), one.run('tool.box')]).toEqual([false, false, true])
    become('detection')
    expect([one.run('tool.brush'), one.run('brush.larger')]).toEqual([true, true])
    become('classification')
    expect(one.stores.tool.getState().tool).toBe('move')
    expect([one.run('tool.box'), one.run('tool.brush'), one.run('brush.larger'), one.run('tool.ruler')]).toEqual([
      false,
      false,
      false,
      true,
    ])
  })

  it('have a brush that grows and shrinks in steps, within its limits', async () => {
    const { run, stores } = await desk({})
    for (let press = 0; press < 60; press++) run('brush.smaller')
    expect(stores.tool.getState().brushSize).toBe(2)
    run('brush.larger')
    expect(stores.tool.getState().brushSize).toBe(3)
    for (let press = 0; press < 60; press++) run('brush.larger')
    expect(stores.tool.getState().brushSize).toBe(2000)
  })

  it('have a brush that keeps its size in the image once that is wished for, and on the screen again', async () => {
    const one = await desk({})
    const { run, stores } = one
    const zoomTo = (zoom: number): void => stores.view.setState(({ view }) => ({ view: { ...view, zoom } }))
    const onScreen = (): number => gestureContext(stores, () => null).brushSize
    zoomTo(2)
    stores.tool.sizeBrush(40)
    expect(onScreen()).toBe(40)
    zoomTo(4)
    expect(onScreen()).toBe(40)
    run('brush.unit')
    expect(onScreen()).toBe(40)
    expect(stores.tool.getState().brushSize).toBe(10)
    zoomTo(1)
    expect(onScreen()).toBe(10)
    run('brush.larger')
    expect(stores.tool.getState().brushSize).toBeGreaterThan(10)
    run('brush.unit')
    zoomTo(8)
    expect(onScreen()).toBe(stores.tool.getState().brushSize)
  })
})

describe('commands for areas', () => {
  it('fill the holes of masks and polygons', async () => {
    const one = await desk({
      ring: ring(),
      frame: polygon([200, 200, 260, 200, 260, 260, 200, 260], [220, 220, 240, 220, 240, 240, 220, 240]),
    })
    one.select('ring', 'frame')
    expect(one.run('area.fill-holes')).toBe(true)
    await one.settled()
    expect(maskHas(one.mask('ring'), 100, 100)).toBe(true)
    expect(one.shape('frame')).toEqual(polygon([200, 200, 260, 200, 260, 260, 200, 260]))
    expect(labels(one)).toEqual(['Fill holes of 2 objects'])
  })

  it('turn a mask into a polygon no farther than a pixel from it, and back', async () => {
    const one = await desk({ ring: ring() })
    one.select('ring')
    one.run('area.to-polygon')
    await one.settled()
    const shape = one.shape('ring')
    expect(shape?.type === 'polygon' && shape.rings.length).toBe(2)
    one.run('area.to-mask')
    await one.settled()
    const [before, after] = [bitMaskOf(ring()), one.mask('ring')]
    expect(Math.abs(maskArea(after) / maskArea(before) - 1)).toBeLessThan(0.05)
    expect(maskArea(unionMasks(before, after)) / maskArea(before)).toBeLessThan(1.05)
  })

  it('join the selected in the first, and cut the others out of it', async () => {
    const shapes = { a: discMask(100, 100, 30), b: discMask(130, 100, 30) }
    const one = await desk(shapes)
    one.select('b', 'a')
    one.run('area.subtract')
    await one.settled()
    expect(maskHas(one.mask('b'), 115, 100)).toBe(false)
    expect(one.shape('a')).toEqual(shapes.a)
    one.run('area.union')
    await one.settled()
    expect(one.shape('a')).toBeUndefined()
    expect(maskArea(one.mask('b'))).toBe(maskArea(unionMasks(bitMaskOf(shapes.a), bitMaskOf(shapes.b))))
    expect(labels(one)).toEqual(['Cut WBC', 'Join 2 objects'])
  })

  it('say what they need where too little is selected', async () => {
    const one = await desk({ a: discMask(100, 100, 30) })
    expect(one.run('area.fill-holes')).toBe(false)
    one.select('a')
    expect(one.run('area.union')).toBe(true)
    expect(one.stores.messages.getState().messages.at(-1)?.kind).toBe('hint')
    expect(labels(one)).toEqual([])
  })

  it('stand in the menu of the right button where they fit', async () => {
    const one = await desk({ a: discMask(100, 100, 30), b: polygon([200, 200, 260, 200, 260, 260]) })
    expect(menuGroups(one.stores).flat()).not.toContain('area.fill-holes')
    one.select('a')
    expect(menuGroups(one.stores).flat()).toEqual(expect.arrayContaining(['area.fill-holes', 'area.to-polygon', 'object.delete']))
    expect(menuGroups(one.stores).flat()).not.toContain('area.union')
    one.select('a', 'b')
    expect(menuGroups(one.stores).flat()).toEqual(expect.arrayContaining(['area.union', 'area.subtract', 'area.to-mask']))
  })
})

const side = (shape: Shape | undefined): readonly [number, number] => {
  if (shape?.type !== 'polygon') throw new Error('It is no polygon')
  const xs = shape.rings.flat().filter((_, i) => i % 2 === 0)
  return [Math.min(...xs), Math.max(...xs)]
}

describe('commands for outlines', () => {
  const left = polygon([100, 100, 160, 100, 160, 160, 100, 160])
  const right = polygon([140, 100, 200, 100, 200, 160, 140, 160])

  it('join, cut and overlap polygons as polygons, each in one edit', async () => {
    const one = await desk({ left, right })
    one.select('left', 'right')
    one.run('area.subtract')
    await one.settled()
    expect(side(one.shape('left'))).toEqual([100, 140])
    await one.stores.actions.undo()
    await one.settled()
    one.select('left', 'right')
    one.run('area.intersect')
    await one.settled()
    expect([side(one.shape('left')), one.shape('right')]).toEqual([[140, 160], undefined])
    await one.stores.actions.undo()
    await one.settled()
    one.select('left')
    one.select('left', 'right')
    one.run('area.union')
    await one.settled()
    expect(side(one.shape('left'))).toEqual([100, 200])
    expect(labels(one)).toEqual(['Cut RBC', 'Intersect 2 objects', 'Join 2 objects'])
  })

  it('change nothing where the selected share no area', async () => {
    const one = await desk({ left, far: discMask(300, 300, 20) })
    one.select('left', 'far')
    expect(one.run('area.intersect')).toBe(true)
    await one.settled()
    expect(labels(one)).toEqual([])
    expect(one.stores.messages.getState().messages.at(-1)?.title).toContain('share no area')
  })

  it('expand, shrink and simplify all selected by a distance, but not to nothing', async () => {
    const one = await desk({ left, disc: discMask(300, 200, 20) })
    one.select('left', 'disc')
    changeByDistance(one.stores, 'expand', 10)
    await one.settled()
    expect([side(one.shape('left')), one.shape('disc')]).toMatchObject([[90, 170], { x: 270, width: 60 }])
    changeByDistance(one.stores, 'shrink', 35)
    await one.settled()
    expect(one.shape('disc')).toMatchObject({ x: 270, width: 60 })
    expect(one.stores.messages.getState().messages.at(-1)?.title).toContain('1 object is smaller')
    changeByDistance(one.stores, 'simplify', 2)
    await one.settled()
    expect(labels(one)).toEqual(['Expand 2 objects', 'Shrink RBC', 'Simplify WBC'])
  })
})

describe('splitting along a line', () => {
  const box = polygon([100, 100, 200, 100, 200, 160, 100, 160])

  it('makes an object of each piece, in one edit; the largest stays what it was', async () => {
    const one = await desk({ box, disc: discMask(300, 130, 20) })
    one.run('tool.split')
    one.click([130, 80], [130, 180], [130, 180])
    await one.settled()
    const [old, piece, ...others] = one.project.annotations().filter(({ shape }) => shape.type === 'polygon')
    expect(others).toEqual([])
    expect([side(old?.shape), side(piece?.shape)]).toEqual([
      [130, 200],
      [100, 130],
    ])
    expect([old?.id, piece?.classId]).toEqual(['box', old?.classId])
    expect(one.stores.selection.getState().selected.size).toBe(2)
    one.select()
    one.drag([300, 90], [300, 170])
    await one.settled()
    expect(one.project.annotations()).toHaveLength(4)
    expect(labels(one)).toEqual(['Split RBC', 'Split WBC'])
    await one.stores.actions.undo()
    await one.stores.actions.undo()
    expect(
      one.project
        .annotations()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['box', 'disc'])
    expect(one.shape('box')).toEqual(box)
  })

  it('leaves no trace of a line that was given up, taken back, or that ends within', async () => {
    const one = await desk({ box })
    one.run('tool.split')
    one.click([130, 80], [130, 180])
    expect(one.cancel()).toBe(true)
    one.click([130, 80], [130, 120])
    expect(one.run('image.done')).toBe(true)
    expect(one.stores.messages.getState().messages.at(-1)?.title).toContain('does not cut')
    one.click([130, 80])
    expect(one.run('object.delete')).toBe(true)
    expect(one.stores.gesture.getState().gesture.kind).toBe('idle')
    one.click([130, 80], [130, 180])
    one.run('tool.brush')
    await one.settled()
    expect(labels(one)).toEqual([])
    expect(one.stores.gesture.getState().gesture.kind).toBe('idle')
  })
})

describe('shapes', () => {
  it('lose holes with all that lies in them, and keep parts beside each other', () => {
    const outer = [0, 0, 100, 0, 100, 100, 0, 100]
    const hole = [20, 20, 80, 20, 80, 80, 20, 80]
    const island = [40, 40, 60, 40, 60, 60, 40, 60]
    const beside = [200, 0, 220, 0, 220, 20, 200, 20]
    expect(withoutHoles(polygon(hole, outer, island, beside))).toEqual(polygon(outer, beside))
  })

  it('have few corners where a mask has many', () => {
    const disc = discMask(100, 100, 40)
    const { rings } = smoothPolygon(disc)
    expect(rings).toHaveLength(1)
    expect(rings[0]!.length / 2).toBeLessThan(60)
    expect(Math.abs(maskArea(bitMaskOfShape({ type: 'polygon', rings })) / maskArea(bitMaskOf(disc)) - 1)).toBeLessThan(0.02)
  })
})
