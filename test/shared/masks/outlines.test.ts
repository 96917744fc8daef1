import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskArea, masksEqual, maskSpans } from '#shared/masks/bit-mask.ts'
import { mapSpans } from '#shared/masks/dense.ts'
import { bitMaskOfShape } from '#shared/masks/draw-shape.ts'
import { connectedComponents, fillHoles } from '#shared/masks/components.ts'
import { fillMaskHoles } from '#shared/masks/fill-mask-holes.ts'
import { outlines, polygonOf, ringArea } from '#shared/masks/outlines.ts'
import { maskOfSpans, paint } from '#shared/masks/paint.ts'
import { polygonSpans } from '#shared/masks/polygon-spans.ts'
import { polygonShape } from '#shared/records/shape.ts'
import { dense, maskFrom, pixelsOf, pixelsOfMask } from './dense.ts'

const places = (ring: readonly number[]): string[] => ring.flatMap((x, i) => (i % 2 === 0 ? [`${x},${ring[i + 1]!}`] : []))

describe('outlines', () => {
  it('filled again, are the same pixels: both ways without drift', () => {
    fc.assert(
      fc.property(dense, ({ frame, pixels }) => {
        const mask = maskFrom(pixels, frame)
        const polygon = polygonOf(maskSpans(mask))
        if (polygon === null) {
          expect(pixels.includes(1)).toBe(false)
          return
        }
        expect(polygonShape.parse(polygon)).toEqual(polygon)
        const back = bitMaskOfShape(polygon)
        expect(masksEqual(back, mask)).toBe(true)
        expect(polygonOf(maskSpans(back))).toEqual(polygon)
      }),
      { numRuns: 500 },
    )
  })

  it('are simple rings that turn at every corner, outer ones clockwise and holes the other way', () => {
    fc.assert(
      fc.property(dense, ({ frame, pixels }) => {
        const rings = outlines(mapSpans(pixels, frame))
        let area = 0
        for (const ring of rings) {
          area += ringArea(ring)
          expect(new Set(places(ring)).size).toBe(ring.length / 2)
          const isHorizontal = places(ring).map((_, k) => ring[2 * k + 1] === ring[(2 * k + 3) % ring.length])
          const isVertical = places(ring).map((_, k) => ring[2 * k] === ring[(2 * k + 2) % ring.length])
          expect(isHorizontal).toEqual(places(ring).map((_, k) => (k % 2 === 0) === isHorizontal[0]))
          expect(isVertical).toEqual(isHorizontal.map((value) => !value))
        }
        expect(area).toBe(pixels.reduce((sum, value) => sum + value, 0))
      }),
      { numRuns: 500 },
    )
  })

  it('have one outer ring for each object of pixels that share sides', () => {
    fc.assert(
      fc.property(dense, ({ frame, pixels }) => {
        const outer = outlines(mapSpans(pixels, frame)).filter((ring) => ringArea(ring) > 0)
        expect(outer.length).toBe(connectedComponents(pixels, frame.width, frame.height, 4).components.length)
      }),
      { numRuns: 300 },
    )
  })

  it('wind once round every pixel that is in: the non-zero rule gives the same pixels', () => {
    fc.assert(
      fc.property(dense, ({ frame, pixels }) => {
        const rings = outlines(mapSpans(pixels, frame))
        const winding = new Int32Array(pixels.length)
        for (const ring of rings) {
          const inside = pixelsOf(polygonSpans([ring]), frame)
          for (let i = 0; i < inside.length; i++) winding[i]! += inside[i]! * Math.sign(ringArea(ring))
        }
        expect(Uint8Array.from(winding)).toEqual(pixels)
      }),
    )
  })

  it('draw a pixel, a ring with an island, and pixels that touch at corners', () => {
    const of = (...rows: string[]): number[][] => {
      const width = rows[0]?.length ?? 0
      const map = Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0))
      return outlines(mapSpans(map, { x: 0, y: 0, width, height: rows.length }))
    }
    expect(of('#')).toEqual([[0, 0, 1, 0, 1, 1, 0, 1]])
    expect(
      of('#####', '#...#', '#.#.#', '#...#', '#####')
        .map(ringArea)
        .sort((a, b) => a - b),
    ).toEqual([-9, 1, 25])
    expect(of('#.', '.#').map(ringArea)).toEqual([1, 1])
    expect(of('.#', '#.').map(ringArea)).toEqual([1, 1])
    // A hole that reaches the outside across a corner is a hole all the same.
    expect(
      of('.##', '#.#', '###')
        .map(ringArea)
        .sort((a, b) => a - b),
    ).toEqual([-1, 8])
    expect(of()).toEqual([])
  })

  it('outlines what is painted across tiles', () => {
    const big = maskOfSpans(polygonSpans([[-300, -300, 700, -300, 700, 700, -300, 700]]))
    expect(outlines(maskSpans(big))).toEqual([[-300, -300, 700, -300, 700, 700, -300, 700]])
    const twoTiles = paint(maskOfSpans(polygonSpans([[0, 0, 9, 0, 9, 9, 0, 9]])), polygonSpans([[2560, 0, 2569, 0, 2569, 9, 2560, 9]]))
    expect(outlines(maskSpans(twoTiles))).toHaveLength(2)
  })
})

describe('fillMaskHoles', () => {
  it('fills what the dense filling fills', () => {
    fc.assert(
      fc.property(dense, ({ frame, pixels }) => {
        // One pixel of air around, since the plane has no edge for the background to reach.
        const [width, height] = [frame.width + 2, frame.height + 2]
        const wide = { x: frame.x - 1, y: frame.y - 1, width, height }
        const mask = maskFrom(pixels, frame)
        expect(pixelsOfMask(fillMaskHoles(mask), wide)).toEqual(fillHoles(pixelsOfMask(mask, wide), width, height))
      }),
    )
  })

  it('fills only holes up to a size', () => {
    const holes = (x: number, y: number): boolean => (x === 1 && y === 1) || (x > 2 && x < 6 && y === 1)
    const mask = maskFrom(
      Uint8Array.from({ length: 21 }, (_, i) => (holes(i % 7, Math.floor(i / 7)) ? 0 : 1)),
      { x: 254, y: 0, width: 7, height: 3 },
    )
    expect(maskArea(mask)).toBe(17)
    expect(maskArea(fillMaskHoles(mask, 2))).toBe(18)
    expect(maskArea(fillMaskHoles(mask))).toBe(21)
    expect(fillMaskHoles(fillMaskHoles(mask))).toEqual(fillMaskHoles(mask))
  })
})
