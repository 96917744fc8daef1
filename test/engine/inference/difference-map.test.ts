import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  backgroundBorder,
  blackPixels,
  differenceMap,
  differenceNorm,
  dilateSquare,
  weightedDilation,
} from '../../../src/engine/inference/difference-map.ts'

/** Rows of digits and dots as a map; a dot is 0. */
const map = (...rows: string[]): Uint8Array => Uint8Array.from(rows.join(''), (letter) => (letter === '.' ? 0 : Number(letter)))
const rowsOf = (values: ArrayLike<number>, width: number): string[] =>
  Array.from({ length: values.length / width }, (_, y) => Array.from(values).slice(y * width, (y + 1) * width).join('').replaceAll('0', '.')) // prettier-ignore

describe('the difference map', () => {
  it('takes the norm of the colours, 0 to the root of 3', () => {
    const norm = differenceNorm([0, 0, 0, 1, 1, 1, 0.5, 0.5, 0.5], [0, 0, 0, 0, 0, 0, 0.2, 0.5, 0.9], 3)
    expect([...norm]).toEqual([0, Math.fround(Math.sqrt(3)), expect.closeTo(0.5, 6)])
    expect([...differenceNorm([0.25], [1], 1)]).toEqual([0.75])
    expect(() => differenceNorm([1, 2, 3], [1, 2], 3)).toThrow(RangeError)
  })

  it('knows the black ground by its reaching the edge: a dark thing within the cell is none', () => {
    expect([...blackPixels([0, 0, 0, 0.02, 0.03, 0.01, 0, 0.1, 0], 3)]).toEqual([1, 1, 0])
    const black = map('11111', '1...1', '1.1.1', '1...1', '11111')
    expect(rowsOf(backgroundBorder(black, { width: 5, height: 5 }), 5)).toEqual(['11111', '1...1', '1...1', '1...1', '11111'])
    // Corners alone do not connect.
    const corner = map('1...', '.1..', '....')
    expect(rowsOf(backgroundBorder(corner, { width: 4, height: 3 }), 4)).toEqual(['1...', '....', '....'])
  })

  it('grows a mask by a square', () => {
    const mask = map('.......', '.......', '...1...', '.......', '.......', '1......')
    expect(rowsOf(dilateSquare(mask, { width: 7, height: 6 }, 5), 7)).toEqual([
      '.11111.',
      '.11111.',
      '.11111.',
      '111111.',
      '111111.',
      '111....',
    ])
  })

  it('gives a single pixel a soft rim, and keeps the higher of two', () => {
    const size = { width: 4, height: 3 }
    const single = Float32Array.from(map('....', '.8..', '....'))
    expect(rowsOf(weightedDilation(single, size), 4)).toEqual(['242.', '484.', '242.'])
    const two = Float32Array.from(map('....', '.8.6', '....'))
    expect(rowsOf(weightedDilation(two, size), 4)).toEqual(['2423', '4846', '2423'])
  })

  it('drops what is below 0.1 and what lies on the border, two pixels inwards', () => {
    const size = { width: 9, height: 9 }
    const black = new Uint8Array(81)
    for (let i = 0; i < 81; i++) black[i] = i % 9 === 0 ? 1 : 0
    const difference = new Float32Array(81)
    difference[4 * 9 + 2] = 1
    difference[1 * 9 + 6] = 0.099
    expect(Math.max(...differenceMap(difference, black, size))).toBe(0)
    difference[4 * 9 + 3] = 0.8
    const out = differenceMap(difference, black, size)
    expect([out[4 * 9 + 3], out[4 * 9 + 2], out[3 * 9 + 4], out[4 * 9 + 5]]).toEqual([0.8, 0.4, 0.2, 0].map(Math.fround))
  })

  it('is never below what it was made of nor above its highest value, where nothing is masked', () => {
    const sizes = fc.record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
    const cases = sizes.chain((size) =>
      fc.record({
        size: fc.constant(size),
        values: fc.array(fc.float({ min: Math.fround(0.1), max: 1, noNaN: true }), {
          minLength: size.width * size.height,
          maxLength: size.width * size.height,
        }),
      }),
    )
    fc.assert(
      fc.property(cases, ({ size, values }) => {
        const difference = Float32Array.from(values)
        const out = differenceMap(difference, new Uint8Array(values.length), size)
        expect(Math.max(...out)).toBe(Math.max(...difference))
        for (const [i, value] of difference.entries()) expect(out[i]).toBeGreaterThanOrEqual(value < Math.fround(0.1) ? 0 : value)
      }),
    )
  })
})
