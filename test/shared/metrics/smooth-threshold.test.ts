import { describe, expect, it } from 'vitest'
import { createRandom } from '#shared/random.ts'
import { createRanking, pickThreshold } from '#shared/metrics/classification-curves.ts'
import { sigmoid } from '#shared/log-odds.ts'
import { smoothThreshold } from '#shared/metrics/smooth-threshold.ts'

/** Scores whose log odds are normal round -1.5 (negative) and 1.5 (positive). */
function drawn(count: number, seed: string): { scores: number[]; truth: number[] } {
  const random = createRandom(seed)
  const truth = Array.from({ length: count }, (_, i) => i % 2)
  return { truth, scores: truth.map((positive) => sigmoid(random.normal() + (positive ? 1.5 : -1.5))) }
}

/** Youden's J of a threshold among very many such scores. */
const many = drawn(40_000, 'many')
function youden(threshold: number): number {
  let [hits, alarms] = [0, 0]
  for (const [i, score] of many.scores.entries())
    if (score >= threshold)
      if (many.truth[i] === 1) hits++
      else alarms++
  return (hits - alarms) / 20_000
}

describe('the smoothed threshold', () => {
  it('loses less than the highest peak does on what comes after, and comes near the best there is', () => {
    const best = youden(0.5)
    const lost = { smooth: 0, peak: 0 }
    for (let draw = 0; draw < 40; draw++) {
      const { scores, truth } = drawn(60, `draw ${draw}`)
      lost.smooth += (best - youden(smoothThreshold(scores, truth)!)) / 40
      lost.peak += (best - youden(pickThreshold(createRanking(scores, truth)(), 'youden')!.threshold)) / 40
    }
    expect(lost.smooth).toBeLessThan(0.6 * lost.peak)
    expect(Math.abs(smoothThreshold(many.scores, many.truth)! - 0.5)).toBeLessThan(0.03)
  })

  it('lies in the middle between classes that are far apart, certain scores included', () => {
    expect(smoothThreshold([0, 0, 1, 1], [0, 0, 1, 1])).toBeCloseTo(0.5, 6)
    expect(smoothThreshold([0.1, 0.9], [0, 1])).toBeCloseTo(0.5, 6)
    const between = smoothThreshold([0.001, 0.001, 0.001, 0.2, 0.2], [0, 0, 0, 1, 1])!
    expect(between).toBeGreaterThan(0.005)
    expect(between).toBeLessThan(0.05)
  })

  it('goes by the scores where they are no probabilities: the share of positives lies beyond them all', () => {
    const random = createRandom('unsure')
    const truth = Array.from({ length: 200 }, (_, i) => i % 2)
    const scores = truth.map((positive) => sigmoid(random.normal(positive ? -3 : -6, 0.5)))
    const threshold = smoothThreshold(scores, truth)!
    const wrong = scores.filter((score, i) => score >= threshold !== (truth[i] === 1)).length
    expect(wrong).toBeLessThanOrEqual(4)
    expect(threshold).toBeLessThan(sigmoid(-3))
  })

  it('comes to the share of positives where few are positive and scores are probabilities', () => {
    const random = createRandom('rare')
    const share = 1 / 10
    const middle = Math.log(share / (1 - share))
    // Of normal log odds whose variance is how far they lie apart, the score is the probability where their middle lies at the odds of the share.
    const scoreOf = (positive: boolean, deviate: number): number => sigmoid(middle + (positive ? 2 : -2) + 2 * deviate)
    const deviates = Array.from({ length: 4000 }, () => random.normal())
    const found = (positive: boolean, threshold: number): number =>
      deviates.filter((deviate) => scoreOf(positive, deviate) >= threshold).length / deviates.length
    const value = (threshold: number): number => found(true, threshold) - found(false, threshold)
    const lost = { smooth: 0, peak: 0 }
    const best = value(share)
    for (let n = 0; n < 30; n++) {
      const truth = Array.from({ length: 150 }, (_, i) => (i % 10 === 0 ? 1 : 0))
      const scores = truth.map((positive) => scoreOf(positive === 1, random.normal()))
      lost.smooth += best - value(smoothThreshold(scores, truth)!)
      lost.peak += best - value(pickThreshold(createRanking(scores, truth)(), 'youden')!.threshold)
    }
    expect(lost.smooth).toBeLessThan(0.5 * lost.peak)
  })

  it('gives a number where all score alike, and none where a class is missing', () => {
    expect(smoothThreshold([0.3, 0.3, 0.3], [0, 1, 1])).toBeCloseTo(0.3, 6)
    expect(smoothThreshold([0.3, 0.4], [1, 1])).toBeNull()
    expect(smoothThreshold([0.3, 0.4], [0, 0])).toBeNull()
    expect(smoothThreshold([], [])).toBeNull()
  })

  it('is mirrored when the classes are exchanged', () => {
    const { scores, truth } = drawn(300, 'mirrored')
    const mirrored = smoothThreshold(
      scores.map((score) => 1 - score),
      truth.map((positive) => 1 - positive),
    )!
    expect(mirrored).toBeCloseTo(1 - smoothThreshold(scores, truth)!, 6)
  })
})
