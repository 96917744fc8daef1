import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  changedTiles,
  emptyMask,
  intersectMasks,
  maskArea,
  maskBounds,
  maskHas,
  maskIsEmpty,
  masksEqual,
  maskSpans,
  subtractMasks,
  tileKey,
  tilePlace,
  unionMasks,
} from '#shared/masks/bit-mask.ts'
import { FULL_TILE } from '#shared/masks/bit-tile.ts'
import { clipMask, erase, maskOfSpans, paint } from '#shared/masks/paint.ts'
import { boxSpans, discSpans } from '#shared/masks/spans.ts'
import { dense, densePair, frames, maskFrom, pixelsOf, pixelsOfMask, pixelsWhere } from './dense.ts'

describe('BitMask', () => {
  it('gives back the pixels that were painted, one by one and as spans', () => {
    fc.assert(
      fc.property(dense, ({ frame, pixels }) => {
        const mask = maskFrom(pixels, frame)
        expect(pixelsOfMask(mask, frame)).toEqual(pixels)
        expect(pixelsWhere(frame, (x, y) => maskHas(mask, x, y))).toEqual(pixels)
        expect(maskArea(mask)).toBe(pixels.reduce((sum, value) => sum + value, 0))
        expect(maskIsEmpty(mask)).toBe(!pixels.includes(1))
      }),
    )
  })

  it('unites, subtracts and intersects pixel by pixel', () => {
    fc.assert(
      fc.property(densePair, ({ frame, a, b }) => {
        const [p, q] = [maskFrom(a, frame), maskFrom(b, frame)]
        expect(pixelsOfMask(unionMasks(p, q), frame)).toEqual(a.map((value, i) => value | b[i]!))
        expect(pixelsOfMask(subtractMasks(p, q), frame)).toEqual(a.map((value, i) => value & ~b[i]!))
        expect(pixelsOfMask(intersectMasks(p, q), frame)).toEqual(a.map((value, i) => value & b[i]!))
        expect(pixelsOfMask(erase(p, maskSpans(q)), frame)).toEqual(a.map((value, i) => value & ~b[i]!))
        expect(masksEqual(paint(p, maskSpans(q)), unionMasks(p, q))).toBe(true)
        expect(masksEqual(p, q)).toBe(a.every((value, i) => value === b[i]))
        expect([pixelsOfMask(p, frame), pixelsOfMask(q, frame)]).toEqual([a, b])
      }),
    )
  })

  it('never holds an empty tile', () => {
    fc.assert(
      fc.property(densePair, ({ frame, a, b }) => {
        const [p, q] = [maskFrom(a, frame), maskFrom(b, frame)]
        const results = [subtractMasks(p, q), intersectMasks(p, q), erase(p, maskSpans(q)), clipMask(p, { ...frame, width: 3 })]
        for (const { tiles } of results) for (const tile of tiles.values()) expect(tile.some((word) => word !== 0)).toBe(true)
      }),
    )
  })

  it('knows its exact bounds', () => {
    fc.assert(
      fc.property(dense, ({ frame, pixels }) => {
        const inside = [...pixels.keys()].filter((i) => pixels[i] === 1)
        const [xs, ys] = [inside.map((i) => frame.x + (i % frame.width)), inside.map((i) => frame.y + Math.floor(i / frame.width))]
        const [x, y] = [Math.min(...xs), Math.min(...ys)]
        const expected = inside.length === 0 ? null : { x, y, width: Math.max(...xs) + 1 - x, height: Math.max(...ys) + 1 - y }
        expect(maskBounds(maskFrom(pixels, frame))).toEqual(expected)
      }),
    )
  })

  it('is cut to a frame, painted or erased or read within it', () => {
    fc.assert(
      fc.property(densePair, frames, ({ frame, a, b }, { width, height }) => {
        const window = { x: frame.x + 2, y: frame.y + 1, width, height }
        const seen = pixelsOf(boxSpans(window), frame)
        const mask = maskFrom(a, frame)
        expect(pixelsOfMask(clipMask(mask, window), frame)).toEqual(a.map((value, i) => value & seen[i]!))
        expect(pixelsOf(maskSpans(mask, window), frame)).toEqual(a.map((value, i) => value & seen[i]!))
        const other = maskSpans(maskFrom(b, frame))
        expect(pixelsOfMask(paint(mask, other, window), frame)).toEqual(a.map((value, i) => value | (b[i]! & seen[i]!)))
        expect(pixelsOfMask(erase(mask, other, window), frame)).toEqual(a.map((value, i) => value & ~(b[i]! & seen[i]!)))
      }),
    )
  })

  it('touches only the tiles of a stroke and tells which', () => {
    const before = maskOfSpans(boxSpans({ x: 0, y: 0, width: 2048, height: 2048 }))
    const after = erase(before, discSpans({ x: 512, y: 100 }, 40))
    expect(changedTiles(before, after)).toEqual([
      { column: 1, row: 0 },
      { column: 2, row: 0 },
    ])
    expect(maskArea(before)).toBe(2048 * 2048)
    expect([...before.tiles.values()].every((tile) => tile === FULL_TILE)).toBe(true)
    const restored = paint(after, discSpans({ x: 512, y: 100 }, 40))
    expect(masksEqual(restored, before)).toBe(true)
    expect(changedTiles(before, restored)).toEqual([])
    expect(changedTiles(before, emptyMask())).toHaveLength(64)
  })

  it('takes spans in any order', () => {
    fc.assert(
      fc.property(dense, fc.infiniteStream(fc.nat()), ({ frame, pixels }, order) => {
        const spans: [number, number, number][] = []
        maskSpans(maskFrom(pixels, frame))((...span) => spans.push(span))
        const shuffled = spans.map((span) => ({ span, at: order.next().value as number })).sort((a, b) => a.at - b.at)
        const mask = maskOfSpans((sink) => {
          for (const { span } of shuffled) sink(...span)
        })
        expect(pixelsOfMask(mask, frame)).toEqual(pixels)
      }),
    )
  })

  it('names tiles by one number that sorts row by row', () => {
    const side = fc.integer({ min: -65_536, max: 65_535 })
    fc.assert(
      fc.property(side, side, side, side, (column, row, otherColumn, otherRow) => {
        expect(tilePlace(tileKey(column, row))).toEqual({ column, row })
        const order = Math.sign(row - otherRow) || Math.sign(column - otherColumn)
        expect(Math.sign(tileKey(column, row) - tileKey(otherColumn, otherRow))).toBe(order)
      }),
    )
    expect(() => tileKey(65_536, 0)).toThrow(RangeError)
  })
})
