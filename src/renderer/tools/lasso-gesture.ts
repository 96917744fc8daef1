import { type Point } from '#shared/geometry/point.ts'
import { bothOf } from '../objects/row-set.ts'
import { type ObjectId } from '../viewer/scene.ts'
import { IDLE, step, type GestureContext, type LassoGesture, type PointerInput, type Step } from './gesture.ts'

/** CSS pixels between the corners of the line. */
const STEP = 2

/** A line by a free hand round objects; those whose middle it holds are selected when it is let go. */
export function startLasso(start: PointerInput, input: PointerInput, context: GestureContext): Step {
  return lassoStep({ kind: 'lasso', corners: [start.image], at: input.image, before: context.selected, add: start.shift }, input, context)
}

export function lassoStep(gesture: LassoGesture, input: PointerInput, context: GestureContext): Step {
  const last = gesture.corners.at(-1)!
  const far = Math.hypot(input.image.x - last.x, input.image.y - last.y) * context.view.zoom >= STEP
  const corners = far ? [...gesture.corners, input.image] : gesture.corners
  if (input.kind !== 'up') return step({ ...gesture, corners, at: input.image })
  return step(IDLE, { kind: 'select', ids: taken(gesture, corners, context) })
}

function taken({ before, add }: LassoGesture, corners: readonly Point[], { middlesInside }: GestureContext): ReadonlySet<ObjectId> {
  const found = corners.length < 3 ? new Set<ObjectId>() : middlesInside(corners.flatMap(({ x, y }) => [x, y]))
  return add ? bothOf(before, found) : found
}

/** The line as it is seen, back to where it began. */
export const lassoLine = ({ corners, at }: LassoGesture): Point[] => [...corners, at, corners[0]!]
