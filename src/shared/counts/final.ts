import { type ClassId } from '../records/ids.ts'
import { estimateReview, FEWEST_SAMPLED, type ReviewEstimate, type ReviewItems } from '../review/estimate.ts'

/** What a final count is told from: the predictions that a review goes through, and what is counted beside them whatever it brings. */
export interface ReviewedPredictions extends ReviewItems {
  /** In the order of the numbers in `predicted` and `outcome`. */
  readonly classIds: readonly ClassId[]
  /** Objects of each class that are labelled without a decision on a prediction from the score up. */
  readonly labels: readonly number[]
  /** That score: predictions below it are left out, but count as labels where they were accepted. */
  readonly from: number
}

/** What a review so far says of the final count, with labels that count beside its predictions. */
export interface FinalCount {
  /** In the order of the estimate's classes. */
  readonly classIds: readonly ClassId[]
  readonly labels: readonly number[]
  /** The score from which predictions were gone through. */
  readonly from: number
  readonly estimate: ReviewEstimate
  /** Whether enough was decided at random to tell it. */
  readonly told: boolean
}

/** What the review so far says, whether or not it is enough to be told. */
export function finalCount(review: ReviewedPredictions): FinalCount {
  const estimate = estimateReview(review)
  const told = estimate.sampled >= FEWEST_SAMPLED || estimate.decided === estimate.items
  return { classIds: review.classIds, labels: review.labels, from: review.from, estimate, told }
}
