import { describe, expect, it } from 'vitest'
import { foldsLearnedLittle, hasLearnedLittle } from '#shared/little-learned.ts'

describe('what tells of next to nothing learned', () => {
  it('is an AUC near chance for classifiers, an AP near 0 for detectors, and nothing without a score', () => {
    expect([0.5, 0.59, 0.6, null].map((best) => hasLearnedLittle('classification', best))).toEqual([true, true, false, false])
    expect([0.05, 0.5].map((best) => hasLearnedLittle('detection', best))).toEqual([true, false])
  })

  it('is the mean for folds', () => {
    expect(foldsLearnedLittle('classification', [{ best: 0.5 }, { best: 0.6 }, { best: null }])).toBe(true)
    expect(foldsLearnedLittle('classification', [{ best: 0.5 }, { best: 0.9 }])).toBe(false)
    expect(foldsLearnedLittle('classification', [{ best: null }])).toBe(false)
  })
})
