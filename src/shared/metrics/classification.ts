import { type ImageWeights } from './coco-accumulate.ts'
import { meanOfKnown, ratio } from './report-parts.ts'

/** Images by class: row what is there, column what was said, both in the order of the classes. */
export type ConfusionCounts = readonly (readonly number[])[]

/**
 * How a class is read off an image's scores: `null` takes the class of highest score (the first of equals), a threshold
 * takes the positive class of two where its score reaches it.
 */
export type DecisionRule = { readonly positive: number; readonly threshold: number } | null

/** Index of the class said, from one image's scores (one a class). */
export function decideClass(scores: ArrayLike<number>, rule: DecisionRule): number {
  if (rule !== null) return scores[rule.positive]! >= rule.threshold ? rule.positive : 1 - rule.positive
  let best = 0
  for (let k = 1; k < scores.length; k++) if (scores[k]! > scores[best]!) best = k
  return best
}

/**
 * Counts images by true and said class (indices below `classes`); `weights` as in a bootstrap resample.
 * Throws RangeError for lists of unlike length or an index that is no class.
 */
export function countConfusion(
  truth: ArrayLike<number>,
  said: ArrayLike<number>,
  { classes, weights }: { readonly classes: number; readonly weights?: ImageWeights | undefined },
): number[][] {
  if (truth.length !== said.length) throw new RangeError(`${truth.length} true classes, but ${said.length} said`)
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let i = 0; i < truth.length; i++) {
    const row = counts[truth[i]!]
    if (row?.[said[i]!] === undefined) throw new RangeError(`No such classes of ${classes}: ${truth[i]} and ${said[i]}`)
    row[said[i]!]! += weights === undefined ? 1 : weights[i]!
  }
  return counts
}

/** What is said of one class against all others together; all figures 0 to 1. */
export interface OneVsRest {
  readonly truePositives: number
  readonly falsePositives: number
  /** False negatives. */
  readonly missed: number
  readonly trueNegatives: number
  /** Recall, TP / (TP + missed); null where no image has the class. */
  readonly sensitivity: number | null
  /** TN / (TN + FP); null where every image has the class. */
  readonly specificity: number | null
  /** Precision, TP / (TP + FP); null where the class is never said. At the share of the class found in these images, as npv. */
  readonly ppv: number | null
  /** TN / (TN + missed); null where the class is always said. */
  readonly npv: number | null
  /** 2 TP / (2 TP + FP + missed); null where the class is neither there nor said. */
  readonly f1: number | null
}

/** The figures of class k (Altman & Bland, BMJ 308, 1994). */
export function oneVsRest(counts: ConfusionCounts, k: number): OneVsRest {
  const { total, there, said, agreed } = margins(counts)
  const truePositives = agreed[k]!
  const falsePositives = said[k]! - truePositives
  const missed = there[k]! - truePositives
  const trueNegatives = total - truePositives - falsePositives - missed
  return {
    truePositives,
    falsePositives,
    missed,
    trueNegatives,
    sensitivity: ratio(truePositives, truePositives + missed),
    specificity: ratio(trueNegatives, trueNegatives + falsePositives),
    ppv: ratio(truePositives, truePositives + falsePositives),
    npv: ratio(trueNegatives, trueNegatives + missed),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + missed),
  }
}

/** Figures of all classes together. */
export interface Agreement {
  /** Share of images said right; null without images. */
  readonly accuracy: number | null
  /** Mean sensitivity of the classes that are there (Brodersen et al., ICPR 2010). */
  readonly balancedAccuracy: number | null
  /** Matthews' correlation coefficient, for many classes Gorodkin's (2004): -1 to 1; null where truth or said is all one class. */
  readonly mcc: number | null
  /** Cohen's kappa (1960), unweighted: 1 at best, 0 by chance; null where chance alone agrees wholly. */
  readonly kappa: number | null
}

export function agreement(counts: ConfusionCounts): Agreement {
  const { total, there, said, agreed } = margins(counts)
  const right = sumOf(agreed)
  const byChance = sumOf(there.map((count, k) => count * said[k]!))
  const spread = (margin: readonly number[]): number => total * total - sumOf(margin.map((count) => count * count))
  return {
    accuracy: ratio(right, total),
    balancedAccuracy: meanOfKnown(there.map((count, k) => ratio(agreed[k]!, count))),
    mcc: ratio(right * total - byChance, Math.sqrt(spread(there)) * Math.sqrt(spread(said))),
    kappa: ratio(right * total - byChance, total * total - byChance),
  }
}

interface Margins {
  readonly total: number
  /** Per class: images of it, images said to be of it, images of it said so. */
  readonly there: readonly number[]
  readonly said: readonly number[]
  readonly agreed: readonly number[]
}

function margins(counts: ConfusionCounts): Margins {
  const there = counts.map(sumOf)
  return {
    total: sumOf(there),
    there,
    said: counts.map((_, k) => sumOf(counts.map((row) => row[k]!))),
    agreed: counts.map((row, k) => row[k]!),
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
