import { type ClassMeter, COCO_THRESHOLDS, createClassMeter } from './coco-accumulate.ts'
import { ALL_AREAS, matchSteps } from './coco-matching.ts'
import { type ClassBoxes, type DetectionTable, tabulateDetections, type TableOptions } from './coco-overlaps.ts'
import { type Key, type PredictedBox, type TruthBox } from './detection-records.ts'
import { atOnce, type Steps } from '../steps.ts'

/** COCO's twelve numbers, 0 to 1, in the order in which pycocotools prints them; -1 where nothing was there to be found. */
export interface CocoSummary {
  readonly ap: number
  readonly ap50: number
  readonly ap75: number
  readonly apSmall: number
  readonly apMedium: number
  readonly apLarge: number
  readonly ar1: number
  readonly ar10: number
  readonly ar100: number
  readonly arSmall: number
  readonly arMedium: number
  readonly arLarge: number
}

export interface CocoClassSummary extends CocoSummary {
  readonly classId: Key
  /** Share found at IoU 0.5, whatever the score, within the detections allowed. */
  readonly recallAt50: number
  /** AP at each of the ten IoU thresholds. */
  readonly apByThreshold: readonly number[]
}

export interface CocoEvaluation {
  readonly summary: CocoSummary
  readonly perClass: readonly CocoClassSummary[]
}

export interface CocoOptions extends TableOptions {
  /** Detections allowed in an image, per class, ascending: for ar1, ar10 and all else. Default 1, 10, 100. */
  readonly maxDetections?: readonly [number, number, number] | undefined
}

export const COCO_MAX_DETECTIONS: readonly [number, number, number] = [1, 10, 100]

/** COCO's area ranges in square pixels, both ends included (an area of exactly 32 x 32 is small and medium). */
export const COCO_AREAS = {
  all: ALL_AREAS,
  small: [0, 32 ** 2],
  medium: [32 ** 2, 96 ** 2],
  large: [96 ** 2, 1e5 ** 2],
} as const satisfies Record<string, readonly [number, number]>

/**
 * Detection as COCO evaluates it (Lin et al., ECCV 2014), number for number what pycocotools 2.0 gives for iouType
 * 'bbox' on the same boxes, crowds, area ranges and detection limits included. Scores are finite, extents not negative.
 */
export function evaluateCoco(truths: readonly TruthBox[], predictions: readonly PredictedBox[], options: CocoOptions = {}): CocoEvaluation {
  return atOnce(cocoSteps(tabulateDetections(truths, predictions, options), options.maxDetections))
}

/** The same in steps, from a table already laid out (with a lowest IoU of at most 0.5). */
export function* cocoSteps(table: DetectionTable, maxDetections = COCO_MAX_DETECTIONS): Steps<CocoEvaluation> {
  const perClass: CocoClassSummary[] = []
  for (const boxes of table.classes) perClass.push(yield* evaluateClass(boxes, table.images.length, maxDetections))
  return { summary: averageOver(perClass), perClass }
}

function* evaluateClass(boxes: ClassBoxes, images: number, [few, some, most]: readonly [number, number, number]): Steps<CocoClassSummary> {
  function* meter(areaRange: readonly [number, number]): Steps<ClassMeter> {
    return createClassMeter(yield* matchSteps(boxes, images, { thresholds: COCO_THRESHOLDS, areaRange, maxDetections: most }))
  }
  const all = yield* meter(COCO_AREAS.all)
  const small = yield* meter(COCO_AREAS.small)
  const medium = yield* meter(COCO_AREAS.medium)
  const large = yield* meter(COCO_AREAS.large)
  const apByThreshold = COCO_THRESHOLDS.map((_, t) => all.averagePrecision(t))
  return {
    classId: boxes.classId,
    ap: meanOfDefined(apByThreshold),
    ap50: apByThreshold[0]!,
    ap75: apByThreshold[5]!,
    apSmall: meanPrecision(small),
    apMedium: meanPrecision(medium),
    apLarge: meanPrecision(large),
    ar1: meanRecall(all, few),
    ar10: meanRecall(all, some),
    ar100: meanRecall(all, most),
    arSmall: meanRecall(small, most),
    arMedium: meanRecall(medium, most),
    arLarge: meanRecall(large, most),
    recallAt50: all.recall(0),
    apByThreshold,
  }
}

function meanPrecision(meter: ClassMeter): number {
  return meanOfDefined(COCO_THRESHOLDS.map((_, t) => meter.averagePrecision(t)))
}

function meanRecall(meter: ClassMeter, maxDetections: number): number {
  return meanOfDefined(COCO_THRESHOLDS.map((_, t) => meter.recall(t, { maxDetections })))
}

function averageOver(perClass: readonly CocoClassSummary[]): CocoSummary {
  const mean = (key: keyof CocoSummary): number => meanOfDefined(perClass.map((ofClass) => ofClass[key]))
  return {
    ap: mean('ap'),
    ap50: mean('ap50'),
    ap75: mean('ap75'),
    apSmall: mean('apSmall'),
    apMedium: mean('apMedium'),
    apLarge: mean('apLarge'),
    ar1: mean('ar1'),
    ar10: mean('ar10'),
    ar100: mean('ar100'),
    arSmall: mean('arSmall'),
    arMedium: mean('arMedium'),
    arLarge: mean('arLarge'),
  }
}

/** Mean of the values that are not -1; -1 if there are none. */
export function meanOfDefined(values: readonly number[]): number {
  let sum = 0
  let count = 0
  for (const value of values) {
    if (value < 0) continue
    sum += value
    count++
  }
  return count === 0 ? -1 : sum / count
}
