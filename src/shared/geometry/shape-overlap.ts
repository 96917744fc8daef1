import type { Shape } from '../records/shape.ts'
import { iou } from './box.ts'
import { isPlaced, shapeBounds } from './shape-bounds.ts'

/**
 * How much two shapes are the same object, 0..1: intersection over union of boxes and of the bounds of areas; two labels of a whole image
 * are the same thing said of it. A point overlaps nothing.
 */
export function shapeOverlap(a: Shape, b: Shape): number {
  if (!isPlaced(a) || !isPlaced(b)) return a.type === b.type ? 1 : 0
  if (a.type === 'point' || b.type === 'point') return 0
  return iou(shapeBounds(a), shapeBounds(b))
}
