import { type ImageWeights } from './coco-accumulate.ts'
import { meanOfKnown, ratio, weightedMean } from './report-parts.ts'
import { IGNORED_PIXEL } from './segmentation-overlap.ts'

/** One object's number a pixel, 0 where none is; numbers need not follow one another. */
export type InstanceMap = Uint8Array | Uint16Array | Uint32Array | Int32Array

/** The objects of one image on one side, ignored pixels left out. Entry i of every list is one object. */
export interface ObjectList {
  /** Numbers in the map, in order of appearance. */
  readonly ids: Int32Array
  /** Pixels, at least 1. */
  readonly area: Float64Array
  /** The class that most of its pixels have in the label map (the lowest of equals). */
  readonly classOf: Uint8Array
}

/** Which objects of an image lie on one another. */
export interface ObjectOverlaps {
  readonly truths: ObjectList
  readonly predictions: ObjectList
  /** Of each prediction the pixels on ignored ground, which its area leaves out. */
  readonly ignoredArea: Float64Array
  /** Every pair that shares pixels, once: indices into the lists and pixels shared. */
  readonly pairs: readonly { readonly truth: number; readonly predicted: number; readonly shared: number }[]
}

/** One image's maps, all of the same length and order of pixels. */
export interface ObjectMaps {
  readonly truthInstances: InstanceMap
  readonly predictedInstances: InstanceMap
  /** Class a pixel, as countPixels takes them; the truth may hold IGNORED_PIXEL. */
  readonly truth: Uint8Array
  readonly predicted: Uint8Array
}

/** Gathers the overlaps of an image that is walked through window by window. */
export interface OverlapCollector {
  /** Throws RangeError for maps of unlike length. */
  add(maps: ObjectMaps): void
  overlaps(): ObjectOverlaps
}

/**
 * Overlaps of all objects in one walk over the pixels. What is predicted wholly on ignored ground is not listed, nor a
 * truth there. Throws RangeError for maps of unlike length.
 */
export function overlapObjects(maps: ObjectMaps): ObjectOverlaps {
  const collector = createOverlaps()
  collector.add(maps)
  return collector.overlaps()
}

/** The same over windows, each pixel of the image in one of them; an object has the same number in all. */
export function createOverlaps(): OverlapCollector {
  const truths = createCollector()
  const predictions = createCollector()
  const shared = new Map<number, number>()
  return {
    add({ truthInstances, predictedInstances, truth, predicted }) {
      const pixels = truth.length
      if (predicted.length !== pixels || truthInstances.length !== pixels || predictedInstances.length !== pixels)
        throw new RangeError('Maps of unlike length')
      for (let i = 0; i < pixels; i++) {
        const [t, p] = [truthInstances[i]!, predictedInstances[i]!]
        if (t === 0 && p === 0) continue
        if (truth[i] === IGNORED_PIXEL) {
          if (p !== 0) predictions.ignore(p)
          continue
        }
        const a = t === 0 ? -1 : truths.add(t, truth[i]!)
        const b = p === 0 ? -1 : predictions.add(p, predicted[i]!)
        if (a === -1 || b === -1) continue
        const pair = a * PAIR_BASE + b
        shared.set(pair, (shared.get(pair) ?? 0) + 1)
      }
    },
    overlaps() {
      const found = predictions.list()
      return {
        truths: truths.list(),
        predictions: found,
        ignoredArea: Float64Array.from(found.ids, predictions.ignored),
        pairs: Array.from(shared, ([pair, count]) => ({ truth: Math.floor(pair / PAIR_BASE), predicted: pair % PAIR_BASE, shared: count })),
      }
    },
  }
}

/** Two object indices in one number: exact up to 2^26 objects. */
const PAIR_BASE = 2 ** 26

interface Collector {
  /** Counts a pixel of an object and its class; gives the object's index. */
  add(id: number, classIndex: number): number
  ignore(id: number): void
  ignored(id: number): number
  list(): ObjectList
}

