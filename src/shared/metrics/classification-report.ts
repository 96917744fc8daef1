import { type ConfusionCounts, countConfusion, decideClass, type DecisionRule, type OneVsRest, oneVsRest } from './classification.ts'
import { type CalibrationBin, reliabilityCurve } from './classification-calibration.ts'
import { pickThreshold, rankedPrecisionRecall, type RocCurve, rocCurve } from './classification-curves.ts'
import { type ClassificationIntervals, classificationIntervals } from './classification-intervals.ts'
import { type ClassFigures, createFigures, type OverallFigures, rankClass, type ScoredImages } from './classification-figures.ts'
import { type Key } from './detection-records.ts'
import { type PrecisionRecallCurve, thinCurve } from './precision-recall.ts'
import { distinctNames, groupsOf, underNames } from './report-parts.ts'
import { atOnce, type Steps } from '../steps.ts'

/** One image with its truth and what a net says of it. */
export interface ClassifiedImage {
  readonly id: string
  /** Index of its true class. */
  readonly truth: number
  /** One finite score a class, in the order of classes; calibration needs probabilities that sum to 1. */
  readonly scores: ArrayLike<number>
  /** Patient, slide: what the intervals draw whole. Needed of all images or of none. */
  readonly group?: Key | undefined
}

export interface ClassificationReportInput {
  readonly images: readonly ClassifiedImage[]
  /** Two or more, in the order of the scores. */
  readonly classes: readonly { readonly id: Key; readonly name: string }[]
  /** Of two classes the index of the one that is looked for (infected, tumour). Default 1. */
  readonly positive?: number | undefined
  /** Of two classes: called positive is what scores at least this, picked on validation (`pickThreshold`). Default 0.5. */
  readonly threshold?: number | undefined
  /** Bins of the reliability curve, default 15. */
  readonly bins?: number | undefined
  /** Bootstrap resamples for the intervals; 0 leaves those null. Default 1000, fewer (at least 100) for very many images. */
  readonly resamples?: number | undefined
  readonly seed?: number | undefined
}

/** One class against the rest. */
export interface ClassReport extends OneVsRest, ClassFigures {
  /** Images that are of this class. */
  readonly images: number
  /** Thinned to at most 200 points for a plot. */
  readonly roc: RocCurve
  readonly precisionRecall: PrecisionRecallCurve
}

/** Rows: what is there, columns: what was said, in the order of classes. */
export interface ClassificationConfusion {
  /** Ids of the classes. */
  readonly classes: readonly Key[]
  readonly counts: ConfusionCounts
  /** Ids of the images behind each number, in the given order. */
  readonly images: readonly (readonly (readonly string[])[])[]
}

/**
 * Plain data, ready for JSON; what is undefined is null. Of two classes sensitivity, specificity, ppv, npv, f1, auc and
 * averagePrecision are those of the positive class; of more the means over classes, each against the rest (macro).
 */
export interface ClassificationReport extends OverallFigures {
  readonly images: number
  /** Index of the positive class of two; null for more. */
  readonly positive: number | null
  /** null for more than two classes, where the highest score decides. */
  readonly threshold: number | null
  readonly perClass: Readonly<Record<string, ClassReport>>
  readonly confusion: ClassificationConfusion
  /**
   * Of two classes the positive class's probability against how often it is there, of more the highest probability
   * against how often it is right; null where scores are no probabilities.
   */
  readonly calibration: readonly CalibrationBin[] | null
  /** The thresholds that would serve best on these very images; null for more than two classes or where one is missing. */
  readonly bestThreshold: Readonly<Record<'youden' | 'f1', { readonly threshold: number; readonly value: number } | null>>
  readonly intervals: ClassificationIntervals
}

/** Curves in reports have at most so many points. */
const CURVE_POINTS = 200

/**
 * The whole evaluation of a classifier, with the keys that `evaluate --json` promises. Throws RangeError for fewer than two
 * classes, a class index or a list of scores that does not fit them, or a threshold for more than two.
 */
export function classificationReport(input: ClassificationReportInput): ClassificationReport {
  return atOnce(classificationSteps(input))
}

