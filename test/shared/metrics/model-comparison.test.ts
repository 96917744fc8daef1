import { describe, expect, it } from 'vitest'
import { judgeAreas } from '#shared/metrics/area-comparison.ts'
import { mcnemarExact } from '#shared/metrics/mcnemar.ts'
import { tilesOfSource, wholeSource } from '#shared/metrics/segmentation-source.ts'
import { atOnce } from '#shared/steps.ts'

describe('McNemar’s exact test', () => {
  it('is the two-sided binomial test with one half', () => {
    // scipy.stats.binomtest(k, n, 0.5).pvalue
    expect(mcnemarExact(1, 9)).toBeCloseTo(0.021484375, 12)
    expect(mcnemarExact(7, 2)).toBeCloseTo(0.1796875, 12)
    expect(mcnemarExact(0, 5)).toBeCloseTo(0.0625, 12)
    expect(mcnemarExact(4, 4)).toBe(1)
    expect(mcnemarExact(0, 0)).toBe(1)
    expect(mcnemarExact(900, 1100)).toBeCloseTo(8.4e-6, 6)
  })
})

describe('areas of one run against the labels', () => {
  it('finds an object of its own class with more than half in common, and tells the mean Dice of classes', () => {
    // Eight pixels: object 1 of class 1 (4 pixels), object 2 of class 2 (2), background (2).
    const truth = Uint8Array.of(1, 1, 1, 1, 2, 2, 0, 0)
    const truthInstances = Int32Array.of(1, 1, 1, 1, 2, 2, 0, 0)
    const predicted = Uint8Array.of(1, 1, 1, 0, 1, 1, 0, 2)
    const predictedInstances = Int32Array.of(1, 1, 1, 0, 2, 2, 0, 3)
    const judged = atOnce(judgeAreas(wholeSource({ width: 8, height: 1, truth, predicted, truthInstances, predictedInstances }), 3))
    expect([[...judged.truths], [...judged.found], [...judged.wrong]]).toEqual([[1, 2], [1], [2, 3]])
    // Class 1: 2 * 3 / (4 + 5); class 2: 0.
    expect(judged.dice).toBeCloseTo((6 / 9 + 0) / 2, 12)
  })

  it('tells no Dice where nothing is there or said', () => {
    const nothing = new Uint8Array(4)
    const judged = atOnce(judgeAreas(wholeSource({ width: 4, height: 1, truth: nothing, predicted: nothing }), 3))
    expect(judged).toMatchObject({ dice: null, wrong: [] })
  })

  it('lets others have a turn at every window, those without anything too', () => {
    const source = { width: 5000, height: 3000, blank: () => 0, read: () => expect.fail('there is nothing to be read') }
    const windows = [...tilesOfSource(source.width, source.height)].length
    expect(windows).toBeGreaterThan(1)
    expect([...judgeAreas(source, 3)]).toHaveLength(windows)
  })
})
