import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packRings, unpackRings } from '../../../src/main/project/geometry.ts'

const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const ring = fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 20 }).map((corners) => corners.flat())
const rings = fc.array(ring, { minLength: 1, maxLength: 4 })

describe('the lines of a polygon as bytes', () => {
  it('come back to the last bit', () => {
    fc.assert(
      fc.property(rings, (given) => {
        expect(unpackRings(packRings(given))).toEqual(given)
      }),
    )
  })

  it('are refused where they were cut or changed', () => {
    const bytes = packRings([[0, 0, 1, 0, 1, 1]])
    const withCount = (at: number, value: number): Uint8Array => {
      const copy = bytes.slice()
      copy[at] = value
      return copy
    }
    for (const broken of [
      bytes.slice(0, -1),
      bytes.slice(0, 2),
      withCount(0, 2),
      withCount(0, 0),
      withCount(4, 8),
      packRings([[0, 0, 1, NaN, 1, 1]]),
    ])
      expect(() => unpackRings(broken)).toThrow()
  })
})
