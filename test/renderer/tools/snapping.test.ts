import { describe, expect, test } from 'vitest'
import { snapPlace } from '../../../src/renderer/tools/snapping.ts'
import { type Scene } from '../../../src/renderer/viewer/scene.ts'
import { rowsOfList } from '../../../src/renderer/objects/rows.ts'
import { sceneOfParts } from '../../../src/renderer/viewer/scene.ts'
import { annotationId } from '../../../src/shared/records/ids.ts'
import { type Shape } from '../../../src/shared/records/shape.ts'
import { createCountStore } from '../../../src/renderer/count/count-store.ts'
import { readMemory, restore, memoryOf } from '../../../src/renderer/app/view-memory.ts'
import { annotationOf, box, CLASSES, discMask, point, polygon, RBC } from '../records.ts'
import { desk, type Desk } from './desk.ts'
import { objectOf } from './pointer.ts'
import { buildScene } from '../scenes.ts'

const TRIANGLE = polygon([300, 100, 400, 100, 400, 200])

async function snapping(shapes: Record<string, Shape>): Promise<Desk> {
  const opened = await desk({ classes: CLASSES, annotations: Object.entries(shapes).map(([id, shape]) => annotationOf(id, shape)) })
  opened.run('tool.snap')
  return opened
}

const stored = ({ stores }: Desk, id: string): Shape | undefined =>
  stores.document.getState().tables.annotations.get(annotationId.parse(id))?.shape
const drawn = ({ stores }: Desk): Shape | undefined => [...stores.document.getState().tables.annotations.values()].at(-1)?.shape
const mark = ({ stores }: Desk): unknown => stores.gesture.getState().snap

describe('a place to snap to', () => {
  const scene = buildScene([objectOf('t', TRIANGLE), objectOf('b', box(10, 10, 100, 100)), objectOf('p', point(500, 300)), objectOf('m', discMask(200, 300, 20))]) // prettier-ignore

  test('is a corner before an edge, and an edge where no corner is near', () => {
    expect(snapPlace(scene, { x: 396, y: 104 }, 8)).toEqual({ at: { x: 400, y: 100 }, what: 'corner' })
    expect(snapPlace(scene, { x: 350, y: 104 }, 8)).toEqual({ at: { x: 350, y: 100 }, what: 'edge' })
    expect(snapPlace(scene, { x: 104, y: 60 }, 8)).toEqual({ at: { x: 110, y: 60 }, what: 'edge' })
    expect(snapPlace(scene, { x: 105, y: 112 }, 8)).toEqual({ at: { x: 110, y: 110 }, what: 'corner' })
  })

  test('is none beyond the reach, within an object, on a point or on the object itself', () => {
    expect(snapPlace(scene, { x: 350, y: 109 }, 8)).toBe(null)
    expect(snapPlace(scene, { x: 60, y: 60 }, 8)).toBe(null)
    expect(snapPlace(scene, { x: 500, y: 300 }, 8)).toBe(null)
    expect(snapPlace(scene, { x: 396, y: 104 }, 8, annotationId.parse('t'))).toBe(null)
  })

  test('of a painted area is on its outline, whose pixels have no corners to go for', () => {
    const place = snapPlace(scene, { x: 224, y: 300 }, 8)
    expect(place?.what).toBe('edge')
    expect(place?.at.x).toBeGreaterThan(219)
    expect(place?.at.x).toBeLessThan(222)
  })

  test('is found without a look at what lies elsewhere', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => objectOf(`o${String(at)}`, polygon([10 * (at % 200), 10 * Math.floor(at / 200), 10 * (at % 200) + 8, 10 * Math.floor(at / 200), 10 * (at % 200) + 8, 10 * Math.floor(at / 200) + 8]))) // prettier-ignore
    const rows = rowsOfList(many)
    let asked = 0
    const counting = { ...rows, ringsAt: (row: number) => (asked++, rows.ringsAt(row)) }
    const watched: Scene = sceneOfParts([{ rows: counting, guess: false, isShown: () => true }])
    expect(snapPlace(watched, { x: 501, y: 501 }, 4)).toEqual({ at: { x: 500, y: 500 }, what: 'corner' })
    expect(asked).toBeGreaterThan(0)
    expect(asked).toBeLessThan(9)
  })
})