/** The same in steps: those of its intervals. */
export function* classificationSteps(input: ClassificationReportInput): Steps<ClassificationReport> {
  const work = scoredImages(input)
  const { rule } = work
  const { overall, perClass } = createFigures(work)()
  const names = distinctNames(input.classes.map(({ name }) => name))
  const confusion = confusionWithImages(input, work)
  return {
    ...overall,
    images: input.images.length,
    positive: rule?.positive ?? null,
    threshold: rule?.threshold ?? null,
    perClass: underNames(names, (k) => reportClass(work, confusion.counts, k, perClass[k]!)),
    confusion,
    calibration: work.forecasts && reliabilityCurve(work.forecasts, { bins: work.bins }),
    bestThreshold: bestThresholds(work),
    intervals: yield* classificationIntervals(work, {
      names,
      resamples: input.resamples,
      seed: input.seed,
      groups: groupsOf(input.images),
    }),
  }
}

function scoredImages({ images, classes, positive = 1, threshold, bins = 15 }: ClassificationReportInput): ScoredImages {
  const count = classes.length
  if (count < 2) throw new RangeError('A classification has at least two classes')
  if (count > 2 && threshold !== undefined) throw new RangeError(`A threshold decides between two classes, not ${count}`)
  if (count === 2 && positive !== 0 && positive !== 1) throw new RangeError(`The positive class of two is 0 or 1, not ${positive}`)
  for (const { id, truth, scores } of images)
    if (scores.length !== count || classes[truth] === undefined)
      throw new RangeError(`Image ${id}: class ${truth} and ${scores.length} scores do not fit ${count} classes`)
  const rule: DecisionRule = count === 2 ? { positive, threshold: threshold ?? 0.5 } : null
  const truth = Int32Array.from(images, (image) => image.truth)
  const said = Int32Array.from(images, ({ scores }) => decideClass(scores, rule))
  const scores = images.map((image) => image.scores)
  return { classes: count, truth, said, scores, rule, bins, forecasts: forecastsOf(truth, scores, rule) }
}

/** Rounding of float32 softmax stays far below this. */
const SUM_TOLERANCE = 1e-3

function forecastsOf(truth: Int32Array, scores: readonly ArrayLike<number>[], rule: DecisionRule): ScoredImages['forecasts'] {
  const isProbability = (row: ArrayLike<number>): boolean => {
    const values = Array.from(row)
    return values.every((p) => p >= 0 && p <= 1) && Math.abs(values.reduce((sum, p) => sum + p, 0) - 1) <= SUM_TOLERANCE
  }
  if (!scores.every(isProbability)) return null
  const asked = scores.map((row) => rule?.positive ?? decideClass(row, null))
  return {
    probability: Float64Array.from(scores, (row, i) => row[asked[i]!]!),
    outcome: Uint8Array.from(asked, (k, i) => (truth[i] === k ? 1 : 0)),
  }
}

function confusionWithImages({ images, classes }: ClassificationReportInput, { truth, said }: ScoredImages): ClassificationConfusion {
  const ids = classes.map(() => classes.map((): string[] => []))
  for (const [i, { id }] of images.entries()) ids[truth[i]!]![said[i]!]!.push(id)
  return { classes: classes.map(({ id }) => id), counts: countConfusion(truth, said, { classes: classes.length }), images: ids }
}

function reportClass(work: ScoredImages, counts: ConfusionCounts, k: number, figures: ClassFigures): ClassReport {
  const ranked = rankClass(work, k)()
  return {
    ...oneVsRest(counts, k),
    ...figures,
    images: counts[k]!.reduce((sum, count) => sum + count, 0),
    roc: thinCurve(rocCurve(ranked), CURVE_POINTS),
    precisionRecall: thinCurve(rankedPrecisionRecall(ranked), CURVE_POINTS),
  }
}

function bestThresholds(work: ScoredImages): ClassificationReport['bestThreshold'] {
  if (work.rule === null) return { youden: null, f1: null }
  const ranked = rankClass(work, work.rule.positive)()
  return { youden: pickThreshold(ranked, 'youden'), f1: pickThreshold(ranked, 'f1') }
}
