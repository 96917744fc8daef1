import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { maskBounds } from '#shared/masks/bit-mask.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { discSpans } from '#shared/masks/spans.ts'
import { type PolygonShape } from '#shared/records/shape.ts'

const corner = fc.tuple(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.double({ min: -1e4, max: 1e4, noNaN: true }))
const ring = fc.array(corner, { minLength: 3, maxLength: 20 }).map((corners) => corners.flat())
const polygon = fc.array(ring, { minLength: 1, maxLength: 4 }).map((rings): PolygonShape => ({ type: 'polygon', rings }))

describe('shapeBounds', () => {
  it('of a polygon hold every corner of all its rings, and touch one on each side', () => {
    fc.assert(
      fc.property(polygon, (shape) => {
        const { x, y, width, height } = shapeBounds(shape)
        const all = shape.rings.flat()
        const [xs, ys] = [all.filter((_, i) => i % 2 === 0), all.filter((_, i) => i % 2 === 1)]
        expect([x, y]).toEqual([Math.min(...xs), Math.min(...ys)])
        expect(x + width).toBeCloseTo(Math.max(...xs), 8)
        expect(y + height).toBeCloseTo(Math.max(...ys), 8)
      }),
    )
  })

  it('of a polygon with more corners than a call has room for arguments', () => {
    const corners = Array.from({ length: 400_000 }, (_, i) => (i % 2 === 0 ? i : -i))
    expect(shapeBounds({ type: 'polygon', rings: [corners] })).toEqual({ x: 0, y: -399_999, width: 399_998, height: 399_998 })
  })

  it('of a box, a point and a mask are their own', () => {
    expect(shapeBounds({ type: 'box', x: 1.5, y: 2, width: 3, height: 4 })).toEqual({ x: 1.5, y: 2, width: 3, height: 4 })
    expect(shapeBounds({ type: 'point', x: 7, y: 8 })).toEqual({ x: 7, y: 8, width: 0, height: 0 })
    const mask = maskOfSpans(discSpans({ x: 250, y: 260 }, 20))
    expect(shapeBounds(maskOf(mask)!)).toEqual(maskBounds(mask))
  })
})

it('the label of a whole image has no place, everything else has', () => {
  expect(isPlaced({ type: 'image' })).toBe(false)
  expect(isPlaced({ type: 'point', x: 0, y: 0 })).toBe(true)
  expect(isPlaced({ type: 'polygon', rings: [[0, 0, 1, 0, 1, 1]] })).toBe(true)
})
