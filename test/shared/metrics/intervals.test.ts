import { describe, expect, it } from 'vitest'
import { bootstrapOverImages, quantile, wilsonInterval } from '#shared/metrics/intervals.ts'
import { createRandom } from '#shared/random.ts'

const weightedMean = (values: readonly number[], weights: ArrayLike<number>): number =>
  values.reduce((sum, value, i) => sum + value * weights[i]!, 0) / values.length

describe('wilsonInterval', () => {
  it('equals published values', () => {
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    const published: readonly [number, number, number, number][] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ]
    for (const [successes, n, lower, upper] of published) {
      const interval = wilsonInterval(successes, n)!
      expect(interval.lower).toBeCloseTo(lower, 4)
      expect(interval.upper).toBeCloseTo(upper, 4)
    }
  })

  it('mirrors, stays within 0..1, and refuses what is no proportion', () => {
    const [few, many] = [wilsonInterval(2, 30)!, wilsonInterval(28, 30)!]
    expect(few.lower).toBeCloseTo(1 - many.upper, 12)
    expect(wilsonInterval(5, 5)!.upper).toBe(1)
    expect(wilsonInterval(0, 0)).toBeNull()
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError)
  })
})

describe('quantile', () => {
  it('is linear between neighbours, as numpy has it', () => {
    expect([0, 0.25, 0.5, 0.9, 1].map((q) => quantile([1, 2, 4, 8], q))).toEqual([1, 1.75, 3, 6.800000000000001, 8])
    expect(quantile([], 0.5)).toBeNaN()
  })
})

describe('bootstrapOverImages', () => {
  const values = Array.from({ length: 60 }, (_, i) => Math.sin(i * 37))

  it('draws as many images as there are, repeatably, and otherwise with another seed', () => {
    const mean = (weights: ArrayLike<number>): number[] => [weightedMean(values, weights)]
    const run = (seed: number): unknown => bootstrapOverImages(60, mean, { seed, resamples: 200 })
    bootstrapOverImages(60, (weights) => {
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(60)
      return []
    })
    expect(run(1)).toEqual(run(1))
    expect(run(1)).not.toEqual(run(2))
  })

  it('gives the mean the interval of theory', () => {
    const [interval] = bootstrapOverImages(60, (weights) => [weightedMean(values, weights)], { resamples: 4000 })
    const mean = weightedMean(values, new Array<number>(60).fill(1))
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / 60
    expect(Math.abs(interval!.lower - (mean - 1.96 * error))).toBeLessThan(0.15 * error)
    expect(Math.abs(interval!.upper - (mean + 1.96 * error))).toBeLessThan(0.15 * error)
  })

  it('covers the truth about as often as it says', () => {
    const random = createRandom(5)
    const trials = 200
    let covered = 0
    for (let trial = 0; trial < trials; trial++) {
      const sample = Array.from({ length: 50 }, () => random.normal(3, 1))
      const [interval] = bootstrapOverImages(50, (weights) => [weightedMean(sample, weights)], { resamples: 300, seed: trial })
      if (interval!.lower <= 3 && 3 <= interval!.upper) covered++
    }
    expect(covered / trials).toBeGreaterThan(0.88)
    expect(covered / trials).toBeLessThan(0.99)
  })

  it('gives null for one image and for what is mostly undefined', () => {
    expect(bootstrapOverImages(1, () => [1])).toEqual([null])
    expect(bootstrapOverImages(5, () => [1, null])).toEqual([{ lower: 1, upper: 1 }, null])
    expect(bootstrapOverImages(5, (weights) => [weights[0]! > 1 ? 1 : null])).toEqual([null])
    expect(bootstrapOverImages(5, () => [1], { resamples: 0 })).toEqual([null])
  })
})
