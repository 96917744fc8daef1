import { type Point } from '#shared/geometry/point.ts'
import { clampToImage } from './box-math.ts'
import { refusal } from './draw-gestures.ts'
import { boxOnSide, type Turnable } from './frame-math.ts'
import { IDLE, isDrag, step, type GestureContext, type PointerInput, type SideGesture, type Step } from './gesture.ts'

// A rotated box: one of its sides by a drag or two clicks, then its width by the pointer, until a click or Enter.

/** Degrees between the angles that a side keeps to with Shift. */
const SIDE_STEP = 15

type Sight = Pick<GestureContext, 'image'>

export function startSide(input: PointerInput, context: GestureContext): Step {
  const from = clampToImage(input.image, context.image)
  return refusal(context) ?? step({ kind: 'side', start: input, from, to: null, at: from })
}

export function sideStep(gesture: SideGesture, input: PointerInput, context: Sight): Step {
  const at = placeOf(gesture, input, context)
  const next = { ...gesture, at }
  if (input.kind === 'move') return step(next)
  if (gesture.to !== null) return input.kind === 'down' ? finishSide(next) : step(next)
  if (input.kind === 'up') return isDrag(gesture.start, input) ? step({ ...next, to: at }) : step(next)
  // The second click of two; where the first one was, as a double click does, it leaves nothing.
  return isDrag(gesture.start, input) ? step({ ...next, to: at }) : step(IDLE)
}

function placeOf({ from, to }: SideGesture, { image, shift }: PointerInput, context: Sight): Point {
  const at = clampToImage(image, context.image)
  if (!shift || to !== null) return at
  const angle = (Math.round((Math.atan2(at.y - from.y, at.x - from.x) * 180) / Math.PI / SIDE_STEP) * SIDE_STEP * Math.PI) / 180
  const length = Math.hypot(at.x - from.x, at.y - from.y)
  return clampToImage({ x: from.x + length * Math.cos(angle), y: from.y + length * Math.sin(angle) }, context.image)
}

/** The box as it would be if it ended now; null while it has no width. */
export function sideBox({ from, to, at }: SideGesture): Turnable | null {
  return to === null ? null : boxOnSide(from, to, at)
}

/** Keeps the box, unless it has no size: then nothing is left of it. */
export function finishSide(gesture: SideGesture): Step {
  const shape = sideBox(gesture)
  return shape === null ? step(IDLE) : step(IDLE, { kind: 'draw', shape })
}
