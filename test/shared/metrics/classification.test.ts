import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agreement, countConfusion, decideClass, oneVsRest } from '#shared/metrics/classification.ts'
import { brierScore, expectedCalibrationError, reliabilityCurve } from '#shared/metrics/classification-calibration.ts'
import {
  areaUnderRoc,
  averagePrecision,
  createRanking,
  pickThreshold,
  type RankedScores,
  rankedPrecisionRecall,
  rocCurve,
} from '#shared/metrics/classification-curves.ts'

const rank = (scores: readonly number[], positive: readonly (number | boolean)[]): RankedScores => createRanking(scores, positive)()

describe('figures of a confusion matrix', () => {
  // Gorodkin 2004 and scikit-learn's manual both have examples that agree with these.
  const counts = [
    [2, 0, 0],
    [0, 0, 1],
    [1, 0, 2],
  ]

  it('reads one class against the rest', () => {
    expect(oneVsRest(counts, 2)).toEqual({
      truePositives: 2,
      falsePositives: 1,
      missed: 1,
      trueNegatives: 2,
      sensitivity: 2 / 3,
      specificity: 2 / 3,
      ppv: 2 / 3,
      npv: 2 / 3,
      f1: 2 / 3,
    })
    expect(oneVsRest(counts, 1)).toMatchObject({ sensitivity: 0, ppv: null, f1: 0, specificity: 1 })
  })

  it('reads all classes together', () => {
    const { accuracy, balancedAccuracy, kappa } = agreement(counts)
    expect(accuracy).toBeCloseTo(4 / 6, 12)
    expect(balancedAccuracy).toBeCloseTo((1 + 0 + 2 / 3) / 3, 12)
    expect(kappa).toBeCloseTo(3 / 7, 12)
  })

  it('gives null where nothing is to divide by, never NaN', () => {
    const none = [
      [0, 0],
      [0, 0],
    ]
    expect(agreement(none)).toEqual({ accuracy: null, balancedAccuracy: null, mcc: null, kappa: null })
    expect(Object.values(oneVsRest(none, 0)).filter((value) => value !== 0)).toEqual([null, null, null, null, null])
    const allOne = [
      [5, 0],
      [0, 0],
    ]
    expect(agreement(allOne)).toEqual({ accuracy: 1, balancedAccuracy: 1, mcc: null, kappa: null })
    const saidOne = [
      [5, 0],
      [3, 0],
    ]
    expect(agreement(saidOne)).toEqual({ accuracy: 5 / 8, balancedAccuracy: 0.5, mcc: null, kappa: 0 })
  })

  it('counts by weight and refuses what is no class', () => {
    expect(countConfusion([0, 1, 1], [0, 0, 1], { classes: 2, weights: [2, 0, 3] })).toEqual([
      [2, 0],
      [0, 3],
    ])
    expect(() => countConfusion([0, 2], [0, 1], { classes: 2 })).toThrow(RangeError)
    expect(() => countConfusion([0], [0, 1], { classes: 2 })).toThrow(RangeError)
  })

  it('decides by threshold or by the highest score', () => {
    expect(decideClass([0.3, 0.4, 0.4], null)).toBe(1)
    expect(decideClass([0.6, 0.4], { positive: 1, threshold: 0.4 })).toBe(1)
    expect(decideClass([0.6, 0.4], { positive: 0, threshold: 0.61 })).toBe(1)
  })
})

describe('curves over ranked scores', () => {
  const sample = fc.array(fc.record({ score: fc.nat(6), positive: fc.boolean(), weight: fc.nat(3) }), { minLength: 1, maxLength: 30 })

  it('the area under the ROC curve is the share of pairs in order, ties half', () => {
    fc.assert(
      fc.property(sample, (items) => {
        const [up, down] = [items.filter(({ positive }) => positive), items.filter(({ positive }) => !positive)]
        const pairs = up.flatMap((a) => down.map((b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0)))
        const area = areaUnderRoc(
          rank(
            items.map(({ score }) => score),
            items.map(({ positive }) => positive),
          ),
        )
        if (pairs.length === 0) expect(area).toBeNull()
        else expect(area).toBeCloseTo(pairs.reduce<number>((sum, value) => sum + value, 0) / pairs.length, 12)
      }),
    )
  })

  it('a weighted ranking is that of the images drawn', () => {
    fc.assert(
      fc.property(sample, (items) => {
        const ranking = createRanking(
          items.map(({ score }) => score),
          items.map(({ positive }) => positive),
        )
        const drawn = items.flatMap((item) => Array.from({ length: item.weight }, () => item))
        const copies = rank(
          drawn.map(({ score }) => score),
          drawn.map(({ positive }) => positive),
        )
        const weights = items.map(({ weight }) => weight)
        expect(areaUnderRoc(ranking(weights))).toEqual(areaUnderRoc(copies))
        expect(averagePrecision(ranking(weights))).toEqual(averagePrecision(copies))
        expect(rocCurve(ranking(weights))).toEqual(rocCurve(copies))
      }),
    )
  })

  it('an unweighted ranking stays as it is when resamples follow', () => {
    const ranking = createRanking([0.1, 0.9, 0.5], [0, 1, 1])
    const whole = ranking()
    ranking([0, 0, 3])
    expect([...Array.from(whole.positives), ...Array.from(whole.negatives)]).toEqual([1, 1, 0, 0, 0, 1])
  })

  it('ends at (1, 1) and at full recall', () => {
    const ranked = rank([0.9, 0.8, 0.8, 0.1], [1, 0, 1, 0])
    expect(rocCurve(ranked)).toEqual({ score: [0.9, 0.8, 0.1], falsePositiveRate: [0, 0.5, 1], truePositiveRate: [0.5, 1, 1] })
    expect(rankedPrecisionRecall(ranked)).toEqual({ score: [0.9, 0.8, 0.1], precision: [1, 2 / 3, 0.5], recall: [0.5, 1, 1] })
  })

  it('are empty and null where one side is missing', () => {
    const noneThere = rank([0.5, 0.2], [0, 0])
    expect([areaUnderRoc(noneThere), averagePrecision(noneThere), pickThreshold(noneThere, 'f1')]).toEqual([null, null, null])
    expect([rocCurve(noneThere).score, rankedPrecisionRecall(noneThere).score]).toEqual([[], []])
    expect(() => createRanking([Number.NaN], [1])).toThrow(RangeError)
    expect(() => createRanking([1], [1, 0])).toThrow(RangeError)
  })
})

