import { isFinished } from '#shared/records/image.ts'
import { AppError } from '#shared/errors.ts'
import type { Box } from '#shared/geometry/box.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { type AnyMaskTarget, type AreaShape, drawShape, isAreaShape, shapesToLabelMap } from '#shared/masks/draw-shape.ts'
import type { SegmentationMaps } from '#shared/metrics/segmentation-image.ts'
import { IGNORED_PIXEL } from '#shared/metrics/segmentation-overlap.ts'
import { createSegmentationReport, type SegmentationReport } from '#shared/metrics/segmentation-report.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassId } from '#shared/records/ids.ts'
import type { Shape } from '#shared/records/shape.ts'
import { writeAreasCsv } from '../../interchange/csv.ts'
import { type EvaluatedImage, type Evaluation, objectsOf, type WorkbenchTask } from './workbench-task.ts'

/** A class for each pixel: areas of tissue, or cells and their parts, counted one by one. */
export const segmentationTask: WorkbenchTask = {
  kind: 'segmentation',
  // A picture without any area is background where a person declared it done.
  isLabelled: (image, annotations) => annotations.some(({ shape }) => isArea(shape)) || isFinished(image),
  labelsOf: (annotations, classIndex) =>
    annotations.flatMap(({ shape, classId, crowd, difficult }) => {
      const index = classIndex.get(classId)
      if (!isArea(shape) || index === undefined) return []
      // Of a crowd or a difficult area nothing is learned, not even that it is background.
      return [{ shape, classIndex: index, ignore: crowd || difficult }]
    }),
  withinParts: (labels, parts) => {
    const { touches } = regionTest(parts)
    return labels.filter(({ shape }) => isPlaced(shape) && touches(shapeBounds(shape)))
  },
  learnsFrom: () => true,
  firstStep: 'Outline some areas with the brush or the polygon, or import masks, then train.',
  fewLabels: 10,
  warnings: (train) => {
    const inWork = train.filter(({ image, labels, parts }) => parts === undefined && image.state === 'in-work' && labels.length > 0).length
    return inWork > 0 ? [`${inWork} training images are still in work: what is not outlined there is learned as background.`] : []
  },
  // Where objects are counted, 0.5 is where as many are found as there are; elsewhere no area is told with less.
  countedFrom: 0.5,
  measuresAreas: true,
  evaluate,
  writePredictions: (file, run) => writeAreasCsv(file, objectsOf(run)),
  sharedClasses: 'none',
  checkClasses: (names) => {
    if (names.length <= MOST_CLASSES) return
    throw new AppError('wrong-classes', `A segmentation has at most ${MOST_CLASSES} classes, not ${names.length}.`, 'Name fewer classes.')
  },
}

/** Pixels hold a class in a byte, some values of which have a meaning of their own. */
const MOST_CLASSES = 250
/** Objects of images with more pixels are not compared: their numbers alone need 8 bytes a pixel. */
const MOST_OBJECT_PIXELS = 2 ** 27

/** A box says where an object is, not which pixels it has. */
type Outlined = Exclude<AreaShape, { readonly type: 'box' }>

function isArea(shape: Shape): shape is Outlined {
  return isAreaShape(shape) && shape.type !== 'box'
}

/**
 * Dice and Jaccard of each class over all pixels, objects by PQ and AP50, boundaries, with intervals; keys as the command line promises them.
 * `perClass` has the background too, by that name; the means are without it.
 */
function evaluate({ images, read, classes, score }: Evaluation): SegmentationReport {
  const report = createSegmentationReport({ classes: [BACKGROUND, ...classes.map(({ id, name }) => ({ id, name }))] })
  const places = new Map(classes.map(({ id }, i) => [id, i + 1]))
  // Images are drawn whole from groups where all have one.
  const grouped = images.every(({ group }) => group !== null)
  for (const image of images) {
    const { id, group, micronsPerPixel } = image
    report.add(
      { id, group: grouped ? (group ?? undefined) : undefined, micrometresPerPixel: micronsPerPixel ?? undefined },
      mapsOf(read(image), places, score),
    )
  }
  return report.report()
}

const BACKGROUND = { id: 'background', name: 'background' } as const

function mapsOf(
  { image, annotations, predictions, parts }: EvaluatedImage,
  places: ReadonlyMap<ClassId, number>,
  score: number,
): SegmentationMaps {
  const { width, height } = image
  const region = { x: 0, y: 0, width, height }
  const said = predictions.filter((prediction) => prediction.score >= score)
  const maps = {
    width,
    height,
    truth: withinParts(classMap(annotations, places, region), parts, region),
    predicted: classMap(said, places, region),
  }
  if (width * height > MOST_OBJECT_PIXELS) return maps
  const clear = annotations.filter((annotation) => !isIgnored(annotation))
  const known = said.filter(({ classId, shape }) => isArea(shape) && places.has(classId))
  return {
    ...maps,
    truthInstances: shapesToLabelMap(areasOf(clear, places), region),
    predictedInstances: shapesToLabelMap(areasOf(known, places), region),
    scores: new Map(known.map((prediction, i) => [i + 1, prediction.score])),
  }
}

/** What lies outside of the parts that are fully labelled is neither right nor wrong. */
function withinParts(map: Uint8Array, parts: EvaluatedImage['parts'], region: Box): Uint8Array {
  if (parts === undefined) return map
  const inside: AnyMaskTarget = new Uint8Array(map.length)
  for (const part of parts) drawShape(part, inside, region, 1)
  return map.map((value, i) => (inside[i] === 1 ? value : IGNORED_PIXEL))
}

interface Drawn {
  readonly shape: Shape
  readonly classId: ClassId
}

function isIgnored(one: Drawn & Partial<Pick<AnnotationRecord, 'crowd' | 'difficult'>>): boolean {
  return one.crowd === true || one.difficult === true
}

function areasOf(objects: readonly Drawn[], places: ReadonlyMap<ClassId, number>): Outlined[] {
  return objects.flatMap(({ shape, classId }) => (isArea(shape) && places.has(classId) ? [shape] : []))
}

/** Later areas lie over earlier ones, as they were learned. */
function classMap(objects: readonly Drawn[], places: ReadonlyMap<ClassId, number>, region: Box): Uint8Array {
  const map = new Uint8Array(region.width * region.height)
  for (const object of objects) {
    const place = places.get(object.classId)
    if (place !== undefined && isArea(object.shape)) drawShape(object.shape, map, region, isIgnored(object) ? IGNORED_PIXEL : place)
  }
  return map
}
