import { type Box, boxContainsBox, clipBox } from '#shared/geometry/box.ts'
import { isFramed } from '#shared/geometry/frame.ts'
import { isLine, lineLength } from '#shared/geometry/line.ts'
import { type PlacedShape, shapeBounds, touchesImage } from '#shared/geometry/shape-bounds.ts'
import { say } from '#shared/i18n/say.ts'
import { bitMaskOf, maskOf } from '#shared/masks/mask-shape.ts'
import { clipMask } from '#shared/masks/paint.ts'
import { leftOut } from './left-out.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * A shape inside its image, and what had to be done for it: boxes and masks are clipped at the edge, outlines and lines that reach over it stay as they
 * are (they are clipped where they become pixels). `shape` is null where nothing of it lies on the image.
 */
export function fitShape(shape: PlacedShape, size: Size): { readonly shape: PlacedShape | null; readonly what: string | null } {
  const frame = { x: 0, y: 0, ...size }
  const bounds = shapeBounds(shape)
  if (!isWithin(bounds)) return { shape: null, what: leftOut(say('its coordinates are beyond those of any image')) }
  if (shape.type === 'point' || isLine(shape)) {
    if (isLine(shape) && lineLength(shape.points) === 0) return { shape: null, what: leftOut(say('it has no length')) }
    return touchesImage(shape, size) ? { shape, what: null } : { shape: null, what: OUTSIDE }
  }
  const { width, height } = isFramed(shape) ? shape : bounds
  if (!(width > 0 && height > 0)) return { shape: null, what: leftOut(say('it has no size')) }
  if (boxContainsBox(frame, bounds)) return { shape, what: null }
  const inside = clipBox(bounds, frame)
  if (inside === null) return { shape: null, what: OUTSIDE }
  if (shape.type === 'box') return { shape: { type: 'box', ...inside }, what: isRounding(bounds, inside) ? null : CLIPPED }
  if (shape.type !== 'mask') return { shape, what: null }
  return { shape: maskOf(clipMask(bitMaskOf(shape), size)), what: CLIPPED }
}

/** Largest coordinate that a record holds. */
const FURTHEST = 1e7

function isWithin({ x, y, width, height }: Box): boolean {
  return [x, y, x + width, y + height].every((value) => Math.abs(value) <= FURTHEST)
}

/** Whether a box reaches over the edge by no more than files with few decimals make it. */
function isRounding(box: Box, inside: Box): boolean {
  return (
    Math.max(
      inside.x - box.x,
      inside.y - box.y,
      box.x + box.width - inside.x - inside.width,
      box.y + box.height - inside.y - inside.height,
    ) < 0.01
  )
}

const OUTSIDE = leftOut(say('it lies outside the image'))
const CLIPPED = say('it reaches over the edge of the image: clipped')