function createCollector(): Collector {
  const indexOf = new Map<number, number>()
  const ignoredOf = new Map<number, number>()
  const votes: Map<number, number>[] = []
  // Neighbouring pixels mostly belong to the same object.
  let last = { id: 0, index: -1 }
  return {
    add(id, classIndex) {
      if (id !== last.id) {
        last = { id, index: indexOf.get(id) ?? votes.push(new Map()) - 1 }
        indexOf.set(id, last.index)
      }
      const ofObject = votes[last.index]!
      ofObject.set(classIndex, (ofObject.get(classIndex) ?? 0) + 1)
      return last.index
    },
    ignore: (id) => ignoredOf.set(id, (ignoredOf.get(id) ?? 0) + 1),
    ignored: (id) => ignoredOf.get(id) ?? 0,
    list: () => ({
      ids: Int32Array.from(indexOf.keys()),
      area: Float64Array.from(votes, (ofObject) => [...ofObject.values()].reduce((sum, count) => sum + count, 0)),
      classOf: Uint8Array.from(votes, majority),
    }),
  }
}

function majority(votes: ReadonlyMap<number, number>): number {
  const [[winner] = [0]] = [...votes].sort(([a, votesA], [b, votesB]) => votesB - votesA || a - b)
  return winner
}

/**
 * The IoU thresholds 0.50, 0.55 ... 0.95 of the 2018 Data Science Bowl, to the bit as its numpy.arange(0.5, 1, 0.05) gives them: a match lies above,
 * and of COCO's, which are rounded otherwise, some lie just below an IoU of 7 / 10.
 */
export const OBJECT_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) => 0.5 + i * (0.55 - 0.5))

/** What of one image's objects of one class is found. Lists have one entry an IoU threshold. */
export interface ObjectTally {
  readonly truths: number
  /** Those that lie mostly on ignored ground are not counted. */
  readonly predictions: number
  readonly hits: readonly number[]
  /** Predictions that match nothing, less those that lie mostly on ignored ground. */
  readonly extra: readonly number[]
  /** Sum of the IoU of what matches at 0.5. */
  readonly iouSum: number
  /** Pixels of the aggregated Jaccard index (Kumar et al., IEEE TMI 36, 2017). */
  readonly aggregatedShared: number
  readonly aggregatedUnion: number
  /** Pairs matched at 0.5, as indices into the overlaps' lists. */
  readonly matched: readonly { readonly truth: number; readonly predicted: number }[]
}

/**
 * Matches one class's objects. An IoU above 0.5 makes a pair the only one of both its objects, so nothing has to be
 * assigned (Kirillov et al., CVPR 2019). A prediction with more than half of its pixels on ignored ground is not held
 * against the net when it matches nothing (section 4 there).
 */
export function tallyObjects(overlaps: ObjectOverlaps, classIndex: number): ObjectTally {
  const { truths, predictions, ignoredArea } = overlaps
  const pairs = overlaps.pairs
    .filter(({ truth, predicted }) => truths.classOf[truth] === classIndex && predictions.classOf[predicted] === classIndex)
    .map((pair) => ({ ...pair, iou: pair.shared / (truths.area[pair.truth]! + predictions.area[pair.predicted]! - pair.shared) }))
  const matched = pairs.filter(({ iou }) => iou > OBJECT_THRESHOLDS[0]!)
  const bestIou = new Map(matched.map(({ predicted, iou }) => [predicted, iou]))
  const predicted = indicesOfClass(predictions.classOf, classIndex)
  const held = (p: number): boolean => ignoredArea[p]! <= predictions.area[p]!
  return {
    truths: indicesOfClass(truths.classOf, classIndex).length,
    predictions: predicted.filter(held).length,
    hits: OBJECT_THRESHOLDS.map((threshold) => matched.filter(({ iou }) => iou > threshold).length),
    extra: OBJECT_THRESHOLDS.map((threshold) => predicted.filter((p) => !((bestIou.get(p) ?? 0) > threshold) && held(p)).length),
    iouSum: matched.reduce((sum, { iou }) => sum + iou, 0),
    ...aggregate(overlaps, pairs, classIndex),
    matched,
  }
}

/** Indices of the objects of a class. */
export function indicesOfClass(classOf: Uint8Array, classIndex: number): number[] {
  return Array.from(classOf.keys()).filter((i) => classOf[i] === classIndex)
}

interface JudgedPair {
  readonly truth: number
  readonly predicted: number
  readonly shared: number
  readonly iou: number
}

