import { type Box, boxArea, intersectionArea, iou } from '../geometry/box.ts'
import { buildBoxIndex } from '../geometry/box-index.ts'
import { isCounted, type Key, type PredictedBox, type TruthBox } from './detection-records.ts'
import { type Steps } from '../steps.ts'

/** One truth and the prediction found on it; null where there is none (missed, or nothing there). */
export interface ConfusionItem {
  readonly imageId: Key
  readonly truthId: Key | null
  readonly predictionId: Key | null
}

/**
 * Detection as a confusion matrix. Rows: what is there (the classes in order, last the background); columns: what was
 * predicted (likewise). The last column holds what was missed, the last row what was seen where nothing is; the corner
 * of both stays empty.
 */
export interface DetectionConfusion {
  readonly classes: readonly Key[]
  readonly iouThreshold: number
  readonly score: number
  readonly counts: readonly (readonly number[])[]
  /** The objects behind each number, in the order of images. An id is the object's own, or else its index in the given list. */
  readonly items: readonly (readonly (readonly ConfusionItem[])[])[]
}

export interface ConfusionOptions {
  readonly images: readonly Key[]
  readonly classes: readonly Key[]
  /** Predictions scored lower take no part. */
  readonly score: number
  /** Pairs overlap by at least this. Default 0.5. */
  readonly iouThreshold?: number | undefined
}

type Numbered<T> = T & { readonly id: Key }

/**
 * Pairs truths and predictions whatever their classes, highest IoU first (then higher score), each used once, and counts
 * class against class. A prediction left over on a crowd (most of it inside) or on an ignored truth, or one to be ignored itself,
 * is not held against the detector. In steps: an image each.
 */
export function* confusionSteps(
  truths: readonly TruthBox[],
  predictions: readonly PredictedBox[],
  options: ConfusionOptions,
): Steps<DetectionConfusion> {
  const { images, classes, score, iouThreshold = 0.5 } = options
  const place = new Map(classes.map((id, index) => [id, index]))
  const background = classes.length
  const items = Array.from({ length: background + 1 }, () => Array.from({ length: background + 1 }, (): ConfusionItem[] => []))
  const truthsOf = byImage(truths, place)
  const predictionsOf = byImage(predictions, place)
  for (const imageId of images) {
    yield
    const seen = (predictionsOf.get(imageId) ?? []).filter((prediction) => prediction.score >= score)
    for (const { truth, prediction } of pairUp(truthsOf.get(imageId) ?? [], seen, iouThreshold)) {
      const row = truth === null ? background : place.get(truth.classId)!
      const column = prediction === null ? background : place.get(prediction.classId)!
      items[row]![column]!.push({ imageId, truthId: truth?.id ?? null, predictionId: prediction?.id ?? null })
    }
  }
  return { classes, iouThreshold, score, counts: items.map((row) => row.map((cell) => cell.length)), items }
}

function byImage<T extends { readonly id?: Key | undefined; readonly imageId: Key; readonly classId: Key }>(
  list: readonly T[],
  classes: ReadonlyMap<Key, number>,
): Map<Key, Numbered<T>[]> {
  const groups = new Map<Key, Numbered<T>[]>()
  for (const [index, item] of list.entries()) {
    if (!classes.has(item.classId)) continue
    const group = groups.get(item.imageId) ?? []
    groups.set(item.imageId, group)
    group.push({ ...item, id: item.id ?? index })
  }
  return groups
}

interface Pair {
  readonly truth: Numbered<TruthBox> | null
  readonly prediction: Numbered<PredictedBox> | null
}

function pairUp(all: readonly Numbered<TruthBox>[], predictions: readonly Numbered<PredictedBox>[], iouThreshold: number): Pair[] {
  const truths = all.filter(isCounted)
  const takenTruth = new Set<number>()
  const takenPrediction = new Set<number>()
  const pairs: Pair[] = []
  for (const { t, p } of candidatePairs(truths, predictions, iouThreshold)) {
    if (takenTruth.has(t) || takenPrediction.has(p)) continue
    takenTruth.add(t)
    takenPrediction.add(p)
    pairs.push({ truth: truths[t]!, prediction: predictions[p]! })
  }
  const missed = truths.filter((_, t) => !takenTruth.has(t))
  const unheld = all.filter((truth) => !isCounted(truth))
  const extra = predictions.filter(
    ({ box, ignore }, p) => ignore !== true && !takenPrediction.has(p) && !unheld.some((truth) => excuses(truth, box, iouThreshold)),
  )
  return [...pairs, ...missed.map((truth) => ({ truth, prediction: null })), ...extra.map((prediction) => ({ truth: null, prediction }))]
}

function candidatePairs(
  truths: readonly TruthBox[],
  predictions: readonly PredictedBox[],
  iouThreshold: number,
): { t: number; p: number; overlap: number }[] {
  const index = buildBoxIndex(truths.map(({ box }) => box))
  const pairs = predictions.flatMap(({ box }, p) =>
    index
      .search(box)
      .map((t) => ({ t, p, overlap: iou(truths[t]!.box, box) }))
      .filter(({ overlap }) => overlap > 0 && overlap >= iouThreshold),
  )
  return pairs.sort((a, b) => b.overlap - a.overlap || predictions[b.p]!.score - predictions[a.p]!.score || a.p - b.p || a.t - b.t)
}

function excuses(truth: TruthBox, box: Box, iouThreshold: number): boolean {
  if (truth.crowd === true) return intersectionArea(truth.box, box) >= 0.5 * boxArea(box)
  return iou(truth.box, box) >= iouThreshold
}
