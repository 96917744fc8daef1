import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectedComponents } from '#shared/masks/components.ts'
import { labImage } from '#shared/masks/lab.ts'
import { wand } from '#shared/masks/wand.ts'
import { golden } from './golden.ts'

describe('labImage', () => {
  it('is scikit-image’s rgb2lab, with and without alpha', () => {
    const { colours } = golden
    const rgb = labImage(Uint8Array.from(colours.flatMap((colour) => colour.rgb)), colours.length, 1, 3)
    const rgba = labImage(Uint8ClampedArray.from(colours.flatMap((colour, i) => [...colour.rgb, i])), colours.length, 1, 4)
    expect(rgba.lab).toEqual(rgb.lab)
    for (const [i, { lab }] of colours.entries()) {
      for (let k = 0; k < 3; k++) expect(Math.abs(rgb.lab[3 * i + k]! - lab[k]!)).toBeLessThan(0.001)
    }
    expect(() => labImage(new Uint8Array(11), 2, 2, 3)).toThrow(RangeError)
  })
})

/** Images of a few colours, so that neighbours are often alike. */
const picture = fc.record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) }).chain(({ width, height }) =>
  fc.record({
    width: fc.constant(width),
    height: fc.constant(height),
    grey: fc.array(fc.constantFrom(100, 104, 180), { minLength: width * height, maxLength: width * height }),
    x: fc.integer({ min: 0, max: width - 1 }),
    y: fc.integer({ min: 0, max: height - 1 }),
  }),
)

describe('wand', () => {
  it('takes what is like the seed and connected with it', () => {
    const options = fc.record({ contiguous: fc.boolean(), connectivity: fc.constantFrom(4 as const, 8 as const) })
    fc.assert(
      fc.property(
        picture,
        options,
        fc.constantFrom(0.5, 3, 99),
        ({ width, height, grey, x, y }, { contiguous, connectivity }, tolerance) => {
          const image = labImage(Uint8Array.from(grey.flatMap((v) => [v, v, v])), width, height, 3)
          const seed = y * width + x
          const like = Uint8Array.from(grey, (_, i) => (Math.abs(image.lab[3 * i]! - image.lab[3 * seed]!) <= tolerance ? 1 : 0))
          const { ids } = connectedComponents(like, width, height, connectivity)
          const expected = like.map((value, i) => (contiguous ? Number(ids[i] === ids[seed]) : value))
          expect(wand(image, { x: x + 0.7, y: y + 0.2 }, tolerance, { contiguous, connectivity })).toEqual(expected)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('measures the distance of colours in all three directions', () => {
    const image = labImage(Uint8Array.of(200, 60, 60, 60, 200, 60, 200, 62, 60), 3, 1, 3)
    expect([...wand(image, { x: 0, y: 0 }, 3, { contiguous: false })]).toEqual([1, 0, 1])
  })

  it('seeks the mean around the seed, and keeps the seed even where the mean is far from it', () => {
    const image = labImage(Uint8Array.from([0, 90, 90, 90, 0, 90, 90, 90, 90].flatMap((v) => [v, v, v])), 9, 1, 3)
    expect(wand(image, { x: 4, y: 0 }, 1).reduce((a, b) => a + b, 0)).toBe(1)
    const wide = wand(image, { x: 4, y: 0 }, 14, { sampleRadius: 3 })
    expect([...wide]).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1])
    expect([...wand(image, { x: 4, y: 0 }, 0.1, { sampleRadius: 3 })]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0])
  })

  it('takes nothing outside of the image', () => {
    const image = labImage(new Uint8Array(12), 2, 2, 3)
    for (const seed of [
      { x: -0.1, y: 0 },
      { x: 2, y: 1 },
      { x: 0, y: NaN },
    ])
      expect(wand(image, seed, 5).includes(1)).toBe(false)
  })
})
