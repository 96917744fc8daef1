import { describe, expect, it } from 'vitest'
import { colorPyramid } from '../../../src/shared/outline/color-pyramid.ts'
import { createRandom } from '../../../src/shared/random.ts'

const random = createRandom('pyramid')
const data = Uint8Array.from({ length: 64 * 48 * 4 }, () => random.int(256))
const pyramid = colorPyramid({ width: 64, height: 48, channels: 4, data })

describe('parts of a picture at any size', () => {
  it('are the pixels themselves at full size', () => {
    const square = pyramid.square({ x: 10, y: 20, width: 16, height: 16 }, 16)
    for (const [x, y] of [
      [0, 0],
      [5, 9],
      [15, 15],
    ] as const)
      // prettier-ignore
      for (let k = 0; k < 3; k++) expect(square[3 * (y * 16 + x) + k]).toBe(data[4 * ((20 + y) * 64 + 10 + x) + k])
  })

  it('are means of four at half the size', () => {
    const square = pyramid.square({ x: 8, y: 8, width: 32, height: 32 }, 16)
    const red = (x: number, y: number): number => data[4 * (y * 64 + x)]!
    const wanted = (red(18, 12) + red(19, 12) + red(18, 13) + red(19, 13)) / 4
    expect(Math.abs(square[3 * (2 * 16 + 5)]! - wanted)).toBeLessThanOrEqual(0.5)
  })

  it('go on with the last pixels beyond the edge', () => {
    const square = pyramid.square({ x: -16, y: -16, width: 16, height: 16 }, 16)
    for (let p = 0; p < 256; p++) expect([...square.subarray(3 * p, 3 * p + 3)]).toEqual([...data.subarray(0, 3)])
  })
})
