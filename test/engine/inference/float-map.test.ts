import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FloatMap, MapCanvas, meanOfTop, reducedMap, smoothedMap } from '../../../src/engine/inference/float-map.ts'

const mapOf = (width: number, ...values: number[]): FloatMap => ({
  width,
  height: values.length / width,
  values: Float32Array.from(values),
})

const anyMap = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.float({ min: 0, max: 10, noNaN: true }), { minLength: width * height, maxLength: width * height })
      .map((values) => ({ width, height, values: Float32Array.from(values) })),
  )

describe('a map put together', () => {
  it('is the map itself where one region covers the image at its own size', () => {
    fc.assert(
      fc.property(anyMap, ({ width, height, values }) => {
        const canvas = new MapCanvas({ width: 7 * width, height: 3 * height }, { width, height })
        canvas.add({ x: 0, y: 0, width: 7 * width, height: 3 * height }, { width, height, values })
        for (const [i, value] of canvas.map().values.entries()) expect(value).toBeCloseTo(values[i]!, 4)
      }),
    )
  })

  it('shows what lies in a tile at its place in the image, and 0 where no tile lies', () => {
    const canvas = new MapCanvas({ width: 80, height: 40 }, { width: 8, height: 4 })
    canvas.add({ x: 40, y: 0, width: 40, height: 40 }, mapOf(4, ...Array.from({ length: 16 }, (_, i) => (i === 5 ? 9 : 0))))
    const { values } = canvas.map()
    expect(values.indexOf(9)).toBe(8 + 5)
    expect(values.filter((value) => value !== 0)).toHaveLength(1)
  })

  it('has no seam where overlapping tiles say the same of each place', () => {
    const canvas = new MapCanvas({ width: 60, height: 10 }, { width: 60, height: 10 })
    const ramp = (from: number, width: number): FloatMap =>
      mapOf(width, ...Array.from({ length: 10 * width }, (_, i) => from + (i % width)))
    canvas.add({ x: 0, y: 0, width: 40, height: 10 }, ramp(0, 40))
    canvas.add({ x: 20, y: 0, width: 40, height: 10 }, ramp(20, 40))
    for (const [i, value] of canvas.map().values.entries()) expect(value).toBeCloseTo(i % 60, 3)
  })

  it('is brought down by means: the mean of all stays', () => {
    expect([...reducedMap(mapOf(4, 0, 2, 4, 6, 0, 2, 4, 6), { width: 2, height: 1 }).values]).toEqual([1, 5])
    expect([...reducedMap(mapOf(3, 0, 3, 6), { width: 2, height: 1 }).values].map((v) => Math.round(v * 1e4) / 1e4)).toEqual([1, 5])
    const sides = fc.record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
    const mean = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length
    fc.assert(
      fc.property(anyMap, sides, (map, size) => {
        const to = { width: Math.min(size.width, map.width), height: Math.min(size.height, map.height) }
        expect(mean(reducedMap(map, to).values)).toBeCloseTo(mean(map.values), 3)
      }),
    )
  })

  it('is smoothed without getting brighter or darker, a spot alike to all sides', () => {
    const spot = mapOf(7, ...Array.from({ length: 49 }, (_, i) => (i === 24 ? 1 : 0)))
    const { values } = smoothedMap(spot, 1)
    expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
    expect(values[24]! / values[25]!).toBeCloseTo(Math.exp(0.5), 4)
    for (const neighbour of [17, 23, 31]) expect(values[neighbour]).toBeCloseTo(values[25]!, 6)
    expect(smoothedMap(mapOf(2, 5, 5, 5, 5), 3).values.every((value) => Math.abs(value - 5) < 1e-5)).toBe(true)
  })

  it('has a mean of its highest values', () => {
    expect(meanOfTop(Float32Array.of(1, 9, 3, 7), 0.5)).toBe(8)
    expect(meanOfTop(Float32Array.of(1, 9, 3, 7), 0.01)).toBe(9)
  })
})
