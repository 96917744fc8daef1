import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distanceTransform, squaredDistanceTransform } from '#shared/masks/distance.ts'

/** Small images from nearly empty to nearly full. */
const image = fc
  .record({ width: fc.integer({ min: 1, max: 16 }), height: fc.integer({ min: 1, max: 16 }), background: fc.integer({ min: 1, max: 40 }) })
  .chain(({ width, height, background }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      mask: fc
        .array(fc.nat(background), { minLength: width * height, maxLength: width * height })
        .map((values) => Uint8Array.from(values, (v) => (v === 0 ? 0 : 1))),
    }),
  )

function bruteForce(mask: Uint8Array, width: number, height: number): number[] {
  const out: number[] = []
  for (let i = 0; i < width * height; i++) {
    let best = mask[i] === 0 ? 0 : Infinity
    for (let j = 0; j < width * height; j++) {
      if (mask[j] === 0) best = Math.min(best, ((i % width) - (j % width)) ** 2 + (Math.floor(i / width) - Math.floor(j / width)) ** 2)
    }
    out.push(best)
  }
  return out
}

describe('distanceTransform', () => {
  it('is the distance to the nearest background pixel', () => {
    fc.assert(
      fc.property(image, ({ mask, width, height }) => {
        const expected = bruteForce(mask, width, height)
        expect([...squaredDistanceTransform(mask, width, height)]).toEqual(expected)
        expect([...distanceTransform(mask, width, height)]).toEqual(expected.map(Math.sqrt))
      }),
      { numRuns: 300 },
    )
  })

  it('is infinite without background, takes empty images, refuses sizes that disagree', () => {
    expect([...distanceTransform(new Uint8Array([1, 1]), 2, 1)]).toEqual([Infinity, Infinity])
    expect(distanceTransform(new Uint8Array(0), 0, 5)).toHaveLength(0)
    expect(() => distanceTransform(new Uint8Array(5), 2, 2)).toThrow(/2 x 2 pixels does not have 5/)
    expect(() => distanceTransform(new Uint8Array(2), -1, -2)).toThrow(RangeError)
  })

  it('stays exact on a wide row', () => {
    const mask = new Uint8Array(20_000).fill(1)
    mask[0] = 0
    expect(distanceTransform(mask, 20_000, 1)[19_999]).toBe(19_999)
  })
})
