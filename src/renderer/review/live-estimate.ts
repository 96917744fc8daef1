import { ANSWER } from '#shared/contracts/review.ts'
import { type CountEstimate, estimateReview, type ReviewEstimate } from '#shared/review/estimate.ts'
import { type ReviewState } from './review-store.ts'

/** What the review so far says of the final count; null before anything was read. Items below the queue's lowest score are left out. */
export function estimateOf(
  state: Pick<ReviewState, 'columns' | 'items' | 'answers' | 'finished' | 'draws' | 'ranks' | 'low'>,
): ReviewEstimate | null {
  const { columns, items, answers, finished, draws, ranks, low } = state
  if (columns === null || draws.length !== items.length) return null
  const wanted = items.filter(({ score }) => score >= low)
  const pick = (column: ArrayLike<number>): Float64Array => Float64Array.from(wanted, ({ row }) => column[row]!)
  return estimateReview({
    classes: columns.classIds.length,
    ...{ predicted: pick(columns.classes), score: pick(columns.scores), draw: pick(draws), rank: pick(ranks) },
    // What is undecided on a finished image counts as nothing.
    outcome: Float64Array.from(wanted, ({ row, imageId }) =>
      answers[row] === ANSWER.open && finished.has(imageId) ? ANSWER.nothing : answers[row]!,
    ),
  })
}

/** A count with its range, as it is shown: "312 (304 to 320)", or just the number where nothing is left open. `labels`: counted beside it. */
export function rangeText({ estimate, interval }: CountEstimate, labels: number): string {
  const whole = (value: number): string => (Math.round(value) + labels).toLocaleString()
  const [low, high] = [Math.ceil(interval.lower), Math.floor(interval.upper)]
  return low >= high ? whole(estimate) : `${whole(estimate)} (${whole(low)} to ${whole(high)})`
}
