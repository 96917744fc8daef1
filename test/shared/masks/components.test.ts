import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectedComponents, fillHoles, removeSmall } from '#shared/masks/components.ts'
import { close, dilate, erode, open } from '#shared/masks/morphology.ts'
import { dense } from './dense.ts'
import { golden, numbersOf } from './golden.ts'

describe('connectedComponents', () => {
  it('numbers and measures as scikit-image does', () => {
    for (const { connectivity, map, ids, areas, boxes, centroids } of golden.components) {
      const found = connectedComponents(numbersOf(map.pixels), map.width, map.height, connectivity)
      expect(Uint8Array.from(found.ids)).toEqual(numbersOf(ids))
      expect(found.components.map(({ id }) => id)).toEqual(areas.map((_, index) => index + 1))
      expect(found.components.map(({ area }) => area)).toEqual(areas)
      expect(found.components.map(({ box }) => [box.y, box.x, box.y + box.height, box.x + box.width])).toEqual(boxes)
      for (const [k, { centroid }] of found.components.entries()) {
        expect(centroid.y - 0.5).toBeCloseTo(centroids[k]![0], 9)
        expect(centroid.x - 0.5).toBeCloseTo(centroids[k]![1], 9)
      }
    }
  })

  it('joins exactly the neighbours of one value', () => {
    fc.assert(
      fc.property(dense, fc.constantFrom(4 as const, 8 as const), ({ frame: { width, height }, pixels }, connectivity) => {
        const { ids, components } = connectedComponents(pixels, width, height, connectivity)
        const apart = Array.from(ids.keys()).filter((i) => {
          const [right, down] = [(i % width) + 1 < width, i + width < ids.length]
          const joined = [right && i + 1, down && i + width, connectivity === 8 && right && down && i + width + 1]
          return joined.some((j) => j !== false && pixels[i] === 1 && pixels[j] === 1 && ids[i] !== ids[j])
        })
        expect(apart).toEqual([])
        expect(ids.map((id) => Math.min(1, id))).toEqual(Int32Array.from(pixels))
        expect(components.reduce((sum, { area }) => sum + area, 0)).toBe(pixels.reduce((sum, value) => sum + value, 0))
      }),
    )
  })

  it('tells the value of each, and refuses sizes that disagree', () => {
    const { components } = connectedComponents(Uint16Array.of(0, 700, 700, 0, 9, 700), 3, 2)
    expect(components.map(({ value, area }) => [value, area])).toEqual([
      [700, 3],
      [9, 1],
    ])
    expect(connectedComponents(new Uint8Array(0), 0, 0).components).toEqual([])
    expect(() => connectedComponents(new Uint8Array(5), 2, 2)).toThrow(RangeError)
  })
})

describe('fillHoles', () => {
  it('fills as SciPy does', () => {
    for (const { mask, filled } of golden.holes) {
      expect(fillHoles(numbersOf(mask.pixels), mask.width, mask.height)).toEqual(numbersOf(filled))
    }
  })

  it('fills only holes up to a size', () => {
    const mask = Uint8Array.from('1111111' + '1010001' + '1111111', Number)
    expect(fillHoles(mask, 7, 3, 2).join('')).toBe('111111111100011111111')
    expect(fillHoles(mask, 7, 3).includes(0)).toBe(false)
  })
})

describe('removeSmall', () => {
  it('keeps the components of at least so many pixels', () => {
    fc.assert(
      fc.property(dense, fc.nat(30), ({ frame: { width, height }, pixels }, minArea) => {
        const { ids, components } = connectedComponents(pixels, width, height)
        const expected = pixels.map((value, i) => (value === 1 && components[ids[i]! - 1]!.area >= minArea ? 1 : 0))
        expect(removeSmall(pixels, width, height, minArea)).toEqual(expected)
      }),
    )
  })
})

describe('dilate and erode', () => {
  it('agree with SciPy', () => {
    for (const { radius, mask, dilated, eroded } of golden.morphology) {
      expect(dilate(numbersOf(mask.pixels), mask.width, mask.height, radius)).toEqual(numbersOf(dilated))
      expect(erode(numbersOf(mask.pixels), mask.width, mask.height, radius)).toEqual(numbersOf(eroded))
    }
  })

  it('are each other’s complement; opening takes away, closing adds, and both do nothing the second time', () => {
    fc.assert(
      fc.property(dense, fc.double({ min: 0, max: 4, noNaN: true }), ({ frame: { width, height }, pixels }, radius) => {
        const not = (mask: Uint8Array): Uint8Array => mask.map((value) => 1 - value)
        expect(erode(pixels, width, height, radius)).toEqual(not(dilate(not(pixels), width, height, radius)))
        const [opened, closed] = [open(pixels, width, height, radius), close(pixels, width, height, radius)]
        expect(opened.every((value, i) => value <= pixels[i]!)).toBe(true)
        expect(closed.every((value, i) => value >= pixels[i]!)).toBe(true)
        expect(open(opened, width, height, radius)).toEqual(opened)
        expect(close(closed, width, height, radius)).toEqual(closed)
      }),
    )
  })
})
