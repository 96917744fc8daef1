import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mapSpans } from '#shared/masks/dense.ts'
import { outlines } from '#shared/masks/outlines.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { maskSpans } from '#shared/masks/bit-mask.ts'
import { simplifyRings } from '#shared/masks/simplify.ts'
import { discSpans } from '#shared/masks/spans.ts'
import { dense } from './dense.ts'

type Place = readonly [number, number]
const placesOf = (ring: readonly number[]): Place[] => ring.flatMap((x, i) => (i % 2 === 0 ? [[x, ring[i + 1]!] as const] : []))
const sidesOf = (ring: readonly number[]): [Place, Place][] => {
  const places = placesOf(ring)
  return places.map((place, i) => [place, places[(i + 1) % places.length]!])
}
const same = (a: Place, b: Place): boolean => a[0] === b[0] && a[1] === b[1]
const turn = (a: Place, b: Place, c: Place): number => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]))
const onSide = (p: Place, [a, b]: [Place, Place]): boolean =>
  turn(a, b, p) === 0 && (p[0] - a[0]) * (p[0] - b[0]) + (p[1] - a[1]) * (p[1] - b[1]) <= 0

/** Whether two sides share a place that is not a corner of both. */
function meet(s: [Place, Place], t: [Place, Place]): boolean {
  const crosses = turn(s[0], s[1], t[0]) * turn(s[0], s[1], t[1]) < 0 && turn(t[0], t[1], s[0]) * turn(t[0], t[1], s[1]) < 0
  const touches = (p: Place, side: [Place, Place]): boolean => onSide(p, side) && !same(p, side[0]) && !same(p, side[1])
  return crosses || touches(s[0], t) || touches(s[1], t) || touches(t[0], s) || touches(t[1], s)
}

function distance(p: Place, [a, b]: [Place, Place]): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const t = Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy)))
  return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)
}

/** How many other rings a place lies in. */
function depth(p: Place, rings: readonly number[][]): number {
  const isIn = (ring: readonly number[]): boolean =>
    sidesOf(ring).filter(([a, b]) => a[1] > p[1] !== b[1] > p[1] && p[0] < a[0] + ((p[1] - a[1]) * (b[0] - a[0])) / (b[1] - a[1])).length %
      2 ===
    1
  return rings.filter(isIn).length
}

const tolerance = fc.double({ min: 0, max: 6, noNaN: true })
const area = (ring: readonly number[]): number => sidesOf(ring).reduce((sum, [a, b]) => sum + (a[0] * b[1] - b[0] * a[1]) / 2, 0)

describe('simplifyRings', () => {
  it('keeps rings simple and apart, their direction, and which lies in which', () => {
    fc.assert(
      fc.property(dense, tolerance, ({ frame, pixels }, limit) => {
        const rings = outlines(mapSpans(pixels, frame))
        const simple = simplifyRings(rings, limit)
        const sides = simple.flatMap(sidesOf)
        expect(sides.some((s, i) => sides.some((t, k) => k > i && meet(s, t)))).toBe(false)
        expect(simple.map((ring) => Math.sign(area(ring)))).toEqual(rings.map((ring) => Math.sign(area(ring))))
        for (const [i, ring] of simple.entries()) {
          // A place just inside the ring's first corner is in as many rings after as before.
          const others = (all: readonly number[][]): number[][] => all.filter((_, k) => k !== i)
          const corner = placesOf(ring).find(
            (place) =>
              !others(simple)
                .flatMap(placesOf)
                .some((other) => same(place, other)),
          )
          if (corner !== undefined) expect(depth(corner, others(simple))).toBe(depth(corner, others(rings)))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('moves no corner, and leaves each within the tolerance of the simpler ring', () => {
    fc.assert(
      fc.property(dense, tolerance, ({ frame, pixels }, limit) => {
        const rings = outlines(mapSpans(pixels, frame))
        for (const [i, ring] of simplifyRings(rings, limit).entries()) {
          const places = placesOf(rings[i]!)
          for (const place of placesOf(ring)) expect(places.some((other) => same(place, other))).toBe(true)
          const sides = sidesOf(ring)
          for (const place of places) expect(Math.min(...sides.map((side) => distance(place, side)))).toBeLessThanOrEqual(limit + 1e-9)
        }
      }),
    )
  })

  it('takes the stairs out of a disc', () => {
    const rings = outlines(maskSpans(maskOfSpans(discSpans({ x: 300, y: 300 }, 200))))
    const [ring] = simplifyRings(rings, 1)
    expect(rings[0]!.length / 2).toBeGreaterThan(800)
    expect(ring!.length / 2).toBeLessThan(120)
    expect(Math.abs(area(ring!) / (Math.PI * 200 ** 2) - 1)).toBeLessThan(0.01)
  })

  it('takes out what lies on a straight side with tolerance 0, and nothing of a triangle', () => {
    expect(simplifyRings([[0, 0, 5, 0, 9, 0, 9, 9, 4, 9, 0, 9]], 0)).toEqual([[0, 0, 9, 0, 9, 9, 0, 9]])
    expect(simplifyRings([[0, 0, 1, 0, 0, 1]], 50)).toEqual([[0, 0, 1, 0, 0, 1]])
    expect(simplifyRings([], 1)).toEqual([])
  })
})
