import type { Box } from '#shared/geometry/box.ts'
import { buildBoxIndex, type BoxIndex } from '#shared/geometry/box-index.ts'
import { frameOfBox } from '#shared/geometry/frame.ts'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { type AnyMaskTarget, type AreaShape, drawShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import type { Key } from '#shared/metrics/detection-records.ts'
import { IGNORED_PIXEL } from '#shared/metrics/segmentation-overlap.ts'
import type { SegmentationSource } from '#shared/metrics/segmentation-source.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassId } from '#shared/records/ids.ts'
import type { Shape } from '#shared/records/shape.ts'
import { placesAlone } from './place-alone.ts'
import type { EvaluatedImage } from './workbench-task.ts'

/** A box says where an object is, not which pixels it has. */
export type Outlined = Exclude<AreaShape, { readonly type: 'box' }>

export function isArea(shape: Shape): shape is Outlined {
  return isAreaShape(shape) && shape.type !== 'box'
}

/** What points of a class that is outlined on the same image may cover: neither background nor anything else. Outlines lie over it. */
export function unoutlined(
  annotations: readonly AnnotationRecord[],
): Pick<AnnotationRecord, 'id' | 'classId' | 'shape' | 'crowd' | 'difficult'>[] {
  return placesAlone(annotations, isArea).map(({ id, classId, box }) => ({
    ...{ id, classId, crowd: true, difficult: false },
    shape: { type: 'ellipse', ...frameOfBox(box) },
  }))
}

/** `truthIds` and `predictedIds`: the objects by their numbers in the maps, from 1. */
interface EvaluatedAreas extends SegmentationSource {
  readonly truthIds: readonly Key[]
  readonly predictedIds: readonly Key[]
}

/** An object as it lies in the maps. */
interface DrawnArea {
  readonly id: Key
  readonly shape: Outlined
  readonly bounds: Box
  /** Its place among the classes, from 1, or IGNORED_PIXEL. */
  readonly value: number
  /** Its number among the objects of its side; 0: it is none. */
  readonly number: number
}

/**
 * An image's areas as annotated and as predicted, drawn window by window, so that a slide may be of any size. Later areas lie over earlier
 * ones, as they were learned. What lies outside of the parts that are fully labelled is neither right nor wrong.
 */
export function evaluatedAreas(
  { image: { width, height }, annotations, predictions, parts }: EvaluatedImage,
  places: ReadonlyMap<ClassId, number>,
  score: number,
): EvaluatedAreas {
  const inside = parts && { shapes: parts, index: buildBoxIndex(parts.map(shapeBounds)) }
  // What lies wholly beside the parts is not asked about.
  const counts = ({ classId, shape }: Drawn): boolean =>
    isArea(shape) && places.has(classId) && (inside === undefined || inside.index.search(shapeBounds(shape)).length > 0)
  const known = predictions.filter((prediction) => prediction.score >= score && counts(prediction))
  const truths = layerOf([...unoutlined(annotations), ...annotations].filter(counts), places)
  const predicted = layerOf(known, places)
  const nothing = (window: Box): boolean => truths.index.search(window).length === 0 && predicted.index.search(window).length === 0
  return {
    ...{ truthIds: idsOf(truths), predictedIds: idsOf(predicted) },
    ...{ width, height, scores: new Map(known.map((prediction, i) => [i + 1, prediction.score])) },
    blank: (window) => {
      if (!nothing(window)) return null
      if (inside === undefined) return 0
      return inside.index.search(window).length === 0 ? IGNORED_PIXEL : null
    },
    read: (window) => {
      const [truth, truthInstances] = drawn(truths, window)
      const [guess, predictedInstances] = drawn(predicted, window)
      if (inside !== undefined) ignoreOutside(truth, { ...inside, window })
      return { truth, predicted: guess, truthInstances, predictedInstances }
    },
  }
}

interface Layer {
  readonly areas: readonly DrawnArea[]
  readonly index: BoxIndex
}

const idsOf = ({ areas }: Layer): Key[] => areas.flatMap(({ id, number }) => (number > 0 ? [id] : []))

interface Drawn {
  readonly id: Key
  readonly shape: Shape
  readonly classId: ClassId
}

/** Crowds and difficult areas are drawn, but are no objects. */
function layerOf(
  objects: readonly (Drawn & Partial<Pick<AnnotationRecord, 'crowd' | 'difficult'>>)[],
  places: ReadonlyMap<ClassId, number>,
): Layer {
  const areas: DrawnArea[] = []
  let number = 0
  for (const { id, shape, classId, crowd, difficult } of objects) {
    const place = places.get(classId)
    if (place === undefined || !isArea(shape)) continue
    const ignored = crowd === true || difficult === true
    areas.push({ id, shape, bounds: shapeBounds(shape), value: ignored ? IGNORED_PIXEL : place, number: ignored ? 0 : ++number })
  }
  return { areas, index: buildBoxIndex(areas.map(({ bounds }) => bounds)) }
}

/** Classes and object numbers of a window; an area that is no object leaves the numbers below it. */
function drawn({ areas, index }: Layer, window: Box): [Uint8Array<ArrayBuffer>, Int32Array] {
  const pixels = window.width * window.height
  const [classes, numbers] = [new Uint8Array(pixels), new Int32Array(pixels)]
  for (const i of index.search(window).sort((a, b) => a - b)) {
    const { shape, value, number } = areas[i]!
    drawShape(shape, classes, window, value)
    if (number > 0) drawShape(shape, numbers, window, number)
  }
  return [classes, numbers]
}

function ignoreOutside(
  truth: Uint8Array,
  { shapes, index, window }: { readonly shapes: NonNullable<EvaluatedImage['parts']>; readonly index: BoxIndex; readonly window: Box },
): void {
  const inside: AnyMaskTarget = new Uint8Array(truth.length)
  for (const i of index.search(window)) drawShape(shapes[i]!, inside, window, 1)
  for (let i = 0; i < truth.length; i++) if (inside[i] === 0) truth[i] = IGNORED_PIXEL
}
