import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { iou } from '#shared/geometry/box.ts'
import { type PlacedShape, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { shapeOverlap } from '#shared/geometry/shape-overlap.ts'
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