/** Each truth with the prediction of highest IoU (one may serve several), then the predictions that serve none. */
function aggregate(
  { truths, predictions }: ObjectOverlaps,
  pairs: readonly JudgedPair[],
  classIndex: number,
): Pick<ObjectTally, 'aggregatedShared' | 'aggregatedUnion'> {
  const best = new Map<number, JudgedPair>()
  for (const pair of pairs) if (pair.iou > (best.get(pair.truth)?.iou ?? 0)) best.set(pair.truth, pair)
  const used = new Set(Array.from(best.values(), ({ predicted }) => predicted))
  let [shared, union] = [0, 0]
  for (const [t, area] of truths.area.entries()) {
    if (truths.classOf[t] !== classIndex) continue
    const pair = best.get(t)
    shared += pair?.shared ?? 0
    union += pair === undefined ? area : area + predictions.area[pair.predicted]! - pair.shared
  }
  for (const [p, area] of predictions.area.entries()) if (predictions.classOf[p] === classIndex && !used.has(p)) union += area
  return { aggregatedShared: shared, aggregatedUnion: union }
}

/** One class's figures over images, all 0 to 1; null where nothing is there nor predicted (sq: where nothing matches). */
export interface ObjectFigures {
  /** TP / (TP + FP + FN) at IoU 0.5, of each image, then the mean over images with objects: the 2018 Data Science Bowl's. */
  readonly ap50: number | null
  /** The same, mean over IoU 0.50, 0.55 ... 0.95: the Data Science Bowl's score (Caicedo et al., Nature Methods 16, 2019). */
  readonly ap: number | null
  /** The same with objects of all images counted together, as StarDist reports it (Schmidt et al., MICCAI 2018). */
  readonly ap50Pooled: number | null
  readonly apPooled: number | null
  /** At IoU 0.5, objects of all images together. */
  readonly precision50: number | null
  readonly recall50: number | null
  /** Panoptic quality, sum of matched IoU / (TP + FP / 2 + FN / 2), is sq x rq (Kirillov et al., CVPR 2019). */
  readonly pq: number | null
  /** Mean IoU of what matches. */
  readonly sq: number | null
  /** F1 at IoU 0.5. */
  readonly rq: number | null
  /** Aggregated Jaccard index of each image, then the mean over images with objects. */
  readonly aji: number | null
}

/** The figures of tallies, one an image, as they are or as a bootstrap resample weights them. */
export function createObjectFigures(tallies: readonly ObjectTally[]): (weights?: ImageWeights) => ObjectFigures {
  const accuracies = tallies.map((tally) => OBJECT_THRESHOLDS.map((_, t) => ratio(tally.hits[t]!, tally.extra[t]! + tally.truths)))
  const at50 = accuracies.map(([first]) => first ?? null)
  const overThresholds = accuracies.map(meanOfKnown)
  const aggregated = tallies.map(({ aggregatedShared, aggregatedUnion }) => ratio(aggregatedShared, aggregatedUnion))
  return (weights) => {
    const pooled = OBJECT_THRESHOLDS.map((_, t) => sumTallies(tallies, t, weights))
    const { hits, extra, missed } = pooled[0]!
    const iouSum = tallies.reduce((sum, tally, i) => sum + weightOf(weights, i) * tally.iouSum, 0)
    return {
      ap50: weightedMean(at50, weights),
      ap: weightedMean(overThresholds, weights),
      ap50Pooled: ratio(hits, hits + extra + missed),
      apPooled: meanOfKnown(pooled.map((sums) => ratio(sums.hits, sums.hits + sums.extra + sums.missed))),
      precision50: ratio(hits, hits + extra),
      recall50: ratio(hits, hits + missed),
      pq: ratio(iouSum, hits + extra / 2 + missed / 2),
      sq: ratio(iouSum, hits),
      rq: ratio(2 * hits, 2 * hits + extra + missed),
      aji: weightedMean(aggregated, weights),
    }
  }
}

function sumTallies(tallies: readonly ObjectTally[], t: number, weights?: ImageWeights): { hits: number; extra: number; missed: number } {
  const sums = { hits: 0, extra: 0, missed: 0 }
  for (const [i, tally] of tallies.entries()) {
    const weight = weightOf(weights, i)
    sums.hits += weight * tally.hits[t]!
    sums.extra += weight * tally.extra[t]!
    sums.missed += weight * (tally.truths - tally.hits[t]!)
  }
  return sums
}

function weightOf(weights: ImageWeights | undefined, i: number): number {
  return weights === undefined ? 1 : weights[i]!
}
