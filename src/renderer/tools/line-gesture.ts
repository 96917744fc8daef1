import { lineLength, type LineShape } from '#shared/geometry/line.ts'
import { type Point } from '#shared/geometry/point.ts'
import { round } from './area-math.ts'
import { clampToImage } from './box-math.ts'
import { refusal } from './draw-gestures.ts'
import { CLICK_SLOP, IDLE, isDrag, step, type GestureContext, type LineGesture, type PointerInput, type Step } from './gesture.ts'

// An open line: corners by clicks, or by a free hand while the button is held. Enter, or a second click on the last corner, ends it. A ruler has two
// places, by a drag or two clicks.

/** CSS pixels between the corners of a line by a free hand. */
const FREEHAND_STEP = 2

type Sight = Pick<GestureContext, 'image' | 'view'>

export function startLine(input: PointerInput, context: GestureContext, what: LineGesture['what']): Step {
  const refused = refusal(context, what !== 'split')
  if (refused) return refused
  const at = placeOf(input, context)
  return step({ kind: 'line', what, corners: [at], at, held: input, freehand: false, before: 0 })
}

const placeOf = ({ image }: PointerInput, context: Sight): Point => clampToImage(image, context.image)

export function lineStep(gesture: LineGesture, input: PointerInput, context: GestureContext): Step {
  const at = placeOf(input, context)
  switch (input.kind) {
    case 'down':
      return press(gesture, input, at, context)
    case 'move':
      return step(gesture.held === null ? { ...gesture, at } : drawn(gesture, gesture.held, input, at, context))
    case 'up':
      if (gesture.what === 'ruler' && gesture.held !== null && isDrag(gesture.held, input)) return finishLine(measured(gesture, at))
      return gesture.freehand ? finishLine(gesture) : step({ ...gesture, at, held: null })
  }
}

function press(gesture: LineGesture, input: PointerInput, at: Point, context: Sight): Step {
  const last = gesture.corners.at(-1)
  if (last !== undefined && near(last, at, CLICK_SLOP, context)) {
    return gesture.corners.length > 1 ? finishLine(gesture) : step({ ...gesture, at, held: input, freehand: false })
  }
  if (gesture.what === 'ruler') return finishLine(measured(gesture, at))
  return step({ ...gesture, corners: [...gesture.corners, at], at, held: input, freehand: false, before: gesture.corners.length })
}

/** A ruler from its first place to another. */
const measured = (gesture: LineGesture, at: Point): LineGesture => ({ ...gesture, corners: [...gesture.corners.slice(0, 1), at] })

function drawn(gesture: LineGesture, held: PointerInput, input: PointerInput, at: Point, context: Sight): LineGesture {
  if (gesture.what === 'ruler') return { ...gesture, at }
  const freehand = gesture.freehand || isDrag(held, input)
  const last = gesture.corners.at(-1)
  const far = last === undefined || !near(last, at, FREEHAND_STEP, context)
  return { ...gesture, at, freehand, corners: freehand && far ? [...gesture.corners, at] : gesture.corners }
}

const near = (a: Point, b: Point, reach: number, { view }: Sight): boolean => Math.hypot(a.x - b.x, a.y - b.y) * view.zoom <= reach

/** The line as it is; nothing of a single corner. */
export function finishLine({ corners, what }: LineGesture): Step {
  const line = corners.map(({ x, y }) => ({ x: round(x), y: round(y) }))
  const points = line.flatMap(({ x, y }) => [x, y])
  if (corners.length < 2 || lineLength(points) === 0) return step(IDLE)
  return what === 'split' ? step(IDLE, { kind: 'split', line }) : step(IDLE, { kind: 'draw', shape: { type: what, points } })
}

/** What a line in the making would be with the place of the pointer; null of one that splits. */
export function draftLine({ corners, at, what }: LineGesture): LineShape | null {
  return what === 'split' ? null : { type: what, points: [...corners, at].flatMap(({ x, y }) => [x, y]) }
}

/** Backspace: without the last corner; with the first one the line goes. */
export function backLine(gesture: LineGesture): Step {
  const corners = gesture.corners.slice(0, gesture.freehand ? gesture.before : -1)
  return corners.length === 0 ? step(IDLE) : step({ ...gesture, corners, held: null, freehand: false })
}
