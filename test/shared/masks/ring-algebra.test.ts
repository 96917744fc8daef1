import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  maskArea,
  maskHas,
  intersectMasks,
  maskSpans,
  masksEqual,
  subtractMasks,
  unionMasks,
  type BitMask,
} from '#shared/masks/bit-mask.ts'
import { combineAreas, offsetArea, simplifyArea, splitArea } from '#shared/masks/area-algebra.ts'
import { bitMaskOfShape } from '#shared/masks/draw-shape.ts'
import { bitMaskOf, maskOf } from '#shared/masks/mask-shape.ts'
import { offsetMask } from '#shared/masks/offset-mask.ts'
import { ringArea, type Rings } from '#shared/masks/outlines.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { polygonSpans } from '#shared/masks/polygon-spans.ts'
import { intersectRings, nearestOnSegment, offsetRings, splitRings, subtractRings, uniteRings } from '#shared/masks/ring-algebra.ts'
import { discSpans } from '#shared/masks/spans.ts'
import { type Point } from '#shared/geometry/point.ts'
import { type PolygonShape } from '#shared/records/shape.ts'

const square = (x: number, y: number, side: number): number[] => [x, y, x + side, y, x + side, y + side, x, y + side]
const areaOf = (rings: Rings): number => rings.reduce((sum, ring) => sum + ringArea(ring), 0)
const pixels = (rings: readonly (readonly number[])[]): BitMask => maskOfSpans(polygonSpans(rings))
const polygon = (...rings: number[][]): PolygonShape => ({ type: 'polygon', rings })
const IMAGE = { width: 400, height: 300 }

const area = fc.array(
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })), { minLength: 3, maxLength: 8 })
    .map((ring) => ring.flat()),
  { minLength: 1, maxLength: 3 },
)

const differing = (a: BitMask, b: BitMask): BitMask => unionMasks(subtractMasks(a, b), subtractMasks(b, a))

/** Pixels of a mask whose centres do not lie on a side of the rings, where either answer is right: sides are rounded to hundredths. */
function clear(mask: BitMask, rings: readonly (readonly number[])[]): [number, number][] {
  const pixels: [number, number][] = []
  maskSpans(mask)((y, from, to) => {
    for (let x = from; x < to; x++) if (!rings.some((ring) => isOn(ring, { x: x + 0.5, y: y + 0.5 }))) pixels.push([x, y])
  })
  return pixels
}

function isOn(ring: readonly number[], point: Point): boolean {
  const corner = (i: number): Point => ({ x: ring[(2 * i) % ring.length]!, y: ring[(2 * i + 1) % ring.length]! })
  return Array.from({ length: ring.length / 2 }, (_, i) => nearestOnSegment(corner(i), corner(i + 1), point)).some(
    ({ x, y }) => Math.hypot(x - point.x, y - point.y) < 0.05,
  )
}

describe('areas between lines', () => {
  it('join, cut and overlap as their pixels do, crossing themselves or not', () => {
    fc.assert(
      fc.property(area, area, (a, b) => {
        const [inA, inB] = [pixels(a), pixels(b)]
        expect(clear(differing(pixels(uniteRings([a, b])), unionMasks(inA, inB)), [...a, ...b]).length).toBeLessThanOrEqual(2)
        expect(clear(differing(pixels(subtractRings(a, [b])), subtractMasks(inA, inB)), [...a, ...b]).length).toBeLessThanOrEqual(2)
        expect(clear(differing(pixels(intersectRings([a, b])), intersectMasks(inA, inB)), [...a, ...b]).length).toBeLessThanOrEqual(2)
      }),
      // Where many sides meet in one place what is lost may stay too small to be found.
      { numRuns: 200, seed: 20 },
    )
  })

  it('lose nothing where the sides of many rings meet in one place', () => {
    const a = [[27, 28, 34, 5, 0, 0]]
    const b = [
      [30, 18, 0, 0, 9, 29, 40, 13],
      [38, 14, 0, 0, 0, 0, 0, 1],
    ]
    expect(clear(differing(pixels(uniteRings([a, b])), unionMasks(pixels(a), pixels(b))), [...a, ...b]).length).toBeLessThanOrEqual(2)
  })

  it('have outer rings one way round and holes the other, so that their areas add up', () => {
    const ring = subtractRings([square(0, 0, 10)], [[square(2, 2, 4)]])
    expect(ring).toHaveLength(2)
    expect(areaOf(ring)).toBe(100 - 16)
    expect(areaOf(uniteRings([[square(0, 0, 10)], [square(5, 0, 10)], [square(5, 0, 10)]]))).toBe(150)
    expect(intersectRings([[square(0, 0, 10)], [square(20, 0, 10)]])).toEqual([])
  })

  it('grow with round corners and shrink holes with them', () => {
    const grown = areaOf(offsetRings([square(0, 0, 100)], 10))
    expect(Math.abs(grown - (100 * 100 + 4 * 100 * 10 + Math.PI * 100))).toBeLessThan(8)
    expect(areaOf(offsetRings([square(0, 0, 100)], -10))).toBe(80 * 80)
    expect(areaOf(offsetRings([square(0, 0, 100), square(40, 40, 20)], 10))).toBeCloseTo(grown, 5)
    expect(offsetRings([square(0, 0, 100)], -50)).toEqual([])
  })
})

