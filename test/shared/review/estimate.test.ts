import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANSWER } from '#shared/contracts/review.ts'
import { estimateReview, type ReviewItems } from '#shared/review/estimate.ts'
import { decideSome, madeReview } from './made-review.ts'

const items = (outcome: number[], part: Partial<ReviewItems> = {}): ReviewItems => ({
  classes: 2,
  predicted: outcome.map((_, i) => i % 2),
  score: outcome.map((_, i) => (i + 0.5) / outcome.length),
  draw: outcome.map((_, i) => ((i * 7) % outcome.length) / outcome.length),
  rank: outcome.map((_, i) => i),
  outcome,
  ...part,
})

describe('the estimate of a review', () => {
  it('is the count itself once all is decided', () => {
    const { perClass, total, decided, sampled, wrong } = estimateReview(items([0, 0, 1, ANSWER.nothing, 1, 1]))
    expect(perClass.map(({ estimate, interval }) => [interval.lower, estimate, interval.upper])).toEqual([
      [2, 2, 2],
      [3, 3, 3],
    ])
    expect(total).toEqual({ known: 5, estimate: 5, interval: { lower: 5, upper: 5 } })
    expect([decided, sampled]).toEqual([6, 6])
    // It says 0, 1, 0, 1, 0, 1: right about the first and the last, whatever their scores.
    expect(wrong?.share).toBeCloseTo(4 / 6, 12)
  })

  it('takes for its sample what is decided up to the first open one in the random order', () => {
    const draw = [0.1, 0.2, 0.3, 0.4, 0.5]
    expect(estimateReview(items([0, 0, ANSWER.open, 0, 0], { draw })).sampled).toBe(2)
    expect(estimateReview(items([ANSWER.open, 0, 0, 0, 0], { draw })).sampled).toBe(0)
    expect(estimateReview(items([ANSWER.open, 0, 0, 0, 0], { draw })).wrong).toBeNull()
  })

  it('never says less than is counted already, nor more than there is', () => {
    const outcome = fc.array(fc.constantFrom(ANSWER.open, ANSWER.nothing, 0, 1), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(outcome, (given) => {
        const { perClass, total, decided } = estimateReview(items(given))
        for (const { known, estimate, interval } of [...perClass, total]) {
          expect(interval.lower).toBeGreaterThanOrEqual(known)
          expect(interval.upper).toBeLessThanOrEqual(known + given.length - decided)
          expect(estimate).toBeGreaterThanOrEqual(interval.lower)
          expect(estimate).toBeLessThanOrEqual(interval.upper)
        }
        expect(perClass.reduce((sum, { estimate }) => sum + estimate, 0)).toBeCloseTo(total.estimate, 9)
      }),
    )
  })

  it('holds the final count in 93 to 99 of 100 reviews, whatever the queue asked about first', () => {
    for (const decisions of [150, 400, 1000]) {
      let held = 0
      const reviews = 200
      for (let seed = 0; seed < reviews; seed++) {
        const review = madeReview(seed, { items: 1500 })
        const { total } = estimateReview({ ...review, outcome: decideSome(review, decisions) })
        const count = review.truth.filter((what) => what >= 0).length
        if (total.interval.lower <= count && count <= total.interval.upper) held++
      }
      expect(held / reviews).toBeGreaterThanOrEqual(0.93)
      expect(held / reviews).toBeLessThanOrEqual(0.99)
    }
  })

  it('is blind where the queue alone is asked, and says so by its width', () => {
    const review = madeReview(3, { items: 1000 })
    const outcome = review.truth.map((what, i) => (review.rank[i]! < 300 ? what : ANSWER.open))
    const { total } = estimateReview({ ...review, outcome })
    expect(total.interval.upper - total.interval.lower).toBeGreaterThan(250)
  })
})
