import { type Point } from '#shared/geometry/point.ts'
import { ringArea } from '#shared/masks/outlines.ts'
import { type PolygonShape } from '#shared/records/shape.ts'
import { round } from './area-math.ts'
import { clampToImage } from './box-math.ts'
import { refusal } from './draw-gestures.ts'
import {
  CLICK_SLOP,
  IDLE,
  isDrag,
  step,
  type DraftPolygon,
  type DrawGesture,
  type GestureContext,
  type PointerInput,
  type PolygonGesture,
  type Step,
} from './gesture.ts'

/** CSS pixels from the first corner within which a click closes a polygon. */
export const CLOSE_REACH = 8
/** CSS pixels between the corners of a line by a free hand. */
const FREEHAND_STEP = 2
/** Square pixels of the image below which a polygon is not meant. */
const SMALLEST_AREA = 2

type Sight = Pick<GestureContext, 'image' | 'view'>

export function startPolygon(input: PointerInput, context: GestureContext): Step {
  const refused = refusal(context, true)
  if (refused) return refused
  const at = clampToImage(input.image, context.image)
  return step({ kind: 'polygon', corners: [at], at, held: input, freehand: false, before: 0 }, { kind: 'select', ids: new Set() })
}

/** A region of interest: a box by dragging, corners by clicks. It needs no class. */
export function startRegion(input: PointerInput, context: GestureContext): Step {
  const refused = refusal(context, false)
  if (refused) return refused
  const at = clampToImage(input.image, context.image)
  return step({ kind: 'polygon', corners: [at], at, held: input, freehand: false, before: 0, region: true })
}

/** The first press of a region that was dragged. */
function boxInstead({ region, before, held }: PolygonGesture, input: PointerInput): DrawGesture | null {
  if (region !== true || before > 0 || held === null || !isDrag(held, input)) return null
  return { kind: 'draw', what: 'box', start: held, at: input.image, square: input.shift, mode: 'drag', second: null, region }
}

/** Corners by clicks, a line by dragging; a click on the first or the last corner ends it. */
export function polygonStep(gesture: PolygonGesture, input: PointerInput, context: GestureContext): Step {
  const at = clampToImage(input.image, context.image)
  switch (input.kind) {
    case 'down':
      return press(gesture, input, at, context)
    case 'move':
      return step(
        boxInstead(gesture, input) ?? (gesture.held === null ? { ...gesture, at } : drawn(gesture, gesture.held, input, at, context)),
      )
    case 'up':
      return release(gesture, at, context)
  }
}

function press(gesture: PolygonGesture, input: PointerInput, at: Point, context: GestureContext): Step {
  const last = gesture.corners.at(-1)
  const again = last !== undefined && near(last, at, CLICK_SLOP, context)
  if (closes(gesture, at, context) || (again && gesture.corners.length > 2)) return finishPolygon(gesture)
  const corners = again ? gesture.corners : [...gesture.corners, at]
  return step({ ...gesture, corners, at, held: input, freehand: false, before: gesture.corners.length })
}

function drawn(gesture: PolygonGesture, held: PointerInput, input: PointerInput, at: Point, context: Sight): PolygonGesture {
  const freehand = gesture.freehand || isDrag(held, input)
  const last = gesture.corners.at(-1)
  const far = last === undefined || !near(last, at, FREEHAND_STEP, context)
  return { ...gesture, at, freehand, corners: freehand && far ? [...gesture.corners, at] : gesture.corners }
}

/** A line by a free hand that began the polygon, or came back to its start, ends it. */
function release(gesture: PolygonGesture, at: Point, context: Sight): Step {
  if (gesture.freehand && (gesture.before === 0 || closes(gesture, at, context))) return finishPolygon(gesture)
  return step({ ...gesture, at, held: null, freehand: false })
}

const near = (a: Point, b: Point, reach: number, { view }: Sight): boolean => Math.hypot(a.x - b.x, a.y - b.y) * view.zoom <= reach

/** Whether a click at a place would close the polygon: near its first corner, once it has an area. */
function closes({ corners }: PolygonGesture, at: Point, context: Sight): boolean {
  const [first] = corners
  return first !== undefined && corners.length > 2 && near(first, at, CLOSE_REACH, context)
}

/** Keeps the polygon, unless it has no area: then nothing is left of it. */
export function finishPolygon({ corners, region }: PolygonGesture): Step {
  const ring = corners.flatMap(({ x, y }) => [round(x), round(y)])
  if (corners.length < 3 || Math.abs(ringArea(ring)) < SMALLEST_AREA) return step(IDLE)
  const shape: PolygonShape = { type: 'polygon', rings: [ring] }
  return step(IDLE, { kind: region === true ? 'region' : 'draw', shape })
}

/** Backspace: without the last corner, or the whole of the last line by a free hand; with the first one the polygon goes. */
export function backStep(gesture: PolygonGesture): Step {
  const corners = gesture.corners.slice(0, gesture.freehand ? gesture.before : -1)
  return corners.length === 0 ? step(IDLE) : step({ ...gesture, corners, held: null, freehand: false })
}

export function draftPolygon(gesture: PolygonGesture, context: Sight): DraftPolygon {
  return { corners: gesture.corners, at: gesture.at, closing: gesture.held === null && closes(gesture, gesture.at, context) }
}
