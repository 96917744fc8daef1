import { type ImageWeights } from './coco-accumulate.ts'
import { type PrecisionRecallCurve } from './precision-recall.ts'
import { ratio } from './report-parts.ts'

/**
 * Scores of a two-way question, by rank: entry i tells how much of what is positive and of what is not has the i-th
 * highest score. All of one score stand in one entry, so ties are exact. ROC and precision-recall curves, their areas and
 * thresholds are all read off this, whether images or the pixels of many maps are ranked.
 */
export interface RankedScores {
  /** Distinct, falling. */
  readonly score: ArrayLike<number>
  readonly positives: ArrayLike<number>
  readonly negatives: ArrayLike<number>
}

/** A ranking of images; with weights, of a bootstrap resample of them (the same arrays every time: not to be kept). */
export type Ranking = (weights?: ImageWeights) => RankedScores

/**
 * Ranks images by score (any range, higher is more positive); `positive[i]` is 1 or true for a positive image. Sorts
 * once: a resample costs one walk. Throws RangeError for lists of unlike length and scores that are not finite.
 */
export function createRanking(scores: ArrayLike<number>, positive: ArrayLike<number | boolean>): Ranking {
  if (scores.length !== positive.length) throw new RangeError(`${scores.length} scores, but ${positive.length} truths`)
  for (let i = 0; i < scores.length; i++) if (!Number.isFinite(scores[i])) throw new RangeError(`Score ${i} is ${scores[i]}`)
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!)
  const distinct: number[] = []
  const rank = new Int32Array(scores.length)
  for (const image of order) {
    if (distinct[distinct.length - 1] !== scores[image]) distinct.push(scores[image]!)
    rank[image] = distinct.length - 1
  }
  const empty = {
    score: Float64Array.from(distinct),
    positives: new Float64Array(distinct.length),
    negatives: new Float64Array(distinct.length),
  }
  return (weights) => {
    const ranked = weights === undefined ? { ...empty, positives: empty.positives.slice(), negatives: empty.negatives.slice() } : empty
    ranked.positives.fill(0)
    ranked.negatives.fill(0)
    for (let i = 0; i < rank.length; i++) {
      const column = positive[i] ? ranked.positives : ranked.negatives
      column[rank[i]!]! += weights === undefined ? 1 : weights[i]!
    }
    return ranked
  }
}

/** Shares called positive from each score up; the origin (0, 0) is not among the points, the last is (1, 1). */
export interface RocCurve {
  /** Distinct scores, falling. */
  readonly score: readonly number[]
  /** 1 - specificity. */
  readonly falsePositiveRate: readonly number[]
  /** Sensitivity. */
  readonly truePositiveRate: readonly number[]
}

/** Empty without positives or without negatives. */
export function rocCurve(ranked: RankedScores): RocCurve {
  const curve = { score: [] as number[], falsePositiveRate: [] as number[], truePositiveRate: [] as number[] }
  const { positives, negatives } = totals(ranked)
  if (positives === 0 || negatives === 0) return curve
  walk(ranked, (i, hits, alarms) => {
    curve.score.push(ranked.score[i]!)
    curve.falsePositiveRate.push(alarms / negatives)
    curve.truePositiveRate.push(hits / positives)
  })
  return curve
}

/**
 * Area under the ROC curve (Hanley & McNeil, Radiology 143, 1982): the chance that a positive scores higher than a
 * negative, ties counting half. 0 to 1, 0.5 for guessing; null without positives or without negatives.
 */
export function areaUnderRoc(ranked: RankedScores): number | null {
  const { positives, negatives } = totals(ranked)
  let area = 0
  walk(ranked, (i, hits) => {
    area += ranked.negatives[i]! * (hits - ranked.positives[i]! / 2)
  })
  return ratio(area, positives * negatives)
}

/** Precision against recall as the score falls; empty without positives. */
export function rankedPrecisionRecall(ranked: RankedScores): PrecisionRecallCurve {
  const curve = { score: [] as number[], precision: [] as number[], recall: [] as number[] }
  const { positives } = totals(ranked)
  if (positives === 0) return curve
  walk(ranked, (i, hits, alarms) => {
    curve.score.push(ranked.score[i]!)
    curve.precision.push(hits / (hits + alarms))
    curve.recall.push(hits / positives)
  })
  return curve
}

/**
 * Average precision, not interpolated: each score's precision weighted by the recall gained there (scikit-learn's; Boyd,
 * Eng & Page, ECML 2013). Not COCO's of 101 points. null without positives.
 */
export function averagePrecision(ranked: RankedScores): number | null {
  const { positives } = totals(ranked)
  let sum = 0
  walk(ranked, (i, hits, alarms) => {
    sum += (ranked.positives[i]! * hits) / (hits + alarms)
  })
  return ratio(sum, positives)
}

/**
 * What a threshold is to make greatest: Youden's J = sensitivity + specificity - 1 (Cancer 3, 1950), the balanced
 * accuracy (for two classes (J + 1) / 2, so the same threshold), or F1.
 */
export type ThresholdRule = 'youden' | 'balanced-accuracy' | 'f1'

/**
 * The threshold that serves best on these scores (pick it on validation, use it on test), and the value reached there.
 * Between two neighbouring scores all thresholds decide alike: the middle is given, of equally good gaps the widest.
 * Called positive is what scores at least the threshold. null without positives or without negatives.
 */
export function pickThreshold(ranked: RankedScores, rule: ThresholdRule): { readonly threshold: number; readonly value: number } | null {
  const { positives, negatives } = totals(ranked)
  if (positives === 0 || negatives === 0) return null
  let best = { value: -Infinity, gap: 0, threshold: 0 }
  walk(ranked, (i, hits, alarms) => {
    const upper = ranked.score[i]!
    const lower = i + 1 < ranked.score.length ? ranked.score[i + 1]! : upper
    const middle = (upper + lower) / 2
    const value = worth(rule, { hits, alarms, positives, negatives })
    if (value > best.value || (value === best.value && upper - lower > best.gap))
      best = { value, gap: upper - lower, threshold: middle > lower ? middle : upper }
  })
  return { threshold: best.threshold, value: best.value }
}

interface Cut {
  readonly hits: number
  readonly alarms: number
  readonly positives: number
  readonly negatives: number
}

function worth(rule: ThresholdRule, { hits, alarms, positives, negatives }: Cut): number {
  if (rule === 'f1') return (2 * hits) / (hits + alarms + positives)
  // One fraction of whole numbers, so that equally good cuts compare equal.
  const youden = (hits * negatives - alarms * positives) / (positives * negatives)
  return rule === 'youden' ? youden : (youden + 1) / 2
}

function totals({ positives, negatives }: RankedScores): { positives: number; negatives: number } {
  let [all, none] = [0, 0]
  for (let i = 0; i < positives.length; i++) {
    all += positives[i]!
    none += negatives[i]!
  }
  return { positives: all, negatives: none }
}

/** Visits the ranks that hold anything, with the positives and negatives from there up. */
function walk({ positives, negatives }: RankedScores, visit: (i: number, hits: number, alarms: number) => void): void {
  let [hits, alarms] = [0, 0]
  for (let i = 0; i < positives.length; i++) {
    if (positives[i] === 0 && negatives[i] === 0) continue
    hits += positives[i]!
    alarms += negatives[i]!
    visit(i, hits, alarms)
  }
}
