import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PredictedBox, TruthBox } from '#shared/metrics/detection-records.ts'
import { centredScore, rawScore, scoreMidpoints } from '#shared/metrics/score-midpoints.ts'

const box = (place: number) => ({ x: 20 * place, y: 0, width: 10, height: 10 })
const truths = (count: number): TruthBox[] => Array.from({ length: count }, (_, i) => ({ imageId: 0, classId: 'cell', box: box(i) }))
/** Right ones lie on the truths, one each; wrong ones beside them all. */
const found = (right: readonly number[], wrong: readonly number[] = []): PredictedBox[] => [
  ...right.map((score, i) => ({ imageId: 0, classId: 'cell', box: box(i), score })),
  ...wrong.map((score, i) => ({ imageId: 0, classId: 'cell', box: { ...box(i), y: 100 }, score })),
]
const midpoint = (count: number, predictions: readonly PredictedBox[], floor = 0.02): number =>
  scoreMidpoints(truths(count), predictions, ['cell'], floor)[0]!
const odds = (p: number): number => p / (1 - p)

describe('scoreMidpoints', () => {
  it('lies between the least right score and the highest wrong one where they are apart', () => {
    const middle = midpoint(6, found([0.9, 0.85, 0.8, 0.7, 0.6, 0.5], [0.2, 0.1]))
    expect(odds(middle)).toBeCloseTo(Math.sqrt(odds(0.5) * odds(0.2)), 9)
  })

  it('lies between the least right score and the floor where nothing is wrong: what is only a little less sure still counts', () => {
    const middle = midpoint(5, found([0.99, 0.98, 0.97, 0.97, 0.96]), 0.5)
    expect(odds(middle)).toBeCloseTo(Math.sqrt(odds(0.96) * odds(0.5)), 9)
  })

  it('balances missed and extra ones where they mix', () => {
    // From 0.7 up: 5 of 6 found, none extra. Lower, each right one more costs two wrong ones.
    const middle = midpoint(6, found([0.95, 0.9, 0.85, 0.8, 0.7, 0.3], [0.5, 0.45, 0.4, 0.35]))
    expect(middle).toBeGreaterThan(0.5)
    expect(middle).toBeLessThan(0.7)
  })

  it('finds as many as there are where other thresholds have hardly a better F1', () => {
    // 80 of 100 surely; from there down each right one costs a wrong one. F1 is 0.889 at 80 + 0, 0.900 at 90 + 10, and best, 0.909, at 100 + 20.
    const right = [...Array.from({ length: 80 }, () => 0.9), ...Array.from({ length: 20 }, (_, k) => 0.8 - 0.02 * k)]
    const wrong = Array.from({ length: 20 }, (_, k) => 0.8 - 0.02 * k)
    const middle = midpoint(100, found(right, wrong))
    const counted = [...right, ...wrong].filter((score) => score >= middle).length
    expect(counted).toBeGreaterThanOrEqual(98)
    expect(counted).toBeLessThanOrEqual(102)
  })

  it('is 0.5 where there is too little to tell', () => {
    expect(midpoint(4, found([0.9, 0.9, 0.9, 0.9]))).toBe(0.5)
    expect(midpoint(6, [])).toBe(0.5)
    expect(midpoint(6, found([], [0.9, 0.8]))).toBe(0.5)
  })

  it('takes the hundreds of thousands of boxes that a weak net finds', () => {
    const wrong = Array.from({ length: 200_000 }, (_, i) => 0.3 - i * 1e-6)
    expect(odds(midpoint(5, found([0.9, 0.8, 0.7, 0.6, 0.5], wrong)))).toBeCloseTo(Math.sqrt(odds(0.5) * odds(0.3)), 9)
  })

  it('becomes 0.5 by centredScore, which keeps the order and can be undone', () => {
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true })
    fc.assert(
      fc.property(share, share, share, (a, b, middle) => {
        expect(centredScore(middle, middle)).toBeCloseTo(0.5, 9)
        // Scores a rounding error apart may fall together, but never change places.
        expect(centredScore(Math.max(a, b), middle)).toBeGreaterThanOrEqual(centredScore(Math.min(a, b), middle))
        expect(rawScore(centredScore(a, middle), middle)).toBeCloseTo(a, 9)
      }),
    )
  })
})
