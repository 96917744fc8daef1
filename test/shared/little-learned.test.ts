import { describe, expect, it } from 'vitest'
import { hasLearnedLittle, saysLittleOfLabels } from '#shared/little-learned.ts'

describe('what tells of next to nothing learned', () => {
  it('is an AUC near chance for classifiers, an AP near 0 for detectors, and nothing without a score', () => {
    expect([0.5, 0.59, 0.6, null].map((best) => hasLearnedLittle('classification', best))).toEqual([true, true, false, false])
    expect([0.05, 0.5].map((best) => hasLearnedLittle('detection', best))).toEqual([true, false])
  })

  it('is the mean for folds, and that they doubt more labels than can be wrong', () => {
    const little = (bests: (number | null)[], doubted = 0) =>
      saysLittleOfLabels(
        'classification',
        bests.map((best) => ({ best })),
        { doubted, labels: 30 },
      )
    expect([little([0.5, 0.6, null]), little([0.5, 0.9]), little([null])]).toEqual([true, false, false])
    expect([little([0.9, 0.9], 10), little([0.9, 0.9], 11)]).toEqual([false, true])
  })
})