describe('snapping', () => {
  test('draws a box from a corner to an edge of its neighbours, and marks the place', async () => {
    const opened = await snapping({ t: TRIANGLE, b: box(10, 10, 100, 100) })
    const { run, pointer } = opened
    run('tool.box')
    pointer('move', 112, 107)
    expect(mark(opened)).toEqual({ at: { x: 110, y: 110 }, what: 'corner' })
    pointer('down', 112, 107)
    pointer('move', 310, 150)
    expect(mark(opened)).toBe(null)
    pointer('move', 396, 150)
    expect(mark(opened)).toEqual({ at: { x: 400, y: 150 }, what: 'edge' })
    pointer('up', 396, 150)
    expect(drawn(opened)).toEqual(box(110, 110, 290, 40))
  })

  test('is off until it is switched on, and while Ctrl is held', async () => {
    const opened = await snapping({ b: box(10, 10, 100, 100) })
    const { run, pointer } = opened
    run('tool.box')
    pointer('down', 112, 112)
    pointer('move', 200, 200)
    pointer('up', 200, 200)
    expect(drawn(opened)).toEqual(box(110, 110, 90, 90))
    pointer('down', 300, 300)
    pointer('move', 203, 203, { mod: true })
    expect(mark(opened)).toBe(null)
    pointer('up', 203, 203, { mod: true })
    expect(drawn(opened)).toEqual(box(203, 203, 97, 97))
    run('tool.snap')
    pointer('down', 304, 304)
    pointer('move', 350, 350)
    pointer('up', 350, 350)
    expect(drawn(opened)).toEqual(box(304, 304, 46, 46))
  })

  test('moves a corner of a polygon onto its neighbour, not onto itself', async () => {
    const opened = await snapping({ t: TRIANGLE, b: box(10, 10, 100, 100) })
    const { select, run, pointer } = opened
    run('tool.select')
    select('t')
    pointer('down', 300, 100)
    pointer('move', 200, 50)
    pointer('move', 114, 12)
    pointer('up', 114, 12)
    expect(stored(opened, 't')).toEqual(polygon([110, 10, 400, 100, 400, 200]))
    pointer('down', 110, 10)
    pointer('move', 300, 50)
    pointer('move', 397, 104)
    pointer('up', 397, 104)
    expect(stored(opened, 't')).toEqual(polygon([397, 104, 400, 100, 400, 200]))
  })

  test('brings a box to its neighbour by its handle; one in the middle of a side goes along one axis', async () => {
    const opened = await snapping({ b: box(10, 10, 100, 100), c: box(150, 20, 100, 60) })
    const { select, run, pointer } = opened
    run('tool.select')
    select('c')
    pointer('down', 151, 51)
    pointer('move', 130, 51)
    pointer('move', 115, 53)
    pointer('up', 115, 53)
    expect(stored(opened, 'c')).toEqual(box(110, 20, 140, 60))
  })

  test('leaves brush strokes, lines by a free hand and the closing click alone', async () => {
    const opened = await desk({ classes: CLASSES, task: 'segmentation', annotations: [annotationOf('b', box(10, 10, 100, 100), RBC)] })
    const { run, pointer } = opened
    run('tool.snap')
    run('tool.brush')
    pointer('move', 112, 60)
    expect(mark(opened)).toBe(null)
    run('tool.polygon')
    for (const [x, y] of [[115, 60], [200, 60], [200, 200]] as const) { pointer('down', x, y); pointer('up', x, y) } // prettier-ignore
    // The first corner went to the box's edge, and the click that closes goes to that corner, not along the edge.
    pointer('down', 113, 63)
    pointer('up', 113, 63)
    expect(drawn(opened)).toEqual(polygon([110, 60, 200, 60, 200, 200]))
  })
})

test('snapping is remembered with the project', async () => {
  const opened = await snapping({})
  const shell = { getState: () => ({ place: 'label', left: true, right: true }), setState: () => undefined }
  const library = { getState: () => ({ sort: 'name', descending: false }), set: () => undefined }
  const labels = { getState: () => ({ gallery: false }), setState: () => undefined }
  const parts = { stores: opened.stores, shell, library, labels, count: createCountStore() } as unknown as Parameters<typeof memoryOf>[0]
  const memory = readMemory(JSON.parse(JSON.stringify(memoryOf(parts))))
  const other = await desk()
  await restore({ ...parts, stores: other.stores }, memory)
  expect(other.stores.tool.getState().snapping).toBe(true)
  await restore({ ...parts, stores: other.stores }, readMemory({ snapping: 'maybe' }))
  expect(other.stores.tool.getState().snapping).toBe(false)
})
