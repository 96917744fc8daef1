import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tileAxis } from '../../../src/engine/inference/tile-axis.ts'

describe('tileAxis', () => {
  const rules = fc.record({
    pixels: fc.integer({ min: 1, max: 600 }),
    tiles: fc.integer({ min: 2, max: 8 }),
    multiple: fc.constantFrom(1, 8, 32),
    stretches: fc.boolean(),
  })

  it('covers the whole canvas, every pixel with shares that sum to 1', () => {
    fc.assert(
      fc.property(rules, ({ pixels, tiles, multiple, stretches }) => {
        const tile = Math.max(8, tiles * multiple)
        const axis = tileAxis(pixels, { tile, multiple, stretches })
        const sums = new Float64Array(axis.length)
        for (const [t, place] of axis.places.entries()) {
          expect(place % multiple).toBe(0)
          expect(place + axis.tile).toBeLessThanOrEqual(axis.length)
          for (const [i, weight] of axis.weights[t]!.entries()) sums[place + i]! += weight
        }
        for (const sum of sums) expect(Math.abs(sum - 1)).toBeLessThan(1e-5)
        expect(axis.length % multiple).toBe(0)
        expect(axis.start).toBeGreaterThanOrEqual(0)
        expect(axis.start + axis.image).toBeLessThanOrEqual(axis.length)
        expect(axis.tile % multiple).toBe(0)
      }),
    )
  })

  it('sees what is little longer than a tile as one, unless the input is of a fixed size', () => {
    expect(tileAxis(700, { tile: 512, multiple: 32, stretches: true })).toMatchObject({ length: 704, tile: 704, places: [0], start: 2 })
    expect(tileAxis(700, { tile: 512, multiple: 32, stretches: false }).places.length).toBe(2)
    expect(tileAxis(100, { tile: 512, multiple: 512, stretches: false })).toMatchObject({ length: 512, tile: 512, start: 206 })
  })

  it('gives nothing to the ends of tiles where another tile sees more', () => {
    const axis = tileAxis(300, { tile: 64, multiple: 8, stretches: true })
    expect(axis.weights[1]![0]).toBe(0)
    expect(axis.weights[1]![3]).toBe(0)
    expect(axis.weights[0]![0]).toBe(1)
    expect(axis.weights[1]![20]).toBeGreaterThan(0)
  })
})
