import type { ImageShape, Shape } from '../records/shape.ts'
import { intersectBoxes, type Box } from './box.ts'
import { framedBounds, isFramed } from './frame.ts'
import { isLine } from './line.ts'
import type { Size } from './point.ts'

/** A shape that has a place on the image, unlike the label of a whole image. */
export type PlacedShape = Exclude<Shape, ImageShape>

export function isPlaced(shape: Shape): shape is PlacedShape {
  return shape.type !== 'image'
}

/** The smallest upright box round a shape, in its pixels; of a point it has no size, of a line along an axis no width or height. */
export function shapeBounds(shape: PlacedShape): Box {
  if (shape.type === 'point') return { x: shape.x, y: shape.y, width: 0, height: 0 }
  if (shape.type === 'polygon') return ringBounds(shape.rings)
  if (isFramed(shape)) return framedBounds(shape)
  if (isLine(shape)) return ringBounds([shape.points])
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

/** Whether anything of a shape's bounds lies on an image. */
export function touchesImage(shape: PlacedShape, image: Size): boolean {
  const { x, y, width, height } = shapeBounds(shape)
  if (shape.type === 'point' || isLine(shape)) return x <= image.width && y <= image.height && x + width >= 0 && y + height >= 0
  return intersectBoxes({ x, y, width, height }, { x: 0, y: 0, ...image }) !== null
}
