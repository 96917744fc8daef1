import { agreement, type ConfusionCounts } from './classification.ts'
import { type ImageWeights } from './coco-accumulate.ts'
import { type CountAgreement, countAgreement, type CountPair } from './counts.ts'
import { weightedMean } from './report-parts.ts'
import { createCocoObjectFigures, type ImageObjects } from './segmentation-coco.ts'
import { createObjectFigures, type ObjectTally } from './segmentation-objects.ts'
import { classOverlap, sumCounts } from './segmentation-overlap.ts'

/** What stays of one image when its maps are gone. Lists have one entry a class. */
export interface SegmentedImageRecord {
  readonly id: string
  readonly counts: ConfusionCounts
  readonly boundaries: readonly BoundaryRecord[]
  /** null without instance maps. */
  readonly objects: readonly ObjectTally[] | null
  /** Mean over matched objects of their own Hausdorff distance, in pixels. */
  readonly objectHausdorff: readonly (number | null)[]
  /** null without scores. */
  readonly coco: readonly ImageObjects[] | null
  readonly micrometresPerPixel: number | null
}

export interface BoundaryRecord {
  /** Pixels; null where the class is missing on one side. */
  readonly hausdorff95: number | null
  readonly boundaryF1: number | null
}

export const PIXEL_FIGURES = [
  'dice',
  'jaccard',
  'sensitivity',
  'specificity',
  'ppv',
  'diceImageMean',
  'jaccardImageMean',
  'hausdorff95',
  'hausdorff95Micrometres',
  'boundaryF1',
] as const

/**
 * A class by pixels: dice to ppv accumulated over all pixels of all images (see ClassOverlap); the image means over the
 * images where the class is there or said; hausdorff95 (pixels; in µm over images of known scale) over images where it
 * is both; boundaryF1 over images where it is either.
 */
export type PixelFigures = Readonly<Record<(typeof PIXEL_FIGURES)[number], number | null>>

export const OBJECT_FIGURES = [
  'ap50',
  'ap',
  'ap50Pooled',
  'apPooled',
  'precision50',
  'recall50',
  'pq',
  'sq',
  'rq',
  'aji',
  'hausdorff95',
  'cocoAp',
  'cocoAp50',
  'cocoAp75',
  'cocoAr',
] as const

/**
 * A class by objects (see ObjectFigures, CocoObjectFigures); hausdorff95 is the mean over images of the mean over matched
 * objects, in pixels. The coco figures are null where predictions have no scores.
 */
export type SegmentedObjectFigures = Readonly<Record<(typeof OBJECT_FIGURES)[number], number | null>>

/** See CountAgreement. */
export type CountFigures = Pick<CountAgreement, 'r2' | 'rmse' | 'bias'>

export interface SegmentationFigures {
  /** Share of pixels said right, all classes. */
  readonly pixelAccuracy: number | null
  readonly perClass: readonly PixelFigures[]
  /** Of each class; null without instance maps. */
  readonly objects: readonly SegmentedObjectFigures[] | null
  readonly counts: readonly CountFigures[] | null
}

/**
 * All figures that are one number, of the images as they are or as a bootstrap resample weights them. Objects are
 * evaluated over the images that have instance maps.
 */
export function createSegmentationFigures(
  records: readonly SegmentedImageRecord[],
  classes: number,
): (weights?: ImageWeights) => SegmentationFigures {
  const counts = records.map((record) => record.counts)
  const pixels = Array.from({ length: classes }, (_, k) => createPixelFigures(records, k))
  const objects = records.some((record) => record.objects) ? Array.from({ length: classes }, (_, k) => createOfObjects(records, k)) : null
  const pairs = objects && objects.map((_, k) => objectCounts(records, k))
  const instanced = records.flatMap((record, i) => (record.objects ? [i] : []))
  return (weights) => {
    const sum = sumCounts(counts, classes, weights)
    const weightsOfInstanced = weights && instanced.map((i) => weights[i]!)
    return {
      pixelAccuracy: agreement(sum).accuracy,
      perClass: pixels.map((figures) => figures(sum, weights)),
      objects: objects && objects.map((figures) => figures(weightsOfInstanced)),
      counts: pairs && pairs.map((ofClass) => countFigures(ofClass, weightsOfInstanced)),
    }
  }
}

function createPixelFigures(
  records: readonly SegmentedImageRecord[],
  k: number,
): (sum: ConfusionCounts, weights?: ImageWeights) => PixelFigures {
  const overlaps = records.map(({ counts }) => classOverlap(counts, k))
  const [dices, jaccards] = [overlaps.map(({ dice }) => dice), overlaps.map(({ jaccard }) => jaccard)]
  const hausdorffs = records.map(({ boundaries }) => boundaries[k]!.hausdorff95)
  const inMicrometres = hausdorffs.map((distance, i) => times(distance, records[i]!.micrometresPerPixel))
  const boundaryF1s = records.map(({ boundaries }) => boundaries[k]!.boundaryF1)
  return (sum, weights) => ({
    ...classOverlap(sum, k),
    diceImageMean: weightedMean(dices, weights),
    jaccardImageMean: weightedMean(jaccards, weights),
    hausdorff95: weightedMean(hausdorffs, weights),
    hausdorff95Micrometres: weightedMean(inMicrometres, weights),
    boundaryF1: weightedMean(boundaryF1s, weights),
  })
}

function createOfObjects(records: readonly SegmentedImageRecord[], k: number): (weights?: ImageWeights) => SegmentedObjectFigures {
  const instanced = records.filter((record) => record.objects)
  const figures = createObjectFigures(instanced.map(({ objects }) => objects![k]!))
  const hausdorffs = instanced.map(({ objectHausdorff }) => objectHausdorff[k] ?? null)
  const coco = instanced.every((record) => record.coco) ? createCocoObjectFigures(instanced.map((record) => record.coco![k]!)) : null
  return (weights) => ({
    ...figures(weights),
    hausdorff95: weightedMean(hausdorffs, weights),
    ...(coco?.(weights) ?? { cocoAp: null, cocoAp50: null, cocoAp75: null, cocoAr: null }),
  })
}

function countFigures(pairs: readonly CountPair[], weights?: ImageWeights): CountFigures {
  const { r2, rmse, bias } = countAgreement(pairs, weights)
  return { r2, rmse, bias }
}

/** Objects of class k as annotated and as predicted, one pair an image with instance maps. */
export function objectCounts(records: readonly SegmentedImageRecord[], k: number): CountPair[] {
  return records.flatMap(({ id, objects }) =>
    objects ? [{ imageId: id, annotated: objects[k]!.truths, counted: objects[k]!.predictions }] : [],
  )
}

function times(value: number | null, factor: number | null): number | null {
  return value === null || factor === null ? null : value * factor
}
