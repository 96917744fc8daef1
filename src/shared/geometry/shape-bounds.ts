import type { ImageShape, Shape } from '../records/shape.ts'
import type { Box } from './box.ts'

/** A shape that has a place on the image, unlike the label of a whole image. */
export type PlacedShape = Exclude<Shape, ImageShape>

export function isPlaced(shape: Shape): shape is PlacedShape {
  return shape.type !== 'image'
}

/** The smallest upright box round a shape, in its pixels; of a point it has no size. */
export function shapeBounds(shape: PlacedShape): Box {
  if (shape.type === 'point') return { x: shape.x, y: shape.y, width: 0, height: 0 }
  if (shape.type === 'polygon') return ringBounds(shape.rings)
  return { x: shape.x, y: shape.y, width: shape.width, height: shape.height }
}

function ringBounds(rings: readonly (readonly number[])[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const ring of rings)
    for (let i = 0; i < ring.length; i += 2) {
      left = Math.min(left, ring[i]!)
      right = Math.max(right, ring[i]!)
      top = Math.min(top, ring[i + 1]!)
      bottom = Math.max(bottom, ring[i + 1]!)
    }
  return { x: left, y: top, width: right - left, height: bottom - top }
}
