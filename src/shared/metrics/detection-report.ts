import { type ClassMeter, COCO_THRESHOLDS, createClassMeter } from './coco-accumulate.ts'
import { COCO_AREAS, COCO_MAX_DETECTIONS, type CocoClassSummary, type CocoSummary, cocoSteps, meanOfDefined } from './coco-ap.ts'
import { type ClassMatches, matchSteps } from './coco-matching.ts'
import { type DetectionTable, tabulateSteps } from './coco-overlaps.ts'
import { confusionSteps, type DetectionConfusion } from './confusion.ts'
import { bestCountScore, countAgreement, type CountAgreement, type CountPair, countPairs } from './counts.ts'
import { type Key, type PredictedBox, type TruthBox } from './detection-records.ts'
import { affordableResamples, bootstrapSteps, type Interval } from './intervals.ts'
import {
  bestF1,
  operatingPoint,
  type OperatingPoint,
  type PrecisionRecallCurve,
  precisionRecallCurve,
  thinCurve,
} from './precision-recall.ts'
import { distinctNames } from './report-parts.ts'
import { atOnce, stepped, type Steps } from '../steps.ts'

export interface DetectionReportInput {
  /** The images evaluated, those with neither truth nor prediction included: they count as images with a count of 0. */
  readonly images: readonly Key[]
  readonly classes: readonly { readonly id: Key; readonly name: string }[]
  readonly truth: readonly TruthBox[]
  /** All predictions, of low score too: AP needs them. */
  readonly predictions: readonly PredictedBox[]
  /** Predictions from this score up are shown and counted. */
  readonly score: number
  /** Of each image its patient or slide: what the intervals draw whole. Left out: single images. */
  readonly groups?: readonly Key[] | undefined
  /** Bootstrap resamples for the intervals; 0 leaves all null. Default 1000, fewer (at least 100) where predictions come by the ten thousands. */
  readonly resamples?: number | undefined
  readonly seed?: number | undefined
}

/** COCO's figures of one class, and those at IoU 0.5 that hold at the report's score (-1 for recall50 without truth). */
export interface ClassDetectionReport extends Omit<CocoClassSummary, 'classId'> {
  readonly recall50: number
  readonly atScore: OperatingPoint
  /** At IoU 0.5, all detections, thinned to at most 200 points for a plot. */
  readonly curve: PrecisionRecallCurve
  /** The score threshold of highest F1 at IoU 0.5. */
  readonly bestF1: { readonly score: number; readonly f1: number } | null
  /** The score threshold at which counts agree best with the annotated ones. */
  readonly bestCountScore: { readonly score: number; readonly rmse: number } | null
}

/** 95 % bootstrap intervals over images (with groups, over groups); null where undefined. Per class and for counts under the class's name. */
export interface DetectionIntervals {
  readonly confidence: number
  readonly resamples: number
  readonly over: 'images' | 'groups'
  /** How many images or groups were drawn from. */
  readonly units: number
  readonly ap: Interval | null
  readonly ap50: Interval | null
  readonly ap75: Interval | null
  readonly ar100: Interval | null
  readonly perClass: Readonly<Record<string, Readonly<Record<'ap' | 'ap50' | 'recall50', Interval | null>>>>
  readonly counts: Readonly<Record<string, Readonly<Record<'r2' | 'rmse' | 'bias', Interval | null>>>>
}

/** Plain data, ready for JSON. COCO's figures are -1 where nothing was there to be found, figures of counts are null. */
export interface DetectionReport extends CocoSummary {
  readonly images: number
  readonly score: number
  readonly perClass: Readonly<Record<string, ClassDetectionReport>>
  readonly counts: Readonly<Record<string, CountAgreement>>
  /** The points of the counted-against-annotated plot. */
  readonly scatter: Readonly<Record<string, readonly CountPair[]>>
  readonly confusion: DetectionConfusion
  readonly intervals: DetectionIntervals
  /** COCO looks at the best so many detections of a class in an image; and how many images had more, which AP and AR then did not see. */
  readonly maxDetections: number
  readonly imagesOverMaxDetections: number
}

/** One class with all that its figures come from. */
interface ClassWork {
  readonly id: Key
  readonly name: string
  /** At IoU 0.5, detections without limit. */
  readonly at50: ClassMatches
  readonly meter50: ClassMeter
  /** At COCO's thresholds, within COCO's limit. */
  readonly meter: ClassMeter
  readonly pairs: readonly CountPair[]
}

/** The whole evaluation of a detector's predictions against the truth, with the keys that `evaluate --json` promises. */
export function detectionReport(input: DetectionReportInput): DetectionReport {
  return atOnce(detectionSteps(input))
}

