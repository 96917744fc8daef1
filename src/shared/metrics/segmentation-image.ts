import { meanOfKnown } from './report-parts.ts'
import {
  boundaryDistances,
  type BoundaryDistances,
  boundaryF1,
  hausdorff95,
  type PixelWindow,
  usualTolerance,
} from './segmentation-boundary.ts'
import { cocoImageObjects, type ImageObjects, type ObjectScores } from './segmentation-coco.ts'
import { type BoundaryRecord, type SegmentedImageRecord } from './segmentation-figures.ts'
import {
  createOverlaps,
  type InstanceMap,
  type ObjectMaps,
  type ObjectOverlaps,
  type ObjectTally,
  tallyObjects,
} from './segmentation-objects.ts'
import { atOnce, stepped, type Steps } from '../steps.ts'
import { addCounts, countPixels, IGNORED_PIXEL, sumCounts } from './segmentation-overlap.ts'
import {
  createExtents,
  type Extents,
  type SegmentationMaps,
  type SegmentationSource,
  tilesOfSource,
  type WindowMaps,
  wholeSource,
} from './segmentation-source.ts'

export interface JudgeOptions {
  readonly id: string
  readonly classes: number
  /** Of the boundary F1, in pixels; default Csurka et al.'s 0.75 % of the image's diagonal. */
  readonly tolerance?: number | undefined
  readonly micrometresPerPixel?: number | undefined
  /** Pixels of an image that are in memory at once; for tests. */
  readonly tile?: number | undefined
}

/** Boundaries of more pixels than this (the class's window in the image) are not measured: a distance map needs 8 bytes each, twice. */
export const MOST_BOUNDARY_PIXELS = 2 ** 24

/**
 * All that the figures need of one image. A large one is walked through tile by tile; classes and objects are then read anew, each in its window,
 * for what lies between their boundaries. Throws RangeError for maps whose sizes or values do not fit.
 */
export const judgeImage = (given: SegmentationMaps | SegmentationSource, options: JudgeOptions): SegmentedImageRecord =>
  atOnce(judgeSteps(given, options))

/** judgeImage, with a step for each tile, class and pair of objects: a slide takes minutes. */
export function* judgeSteps(given: SegmentationMaps | SegmentationSource, options: JudgeOptions): Steps<SegmentedImageRecord> {
  const source = heldWhole('read' in given ? given : wholeSource(given), options.tile)
  const classes = Array.from({ length: options.classes }, (_, k) => k)
  const tolerance = options.tolerance ?? usualTolerance(source.width, source.height)
  const { counts, windows, overlaps, windowsOf } = yield* walk(source, options)
  const objects = overlaps && classes.map((k) => tallyObjects(overlaps, k))
  const hausdorff = ({ truth, predicted }: ObjectPair): number | null =>
    overlaps && objectDistance(source, windowsOf, overlaps.truths.ids[truth]!, overlaps.predictions.ids[predicted]!)
  const boundaries = yield* stepped(classes, (k) => classBoundary(source, k, windows.get(k), tolerance))
  const objectHausdorff: (number | null)[] = []
  for (const { matched } of objects ?? []) objectHausdorff.push(meanOfKnown(yield* stepped(matched, hausdorff)))
  return {
    id: options.id,
    counts,
    boundaries,
    objects,
    objectHausdorff,
    coco: cocoOf(overlaps, source.scores, classes),
    micrometresPerPixel: options.micrometresPerPixel ?? null,
  }
}

/** An image of one tile is read once. */
function heldWhole(source: SegmentationSource, tile: number | undefined): SegmentationSource {
  const { width, height, scores } = source
  const [first, ...more] = tilesOfSource(width, height, tile)
  return first === undefined || more.length > 0 ? source : wholeSource({ width, height, scores, ...source.read(first) })
}

type ObjectPair = ObjectTally['matched'][number]
type Windows = ReadonlyMap<number, PixelWindow>

interface Walked {
  readonly counts: number[][]
  /** Where pixels of a class are, or are said to be. */
  readonly windows: Windows
  /** null without instance maps. */
  readonly overlaps: ObjectOverlaps | null
  /** Where each object is, by its number. */
  readonly windowsOf: { readonly truths: Windows; readonly predictions: Windows }
}