describe('pickThreshold', () => {
  it('sets apart what can be set apart, in the middle of the gap', () => {
    const ranked = rank([0.9, 0.8, 0.3, 0.1], [1, 1, 0, 0])
    expect(pickThreshold(ranked, 'youden')).toEqual({ threshold: (0.8 + 0.3) / 2, value: 1 })
    expect(pickThreshold(ranked, 'f1')).toEqual({ threshold: (0.8 + 0.3) / 2, value: 1 })
  })

  it('takes the widest of equally good gaps', () => {
    // J is 1/2 from 0.9 down and from 0.6 down.
    const twice = rank([0.9, 0.8, 0.6, 0.2], [1, 0, 1, 0])
    expect(pickThreshold(twice, 'youden')).toEqual({ threshold: 0.4, value: 0.5 })
  })

  it('reaches at its threshold what it promises, and no cut does better', () => {
    const sample = fc.array(fc.record({ score: fc.nat(8), positive: fc.boolean() }), { minLength: 2, maxLength: 25 })
    fc.assert(
      fc.property(sample, fc.constantFrom('youden', 'balanced-accuracy', 'f1'), (items, rule) => {
        const [scores, truth] = [items.map(({ score }) => score / 8), items.map(({ positive }) => (positive ? 1 : 0))]
        const picked = pickThreshold(rank(scores, truth), rule)
        fc.pre(picked !== null)
        const valueAt = (threshold: number): number => {
          const said = scores.map((score) => decideClass([0, score], { positive: 1, threshold }))
          const counts = countConfusion(truth, said, { classes: 2 })
          const { sensitivity, specificity, f1 } = oneVsRest(counts, 1)
          return rule === 'f1' ? f1! : rule === 'youden' ? sensitivity! + specificity! - 1 : agreement(counts).balancedAccuracy!
        }
        expect(valueAt(picked!.threshold)).toBeCloseTo(picked!.value, 12)
        for (const cut of scores) expect(valueAt(cut)).toBeLessThanOrEqual(picked!.value + 1e-12)
      }),
    )
  })

  it('gives the same threshold for Youden and for balanced accuracy', () => {
    const ranked = rank([0.9, 0.7, 0.6, 0.4, 0.2], [1, 0, 1, 1, 0])
    expect(pickThreshold(ranked, 'balanced-accuracy')!.threshold).toBe(pickThreshold(ranked, 'youden')!.threshold)
  })
})

describe('calibration', () => {
  it('bins are open below and closed above, the first closed on both sides', () => {
    const bins = reliabilityCurve({ probability: [0, 0.2, 0.21, 0.6, 1], outcome: [0, 1, 1, 0, 1] }, { bins: 5 })
    expect(bins.map(({ count }) => count)).toEqual([2, 1, 1, 0, 1])
    expect(bins[0]).toEqual({ lower: 0, upper: 0.2, count: 2, probability: 0.1, rate: 0.5 })
    expect(bins[3]).toMatchObject({ probability: null, rate: null })
  })

  it('the error is the mean gap by count, null without forecasts', () => {
    const curve = reliabilityCurve({ probability: [0.1, 0.3, 0.9, 0.9], outcome: [0, 0, 1, 0] }, { bins: 2 })
    expect(expectedCalibrationError(curve)).toBeCloseTo((0.2 + 0.4) / 2, 12)
    expect(expectedCalibrationError(reliabilityCurve({ probability: [], outcome: [] }))).toBeNull()
    expect(() => reliabilityCurve({ probability: [1.1], outcome: [1] })).toThrow(RangeError)
  })

  it("Brier's score halves two classes and sums more", () => {
    expect(brierScore([1], [[0.3, 0.7]])).toBeCloseTo(0.09, 12)
    expect(brierScore([0], [[0.5, 0.25, 0.25]])).toBeCloseTo(0.25 + 2 * 0.0625, 12)
    expect(brierScore([], [])).toBeNull()
  })
})
