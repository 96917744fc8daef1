import { boxAround, type Box } from '#shared/geometry/box.ts'
import { cosSin, type Frame, frameOfBox, type FramedShape, normalAngle } from '#shared/geometry/frame.ts'
import { type Point } from '#shared/geometry/point.ts'
import { type BoxShape } from '#shared/records/shape.ts'
import { type HandleName } from '../viewer/handles.ts'
import { round } from './area-math.ts'
import { boxShape, MIN_SIDE, resizedBox, type ResizeOptions } from './box-math.ts'

/** What has a frame: it is resized along its own axes, and turned. */
export type Turnable = BoxShape | FramedShape

const frameOf = (shape: Turnable): Frame => (shape.type === 'box' ? frameOfBox(shape) : shape)

/** A frame as the kind of shape that it was taken from; what was turned stays a rotated box, whatever its angle. */
function shapeOf({ cx, cy, width, height, angle }: Frame, type: Turnable['type']): FramedShape {
  const sides = { cx: round(cx), cy: round(cy), width: round(width), height: round(height), angle }
  return type === 'ellipse' ? { type, ...sides } : { type: 'rotated-box', ...sides }
}

/** What stands upright again is a box. */
export function settled(shape: Turnable): Turnable {
  if (shape.type !== 'rotated-box' || shape.angle % 90 !== 0) return shape
  const { cx, cy, width, height, angle } = shape
  return boxShape(boxAround({ x: cx, y: cy }, angle % 180 === 0 ? { width, height } : { width: height, height: width }))
}

/** More than any coordinate: the room in which a frame is resized as if it stood upright, about the room's middle. */
const ROOM = 2 ** 26

/** A shape after a handle was dragged by (dx, dy) image pixels; the side or corner across stays where it is, and no side is shorter than MIN_SIDE. */
export function resizedFrame(from: Turnable, handle: HandleName, dx: number, dy: number, options: ResizeOptions): Turnable {
  const frame = frameOf(from)
  const [cos, sin] = cosSin(frame.angle)
  return resizedAlong(from, handle, dx * cos + dy * sin, dy * cos - dx * sin, options)
}

/** The same by ways along the frame's own axes. */
function resizedAlong(from: Turnable, handle: HandleName, along: number, down: number, options: ResizeOptions): Turnable {
  const frame = frameOf(from)
  const { width, height, angle } = frame
  const upright: Box = { x: ROOM - width / 2, y: ROOM - height / 2, width, height }
  const box = resizedBox(upright, handle, along, down, { width: 2 * ROOM, height: 2 * ROOM }, options)
  const [cos, sin] = cosSin(angle)
  const [x, y] = [box.x + box.width / 2 - ROOM, box.y + box.height / 2 - ROOM]
  const middle = { cx: frame.cx + x * cos - y * sin, cy: frame.cy + x * sin + y * cos }
  return shapeOf({ ...middle, width: box.width, height: box.height, angle }, from.type)
}

/** One step of the arrow keys on a frame's edges: those to its right and below, or those to its left and above, as it stands before it is turned. */
export function stretchedFrame(shape: Turnable, edges: 'start' | 'end', dx: number, dy: number): Turnable {
  const { width, height } = frameOf(shape)
  // Edges stop where a side becomes too short: they do not pass each other.
  const [along, down] =
    edges === 'end'
      ? [Math.max(dx, MIN_SIDE - width), Math.max(dy, MIN_SIDE - height)]
      : [Math.min(dx, width - MIN_SIDE), Math.min(dy, height - MIN_SIDE)]
  return resizedAlong(shape, edges === 'end' ? 'se' : 'nw', along, down, { ratio: false, centred: false })
}

/** A shape turned about its middle by so many degrees, clockwise on the screen. */
export function turnedShape(from: Turnable, degrees: number): Turnable {
  const frame = frameOf(from)
  return shapeOf({ ...frame, angle: normalAngle(frame.angle + degrees) }, from.type)
}

/** Degrees between the angles that a turn keeps to with Shift. */
const TURN_STEP = 15

/** A shape turned as a drag from one point to another about its middle says; `stepped`: to the nearest multiple of 15 degrees. */
export function turnedBy(from: Turnable, start: Point, to: Point, stepped: boolean): Turnable {
  const { cx, cy, angle } = frameOf(from)
  const angleOf = ({ x, y }: Point): number => (Math.atan2(y - cy, x - cx) * 180) / Math.PI
  const wanted = angle + angleOf(to) - angleOf(start)
  const kept = stepped ? Math.round(wanted / TURN_STEP) * TURN_STEP : Math.round(wanted * 10) / 10
  return turnedShape(from, kept - angle)
}

/** The rotated box on one side, from a to b, as far as a point lies from it; null where it has no size. */
export function boxOnSide(a: Point, b: Point, to: Point): Turnable | null {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const width = Math.hypot(dx, dy)
  if (width < MIN_SIDE) return null
  const [nx, ny] = [-dy / width, dx / width]
  const depth = (to.x - a.x) * nx + (to.y - a.y) * ny
  if (Math.abs(depth) < MIN_SIDE) return null
  const middle = { cx: (a.x + b.x + depth * nx) / 2, cy: (a.y + b.y + depth * ny) / 2 }
  const angle = normalAngle((Math.atan2(dy, dx) * 180) / Math.PI)
  return settled(shapeOf({ ...middle, width, height: Math.abs(depth), angle }, 'rotated-box'))
}
