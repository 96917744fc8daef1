import { type Box, boxContainsBox, clipBox } from '#shared/geometry/box.ts'
import { isFramed } from '#shared/geometry/frame.ts'
import { isLine, lineLength } from '#shared/geometry/line.ts'
import { type PlacedShape, shapeBounds, touchesImage } from '#shared/geometry/shape-bounds.ts'
import { crossesItself } from '#shared/geometry/self-crossing.ts'
import { say } from '#shared/i18n/say.ts'
import { combineAreas } from '#shared/masks/area-algebra.ts'
import { bitMaskOf, maskOf } from '#shared/masks/mask-shape.ts'
import { clipMask } from '#shared/masks/paint.ts'
import type { PolygonShape } from '#shared/records/shape.ts'
import { leftOut } from './left-out.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Fitted {
  readonly shape: PlacedShape | null
  readonly what: string | null
}

/**
 * A shape inside its image, and what had to be done for it: boxes, outlines and masks are clipped at the edge, and an outline that crosses itself
 * becomes what it encloses by the even-odd rule. What has no corners to clip (ellipses, rotated boxes, lines) stays as it is, and is clipped where it
 * becomes pixels; where most of it lies outside, that is told. `shape` is null where nothing of it lies on the image.
 */
export function fitShape(shape: PlacedShape, size: Size): Fitted {
  const frame = { x: 0, y: 0, ...size }
  const bounds = shapeBounds(shape)
  if (!isWithin(bounds)) return { shape: null, what: leftOut(say('its coordinates are beyond those of any image')) }
  if (shape.type === 'point' || isLine(shape)) {
    if (isLine(shape) && lineLength(shape.points) === 0) return { shape: null, what: leftOut(say('it has no length')) }
    return touchesImage(shape, size) ? { shape, what: farOut(bounds, frame) } : { shape: null, what: OUTSIDE }
  }
  const { width, height } = isFramed(shape) ? shape : bounds
  if (!(width > 0 && height > 0)) return { shape: null, what: leftOut(say('it has no size')) }
  const inside = clipBox(bounds, frame)
  if (inside === null) return { shape: null, what: OUTSIDE }
  if (shape.type === 'polygon') return fitPolygon(shape, size, isRounding(bounds, inside))
  if (boxContainsBox(frame, bounds)) return { shape, what: null }
  if (shape.type === 'box') return { shape: { type: 'box', ...inside }, what: isRounding(bounds, inside) ? null : CLIPPED }
  if (shape.type !== 'mask') return { shape, what: farOut(bounds, frame) }
  return { shape: maskOf(clipMask(bitMaskOf(shape), size)), what: CLIPPED }
}

function fitPolygon(shape: PolygonShape, size: Size, within: boolean): Fitted {
  const crosses = shape.rings.some(crossesItself)
  if (within && !crosses) return { shape, what: null }
  const kept = combineAreas('intersect', [shape], size)
  if (kept === null) return { shape: null, what: within ? leftOut(say('it has no size')) : OUTSIDE }
  return { shape: kept, what: within ? CROSSES : crosses ? CROSSES_CLIPPED : CLIPPED }
}

/** Told of what cannot be clipped where its middle lies outside. */
function farOut({ x, y, width, height }: Box, frame: Box): string | null {
  const [middleX, middleY] = [x + width / 2, y + height / 2]
  const distance = Math.max(-middleX, -middleY, middleX - frame.width, middleY - frame.height)
  return distance <= ROUNDING ? null : FAR_OUT
}

/** How far places in files with few decimals may be off, pixels. */
const ROUNDING = 0.01

/** Largest coordinate that a record holds. */
const FURTHEST = 1e7

function isWithin({ x, y, width, height }: Box): boolean {
  return [x, y, x + width, y + height].every((value) => Math.abs(value) <= FURTHEST)
}

/** Whether a box reaches over the edge by no more than rounding. */
function isRounding(box: Box, inside: Box): boolean {
  return (
    Math.max(
      inside.x - box.x,
      inside.y - box.y,
      box.x + box.width - inside.x - inside.width,
      box.y + box.height - inside.y - inside.height,
    ) < ROUNDING
  )
}

const OUTSIDE = leftOut(say('it lies outside the image'))
const CLIPPED = say('it reaches over the edge of the image: clipped')
const CROSSES = say('its outline crosses itself: what it encloses is taken')
const CROSSES_CLIPPED = say('its outline crosses itself and reaches over the edge of the image: what it encloses there is taken')
const FAR_OUT = say('most of it lies outside the image: taken as it is')
