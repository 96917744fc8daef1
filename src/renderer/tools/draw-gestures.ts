import { type Box } from '#shared/geometry/box.ts'
import { frameOfBox } from '#shared/geometry/frame.ts'
import { type BoxShape, type EllipseShape } from '#shared/records/shape.ts'
import { boxShape, clampToImage, drawnBox, isLargeEnough, pointShape } from './box-math.ts'
import { IDLE, isDrag, step, type DrawGesture, type Gesture, type GestureContext, type PointerInput, type Step } from './gesture.ts'

/** Null where something may be drawn now, else the effect that says why not. */
export function refusal({ readOnly, classId }: GestureContext, needsClass = true): Step | null {
  if (readOnly) return step(IDLE, { kind: 'explain', why: 'read-only' })
  return needsClass && classId === null ? step(IDLE, { kind: 'explain', why: 'no-class' }) : null
}

export function startBox(input: PointerInput, context: GestureContext, what: DrawGesture['what'] = 'box'): Step {
  return refusal(context) ?? step({ kind: 'draw', what, start: input, at: input.image, square: input.shift, mode: 'drag', second: null })
}

/** The box that a drawing would fill if it ended now. */
export function boxOf(gesture: DrawGesture, { image }: Pick<GestureContext, 'image'>): Box {
  return drawnBox(gesture.start.image, gesture.at, image, gesture.square)
}

/** What a drawing would leave as a shape. */
export function drawnShape({ what }: DrawGesture, box: Box): BoxShape | EllipseShape {
  const upright = boxShape(box)
  return what === 'box' ? upright : { type: 'ellipse', ...frameOfBox(upright) }
}

/** A box, or an ellipse in it, by dragging from corner to corner, or by two clicks. */
export function drawStep(gesture: DrawGesture, input: PointerInput, context: GestureContext): Step {
  const next: DrawGesture = { ...gesture, at: input.image, square: input.shift }
  switch (input.kind) {
    case 'move':
      return step(next)
    case 'down':
      return step({ ...next, second: input.screen })
    case 'up':
      if (gesture.mode === 'clicks') return secondClick(gesture, next, input, context)
      return isDrag(gesture.start, input) ? finishBox(next, context) : step({ ...next, mode: 'clicks', square: false })
  }
}

/** The second click ends the box; where the first one was, as a double click does, it leaves nothing. */
function secondClick(gesture: DrawGesture, next: DrawGesture, input: PointerInput, context: GestureContext): Step {
  if (gesture.second === null) return step(next)
  return isDrag(gesture.start, input) ? finishBox(next, context) : step(IDLE)
}

/** Keeps the box, unless it is too small to be meant: then nothing is left of it. */
export function finishBox(gesture: DrawGesture, context: Pick<GestureContext, 'image'>): Step {
  const box = boxOf(gesture, context)
  if (!isLargeEnough(box)) return step(IDLE)
  return gesture.region === true
    ? step(IDLE, { kind: 'region', shape: boxShape(box) })
    : step(IDLE, { kind: 'draw', shape: drawnShape(gesture, box) })
}

export function startPoint(input: PointerInput, context: GestureContext): Step {
  return refusal(context) ?? step({ kind: 'place', at: clampToImage(input.image, context.image) })
}

/** A point follows the pointer until the button is let go. */
export function placeStep(_: Extract<Gesture, { kind: 'place' }>, input: PointerInput, { image }: GestureContext): Step {
  const at = clampToImage(input.image, image)
  return input.kind === 'up' ? step(IDLE, { kind: 'draw', shape: pointShape(at) }) : step({ kind: 'place', at })
}
