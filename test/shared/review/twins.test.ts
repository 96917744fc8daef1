import { describe, expect, it } from 'vitest'
import { ANSWER } from '#shared/contracts/review.ts'
import { BOX, POINT } from '#shared/objects/shape-columns.ts'
import { createRandom } from '#shared/random.ts'
import { estimateReview } from '#shared/review/estimate.ts'
import { orderByUse } from '#shared/review/order.ts'
import { silentTwins, twinsOf } from '#shared/review/twins.ts'
import { madeReview } from './made-review.ts'

const ITEMS = 1700

/** A made review in which 18 of 100 predictions have a twin: asked about in the queue's order until so many are decided, or nothing is left. */
function withTwins(seed: number) {
  const base = madeReview(seed, { items: ITEMS })
  const random = createRandom(seed + 9999)
  const firsts = Array.from({ length: ITEMS }, (_, i) => i).filter(() => random.chance(0.18))
  const of = [...Array.from({ length: ITEMS }, (_, i) => i), ...firsts]
  const pairs = Uint32Array.from(firsts.flatMap((first, i) => [first, ITEMS + i]))
  const twin = new Map(firsts.flatMap((first, i) => [[first, ITEMS + i], [ITEMS + i, first]] as const)) // prettier-ignore
  const pick = (column: ArrayLike<number>): number[] => of.map((i) => column[i]!)
  const score = of.map((i, at) => (at < ITEMS ? base.score[i]! : base.score[i]! * random.uniform(0.6, 1)))
  const draw = Float64Array.from(of, (i, at) => (at < ITEMS ? base.draw[i]! : random.next()))
  const [predicted, truth, images] = [pick(base.predicted), pick(base.truth), of.map((i) => i % 60)]
  const { order, ranks } = orderByUse({ scores: score, rivals: score.map(() => Number.NaN), classes: predicted, images, groups: images, draws: draw }, [...of.keys()]) // prettier-ignore
  const after = (decisions: number) => {
    const outcome = of.map(() => ANSWER.open as number)
    const shown = new Set<number>()
    let left = decisions
    for (const row of order) {
      if (left === 0) break
      if (shown.has(row)) continue
      outcome[row] = truth[row]!
      left--
      const other = twin.get(row)
      if (truth[row]! >= 0 && other !== undefined && outcome[other] === ANSWER.open) shown.add(other)
    }
    return { outcome, shown }
  }
  return { classes: base.classes, predicted, score, draw, ranks, pairs, after }
}

describe('predictions that show the same object', () => {
  it('are found among areas of one image', () => {
    const bounds = Float64Array.of(...[0, 0, 20, 20], ...[4, 0, 20, 20], ...[12, 0, 20, 20], ...[0, 0, 20, 20], ...[1, 1, 0, 0])
    const columns = { images: Uint32Array.of(0, 0, 0, 1, 0), kinds: Uint8Array.of(BOX, BOX, BOX, BOX, POINT), bounds }
    expect([...twinsOf(columns)]).toEqual([0, 1])
  })

  it('speak by the first in the random order while none of them is decided', () => {
    const pairs = Uint32Array.of(0, 1, 1, 2)
    const draws = Float64Array.of(0.5, 0.2, 0.9)
    expect([...silentTwins(pairs, () => true, draws)]).toEqual([1, 0, 1])
    expect([...silentTwins(pairs, (row) => row !== 1, draws)]).toEqual([0, 0, 0])
  })

  it('leave the range of the estimate what it says: it holds the final count in 93 to 99 of 100 reviews', () => {
    let held = 0
    const reviews = 150
    for (let seed = 0; seed < reviews; seed++) {
      const { classes, predicted, score, draw, ranks, pairs, after } = withTwins(seed)
      const count = after(Infinity).outcome.filter((what) => what >= 0).length
      const { outcome, shown } = after(400)
      const silent = silentTwins(pairs, (row) => outcome[row] === ANSWER.open && !shown.has(row), draw)
      const rows = [...outcome.keys()].filter((row) => !shown.has(row) && silent[row] === 0)
      const pick = (column: ArrayLike<number>): number[] => rows.map((row) => column[row]!)
      const { total } = estimateReview({ classes, predicted: pick(predicted), score: pick(score), draw: pick(draw), rank: pick(ranks), outcome: pick(outcome) }) // prettier-ignore
      if (total.interval.lower <= count && count <= total.interval.upper) held++
    }
    expect(held / reviews).toBeGreaterThanOrEqual(0.93)
    expect(held / reviews).toBeLessThanOrEqual(0.99)
  })
})
