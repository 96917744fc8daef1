import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boxContainsBox } from '#shared/geometry/box.ts'
import { tilesOf } from '#shared/geometry/tiles.ts'

const layout = fc
  .record({ width: fc.integer({ min: 1, max: 90 }), height: fc.integer({ min: 1, max: 90 }), tile: fc.integer({ min: 1, max: 40 }) })
  .chain((sizes) => fc.record({ sizes: fc.constant(sizes), overlap: fc.integer({ min: 0, max: sizes.tile - 1 }) }))

describe('tilesOf', () => {
  it('covers every pixel, within the image, in tiles of one size', () => {
    fc.assert(
      fc.property(layout, ({ sizes: { width, height, tile }, overlap }) => {
        const seen = new Uint8Array(width * height)
        for (const part of tilesOf(width, height, tile, overlap)) {
          expect([part.width, part.height]).toEqual([Math.min(tile, width), Math.min(tile, height)])
          expect(boxContainsBox({ x: 0, y: 0, width, height }, part)).toBe(true)
          for (let y = part.y; y < part.y + part.height; y++) seen.fill(1, y * width + part.x, y * width + part.x + part.width)
        }
        expect(seen.includes(0)).toBe(false)
      }),
    )
  })

  it('shows every object no larger than the overlap whole in some tile, with no more tiles than needed', () => {
    fc.assert(
      fc.property(layout, fc.nat(), fc.nat(), ({ sizes: { width, height, tile }, overlap }, x, y) => {
        const tiles = tilesOf(width, height, tile, overlap)
        const side = Math.min(overlap, width, height)
        const object = { x: x % (width - side + 1), y: y % (height - side + 1), width: side, height: side }
        expect(tiles.some((part) => boxContainsBox(part, object))).toBe(true)
        const needed = (length: number): number => Math.max(1, Math.ceil((length - overlap) / (tile - overlap)))
        const across = (length: number): number => (length <= tile ? 1 : needed(length))
        expect(tiles.length).toBe(across(width) * across(height))
      }),
    )
  })

  it('lays out as expected, row by row, and takes tiles that are not square', () => {
    expect(tilesOf(1000, 300, 512, 64).map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 0, 512, 300],
      [244, 0, 512, 300],
      [488, 0, 512, 300],
    ])
    expect(tilesOf(100, 100, { width: 100, height: 50 }, 0).map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [0, 50],
    ])
  })

  it('refuses sizes that make no sense', () => {
    expect(() => tilesOf(0, 10, 5, 0)).toThrow(RangeError)
    expect(() => tilesOf(10, 10.5, 5, 0)).toThrow(RangeError)
    expect(() => tilesOf(10, 10, 0, 0)).toThrow(RangeError)
    expect(() => tilesOf(10, 10, 5, 5)).toThrow(RangeError)
    expect(() => tilesOf(10, 10, 5, -1)).toThrow(RangeError)
  })
})
