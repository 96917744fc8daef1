import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestCountScore, countAgreement, type CountPair, countPairs } from '#shared/metrics/counts.ts'
import { type PredictedBox, type TruthBox } from '#shared/metrics/detection-records.ts'

const pairs = (...rows: readonly (readonly [number, number])[]): CountPair[] =>
  rows.map(([annotated, counted], imageId) => ({ imageId, annotated, counted }))
const box = { x: 0, y: 0, width: 10, height: 10 }

describe('countAgreement', () => {
  it('is as worked by hand', () => {
    const { limits, fit, sd, ...rest } = countAgreement(pairs([1, 1], [2, 2], [3, 4]))
    expect(rest).toEqual({
      images: 3,
      annotatedTotal: 6,
      countedTotal: 7,
      r2: 0.5,
      rmse: Math.sqrt(1 / 3),
      mae: 1 / 3,
      bias: 1 / 3,
      undefinedBecause: {},
    })
    expect(sd).toBeCloseTo(Math.sqrt(1 / 3), 12)
    expect(limits!.lower).toBeCloseTo(1 / 3 - 1.96 * Math.sqrt(1 / 3), 12)
    expect(limits!.upper).toBeCloseTo(1 / 3 + 1.96 * Math.sqrt(1 / 3), 12)
    expect(fit!.slope).toBeCloseTo(1.5, 12)
    expect(fit!.intercept).toBeCloseTo(-2 / 3, 12)
    expect(fit!.r2).toBeCloseTo(9 / (2 * (14 / 3)), 12)
  })

  it('tells agreement (r2) from correlation (fit.r2)', () => {
    const twiceAsMany = countAgreement(pairs([1, 2], [2, 4], [3, 6]))
    expect(twiceAsMany.fit).toEqual({ slope: 2, intercept: 0, r2: 1 })
    expect(twiceAsMany.r2).toBe(1 - 14 / 2)
  })

  it('says null and why, never NaN', () => {
    expect(countAgreement([])).toMatchObject({ r2: null, rmse: null, bias: null, limits: null, undefinedBecause: { rmse: 'no images' } })
    expect(countAgreement(pairs([3, 5]))).toMatchObject({
      r2: null,
      rmse: 2,
      bias: 2,
      sd: null,
      limits: null,
      undefinedBecause: { r2: 'fewer than two images', limits: 'fewer than two images' },
    })
    expect(countAgreement(pairs([3, 5], [3, 4]))).toMatchObject({
      r2: null,
      fit: null,
      undefinedBecause: { r2: 'annotated counts are all equal' },
    })
    expect(countAgreement(pairs([3, 5], [4, 5]))).toMatchObject({
      fit: { slope: 0, intercept: 5, r2: null },
      undefinedBecause: { 'fit.r2': 'counted counts are all equal' },
    })
  })

  it('has weights mean copies, perfection mean 1, and a constant offset show as bias alone', () => {
    const counts = fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.nat(3)), { maxLength: 12 })
    fc.assert(
      fc.property(counts, fc.nat(5), (rows, offset) => {
        const each = pairs(...rows.map(([a, c]) => [a, c] as const))
        const copies = pairs(...rows.flatMap(([a, c, times]) => Array.from({ length: times }, () => [a, c] as const)))
        const weights = rows.map(([, , times]) => times)
        expect(countAgreement(each, weights)).toEqual(countAgreement(copies))
        const perfect = countAgreement(pairs(...rows.map(([a]) => [a, a] as const)))
        if (perfect.r2 !== null) expect(perfect).toMatchObject({ r2: 1, rmse: 0, bias: 0, sd: 0 })
        const shifted = countAgreement(pairs(...rows.map(([a]) => [a, a + offset] as const)))
        if (rows.length >= 2) expect(shifted).toMatchObject({ bias: offset, rmse: offset, sd: 0, limits: { lower: offset, upper: offset } })
        expect(JSON.stringify(shifted)).not.toContain('NaN')
      }),
    )
  })
})

describe('countPairs', () => {
  it('counts one class from the score up, crowds and ignored truths left out, every image present', () => {
    const truths: TruthBox[] = [
      { imageId: 'a', classId: 'RBC', box },
      { imageId: 'a', classId: 'RBC', box, crowd: true },
      { imageId: 'a', classId: 'RBC', box, ignore: true },
      { imageId: 'a', classId: 'WBC', box },
    ]
    const predictions = [0.5, 0.49, 0.9].map((score): PredictedBox => ({ imageId: 'b', classId: 'RBC', box, score }))
    expect(countPairs(truths, predictions, { images: ['a', 'b', 'c'], classId: 'RBC', score: 0.5 })).toEqual([
      { imageId: 'a', annotated: 1, counted: 0 },
      { imageId: 'b', annotated: 0, counted: 2 },
      { imageId: 'c', annotated: 0, counted: 0 },
    ])
  })
})

describe('bestCountScore', () => {
  it('finds the threshold whose counts agree best', () => {
    const truths = [0, 0, 1].map((imageId): TruthBox => ({ imageId, classId: 1, box }))
    const predictions = (
      [
        [0, 0.9],
        [0, 0.8],
        [1, 0.6],
        [0, 0.2],
        [1, 0.1],
      ] as const
    ).map(([imageId, score]): PredictedBox => ({ imageId, classId: 1, box, score }))
    const best = bestCountScore(truths, predictions, { images: [0, 1], classId: 1 })
    expect(best!.score).toBeCloseTo(0.4, 12)
    expect(best!.rmse).toBe(0)
    expect(bestCountScore(truths, [], { images: [0, 1], classId: 1 })).toEqual({ score: 0.5, rmse: Math.sqrt(5 / 2) })
    expect(bestCountScore(truths, predictions, { images: [], classId: 1 })).toBeNull()
  })

  it('is no worse than any threshold, and as good as it says', () => {
    const object = fc.record({ imageId: fc.nat(3), score: fc.integer({ min: 1, max: 10 }).map((n) => n / 10) })
    const objects = fc.array(object, { maxLength: 20 })
    fc.assert(
      fc.property(objects, objects, (marked, found) => {
        const images = [0, 1, 2, 3]
        const truths = marked.map(({ imageId }) => ({ imageId, classId: 1, box }))
        const predictions = found.map((item) => ({ ...item, classId: 1, box }))
        const rmseAt = (score: number): number => countAgreement(countPairs(truths, predictions, { images, classId: 1, score })).rmse!
        const best = bestCountScore(truths, predictions, { images, classId: 1 })!
        expect(best.rmse).toBeCloseTo(rmseAt(best.score), 12)
        for (let score = 0.05; score < 1; score += 0.1) expect(best.rmse).toBeLessThanOrEqual(rmseAt(score) + 1e-12)
      }),
    )
  })
})
