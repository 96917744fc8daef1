import { logOdds, sigmoid } from '../log-odds.ts'
import { ALL_AREAS, matchClass } from './coco-matching.ts'
import { tabulateDetections } from './coco-overlaps.ts'
import { type Key, type PredictedBox, type TruthBox } from './detection-records.ts'
import { precisionRecallCurve, type PrecisionRecallCurve } from './precision-recall.ts'

/** Thresholds whose F1 is this near to the best serve as well: small samples do not tell them apart (100 objects: F1 of 0.85 +- 0.03). */
const AS_GOOD = 0.01
/** So are thresholds whose counts lie this near to the best one's, as a share. */
const COUNTS_AS_WELL = 0.02
/** Nothing is concluded for a class from fewer objects than this. */
const FEWEST = 5

/**
 * For each class the score from which an IoU-0.5 detector counts right: of the thresholds whose F1 is within 0.01 of the best those that find
 * as many objects as there are, or come nearest, and of these the middle, in log-odds. Picked on validation images, it is where a person's "0.5"
 * should lie. `floor` is the least score that predictions can have. 0.5 for a class with fewer than five objects or none found.
 */
export function scoreMidpoints(
  truths: readonly TruthBox[],
  predictions: readonly PredictedBox[],
  classes: readonly Key[],
  floor: number,
): number[] {
  const table = tabulateDetections(truths, predictions, { classes })
  return classes.map((id) => {
    const boxes = table.classes.find(({ classId }) => classId === id)
    const known = truths.filter(({ classId, ignore, crowd }) => classId === id && ignore !== true && crowd !== true).length
    if (!boxes || known < FEWEST) return 0.5
    const settings = { thresholds: [0.5], areaRange: ALL_AREAS, maxDetections: Infinity }
    return bestForCounts(precisionRecallCurve(matchClass(boxes, table.images.length, settings)), floor)
  })
}

function bestForCounts({ score, precision, recall }: PrecisionRecallCurve, floor: number): number {
  // A weak net finds hundreds of thousands of boxes: more than a call can take as arguments.
  const f1 = score.map((_, i) => (2 * precision[i]! * recall[i]!) / Math.max(1e-12, precision[i]! + recall[i]!))
  const best = f1.reduce((most, value) => Math.max(most, value), 0)
  if (best === 0) return 0.5
  // recall / precision = found / known.
  const miscounts = f1.map((value, i) => (value < best - AS_GOOD ? Infinity : Math.abs(Math.log(recall[i]! / precision[i]!))))
  const least = miscounts.reduce((a, b) => Math.min(a, b), Infinity)
  const isGood = (miscount: number): boolean => miscount <= least + COUNTS_AS_WELL
  // Scores fall: the first good threshold is the highest. A threshold gives the same from its own score down to the next one: where nothing
  // false follows, all the way.
  const last = miscounts.findLastIndex(isGood)
  const lowest = score[last + 1] ?? Math.min(floor, score[last]!)
  return sigmoid((logOdds(lowest) + logOdds(score[miscounts.findIndex(isGood)]!)) / 2)
}

/** A raw score on the scale where `midpoint` is 0.5: its odds are divided by the midpoint's. Order is kept; 0 and 1 stay. */
export function centredScore(score: number, midpoint: number): number {
  const up = score * (1 - midpoint)
  const down = (1 - score) * midpoint
  return up + down === 0 ? score : up / (up + down)
}

/** The raw score that `centredScore` brings to `centred`. */
export function rawScore(centred: number, midpoint: number): number {
  return centredScore(centred, 1 - midpoint)
}
