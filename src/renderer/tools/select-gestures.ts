import { boxFromCorners, type Box } from '#shared/geometry/box.ts'
import { isFramed } from '#shared/geometry/frame.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { assertNever } from '#shared/assert.ts'
import { bothOf, RowSet } from '../objects/row-set.ts'
import { boundsOfShapes, type ObjectId } from '../viewer/scene.ts'
import { panBy } from '../viewer/view-geometry.ts'
import { rotated, rotationOf } from '../viewer/view-turn.ts'
import { boxShape, clampShift, clampToImage, resizedBox, type ResizeOptions, sameShape, shifted, stretchedBox } from './box-math.ts'
import { startCorner } from './corner-gesture.ts'
import { resizedFrame, settled, stretchedFrame, turnedBy, turnedShape, type Turnable } from './frame-math.ts'
import { startLasso } from './lasso-gesture.ts'
import {
  IDLE,
  isDrag,
  step,
  type Gesture,
  type GestureContext,
  type PointerInput,
  type ReshapeVerb,
  type Shapes,
  type Step,
  type Target,
  type TurnGesture,
} from './gesture.ts'

type Press = Extract<Gesture, { kind: 'press' }>
type Pan = Extract<Gesture, { kind: 'pan' }>
type Band = Extract<Gesture, { kind: 'band' }>
type Move = Extract<Gesture, { kind: 'move' }>
type Resize = Extract<Gesture, { kind: 'resize' }>

/** A press that may become a click, a drag of objects, of a handle, of a rubber band or of the view. */
export function press(input: PointerInput, context: GestureContext): Step {
  return step({ kind: 'press', start: input, target: context.targetAt(input) })
}

export function pan(input: PointerInput, context: GestureContext, then: Gesture): Step {
  return step({ kind: 'pan', start: input, view: context.view, then })
}

/** The next state of a press: nothing until the pointer has strayed from its start. */
export function pressStep(gesture: Press, input: PointerInput, context: GestureContext): Step {
  if (input.kind === 'up') return click(gesture, context)
  if (input.kind === 'move' && isDrag(gesture.start, input)) return drag(gesture, input, context)
  return step(gesture)
}

function click({ start, target }: Press, { selected }: GestureContext): Step {
  const select = (ids: Iterable<ObjectId>): Step => step(IDLE, { kind: 'select', ids: ids instanceof RowSet ? ids : new Set(ids) })
  switch (target.kind) {
    case 'handle':
    case 'corner':
      return step(IDLE)
    case 'turn':
      return target.under === null ? step(IDLE) : select([target.under])
    case 'empty':
      return start.shift ? step(IDLE) : select([])
    case 'object':
      if (!start.shift) return select([target.id])
      return select(selected.has(target.id) ? [...selected].filter((id) => id !== target.id) : bothOf(selected, new Set([target.id])))
    default:
      return assertNever(target)
  }
}

function drag({ start, target }: Press, input: PointerInput, context: GestureContext): Step {
  if (!context.readOnly && target.kind === 'handle') return startResize(start, target, input, context)
  if (!context.readOnly && target.kind === 'turn') return startTurn(start, target.id, input, context)
  if (!context.readOnly && target.kind === 'corner') return startCorner(target, input, context)
  // Round what is dense a lasso begins on an object more often than beside one: only one of those selected is copied by Alt.
  const grips = target.kind === 'object' && target.grip
  if (!grips && (start.alt || (context.tool === 'lasso' && target.kind !== 'handle' && target.kind !== 'corner' && target.kind !== 'turn')))
    return startLasso(start, input, context)
  if (!context.readOnly && target.kind === 'object' && !start.shift) {
    const select = context.tool !== 'move' && !target.grip
    if (select || target.grip) return startMove(start, select ? new Set([target.id]) : context.selected, input, context)
  }
  if (context.tool === 'move' && !start.shift) return panStep({ kind: 'pan', start, view: context.view, then: IDLE }, input)
  return bandStep({ kind: 'band', start: start.image, at: start.image, before: context.selected, add: start.shift }, input, context)
}

function startMove(start: PointerInput, ids: ReadonlySet<ObjectId>, input: PointerInput, context: GestureContext): Step {
  const from = shapesOf(ids, context)
  if (from.size === 0) return step(IDLE, { kind: 'select', ids }, { kind: 'explain', why: 'locked' })
  const moved = moveStep({ kind: 'move', start: start.image, from, shift: { x: 0, y: 0 }, copy: input.alt }, input, context)
  const said = from.size < ids.size ? [{ kind: 'explain', why: 'locked' } as const] : []
  return step(moved.gesture, { kind: 'select', ids }, ...said, ...moved.effects)
}

/** Of those that may be changed. */
export function shapesOf(ids: Iterable<ObjectId>, { object }: GestureContext): Map<ObjectId, PlacedShape> {
  const shapes = new Map<ObjectId, PlacedShape>()
  for (const id of ids) {
    const found = object(id)
    if (found && found.locked !== true) shapes.set(id, found.shape)
  }
  return shapes
}

function startResize(start: PointerInput, target: Extract<Target, { kind: 'handle' }>, input: PointerInput, context: GestureContext): Step {
  const from = context.object(target.id)?.shape
  if (from === undefined || !isTurnable(from)) return step(IDLE)
  return resizeStep({ kind: 'resize', start: start.image, id: target.id, handle: target.handle, from, shape: from }, input, context)
}

const isTurnable = (shape: PlacedShape): shape is Turnable => shape.type === 'box' || isFramed(shape)

