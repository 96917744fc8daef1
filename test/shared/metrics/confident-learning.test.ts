import { describe, expect, it } from 'vitest'
import { labelIssues, type ScoredLabel, selfConfidence } from '#shared/metrics/confident-learning.ts'
import golden from '../../golden/confident-learning.json' with { type: 'json' }

// The file is written by tools/golden/confident_learning.py.
describe('confident learning', () => {
  it.each(golden)('finds what cleanlab finds: $name', ({ labels, scores, thresholds, margins, issues }) => {
    const scored = labels.map((given, i): ScoredLabel => ({ given, scores: scores[i]! }))
    const found = labelIssues(scored, thresholds.length)
    for (const [k, usual] of selfConfidence(scored, thresholds.length).entries()) expect(usual).toBeCloseTo(thresholds[k]!, 9)
    expect(found.map(({ at }) => at)).toEqual(issues)
    for (const { at, quality } of found) expect(quality).toBeCloseTo(margins[at]!, 9)
  })

  it('says of what class it looks, and how wrong the label is', () => {
    // Usual: 0.7 for the first class, 0.6 for the second. The last one is of the second by 0.9, and labelled as the first.
    const of = (given: number, first: number): ScoredLabel => ({ given, scores: [first, 1 - first] })
    const labels = [of(0, 1), of(0, 1), of(1, 0.4), of(0, 0.1)]
    expect(selfConfidence(labels, 2)).toEqual([0.7000000000000001, 0.6])
    expect(labelIssues(labels, 2)).toEqual([{ at: 3, said: 1, quality: (0.1 - 0.9 + 1) / 2 }])
  })

  it('knows nothing of a class that nobody labelled', () => {
    const labels = [{ given: 0, scores: [0.2, 0.8] }]
    expect(selfConfidence(labels, 2)).toEqual([0.2, Infinity])
    expect(labelIssues(labels, 2)).toEqual([])
  })
})
