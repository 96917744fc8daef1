import { meanOfKnown } from './report-parts.ts'
import {
  boundaryDistances,
  type BoundaryDistances,
  boundaryF1,
  boundsOf,
  cutMask,
  hausdorff95,
  type PixelWindow,
  usualTolerance,
} from './segmentation-boundary.ts'
import { cocoImageObjects, type ImageObjects, type ObjectScores } from './segmentation-coco.ts'
import { type BoundaryRecord, type SegmentedImageRecord } from './segmentation-figures.ts'
import { type InstanceMap, type ObjectOverlaps, type ObjectTally, overlapObjects, tallyObjects } from './segmentation-objects.ts'
import { countPixels, IGNORED_PIXEL } from './segmentation-overlap.ts'

/** One image's maps, row-major, width * height long. */
export interface SegmentationMaps {
  readonly width: number
  readonly height: number
  /** Class index a pixel, IGNORED_PIXEL (255) where nobody said. */
  readonly truth: Uint8Array
  /** Class index a pixel. */
  readonly predicted: Uint8Array
  /** Object number a pixel, 0 for none. Both or neither. */
  readonly truthInstances?: InstanceMap | undefined
  readonly predictedInstances?: InstanceMap | undefined
  /** Scores of the predicted objects by number, for COCO's AP. */
  readonly scores?: ObjectScores | undefined
}

export interface JudgeOptions {
  readonly id: string
  readonly classes: number
  /** Of the boundary F1, in pixels; default Csurka et al.'s 0.75 % of the image's diagonal. */
  readonly tolerance?: number | undefined
  readonly micrometresPerPixel?: number | undefined
}

/** Boundaries of more pixels than this (the class's window in the image) are not measured: a distance map needs 8 bytes each, twice. */
export const MOST_BOUNDARY_PIXELS = 2 ** 24

/** All that the figures need of one image. Throws RangeError for maps whose sizes or values do not fit. */
export function judgeImage(maps: SegmentationMaps, options: JudgeOptions): SegmentedImageRecord {
  const { width, height, truth, predicted } = maps
  if (truth.length !== width * height) throw new RangeError(`A map of ${width} x ${height} pixels does not have ${truth.length}`)
  const classes = Array.from({ length: options.classes }, (_, k) => k)
  const tolerance = options.tolerance ?? usualTolerance(width, height)
  const overlaps = overlapsOf(maps)
  const objects = overlaps && classes.map((k) => tallyObjects(overlaps, k))
  const objectDistances = createObjectDistances(maps, overlaps)
  return {
    id: options.id,
    counts: countPixels(truth, predicted, options.classes),
    boundaries: classes.map((k) => classBoundary(maps, k, tolerance)),
    objects,
    objectHausdorff: objects === null ? [] : objects.map((tally) => meanOfKnown(tally.matched.map((pair) => objectDistances(pair)))),
    coco: cocoOf(overlaps, maps.scores, classes),
    micrometresPerPixel: options.micrometresPerPixel ?? null,
  }
}

function overlapsOf({ truth, predicted, truthInstances, predictedInstances }: SegmentationMaps): ObjectOverlaps | null {
  if (truthInstances === undefined && predictedInstances === undefined) return null
  if (truthInstances === undefined || predictedInstances === undefined)
    throw new RangeError('Instance maps of truth and prediction come together')
  return overlapObjects({ truth, predicted, truthInstances, predictedInstances })
}

function cocoOf(
  overlaps: ObjectOverlaps | null,
  scores: ObjectScores | undefined,
  classes: readonly number[],
): readonly ImageObjects[] | null {
  if (overlaps === null || (scores === undefined && overlaps.predictions.ids.length > 0)) return null
  return classes.map((classIndex) => cocoImageObjects(overlaps, { classIndex, scores: scores ?? new Map() }))
}

/** Ignored pixels are outside on both sides. */
function classBoundary({ width, height, truth, predicted }: SegmentationMaps, k: number, tolerance: number): BoundaryRecord {
  const there = (i: number): boolean => truth[i] === k
  const said = (i: number): boolean => predicted[i] === k && truth[i] !== IGNORED_PIXEL
  const window = boundsOf(width, height, (i) => there(i) || said(i))
  const distances = window && distancesIn(width, window, there, said)
  return distances
    ? { hausdorff95: hausdorff95(distances), boundaryF1: boundaryF1(distances, tolerance) }
    : { hausdorff95: null, boundaryF1: null }
}

function distancesIn(
  imageWidth: number,
  window: PixelWindow,
  there: (pixel: number) => boolean,
  said: (pixel: number) => boolean,
): BoundaryDistances | null {
  if (window.width * window.height > MOST_BOUNDARY_PIXELS) return null
  return boundaryDistances(cutMask(imageWidth, window, there), cutMask(imageWidth, window, said))
}

type ObjectPair = ObjectTally['matched'][number]

/** The 95 % Hausdorff distance of a matched pair of objects, from the windows of both. */
function createObjectDistances(maps: SegmentationMaps, overlaps: ObjectOverlaps | null): (pair: ObjectPair) => number | null {
  const { width, truth, truthInstances, predictedInstances } = maps
  if (overlaps === null || truthInstances === undefined || predictedInstances === undefined) return () => null
  const windowsOfTruths = objectWindows(maps, truthInstances)
  const windowsOfPredictions = objectWindows(maps, predictedInstances)
  return ({ truth: t, predicted: p }) => {
    const [truthId, predictedId] = [overlaps.truths.ids[t]!, overlaps.predictions.ids[p]!]
    const window = union(windowsOfTruths.get(truthId)!, windowsOfPredictions.get(predictedId)!)
    const there = (i: number): boolean => truthInstances[i] === truthId && truth[i] !== IGNORED_PIXEL
    const said = (i: number): boolean => predictedInstances[i] === predictedId && truth[i] !== IGNORED_PIXEL
    const distances = distancesIn(width, window, there, said)
    return distances && hausdorff95(distances)
  }
}

function objectWindows({ width, height, truth }: SegmentationMaps, instances: InstanceMap): Map<number, PixelWindow> {
  const edges = new Map<number, { left: number; top: number; right: number; bottom: number }>()
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const id = instances[i]!
      if (id === 0 || truth[i] === IGNORED_PIXEL) continue
      const edge = edges.get(id)
      if (edge === undefined) {
        edges.set(id, { left: x, top: y, right: x, bottom: y })
        continue
      }
      if (x < edge.left) edge.left = x
      if (x > edge.right) edge.right = x
      edge.bottom = y
    }
  return new Map(
    Array.from(edges, ([id, { left, top, right, bottom }]) => [id, { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }]),
  )
}

function union(a: PixelWindow, b: PixelWindow): PixelWindow {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y }
}
