import { atOnce, type Steps } from '../steps.ts'
import { type ClassBoxes, type ImageBoxes } from './coco-overlaps.ts'
import { type Key, type TruthBox } from './detection-records.ts'

export interface MatchSettings {
  /** IoU thresholds, at most 32; a match has at least this IoU. */
  readonly thresholds: readonly number[]
  /** Truths outside, and unmatched predictions outside, are ignored. Square pixels, both ends included. */
  readonly areaRange: readonly [number, number]
  /** The best so many predictions of each image take part. */
  readonly maxDetections: number
}

/** What became of each prediction of one class over all images. Entry i of every list is one prediction, best first. */
export interface ClassMatches {
  readonly classId: Key
  readonly thresholds: readonly number[]
  /** Truths to be found, per image of the evaluation. */
  readonly truthsOfImage: Int32Array
  readonly image: Int32Array
  /** Place within its image, 0 for its best. */
  readonly rank: Int32Array
  readonly score: Float64Array
  /** Bit t: matched to a truth at threshold t. */
  readonly matched: Uint32Array
  /** Bit t: neither right nor wrong at threshold t (a crowd, an ignored truth, an ignored prediction on nothing, out of the area range). */
  readonly ignored: Uint32Array
}

export const ALL_AREAS: readonly [number, number] = [0, 1e5 ** 2]

/**
 * COCO's greedy matching, as pycocotools' evaluateImg has it: predictions best first; each takes the free truth of
 * highest IoU at or above the threshold, the last of equals; ignored truths only where no other will do; a crowd may be
 * taken by many. Equal scores keep the order of images, then the given order.
 */
export function matchClass(boxes: ClassBoxes, imageCount: number, settings: MatchSettings): ClassMatches {
  return atOnce(matchSteps(boxes, imageCount, settings))
}

/** The same in steps: an image each. */
export function* matchSteps({ classId, images }: ClassBoxes, imageCount: number, settings: MatchSettings): Steps<ClassMatches> {
  const counts = images.map(({ predictions }) => Math.min(predictions.length, settings.maxDetections))
  const total = counts.reduce((sum, count) => sum + count, 0)
  const matches = emptyMatches(classId, settings.thresholds, imageCount, total)
  let offset = 0
  for (const [i, boxes] of images.entries()) {
    yield
    matchImage(boxes, settings, matches, offset, counts[i]!)
    offset += counts[i]!
  }
  return sortedByScore(matches)
}

function emptyMatches(classId: Key, thresholds: readonly number[], images: number, predictions: number): ClassMatches {
  if (thresholds.length > 32) throw new RangeError('At most 32 IoU thresholds at once')
  return {
    classId,
    thresholds,
    truthsOfImage: new Int32Array(images),
    image: new Int32Array(predictions),
    rank: new Int32Array(predictions),
    score: new Float64Array(predictions),
    matched: new Uint32Array(predictions),
    ignored: new Uint32Array(predictions),
  }
}

function matchImage(boxes: ImageBoxes, settings: MatchSettings, out: ClassMatches, offset: number, count: number): void {
  const { truths, predictions, image } = boxes
  const ignored = Uint8Array.from(truths, (truth) => (isIgnored(truth, settings.areaRange) ? 1 : 0))
  out.truthsOfImage[image] = ignored.reduce((sum, flag) => sum + 1 - flag, 0)
  for (let d = 0; d < count; d++) {
    out.image[offset + d] = image
    out.rank[offset + d] = d
    out.score[offset + d] = predictions[d]!.score
  }
  for (const [t, threshold] of settings.thresholds.entries()) {
    const taken = new Uint8Array(truths.length)
    for (let d = 0; d < count; d++) {
      const truth = takeTruth(boxes, d, Math.min(threshold, 1 - 1e-10), ignored, taken)
      if (truth !== -1) out.matched[offset + d]! |= 1 << t
      const unheld =
        truth === -1 ? predictions[d]!.ignore === true || isOutside(areaOf(predictions[d]!), settings.areaRange) : ignored[truth] === 1
      if (unheld) out.ignored[offset + d]! |= 1 << t
    }
  }
}

/** The truth that prediction d takes, marked as taken, or -1. */
function takeTruth(boxes: ImageBoxes, d: number, threshold: number, ignored: Uint8Array, taken: Uint8Array): number {
  let best = bestTruth(boxes, d, threshold, (truth) => ignored[truth] === 0 && taken[truth] === 0)
  if (best === -1)
    best = bestTruth(boxes, d, threshold, (truth) => ignored[truth] === 1 && (taken[truth] === 0 || boxes.truths[truth]!.crowd === true))
  if (best !== -1) taken[best] = 1
  return best
}

function bestTruth(boxes: ImageBoxes, d: number, threshold: number, free: (truth: number) => boolean): number {
  let best = -1
  let bestOverlap = threshold
  for (let entry = boxes.first[d]!; entry < boxes.first[d + 1]!; entry++) {
    const overlap = boxes.overlap[entry]!
    if (overlap < bestOverlap || !free(boxes.truth[entry]!)) continue
    best = boxes.truth[entry]!
    bestOverlap = overlap
  }
  return best
}

function isIgnored(truth: TruthBox, range: readonly [number, number]): boolean {
  return truth.crowd === true || truth.ignore === true || isOutside(truth.area ?? areaOf(truth), range)
}

function areaOf({ box }: { readonly box: { readonly width: number; readonly height: number } }): number {
  return box.width * box.height
}

function isOutside(area: number, [least, most]: readonly [number, number]): boolean {
  return area < least || area > most
}

function sortedByScore(matches: ClassMatches): ClassMatches {
  const { score } = matches
  const order = Array.from(score.keys()).sort((a, b) => score[b]! - score[a]!)
  return {
    ...matches,
    image: Int32Array.from(order, (i) => matches.image[i]!),
    rank: Int32Array.from(order, (i) => matches.rank[i]!),
    score: Float64Array.from(order, (i) => score[i]!),
    matched: Uint32Array.from(order, (i) => matches.matched[i]!),
    ignored: Uint32Array.from(order, (i) => matches.ignored[i]!),
  }
}
