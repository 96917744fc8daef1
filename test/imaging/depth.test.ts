import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { colourWindow, floatsTo16, greyWindow, histogram16, toEightBits } from '../../src/imaging/depth.ts'

const grey = (values: readonly number[]): Uint16Array => Uint16Array.from(values)

describe('more than 8 bits', () => {
  it('opens a grey image from the 0.1th to the 99.9th percentile', () => {
    // 10,000 pixels: 10 hot and 10 dead ones are the 0.1 % at either end.
    const values = [
      ...Array.from({ length: 9980 }, (_, i) => 1000 + (i % 500)),
      ...new Array<number>(10).fill(0),
      ...new Array<number>(10).fill(65_535),
    ]
    expect(greyWindow(histogram16(grey(values), 1, null))).toEqual({ low: 1000, high: 1499 })
  })

  it('keeps the ends where there are too few pixels to leave any out', () => {
    expect(greyWindow(histogram16(grey([7, 3000, 90]), 1, null))).toEqual({ low: 7, high: 3000 })
  })

  it.each([
    [200, 255],
    [1000, 1023],
    [4095, 4095],
    [4096, 16_383],
    [16_384, 65_535],
  ])('takes the camera of a colour image whose maximum is %i to count to %i', (most, white) => {
    expect(colourWindow(histogram16(grey([0, 1, most]), 3, null))).toEqual({ low: 0, high: white })
  })

  it('keeps order, and black and white, whatever the image', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(65_535), { minLength: 2, maxLength: 60 }), (values) => {
        const data = grey(values)
        const window = greyWindow(histogram16(data, 1, null))
        const out = toEightBits(data, 1, window)
        values.forEach((a, i) => values.forEach((b, j) => a <= b && expect(out[i]).toBeLessThanOrEqual(out[j]!)))
        if (new Set(values).size > 1) expect([Math.min(...out), Math.max(...out)]).toEqual([0, 255])
      }),
    )
  })

  it('lays alpha on white, and lets transparent pixels have no say in the window', () => {
    const data = grey([100, 65_535, 300, 65_535, 60_000, 0, 200, 32_768])
    const window = greyWindow(histogram16(data, 2, 1))
    expect(window).toEqual({ low: 100, high: 300 })
    expect([...toEightBits(data, 2, window)]).toEqual([0, 255, 255, 191])
  })

  it('spreads floats over 16 bits and survives what is no number', () => {
    expect([...floatsTo16(Float32Array.from([-1, NaN, 0, 1, Infinity]))]).toEqual([0, 0, 32_768, 65_535, 0])
    expect([...floatsTo16(Float32Array.from([5, 5]))]).toEqual([0, 0])
  })
})
