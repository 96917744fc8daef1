import type { Shape } from '../records/shape.ts'
import { type Box, iou } from './box.ts'
import { buildBoxIndex } from './box-index.ts'
import { isLine } from './line.ts'
import { isPlaced, shapeBounds } from './shape-bounds.ts'

/** IoU from which two shapes are held to show the same object, as counting has it. */
export const SAME_OBJECT = 0.5

/**
 * How much two shapes are the same object, 0..1: intersection over union of boxes and of the bounds of areas; two labels of a whole image
 * are the same thing said of it. Points and lines overlap nothing.
 */
export function shapeOverlap(a: Shape, b: Shape): number {
  return overlapIndex([a]).overlaps(b)[0]?.overlap ?? 0
}

/** A shape that overlaps another. */
export interface Overlap {
  /** Its place in the list that the index was made of. */
  readonly index: number
  /** As `shapeOverlap`, above 0. */
  readonly overlap: number
}

/** Shapes that many others are compared with: their bounds are computed once, and just those nearby are looked at. */
export interface OverlapIndex {
  /** All that overlap this shape, in the order of the list. */
  overlaps(shape: Shape): Overlap[]
}

export function overlapIndex(shapes: readonly Shape[]): OverlapIndex {
  const areas = shapes.flatMap((shape, index) => extentOf(shape).map((box) => ({ index, box })))
  const tree = buildBoxIndex(areas.map(({ box }) => box))
  const labels = shapes.flatMap((shape, index) => (isPlaced(shape) ? [] : [{ index, overlap: 1 }]))
  const near = (box: Box): Overlap[] => tree.search(box).map((at) => ({ index: areas[at]!.index, overlap: iou(areas[at]!.box, box) }))
  return {
    overlaps: (shape) => {
      if (!isPlaced(shape)) return [...labels]
      return extentOf(shape)
        .flatMap(near)
        .filter(({ overlap }) => overlap > 0)
        .sort((a, b) => a.index - b.index)
    },
  }
}

/** The bounds of a shape that covers an area; null where it covers none or stands for the image as a whole. */
export const areaBounds = (shape: Shape): Box | null =>
  isPlaced(shape) && shape.type !== 'point' && !isLine(shape) ? shapeBounds(shape) : null

const extentOf = (shape: Shape): Box[] => {
  const bounds = areaBounds(shape)
  return bounds === null ? [] : [bounds]
}
