/** One thing with a class by label, and what a model that did not learn from it says of it. */
export interface ScoredLabel {
  /** Place of the label's class. */
  readonly given: number
  /** A probability for each class, sum 1. */
  readonly scores: ArrayLike<number>
}

/** A label that looks wrong. */
export interface LabelIssue {
  /** Place in the list that was asked about. */
  readonly at: number
  /** Place of the class that the model holds most probable. */
  readonly said: number
  /** The label's normalised margin, 0 (wrong for sure) to 1: its probability less that of the most probable other class, moved to 0..1. */
  readonly quality: number
}

/** Probabilities that differ by less count as equal. */
const EQUAL = 1e-6

/**
 * The mean probability that what is labelled so has of its own class, for each class: from there on a thing counts confidently as of the class.
 * Infinity for a class without labels.
 */
export function selfConfidence(labels: readonly ScoredLabel[], classes: number): number[] {
  const sums = new Array<number>(classes).fill(0)
  const counts = new Array<number>(classes).fill(0)
  for (const { given, scores } of labels) {
    sums[given]! += scores[given]!
    counts[given]! += 1
  }
  return sums.map((sum, k) => (counts[k] === 0 ? Infinity : sum / counts[k]!))
}

/**
 * Labels that look wrong by confident learning (Northcutt, Jiang & Chuang, JAIR 70, 2021), the likeliest error first: those off the diagonal of
 * the confident joint (the thing counts confidently as of another class; where it counts as of several, the most probable one is meant), but
 * for those whose label is the most probable class all the same. Probabilities have to be out of sample: a model agrees with what it learned.
 */
export function labelIssues(labels: readonly ScoredLabel[], classes: number): LabelIssue[] {
  const usual = selfConfidence(labels, classes)
  return labels
    .flatMap(({ given, scores }, at): LabelIssue[] => {
      const said = mostProbable(scores, classes)
      const confident = usual.flatMap((from, k) => (scores[k]! >= from - EQUAL ? [k] : []))
      const counted = confident.length === 1 ? confident[0] : confident.length > 1 ? said : given
      if (counted === given || scores[said]! <= scores[given]! + EQUAL) return []
      return [{ at, said, quality: normalisedMargin(scores, given, classes) }]
    })
    .sort((a, b) => a.quality - b.quality)
}

function normalisedMargin(scores: ArrayLike<number>, given: number, classes: number): number {
  let other = -1
  for (let k = 0; k < classes; k++) if (k !== given) other = Math.max(other, scores[k]!)
  return (scores[given]! - other + 1) / 2
}

/** The first of equals. */
function mostProbable(scores: ArrayLike<number>, classes: number): number {
  let best = 0
  for (let k = 1; k < classes; k++) if (scores[k]! > scores[best]!) best = k
  return best
}
