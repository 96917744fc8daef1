import { scaleBox } from '#shared/geometry/box.ts'
import { type Frame, frameOfBox, isFramed, middleOf, turnedPoint, uprightOf } from '#shared/geometry/frame.ts'
import { type Point } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { HANDLE_HIT, handleAt, handlePoint, handlesOf, type HandleName } from './handles.ts'

// The handles of what has a frame (boxes, upright or rotated, and ellipses): eight that resize it along its own axes, and one that turns it.
// `zoom` is CSS pixels an image pixel.

/** CSS pixels from the frame's upper edge to the handle that turns it. */
const TURN_DISTANCE = 24
/** Shorter side in CSS pixels at which an upright frame can be turned: of smaller ones the handle would be in the way. */
const LEAST_TURNED = 32

export function frameOf(shape: PlacedShape): Frame | null {
  if (shape.type === 'box') return frameOfBox(shape)
  return isFramed(shape) ? shape : null
}

export const canTurn = ({ width, height, angle }: Frame, zoom: number): boolean =>
  angle !== 0 || Math.min(width, height) * zoom >= LEAST_TURNED

/** Where the handle is that turns a frame, and the middle of the side that it belongs to; image pixels. */
export function turnHandle(frame: Frame, zoom: number): { readonly at: Point; readonly from: Point } {
  const { x, y, width } = uprightOf(frame)
  const place = (above: number): Point => turnedPoint({ x: x + width / 2, y: y - above / zoom }, middleOf(frame), frame.angle)
  return { at: place(TURN_DISTANCE), from: place(0) }
}

/** Where the handles stand that resize a frame, image pixels. */
export function framePlaces(frame: Frame, zoom: number): Point[] {
  const box = uprightOf(frame)
  return handlesOf(scaleBox(box, zoom)).map((handle) => turnedPoint(handlePoint(box, handle), middleOf(frame), frame.angle))
}

/** The handle of a frame under a point of the image, or null. */
export function gripAt(frame: Frame, point: Point, zoom: number): HandleName | 'turn' | null {
  const upright = turnedPoint(point, middleOf(frame), -frame.angle)
  const handle = handleAt(scaleBox(uprightOf(frame), zoom), { x: upright.x * zoom, y: upright.y * zoom })
  if (handle !== null || !canTurn(frame, zoom)) return handle
  const { at } = turnHandle(frame, zoom)
  return Math.hypot(point.x - at.x, point.y - at.y) * zoom <= HANDLE_HIT / 2 ? 'turn' : null
}
