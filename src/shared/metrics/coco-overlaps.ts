import { type Box } from '../geometry/box.ts'
import { buildBoxIndex } from '../geometry/box-index.ts'
import { orderByScore } from '../geometry/scored-box.ts'
import { atOnce, type Steps, stepped } from '../steps.ts'
import { type Key, type PredictedBox, sortedKeys, type TruthBox } from './detection-records.ts'

/** One image's truths and predictions of one class, with every overlap that can matter. */
export interface ImageBoxes {
  /** Index into the evaluation's images. */
  readonly image: number
  readonly truths: readonly TruthBox[]
  /** Best first; equal scores in the given order. */
  readonly predictions: readonly PredictedBox[]
  /** Overlaps of prediction d: entries first[d] to first[d + 1] of `truth` and `overlap`, truths ascending. */
  readonly first: Int32Array
  readonly truth: Int32Array
  readonly overlap: Float64Array
}

export interface ClassBoxes {
  readonly classId: Key
  /** Images with a truth or a prediction of the class, in the evaluation's order. */
  readonly images: readonly ImageBoxes[]
}

/** Everything that matching needs, laid out once and then used for all IoU thresholds, area ranges and resamples. */
export interface DetectionTable {
  readonly images: readonly Key[]
  readonly classes: readonly ClassBoxes[]
}

export interface TableOptions {
  /** Images to evaluate, in the order that decides between equal scores. Default: all that occur, sorted. */
  readonly images?: readonly Key[] | undefined
  /** Classes to evaluate. Default: all that occur, sorted. */
  readonly classes?: readonly Key[] | undefined
  /** No IoU threshold below this will be asked for. Default 0.5. */
  readonly lowestIou?: number | undefined
}

/** Lays out truths and predictions by class and image; what belongs to other images or classes is left out. */
export function tabulateDetections(
  truths: readonly TruthBox[],
  predictions: readonly PredictedBox[],
  options: TableOptions = {},
): DetectionTable {
  return atOnce(tabulateSteps(truths, predictions, options))
}

/** The same in steps: an image of a class each. */
export function* tabulateSteps(
  truths: readonly TruthBox[],
  predictions: readonly PredictedBox[],
  options: TableOptions = {},
): Steps<DetectionTable> {
  const images = options.images ?? sortedKeys([...truths, ...predictions].map(({ imageId }) => imageId))
  const classes = options.classes ?? sortedKeys([...truths, ...predictions].map(({ classId }) => classId))
  const imageIndex = new Map(images.map((id, index) => [id, index]))
  const truthsOf = groupByClassAndImage(truths, imageIndex)
  yield
  const predictionsOf = groupByClassAndImage(predictions, imageIndex)
  const lowestIou = options.lowestIou ?? 0.5
  const table: ClassBoxes[] = []
  for (const classId of classes) table.push(yield* classBoxes(classId, truthsOf.get(classId), predictionsOf.get(classId), lowestIou))
  return { images, classes: table }
}

type ByImage<T> = Map<number, T[]>

function groupByClassAndImage<T extends { readonly imageId: Key; readonly classId: Key }>(
  items: readonly T[],
  imageIndex: ReadonlyMap<Key, number>,
): Map<Key, ByImage<T>> {
  const groups = new Map<Key, ByImage<T>>()
  for (const item of items) {
    const image = imageIndex.get(item.imageId)
    if (image === undefined) continue
    const ofClass: ByImage<T> = groups.get(item.classId) ?? new Map<number, T[]>()
    groups.set(item.classId, ofClass)
    const ofImage = ofClass.get(image)
    if (ofImage) ofImage.push(item)
    else ofClass.set(image, [item])
  }
  return groups
}

function* classBoxes(
  classId: Key,
  truths: ByImage<TruthBox> = new Map(),
  predictions: ByImage<PredictedBox> = new Map(),
  lowestIou: number,
): Steps<ClassBoxes> {
  const images = [...new Set([...truths.keys(), ...predictions.keys()])].sort((a, b) => a - b)
  const boxes = yield* stepped(images, (image) => imageBoxes(image, truths.get(image) ?? [], predictions.get(image) ?? [], lowestIou))
  return { classId, images: boxes }
}

function imageBoxes(image: number, truths: readonly TruthBox[], given: readonly PredictedBox[], lowestIou: number): ImageBoxes {
  const predictions = orderByScore(given).map((index) => given[index]!)
  const near = nearTruths(truths)
  const first = new Int32Array(predictions.length + 1)
  const truth: number[] = []
  const overlap: number[] = []
  for (const [d, { box }] of predictions.entries()) {
    for (const g of near(box)) {
      const value = cocoOverlap(box, truths[g]!)
      if (value === 0 || value < Math.min(lowestIou, 1 - 1e-10)) continue
      truth.push(g)
      overlap.push(value)
    }
    first[d + 1] = truth.length
  }
  return { image, truths, predictions, first, truth: Int32Array.from(truth), overlap: Float64Array.from(overlap) }
}

/** Ascending indices of the truths that may overlap a box: all of a few, else those that an index finds. */
function nearTruths(truths: readonly TruthBox[]): (box: Box) => Iterable<number> {
  if (truths.length <= 32) return () => truths.keys()
  const index = buildBoxIndex(truths.map(({ box }) => box))
  return (box) => index.search(box).sort((a, b) => a - b)
}

/**
 * IoU in pycocotools' own arithmetic (bbIou), so that a value on a threshold falls on the same side;
 * for a crowd the intersection over the prediction's area.
 */
function cocoOverlap(box: Box, truth: TruthBox): number {
  const other = truth.box
  const width = Math.min(box.width + box.x, other.width + other.x) - Math.max(box.x, other.x)
  if (width <= 0) return 0
  const height = Math.min(box.height + box.y, other.height + other.y) - Math.max(box.y, other.y)
  if (height <= 0) return 0
  const shared = width * height
  const area = box.width * box.height
  return shared / (truth.crowd === true ? area : area + other.width * other.height - shared)
}
