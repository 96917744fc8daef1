import { assertNever } from '../assert.ts'
import type { Point } from '../geometry/point.ts'
import type { Shape } from '../records/shape.ts'
import { shiftMaskShape } from './shift-mask.ts'

/** A shape moved by image pixels, a mask by the nearest whole ones. `settle` is what becomes of each new coordinate. */
export function translateShape(shape: Shape, { x, y }: Point, settle: (value: number) => number = (value) => value): Shape {
  const moved = (flat: readonly number[]): number[] => flat.map((value, i) => settle(value + (i % 2 === 0 ? x : y)))
  switch (shape.type) {
    case 'image':
      return shape
    case 'box':
    case 'point':
      return { ...shape, x: settle(shape.x + x), y: settle(shape.y + y) }
    case 'ellipse':
    case 'rotated-box':
      return { ...shape, cx: settle(shape.cx + x), cy: settle(shape.cy + y) }
    case 'polygon':
      return { ...shape, rings: shape.rings.map(moved) }
    case 'polyline':
    case 'ruler':
      return { ...shape, points: moved(shape.points) }
    case 'mask':
      return shiftMaskShape(shape, Math.round(x), Math.round(y))
    default:
      return assertNever(shape, 'shape')
  }
}