/** The same in steps of some milliseconds, for all that a hundred thousand objects take. */
export function* detectionSteps(input: DetectionReportInput): Steps<DetectionReport> {
  const { images, classes, truth, predictions, score } = input
  const table = yield* tabulateSteps(truth, predictions, { images, classes: classes.map(({ id }) => id) })
  const coco = yield* cocoSteps(table)
  const work = yield* prepareClasses(input, table)
  const perClass = yield* stepped([...work.entries()], ([k, ofClass]) => reportClass(input, ofClass, coco.perClass[k]!))
  const named = <T>(value: (ofClass: ClassWork, k: number) => T): Record<string, T> =>
    Object.fromEntries(work.map((ofClass, k) => [ofClass.name, value(ofClass, k)]))
  return {
    ...coco.summary,
    images: images.length,
    score,
    perClass: named((_, k) => perClass[k]!),
    counts: named(({ pairs }) => countAgreement(pairs)),
    scatter: named(({ pairs }) => pairs),
    confusion: yield* confusionSteps(truth, predictions, { images, classes: table.classes.map(({ classId }) => classId), score }),
    intervals: yield* reportIntervals(input, work),
    maxDetections: COCO_MAX_DETECTIONS[2],
    imagesOverMaxDetections: imagesOver(table, COCO_MAX_DETECTIONS[2]),
  }
}

function* prepareClasses({ images, classes, truth, predictions, score }: DetectionReportInput, table: DetectionTable): Steps<ClassWork[]> {
  const names = distinctNames(classes.map(({ name }) => name))
  const work: ClassWork[] = []
  for (const [k, boxes] of table.classes.entries()) {
    const settings = { areaRange: COCO_AREAS.all, thresholds: COCO_THRESHOLDS, maxDetections: COCO_MAX_DETECTIONS[2] }
    const at50 = yield* matchSteps(boxes, images.length, { ...settings, thresholds: [0.5], maxDetections: Infinity })
    work.push({
      id: boxes.classId,
      name: names[k]!,
      at50,
      meter50: createClassMeter(at50),
      meter: createClassMeter(yield* matchSteps(boxes, images.length, settings)),
      pairs: countPairs(truth, predictions, { images, classId: boxes.classId, score }),
    })
  }
  return work
}

function reportClass(input: DetectionReportInput, { id, at50 }: ClassWork, coco: CocoClassSummary): ClassDetectionReport {
  const { classId: _, ...figures } = coco
  const curve = precisionRecallCurve(at50)
  const atScore = operatingPoint(at50, input.score)
  return {
    ...figures,
    recall50: atScore.recall ?? -1,
    atScore,
    curve: thinCurve(curve, 200),
    bestF1: bestF1(curve),
    bestCountScore: bestCountScore(input.truth, input.predictions, { images: input.images, classId: id }),
  }
}

/** All intervals from one bootstrap: the matching stands, only its accumulation is resampled. */
function* reportIntervals(input: DetectionReportInput, work: readonly ClassWork[]): Steps<DetectionIntervals> {
  const { images, score, groups, seed = 0, resamples = affordableResamples(COCO_THRESHOLDS.length * input.predictions.length) } = input
  const statistics = (weights: Int32Array): (number | null)[] => {
    const classes = work.map((ofClass) => resampleClass(ofClass, weights, score))
    const mean = (value: (ofClass: ResampledClass) => number): number => meanOfDefined(classes.map(value))
    const overall = [mean(({ ap }) => ap), mean(({ aps }) => aps[0]!), mean(({ aps }) => aps[5]!), mean(({ ar }) => ar)].map(orNull)
    return [
      ...overall,
      ...classes.flatMap(({ ap, aps, recall50, r2, rmse, bias }) => [orNull(ap), orNull(aps[0]!), orNull(recall50), r2, rmse, bias]),
    ]
  }
  const found = yield* bootstrapSteps(images.length, statistics, { resamples, seed, groups })
  const at = (index: number): Interval | null => found[index] ?? null
  const named = <T>(value: (first: number) => T): Record<string, T> =>
    Object.fromEntries(work.map(({ name }, k) => [name, value(4 + 6 * k)]))
  return {
    confidence: 0.95,
    resamples,
    over: groups === undefined ? 'images' : 'groups',
    units: groups === undefined ? images.length : new Set(groups).size,
    ap: at(0),
    ap50: at(1),
    ap75: at(2),
    ar100: at(3),
    perClass: named((first) => ({ ap: at(first), ap50: at(first + 1), recall50: at(first + 2) })),
    counts: named((first) => ({ r2: at(first + 3), rmse: at(first + 4), bias: at(first + 5) })),
  }
}

interface ResampledClass extends Pick<CountAgreement, 'r2' | 'rmse' | 'bias'> {
  readonly ap: number
  /** AP at each of COCO's thresholds. */
  readonly aps: readonly number[]
  readonly ar: number
  readonly recall50: number
}

function resampleClass({ meter, meter50, pairs }: ClassWork, weights: Int32Array, score: number): ResampledClass {
  const atThresholds = COCO_THRESHOLDS.map((_, t) => meter.averagePrecisionAndRecall(t, weights))
  const aps = atThresholds.map(({ averagePrecision }) => averagePrecision)
  const recalls = atThresholds.map(({ recall }) => recall)
  const { r2, rmse, bias } = countAgreement(pairs, weights)
  return {
    ap: meanOfDefined(aps),
    aps,
    ar: meanOfDefined(recalls),
    recall50: meter50.recall(0, { weights, leastScore: score }),
    r2,
    rmse,
    bias,
  }
}

function orNull(value: number): number | null {
  return value < 0 ? null : value
}

function imagesOver({ classes }: DetectionTable, most: number): number {
  const over = classes.flatMap(({ images }) => images.filter(({ predictions }) => predictions.length > most))
  return new Set(over.map(({ image }) => image)).size
}
