import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { annotationId, predictionId } from '../../../src/shared/records/ids.ts'
import {
  hitAll,
  isGuess,
  isUnder,
  middlesWithin,
  nextInReading,
  type ObjectId,
  type Scene,
  type SceneObject,
} from '../../../src/renderer/viewer/scene.ts'
import { boxArea, boxCentre } from '../../../src/shared/geometry/box.ts'
import { bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { maskHas } from '../../../src/shared/masks/bit-mask.ts'
import { boundsOf, isNearOutline, liesInside } from '../../../src/renderer/viewer/area-outline.ts'
import { box, discMask, point, polygon, RBC } from '../records.ts'
import { buildScene, shownObjects } from '../scenes.ts'

const object = (id: string | number, shape: SceneObject['shape']): SceneObject => ({
  id: typeof id === 'number' ? predictionId.parse(id) : annotationId.parse(id),
  classId: RBC,
  shape,
  score: typeof id === 'number' ? 0.5 : null,
})

const place = fc.double({ min: 0, max: 200, noNaN: true })
const shapes = fc.oneof(
  { weight: 4, arbitrary: fc.record({ x: place, y: place, w: fc.integer({ min: 2, max: 90 }), h: fc.integer({ min: 2, max: 90 }) }) },
  { weight: 1, arbitrary: fc.record({ x: place, y: place, w: fc.constant(0), h: fc.constant(0) }) },
)
const scenes = fc
  .array(shapes, { maxLength: 60 })
  .map((list) => buildScene(list.map(({ x, y, w, h }, index) => object(`o${String(index)}`, w === 0 ? point(x, y) : box(x, y, w, h)))))

describe('what is under the pointer', () => {
  it('agrees with looking at every object', () => {
    fc.assert(
      fc.property(scenes, place, place, fc.constantFrom(0.25, 1, 3, 20), (scene, x, y, scale) => {
        const found = hitAll(scene, { x, y }, scale).map(({ id }) => id)
        const all = [...shownObjects(scene)].filter(({ shape }) => isUnder(shape, { x, y }, scale)).map(({ id }) => id)
        expect(new Set(found)).toEqual(new Set(all))
        expect(found.length).toBe(all.length)
      }),
    )
  })

  it('puts points first and then boxes from the smallest', () => {
    fc.assert(
      fc.property(scenes, place, place, (scene, x, y) => {
        const hits = hitAll(scene, { x, y }, 1)
        const sizes = hits.map(({ shape }) => (shape.type === 'point' ? -1 : boxArea(boundsOf(shape))))
        expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
      }),
    )
  })

  it('reaches over a box’s edge by three pixels of the screen, whatever the zoom', () => {
    const scene = buildScene([object('a', box(10, 10, 20, 20))])
    expect(hitAll(scene, { x: 32, y: 20 }, 1)).toHaveLength(1)
    expect(hitAll(scene, { x: 34, y: 20 }, 1)).toHaveLength(0)
    expect(hitAll(scene, { x: 32, y: 20 }, 10)).toHaveLength(0)
    expect(hitAll(scene, { x: 30.2, y: 20 }, 10)).toHaveLength(1)
    expect(hitAll(scene, { x: 40, y: 20 }, 0.25)).toHaveLength(1)
  })

  it('picks the one on top of two equal boxes', () => {
    const scene = buildScene([object('below', box(0, 0, 10, 10)), object('above', box(0, 0, 10, 10))])
    expect(hitAll(scene, { x: 5, y: 5 }, 1).map(({ id }) => id)).toEqual(['above', 'below'])
  })

  it('takes an area by what it covers, pixel by pixel', () => {
    const corner = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }))
    fc.assert(
      fc.property(
        fc.array(corner, { minLength: 3, maxLength: 8 }),
        fc.integer({ min: 0, max: 39 }),
        fc.integer({ min: 0, max: 39 }),
        (corners, x, y) => {
          const shape = polygon(corners.flat())
          expect(liesInside(shape.rings, { x: x + 0.5, y: y + 0.5 })).toBe(maskHas(bitMaskOfShape(shape), x, y))
        },
      ),
    )
  })

  it('reaches over an area’s edge as over a box’s', () => {
    const scene = buildScene([object('a', polygon([10, 10, 50, 10, 10, 50]))])
    expect(hitAll(scene, { x: 32, y: 30 }, 1)).toHaveLength(1)
    expect(hitAll(scene, { x: 33, y: 33 }, 1)).toHaveLength(0)
    expect(isNearOutline([[0, 0, 10, 0, 10, 10]], { x: 5, y: 5 }, 0.1)).toBe(true)
    expect(isNearOutline([[0, 0, 10, 0, 10, 10]], { x: 4, y: 5 }, 0.1)).toBe(false)
  })

  it('finds the cell in a hole of the tissue round it', () => {
    const scene = buildScene([
      object('cell', discMask(50, 50, 5)),
      object('tissue', polygon([0, 0, 100, 0, 100, 100, 0, 100], [40, 40, 60, 40, 60, 60, 40, 60])),
    ])
    expect(hitAll(scene, { x: 50, y: 50 }, 1).map(({ id }) => id)).toEqual(['cell'])
    expect(hitAll(scene, { x: 20, y: 50 }, 1).map(({ id }) => id)).toEqual(['tissue'])
  })

  it('finds nothing in an empty scene', () => {
    expect(hitAll(buildScene([]), { x: 5, y: 5 }, 1)).toEqual([])
    expect(nextInReading(buildScene([]), undefined, 1)).toBe(null)
  })
})