/** One walk over all pixels. */
function* walk(source: SegmentationSource, { classes, tile: most }: JudgeOptions): Steps<Walked> {
  const counts = sumCounts([], classes)
  const [ofClasses, ofTruths, ofPredictions, overlaps] = [createExtents(), createExtents(), createExtents(), createOverlaps()]
  let instances = false
  for (const tile of tilesOfSource(source.width, source.height, most)) {
    yield
    const blank = source.blank(tile)
    if (blank !== null) {
      if (blank !== IGNORED_PIXEL) addBlank(counts, ofClasses, tile, blank)
      continue
    }
    const maps = source.read(tile)
    addCounts(counts, countPixels(maps.truth, maps.predicted, classes))
    const objects = objectMaps(maps)
    if (objects !== null) {
      instances = true
      overlaps.add(objects)
      extend(ofTruths, tile, objects.truthInstances, maps.truth)
      extend(ofPredictions, tile, objects.predictedInstances, maps.truth)
    }
    extend(ofClasses, tile, maps.truth, maps.truth, true)
    extend(ofClasses, tile, maps.predicted, maps.truth, true)
  }
  const windowsOf = { truths: ofTruths.windows(), predictions: ofPredictions.windows() }
  return { counts, windows: ofClasses.windows(), overlaps: instances ? overlaps.overlaps() : null, windowsOf }
}

/** A tile that was not looked at: background on both sides. */
function addBlank(counts: number[][], extents: Extents, { x, y, width, height }: PixelWindow, k: number): void {
  counts[k]![k]! += width * height
  extents.add(k, x, y)
  extents.add(k, x + width - 1, y + height - 1)
}

/** Ignored pixels are outside on both sides; 0 is no object, but a class. */
function extend(extents: Extents, tile: PixelWindow, map: InstanceMap, truth: Uint8Array, zero = false): void {
  for (let row = 0, i = 0; row < tile.height; row++)
    for (let column = 0; column < tile.width; column++, i++) {
      const key = map[i]!
      if ((key === 0 && !zero) || truth[i] === IGNORED_PIXEL) continue
      extents.add(key, tile.x + column, tile.y + row)
    }
}

function objectMaps({ truth, predicted, truthInstances, predictedInstances }: WindowMaps): ObjectMaps | null {
  if (truthInstances === undefined && predictedInstances === undefined) return null
  if (truthInstances === undefined || predictedInstances === undefined)
    throw new RangeError('Instance maps of truth and prediction come together')
  return { truth, predicted, truthInstances, predictedInstances }
}

function cocoOf(
  overlaps: ObjectOverlaps | null,
  scores: ObjectScores | undefined,
  classes: readonly number[],
): readonly ImageObjects[] | null {
  if (overlaps === null || (scores === undefined && overlaps.predictions.ids.length > 0)) return null
  return classes.map((classIndex) => cocoImageObjects(overlaps, { classIndex, scores: scores ?? new Map() }))
}

function classBoundary(source: SegmentationSource, k: number, window: PixelWindow | undefined, tolerance: number): BoundaryRecord {
  const distances = window && distancesIn(source, window, ({ truth, predicted }) => [truth, k, predicted, k])
  return distances
    ? { hausdorff95: hausdorff95(distances), boundaryF1: boundaryF1(distances, tolerance) }
    : { hausdorff95: null, boundaryF1: null }
}

/** The 95 % Hausdorff distance of a matched pair of objects, from the windows of both. */
function objectDistance(source: SegmentationSource, windowsOf: Walked['windowsOf'], truthId: number, predictedId: number): number | null {
  const window = union(windowsOf.truths.get(truthId)!, windowsOf.predictions.get(predictedId)!)
  const distances = distancesIn(source, window, ({ truthInstances, predictedInstances }) => [
    ...([truthInstances!, truthId] as const),
    ...([predictedInstances!, predictedId] as const),
  ])
  return distances && hausdorff95(distances)
}

/** What is compared of a window: a map and its value that is inside, of truth and prediction. Ignored pixels are outside on both sides. */
type Sides = readonly [there: InstanceMap, there: number, said: InstanceMap, said: number]

function distancesIn(source: SegmentationSource, window: PixelWindow, sides: (maps: WindowMaps) => Sides): BoundaryDistances | null {
  const { width, height } = window
  if (width * height > MOST_BOUNDARY_PIXELS) return null
  const maps = source.read(window)
  const [there, a, said, b] = sides(maps)
  const inside = (map: InstanceMap, value: number): Uint8Array => {
    const mask = new Uint8Array(width * height)
    for (let i = 0; i < mask.length; i++) if (map[i] === value && maps.truth[i] !== IGNORED_PIXEL) mask[i] = 1
    return mask
  }
  return boundaryDistances({ mask: inside(there, a), width, height }, { mask: inside(said, b), width, height })
}

function union(a: PixelWindow, b: PixelWindow): PixelWindow {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y }
}
