import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskArea } from '#shared/masks/bit-mask.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { polygonSpans } from '#shared/masks/polygon-spans.ts'
import { boxSpans, clipSpans, discSpans, nearSegment, strokePieces, strokeSpans } from '#shared/masks/spans.ts'
import { pixelsOf, pixelsOfMask, pixelsWhere } from './dense.ts'

const frame = { x: -20, y: -20, width: 40, height: 40 }
/** Floats, with halves and whole numbers among them: ties on pixel centres and edges. */
const coordinate = fc.oneof(
  fc.integer({ min: -36, max: 36 }).map((v) => v / 2),
  fc.double({ min: -18, max: 18, noNaN: true }),
)
const point = fc.record({ x: coordinate, y: coordinate })
const radius = fc.oneof(fc.constantFrom(1, 2.5, 5), fc.double({ min: 0.8, max: 12, noNaN: true }))

describe('strokeSpans and discSpans', () => {
  it('hold exactly the pixels whose centres lie within the radius', () => {
    fc.assert(
      fc.property(point, point, radius, (a, b, r) => {
        const near = nearSegment(a, b, r)
        expect(pixelsOf(strokeSpans(a, b, r), frame)).toEqual(pixelsWhere(frame, near))
        const disc = pixelsWhere(frame, (x, y) => (x + 0.5 - a.x) ** 2 + (y + 0.5 - a.y) ** 2 <= r * r)
        expect(pixelsOf(discSpans(a, r), frame)).toEqual(disc)
      }),
      { numRuns: 500 },
    )
  })

  it('paint the pixel under every point, however thin', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 4 }), fc.double({ min: 0, max: 0.5, noNaN: true }), (points, r) => {
        const pieces = strokePieces(points, r).map((piece) => pixelsOf(piece, frame))
        for (const { x, y } of points) {
          const pixel = (Math.floor(y) - frame.y) * frame.width + Math.floor(x) - frame.x
          expect(pieces.some((piece) => piece[pixel] === 1)).toBe(true)
        }
      }),
    )
  })
})

/** The even-odd rule, one pixel centre at a time, in the same arithmetic. */
function insideRings(rings: readonly (readonly number[])[], cx: number, cy: number): boolean {
  let odd = false
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const next = (i + 2) % ring.length
      const [a, b] = ring[i + 1]! <= ring[next + 1]! ? [i, next] : [next, i]
      const [x0, y0, x1, y1] = [ring[a]!, ring[a + 1]!, ring[b]!, ring[b + 1]!]
      if (y0 <= cy && cy < y1 && x0 + ((cy - y0) * (x1 - x0)) / (y1 - y0) <= cx) odd = !odd
    }
  }
  return odd
}

const ring = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 12 }).map((points) => points.flat())
const rings = fc.array(ring, { minLength: 1, maxLength: 3 })

describe('polygonSpans', () => {
  it('holds the pixels whose centres are inside by the even-odd rule, for rings that cross in any way', () => {
    fc.assert(
      fc.property(rings, (given) => {
        const expected = pixelsWhere(frame, (x, y) => insideRings(given, x + 0.5, y + 0.5))
        expect(pixelsOf(polygonSpans(given), frame)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  it('cut to a frame, is the part of the whole that lies in it', () => {
    fc.assert(
      fc.property(rings, point, fc.nat(20), fc.nat(20), (given, { x, y }, width, height) => {
        const window = { x, y, width, height }
        expect(pixelsOf(polygonSpans(given, window), frame)).toEqual(pixelsOf(clipSpans(polygonSpans(given), window), frame))
      }),
    )
  })

  it('gives polygons that share a side every pixel once', () => {
    fc.assert(
      fc.property(point, point, point, point, (a, b, c, d) => {
        const [p, q] = [
          [a, b, c],
          [a, c, d],
        ].map((corners) => pixelsOf(polygonSpans([corners.flatMap(({ x, y }) => [x, y])]), frame))
        const whole = pixelsOf(polygonSpans([[a, b, c, d].flatMap(({ x, y }) => [x, y])]), frame)
        expect(p!.map((value, i) => value ^ q![i]!)).toEqual(whole)
      }),
    )
  })

  it('takes nothing from what has no area', () => {
    for (const none of [[], [[]], [[1, 1]], [[1, 1, 9, 9]], [[0, 0, 5, 5, 9, 9]]]) {
      expect(pixelsOf(polygonSpans(none), frame).includes(1)).toBe(false)
    }
  })
})

describe('boxSpans and clipSpans', () => {
  it('follow the pixel-centre rule', () => {
    fc.assert(
      fc.property(
        point,
        fc.double({ min: -1, max: 20, noNaN: true }),
        fc.double({ min: -1, max: 20, noNaN: true }),
        ({ x, y }, width, height) => {
          const inBox = (px: number, py: number): boolean => px + 0.5 >= x && px + 0.5 < x + width && py + 0.5 >= y && py + 0.5 < y + height
          expect(pixelsOf(boxSpans({ x, y, width, height }), frame)).toEqual(pixelsWhere(frame, inBox))
          const disc = pixelsOf(discSpans({ x: 0, y: 0 }, 9), frame)
          const clipped = pixelsOf(clipSpans(discSpans({ x: 0, y: 0 }, 9), { x, y, width, height }), frame)
          expect(clipped).toEqual(pixelsWhere(frame, inBox).map((value, i) => value & disc[i]!))
        },
      ),
    )
  })

  it('agree with a polygon of the same corners', () => {
    const mask = maskOfSpans(polygonSpans([[-300, -300, 300, -300, 300, 300, -300, 300]]))
    expect(maskArea(mask)).toBe(360_000)
    expect(pixelsOfMask(mask, frame).every((value) => value === 1)).toBe(true)
  })
})
