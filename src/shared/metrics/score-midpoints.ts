import { ALL_AREAS, matchClass } from './coco-matching.ts'
import { tabulateDetections } from './coco-overlaps.ts'
import { type Key, type PredictedBox, type TruthBox } from './detection-records.ts'
import { precisionRecallCurve, type PrecisionRecallCurve } from './precision-recall.ts'

/** Thresholds whose F1 is this near to the best serve as well: small samples do not tell them apart. */
const AS_GOOD = 0.005
/** Nothing is concluded for a class from fewer objects than this. */
const FEWEST = 5

/**
 * For each class the score at which an IoU-0.5 detector balances best (highest F1; of thresholds within 0.005 of it the middle, in log-odds):
 * picked on validation images, it is where a person's "0.5" should lie. `floor` is the least score that predictions can have. 0.5 for a class
 * with fewer than five objects or none found.
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
    return middleOfBest(precisionRecallCurve(matchClass(boxes, table.images.length, settings)), floor)
  })
}

function middleOfBest({ score, precision, recall }: PrecisionRecallCurve, floor: number): number {
  // A weak net finds hundreds of thousands of boxes: more than a call can take as arguments.
  const f1 = score.map((_, i) => (2 * precision[i]! * recall[i]!) / Math.max(1e-12, precision[i]! + recall[i]!))
  const best = f1.reduce((most, value) => Math.max(most, value), 0)
  if (best === 0) return 0.5
  const isGood = (i: number): boolean => f1[i]! >= best - AS_GOOD
  // Scores fall: the first good threshold is the highest. A threshold gives the same from its own score down to the next one: where nothing
  // false follows, all the way.
  const most = score.find((_, i) => isGood(i))!
  const last = score.findLastIndex((_, i) => isGood(i))
  const least = score[last + 1] ?? Math.min(floor, score[last]!)
  return 1 / (1 + Math.exp(-(logOdds(least) + logOdds(most)) / 2))
}

function logOdds(score: number): number {
  const p = Math.min(1 - 1e-6, Math.max(1e-6, score))
  return Math.log(p / (1 - p))
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
