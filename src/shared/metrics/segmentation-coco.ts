import { COCO_THRESHOLDS, createClassMeter, type ImageWeights } from './coco-accumulate.ts'
import { ALL_AREAS, matchClass } from './coco-matching.ts'
import { type ImageBoxes } from './coco-overlaps.ts'
import { meanOfKnown } from './report-parts.ts'
import { indicesOfClass, type ObjectOverlaps } from './segmentation-objects.ts'

/** A class's objects by COCO's rules with the IoU of masks: needs a score of each prediction. null without truth. */
export interface CocoObjectFigures {
  /** Mean over IoU 0.50, 0.55 ... 0.95 of the interpolated average precision. */
  readonly cocoAp: number | null
  readonly cocoAp50: number | null
  readonly cocoAp75: number | null
  /** Mean over the same thresholds of the share of objects found. */
  readonly cocoAr: number | null
}

/** Objects of one class in one image, before it is known which image of the evaluation it is. */
export type ImageObjects = Omit<ImageBoxes, 'image'>

/** An object's score by its number in the predicted instance map. */
export type ObjectScores = ReadonlyMap<number, number>

/**
 * One image's objects of one class as COCO's matching takes them. Ignored ground is a crowd: what is predicted there is
 * not held against the net. Equal scores go by object number. Throws RangeError for a prediction without a finite score.
 */
export function cocoImageObjects(
  { truths, predictions, pairs, ignoredArea }: ObjectOverlaps,
  { classIndex, scores }: { readonly classIndex: number; readonly scores: ObjectScores },
): ImageObjects {
  const truthList = indicesOfClass(truths.classOf, classIndex)
  const placeOf = new Map(truthList.map((t, g) => [t, g]))
  const scored = indicesOfClass(predictions.classOf, classIndex).map((p) => ({ p, score: scoreOf(scores, predictions.ids[p]!) }))
  const ranked = scored.sort((a, b) => b.score - a.score || predictions.ids[a.p]! - predictions.ids[b.p]!)
  const found = ranked.map((): OverlapEntry[] => [])
  const rankOf = new Map(ranked.map(({ p }, d) => [p, d]))
  for (const { truth, predicted, shared } of pairs) {
    const [g, d] = [placeOf.get(truth), rankOf.get(predicted)]
    if (g === undefined || d === undefined) continue
    found[d]!.push({ g, overlap: shared / (truths.area[truth]! + predictions.area[predicted]! - shared) })
  }
  for (const [d, { p }] of ranked.entries()) {
    const ignored = ignoredArea[p]!
    if (ignored > 0) found[d]!.push({ g: truthList.length, overlap: ignored / (ignored + predictions.area[p]!) })
  }
  const crowd = ignoredArea.some((area) => area > 0) ? [{ ...common(classIndex), area: 0, crowd: true }] : []
  return {
    truths: [...truthList.map((t) => ({ ...common(classIndex), area: truths.area[t]! })), ...crowd],
    predictions: ranked.map(({ score }) => ({ ...common(classIndex), score })),
    ...flatten(found),
  }
}

interface OverlapEntry {
  /** Place of the truth in the image's list. */
  readonly g: number
  readonly overlap: number
}

function flatten(found: readonly OverlapEntry[][]): Pick<ImageBoxes, 'first' | 'truth' | 'overlap'> {
  const flat = found.flatMap((entries) => entries.sort((a, b) => a.g - b.g))
  const first = new Int32Array(found.length + 1)
  for (const [d, entries] of found.entries()) first[d + 1] = first[d]! + entries.length
  return { first, truth: Int32Array.from(flat, ({ g }) => g), overlap: Float64Array.from(flat, ({ overlap }) => overlap) }
}

/** Matching reads overlaps, not boxes, as long as no area range is asked for. */
function common(classId: number): { imageId: number; classId: number; box: ImageBoxes['truths'][number]['box'] } {
  return { imageId: 0, classId, box: { x: 0, y: 0, width: 0, height: 0 } }
}

function scoreOf(scores: ObjectScores, id: number): number {
  const score = scores.get(id)
  if (score === undefined || !Number.isFinite(score)) throw new RangeError(`Predicted object ${id} has the score ${score}`)
  return score
}

/** The figures over images, without COCO's limit of 100 objects an image, which fields of cells exceed. */
export function createCocoObjectFigures(images: readonly ImageObjects[]): (weights?: ImageWeights) => CocoObjectFigures {
  const settings = { thresholds: COCO_THRESHOLDS, areaRange: ALL_AREAS, maxDetections: Infinity }
  const meter = createClassMeter(
    matchClass({ classId: 0, images: images.map((objects, image) => ({ ...objects, image })) }, images.length, settings),
  )
  return (weights) => {
    const found = COCO_THRESHOLDS.map((_, t) => meter.averagePrecisionAndRecall(t, weights))
    const known = (value: number | undefined): number | null => (value === undefined || value < 0 ? null : value)
    const aps = found.map(({ averagePrecision }) => known(averagePrecision))
    return {
      cocoAp: meanOfKnown(aps),
      cocoAp50: aps[0] ?? null,
      cocoAp75: aps[5] ?? null,
      cocoAr: meanOfKnown(found.map(({ recall }) => known(recall))),
    }
  }
}