describe('a rubber band', () => {
  it('takes what has its middle inside', () => {
    fc.assert(
      fc.property(scenes, place, place, fc.integer({ min: 1, max: 150 }), (scene, x, y, side) => {
        const taken = new Set(middlesWithin(scene, box(x, y, side, side)))
        for (const { id, shape } of [...shownObjects(scene)]) {
          const { x: cx, y: cy } = boxCentre(boundsOf(shape))
          expect(taken.has(id)).toBe(cx >= x && cy >= y && cx <= x + side && cy <= y + side)
        }
      }),
    )
  })

  it('is upright on a turned screen', () => {
    fc.assert(
      fc.property(
        scenes,
        place,
        place,
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: -179, max: 180 }),
        (scene, x, y, side, angle) => {
          const taken = new Set(middlesWithin(scene, box(x, y, side, side), angle))
          const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]
          for (const { id, shape } of shownObjects(scene)) {
            const at = boxCentre(boundsOf(shape))
            const [across, down] = [at.x * cos - at.y * sin, at.x * sin + at.y * cos]
            const inside = Math.min(across - x, down - y, x + side - across, y + side - down)
            if (Math.abs(inside) > 1e-6) expect(taken.has(id)).toBe(inside > 0)
          }
        },
      ),
    )
  })

  it('leaves the large box alone in which it is drawn', () => {
    const scene = buildScene([object('large', box(0, 0, 100, 100)), object('small', box(10, 10, 8, 8))])
    expect(middlesWithin(scene, box(5, 5, 20, 20))).toEqual(new Set(['small']))
  })
})

/** From the first, or from the last backwards, until the way begins again. */
function readingOrder(scene: Scene, direction: 1 | -1 = 1): ObjectId[] {
  const order: ObjectId[] = []
  for (let id = nextInReading(scene, undefined, direction); id !== null && id !== order[0]; id = nextInReading(scene, id, direction))
    order.push(id)
  return order
}

describe('reading order', () => {
  it('goes row by row', () => {
    const scene = buildScene([
      object('c', box(80, 52, 20, 20)),
      object('b', box(60, 4, 20, 20)),
      object('a', box(5, 1, 20, 20)),
      object(7, box(10, 50, 20, 20)),
    ])
    expect(readingOrder(scene)).toEqual(['a', 'b', 7, 'c'])
  })

  it('has every object once', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const order = readingOrder(scene)
        expect(order).toHaveLength([...shownObjects(scene)].length)
        expect(new Set(order).size).toBe(order.length)
        expect(readingOrder(scene, -1)).toEqual(order.toReversed())
      }),
    )
  })
})

it('tells guesses from truth by their ids', () => {
  expect(isGuess(predictionId.parse(3))).toBe(true)
  expect(isGuess(annotationId.parse('3'))).toBe(false)
})