function startTurn(start: PointerInput, id: ObjectId, input: PointerInput, context: GestureContext): Step {
  const from = context.object(id)?.shape
  if (from === undefined || !isTurnable(from)) return step(IDLE)
  return turnStep({ kind: 'turn', start: start.image, id, from, shape: from }, input)
}

/** About its middle; Shift keeps to every 15 degrees. */
export function turnStep(gesture: TurnGesture, input: PointerInput): Step {
  const { from, id } = gesture
  const shape = turnedBy(from, gesture.start, input.image, input.shift)
  if (input.kind !== 'up') return step({ ...gesture, shape })
  return step(IDLE, ...reshaped(new Map([[id, from]]), new Map([[id, settled(shape)]]), 'Turn'))
}

/** Shapes with other edges, of those that have any. */
export function stretched(shape: PlacedShape, edges: 'start' | 'end', dx: number, dy: number, image: Size): PlacedShape {
  if (shape.type === 'box') return stretchedBox(shape, edges, dx, dy, image)
  return isFramed(shape) ? stretchedFrame(shape, edges, dx, dy) : shape
}

/** Shapes turned by keys, of those that can be. */
export function turned(shape: PlacedShape, degrees: number): PlacedShape {
  return isTurnable(shape) ? settled(turnedShape(shape, degrees)) : shape
}

/** All selected objects move together, no farther than the first of them reaches the image's border. */
export function moveStep(gesture: Move, input: PointerInput, { image }: GestureContext): Step {
  if (gesture.from.size === 0) return step(IDLE)
  const dx = input.image.x - gesture.start.x
  const dy = input.image.y - gesture.start.y
  // Shift keeps to the axis along which the pointer went farther.
  const [x, y] = !input.shift ? [dx, dy] : Math.abs(dx) >= Math.abs(dy) ? [dx, 0] : [0, dy]
  const shift = shiftInside(gesture.from, x, y, image)
  if (input.kind !== 'up') return step({ ...gesture, shift, copy: input.alt })
  const shapes = mapShapes(gesture.from, (shape) => shifted(shape, shift))
  if (input.alt) return step(IDLE, { kind: 'copy', shapes })
  return step(IDLE, ...reshaped(gesture.from, shapes, 'Move'))
}

/** The shift nearest to the wanted one that keeps the shapes together in the image: by whole pixels where a mask is among them. */
export function shiftInside(shapes: Shapes, dx: number, dy: number, image: Size): Point {
  const bounds = boundsOfShapes(shapes.values())
  if (!bounds) return { x: 0, y: 0 }
  const masks = [...shapes.values()].some(({ type }) => type === 'mask')
  if (!masks) return clampShift(bounds, dx, dy, image)
  const { x, y } = clampShift(bounds, Math.round(dx), Math.round(dy), image)
  return { x: Math.trunc(x), y: Math.trunc(y) }
}

export function mapShapes(shapes: Shapes, map: (shape: PlacedShape, id: ObjectId) => PlacedShape): Map<ObjectId, PlacedShape> {
  return new Map([...shapes].map(([id, shape]) => [id, map(shape, id)]))
}

/** The effect of new shapes, without those that stayed as they were; none where nothing changed. */
export function reshaped(from: Shapes, shapes: Shapes, verb: ReshapeVerb): Step['effects'] {
  const changed = new Map(
    [...shapes].filter(([id, shape]) => {
      const before = from.get(id)
      return before !== undefined && !sameShape(before, shape)
    }),
  )
  return changed.size === 0 ? [] : [{ kind: 'reshape', shapes: changed, verb }]
}

export function resizeStep(gesture: Resize, input: PointerInput, { image }: GestureContext): Step {
  const { start, from, handle, id } = gesture
  const options = { ratio: input.shift, centred: input.alt }
  const shape =
    from.type === 'box'
      ? boxShape(resizedBox(from, handle, input.image.x - start.x, input.image.y - start.y, image, options))
      : resizedIn(from, handle, start, clampToImage(input.image, image), options)
  if (input.kind !== 'up') return step({ ...gesture, shape })
  return step(IDLE, ...reshaped(new Map([[id, from]]), new Map([[id, shape]]), 'Resize'))
}

/** The box of a rubber band between two points of the image: upright on the screen, so in axes turned by the view's angle. */
export function bandBox(start: Point, at: Point, angle: number): Box {
  const turn = rotationOf(angle)
  const [from, to] = [rotated(turn, start), rotated(turn, at)]
  return boxFromCorners(from.x, from.y, to.x, to.y)
}
const resizedIn = (from: Turnable, handle: Resize['handle'], start: Point, at: Point, options: ResizeOptions): Turnable =>
  resizedFrame(from, handle, at.x - start.x, at.y - start.y, options)

export function bandStep(gesture: Band, input: PointerInput, context: GestureContext): Step {
  const { start, before, add } = gesture
  const found = context.middlesWithin(bandBox(start, input.image, context.view.angle))
  const ids = add ? bothOf(before, found) : found
  return step(input.kind === 'up' ? IDLE : { ...gesture, at: input.image }, { kind: 'select', ids })
}

/** The view follows the pointer; afterwards a drawing that was under way goes on. */
export function panStep(gesture: Pan, input: PointerInput): Step {
  const { start, view, then } = gesture
  const moved = panBy(view, input.screen.x - start.screen.x, input.screen.y - start.screen.y)
  return step(input.kind === 'up' ? then : gesture, { kind: 'view', view: moved })
}