describe('a line through an area', () => {
  it('divides it: the pieces meet on the line and nothing is lost', () => {
    const cut = splitRings(
      [square(0, 0, 100)],
      [
        { x: 30, y: -10 },
        { x: 30, y: 50 },
        { x: 37, y: 120 },
      ],
    )
    expect(cut?.pieces).toHaveLength(1)
    const [left] = cut!.pieces
    expect(areaOf(cut!.kept) + areaOf(left!)).toBeCloseTo(10_000, 0)
    expect(left!.flat().filter((value) => value === 30).length).toBeGreaterThan(0)
    expect(areaOf(intersectRings([cut!.kept, left!]))).toBeLessThan(1)
  })

  it('divides nothing where it ends within, misses, or goes round', () => {
    const within = [
      { x: -10, y: 50 },
      { x: 60, y: 50 },
    ]
    expect(splitRings([square(0, 0, 100)], within)).toBeNull()
    expect(splitRings([square(200, 200, 100)], within)).toBeNull()
  })

  it('leaves parts that it does not cross with the largest piece', () => {
    const two = [square(0, 0, 100), square(200, 0, 20)]
    const line = [
      { x: 90, y: -10 },
      { x: 90, y: 110 },
    ]
    const cut = splitRings(two, line)!
    expect(areaOf(cut.kept)).toBeCloseTo(90 * 100 + 400, 0)
    expect(cut.pieces.map((piece) => Math.round(areaOf(piece)))).toEqual([1000])
  })

  it('gives each pixel of a mask to one piece', () => {
    fc.assert(
      fc.property(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })), ([a, b]) => {
        const disc = maskOfSpans(discSpans({ x: 30.2, y: 30.7 }, 20))
        const cut = splitArea(maskOf(disc)!, [
          { x: a, y: -5 },
          { x: b, y: 70 },
        ])
        if (cut === null) return
        const parts = [cut.kept, ...cut.pieces].map(bitMaskOfShape)
        expect(parts.reduce((sum, part) => sum + maskArea(part), 0)).toBe(maskArea(disc))
        expect(masksEqual(parts.reduce(unionMasks), disc)).toBe(true)
      }),
    )
  })
})

describe('what areas make together', () => {
  const disc = maskOf(maskOfSpans(discSpans({ x: 60, y: 60 }, 20)))!

  it('is a polygon where all are outlines, else a mask, within the image', () => {
    const joined = combineAreas('union', [polygon(square(0, 0, 50)), { type: 'box', x: 40, y: 0, width: 50, height: 50 }], IMAGE)
    expect(joined?.type === 'polygon' && areaOf(joined.rings)).toBe(90 * 50)
    expect(combineAreas('union', [polygon(square(0, 0, 50)), disc], IMAGE)?.type).toBe('mask')
    const beyond = combineAreas('union', [polygon(square(380, 280, 50)), polygon(square(390, 290, 50))], IMAGE)
    expect(beyond?.type === 'polygon' && Math.max(...beyond.rings[0]!)).toBe(400)
    expect(combineAreas('intersect', [polygon(square(0, 0, 10)), disc], IMAGE)).toBeNull()
  })

  it('grows and shrinks masks by a disc, block by block as in one go', () => {
    const wide = maskOfSpans((sink) => {
      for (let y = 20; y < 60; y++) sink(y, 10, 2600)
    })
    const grown = offsetMask(wide, 7)
    expect([maskHas(grown, 3, 40), maskHas(grown, 2, 40), maskHas(grown, 1300, 66), maskHas(grown, 1300, 67)]).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect(masksEqual(offsetMask(grown, -7), wide)).toBe(true)
    expect(maskArea(offsetMask(wide, -20))).toBe(0)
    expect(offsetArea(disc, 400, IMAGE)).toMatchObject({ x: 0, y: 0, ...IMAGE })
  })

  it('has fewer corners when it is simplified, and stays where it was', () => {
    const round = Array.from({ length: 200 }, (_, i) => [
      100 + 40 * Math.cos((i * Math.PI) / 100),
      100 + 40 * Math.sin((i * Math.PI) / 100),
    ])
    const simple = simplifyArea(polygon(round.flat()), 1)
    expect(simple?.type === 'polygon' && simple.rings[0]!.length / 2).toBeLessThan(30)
    expect(Math.abs(maskArea(bitMaskOfShape(simple!)) / (Math.PI * 1600) - 1)).toBeLessThan(0.05)
    const smooth = simplifyArea(disc, 1)
    expect(smooth?.type === 'mask' && maskArea(differing(bitMaskOf(smooth), bitMaskOf(disc))) / maskArea(bitMaskOf(disc))).toBeLessThan(
      0.05,
    )
  })
})
