import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { iou } from '#shared/geometry/box.ts'
import { type PlacedShape, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { overlapIndex, shapeOverlap } from '#shared/geometry/shape-overlap.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { discSpans } from '#shared/masks/spans.ts'

const place = fc.integer({ min: 0, max: 40 })
const side = fc.integer({ min: 1, max: 40 })
const area: fc.Arbitrary<PlacedShape> = fc.oneof(
  fc.record({ type: fc.constant('box' as const), x: place, y: place, width: side, height: side }),
  fc.tuple(place, place, side, side).map(([x, y, w, h]) => ({ type: 'polygon' as const, rings: [[x, y, x + w, y, x, y + h]] })),
  fc.tuple(place, place, fc.integer({ min: 1, max: 20 })).map(([x, y, r]) => maskOf(maskOfSpans(discSpans({ x, y }, r)))!),
)
const whole = { type: 'image' } as const
const point = { type: 'point', x: 5, y: 5 } as const

describe('shapeOverlap', () => {
  it('of areas of any two kinds is that of their bounds, the same either way, and 1 with itself', () => {
    fc.assert(
      fc.property(area, area, (a, b) => {
        expect(shapeOverlap(a, b)).toBe(iou(shapeBounds(a), shapeBounds(b)))
        expect(shapeOverlap(a, b)).toBe(shapeOverlap(b, a))
        expect(shapeOverlap(a, a)).toBe(1)
      }),
    )
  })

  it('of two labels of the image is whole; of a label and an object, and of points, there is none', () => {
    expect(shapeOverlap(whole, whole)).toBe(1)
    fc.assert(
      fc.property(area, (a) => {
        for (const other of [whole, point]) expect([shapeOverlap(a, other), shapeOverlap(other, a)]).toEqual([0, 0])
      }),
    )
    expect(shapeOverlap(point, point)).toBe(0)
    expect(shapeOverlap(point, whole)).toBe(0)
  })
})

describe('overlapIndex', () => {
  it('finds what a look at every pair would find', () => {
    const shapes = fc.array(fc.oneof(area, fc.constant(whole), fc.constant(point)), { maxLength: 12 })
    fc.assert(
      fc.property(shapes, fc.oneof(area, fc.constant(whole), fc.constant(point)), (list, other) => {
        const pairs = list.map((shape, index) => ({ index, overlap: shapeOverlap(shape, other) }))
        expect(overlapIndex(list).overlaps(other)).toEqual(pairs.filter(({ overlap }) => overlap > 0))
      }),
    )
  })

  it('computes the bounds of its shapes once, however many are compared with them', () => {
    let looks = 0
    const rings = [[0, 0, 9, 0, 9, 9]]
    const polygon = { type: 'polygon' as const, get rings() { looks++; return rings } } // prettier-ignore
    const index = overlapIndex([polygon])
    for (let x = 0; x < 10; x++) index.overlaps({ type: 'box', x, y: 0, width: 5, height: 5 })
    expect(looks).toBe(1)
  })
})
