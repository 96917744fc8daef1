import { assertNever } from '#shared/assert.ts'
import { isFramed } from '#shared/geometry/frame.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type NudgeKind } from '#shared/commands.ts'
import { maskIsEmpty } from '#shared/masks/bit-mask.ts'
import { type ObjectId } from '../viewer/scene.ts'
import { handleCursor } from '../viewer/handles.ts'
import { isNothing, type Areas } from './area-edit.ts'
import { finishStroke, finishWand, startStroke, startWand, strokeStep, wandStep } from './area-gestures.ts'
import { pointShape, shifted } from './box-math.ts'
import { cornerStep } from './corner-gesture.ts'
import { boxOf, drawnShape, drawStep, finishBox, placeStep, startBox, startPoint } from './draw-gestures.ts'
import {
  IDLE,
  step,
  type Draft,
  type Gesture,
  type GestureContext,
  type PointerInput,
  type Shapes,
  type SideGesture,
  type Step,
  type Target,
} from './gesture.ts'
import { backLine, draftLine, finishLine, lineStep, startLine } from './line-gesture.ts'
import { backOutline, finishOutline, outlineDraft, outlineStep, settleOutline, startOutline } from './outline-gesture.ts'
import { backStep, draftPolygon, finishPolygon, polygonStep, startPolygon, startRegion } from './polygon-gesture.ts'
import {
  bandBox,
  bandStep,
  mapShapes,
  moveStep,
  pan,
  panStep,
  press,
  pressStep,
  reshaped,
  resizeStep,
  shapesOf,
  shiftInside,
  stretched,
  turned,
  turnStep,
} from './select-gestures.ts'
import { finishSide, sideBox, sideStep, startSide } from './side-gesture.ts'
import { lassoLine, lassoStep } from './lasso-gesture.ts'
import { paints, picks, type ToolName } from './tool-set.ts'

const LEFT = 0
const MIDDLE = 1

/** What a pointer event makes of the running gesture, and what it wants done. Pure. */
export function pointerStep(gesture: Gesture, input: PointerInput, context: GestureContext): Step {
  if (input.kind === 'down' && wantsPan(input, context))
    return gesture.kind === 'pan' ? step(gesture) : pan(input, context, settledFor(gesture))
  switch (gesture.kind) {
    case 'idle':
      return input.kind === 'down' && input.button === LEFT ? start(input, context) : step(gesture)
    case 'press':
      return pressStep(gesture, input, context)
    case 'pan':
      return panStep(gesture, input)
    case 'band':
      return bandStep(gesture, input, context)
    case 'lasso':
      return lassoStep(gesture, input, context)
    case 'move':
      return moveStep(gesture, input, context)
    case 'resize':
      return resizeStep(gesture, input, context)
    case 'turn':
      return turnStep(gesture, input)
    case 'side':
      return sideStep(gesture, input, context)
    case 'draw':
      return drawStep(gesture, input, context)
    case 'place':
      return placeStep(gesture, input, context)
    case 'corner':
      return cornerStep(gesture, input, context)
    case 'stroke':
      return strokeStep(gesture, input, context)
    case 'wand':
      return wandStep(gesture, input, context)
    case 'outline':
      return outlineStep(gesture, input, context)
    case 'polygon':
      return polygonStep(gesture, input, context)
    case 'line':
      return lineStep(gesture, input, context)
    case 'nudge':
      return step(gesture)
    default:
      return assertNever(gesture, 'gesture')
  }
}

const wantsPan = (input: PointerInput, { panHeld }: GestureContext): boolean =>
  input.button === MIDDLE || (panHeld && input.button === LEFT)

/** What goes on after a pan: a box or polygon that is being drawn by clicks. Anything else was held by the button that now pans. */
function settledFor(gesture: Gesture): Gesture {
  if (gesture.kind === 'draw') return { ...gesture, mode: 'clicks' }
  if (gesture.kind === 'outline') return { ...gesture, held: null }
  return gesture.kind === 'polygon' || gesture.kind === 'line' ? { ...gesture, held: null, freehand: false } : IDLE
}

function start(input: PointerInput, context: GestureContext): Step {
  if (input.mod) return press(input, context)
  switch (context.tool) {
    case 'move':
    case 'select':
    case 'lasso':
      return press(input, context)
    case 'box':
    case 'ellipse':
      return startBox(input, context, context.tool)
    case 'rotated-box':
      return startSide(input, context)
    case 'polyline':
    case 'ruler':
      return startLine(input, context, context.tool)
    case 'point':
      return isOnPoint(context.targetAt(input), context) ? press(input, context) : startPoint(input, context)
    case 'brush':
    case 'eraser':
      return startStroke(input, context, context.tool)
    case 'polygon':
      return startPolygon(input, context)
    case 'region':
      return startRegion(input, context)
    case 'wand':
      return startWand(input, context)
    case 'outline':
      return startOutline(input, context)
    case 'split':
      return startLine(input, context, 'split')
    default:
      return assertNever(context.tool, 'tool')
  }
}

/** Pressing on a point moves that one: a double click must not count twice. */
const isOnPoint = (target: Target, { object }: GestureContext): boolean =>
  target.kind === 'object' && object(target.id)?.shape.type === 'point'

/** Escape: back to where the gesture began, without a trace. */
export function cancelStep(gesture: Gesture): Step {
  if (gesture.kind === 'band') return step(IDLE, { kind: 'select', ids: gesture.before })
  if (gesture.kind === 'pan') return step(IDLE, { kind: 'view', view: gesture.view })
  return step(IDLE)
}

/** Enter, another tool or another image: what can be kept of a gesture is kept. Gestures that drag a box or an object go on. */
export function finishStep(gesture: Gesture, context: GestureContext): Step {
  if (gesture.kind === 'draw' && gesture.mode === 'clicks') return finishBox(gesture, context)
  if (gesture.kind === 'side' && gesture.to !== null) return finishSide(gesture)
  if (gesture.kind === 'polygon') return finishPolygon(gesture)
  if (gesture.kind === 'line') return finishLine(gesture)
  if (gesture.kind === 'stroke') return finishStroke(gesture)
  if (gesture.kind === 'wand') return finishWand(gesture)
  if (gesture.kind === 'outline') return finishOutline(gesture)
  if (gesture.kind === 'nudge') return step(IDLE, ...reshaped(gesture.from, gesture.shapes, gesture.verb))
  return step(gesture)
}

/** Before something else begins: keeps what can be kept. Half a box, half a cut and half a ruler are nothing that could be. */
export function settleStep(gesture: Gesture, context: GestureContext): Step {
  if (gesture.kind === 'outline') return settleOutline(gesture)
  const isHalf = gesture.kind === 'draw' || gesture.kind === 'side' || (gesture.kind === 'line' && gesture.what !== 'polyline')
  return isHalf ? cancelStep(gesture) : finishStep(gesture, context)
}

/** Backspace: without the last corner or click; null where there is none to take back. */
export function backwardStep(gesture: Gesture): Step | null {
  if (gesture.kind === 'polygon') return backStep(gesture)
  if (gesture.kind === 'line') return backLine(gesture)
  return gesture.kind === 'outline' ? backOutline(gesture) : null
}

/** An arrow key on the selected objects: the first press starts a gesture, repeats go on with it, `finishStep` ends it. */
export function nudgeStep(gesture: Gesture, kind: NudgeKind, dx: number, dy: number, context: GestureContext): Step {
  if (gesture.kind !== 'idle' && gesture.kind !== 'nudge') return step(gesture)
  if (context.readOnly) return step(gesture, { kind: 'explain', why: 'read-only' })
  const from = gesture.kind === 'nudge' ? gesture.from : shapesOf(context.selected, context)
  if (from.size === 0) return step(gesture, ...(context.selected.size > 0 ? [{ kind: 'explain', why: 'locked' } as const] : []))
  const shapes = nudged(gesture.kind === 'nudge' ? gesture.shapes : from, kind, dx, dy, context)
  return step({ kind: 'nudge', from, shapes, verb: NUDGE_VERBS[kind] })
}

const NUDGE_VERBS = { move: 'Move', stretch: 'Resize', 'stretch-start': 'Resize', turn: 'Turn' } as const satisfies Record<
  NudgeKind,
  string
>

function nudged(shapes: Shapes, kind: NudgeKind, dx: number, dy: number, { image }: GestureContext): Shapes {
  if (kind === 'turn') return mapShapes(shapes, (shape) => turned(shape, dx))
  if (kind !== 'move') return mapShapes(shapes, (shape) => stretched(shape, kind === 'stretch' ? 'end' : 'start', dx, dy, image))
  const shift = shiftInside(shapes, dx, dy, image)
  return mapShapes(shapes, (shape) => shifted(shape, shift))
}

const NO_DRAFT: Draft = {
  shapes: new Map(),
  shift: { x: 0, y: 0 },
  copying: false,
  fresh: null,
  band: null,
  areas: [],
  clicks: [],
  polygon: null,
  line: [],
}

/** What the canvas shows of a gesture. */
export function draftOf(gesture: Gesture, context: Pick<GestureContext, 'image' | 'view'>): Draft {
  switch (gesture.kind) {
    case 'idle':
    case 'press':
      return NO_DRAFT
    case 'pan':
      return draftOf(gesture.then, context)
    case 'band':
      return { ...NO_DRAFT, band: bandBox(gesture.start, gesture.at, context.view.angle) }
    case 'move':
      return { ...NO_DRAFT, shapes: gesture.from, shift: gesture.shift, copying: gesture.copy }
    case 'nudge':
      return { ...NO_DRAFT, shapes: gesture.shapes }
    case 'corner':
    case 'resize':
    case 'turn':
      return { ...NO_DRAFT, shapes: new Map<ObjectId, typeof gesture.shape>([[gesture.id, gesture.shape]]) }
    case 'draw': {
      const box = boxOf(gesture, context)
      return box.width > 0 && box.height > 0 ? { ...NO_DRAFT, fresh: drawnShape(gesture, box) } : NO_DRAFT
    }
    case 'side':
      return draftSide(gesture)
    case 'place':
      return { ...NO_DRAFT, fresh: pointShape(gesture.at) }
    case 'stroke':
    case 'wand':
      return { ...NO_DRAFT, areas: draftAreas(gesture.areas) }
    case 'outline':
      return { ...NO_DRAFT, areas: draftAreas(gesture.areas), ...outlineDraft(gesture, context) }
    case 'polygon':
      return { ...NO_DRAFT, polygon: draftPolygon(gesture, context) }
    case 'line':
      return gesture.what === 'split' ? { ...NO_DRAFT, line: [...gesture.corners, gesture.at] } : { ...NO_DRAFT, fresh: draftLine(gesture) }
    case 'lasso':
      return { ...NO_DRAFT, line: lassoLine(gesture) }
    default:
      return assertNever(gesture, 'gesture')
  }
}

/** The side alone while the box has no width. */
function draftSide(gesture: SideGesture): Draft {
  const box = sideBox(gesture)
  return box === null ? { ...NO_DRAFT, line: [gesture.from, gesture.to ?? gesture.at] } : { ...NO_DRAFT, fresh: box }
}

function draftAreas(areas: Areas): Draft['areas'] {
  if (isNothing(areas)) return []
  const fresh = maskIsEmpty(areas.fresh) ? [] : [{ id: null, mask: areas.fresh }]
  return [...fresh, ...[...areas.changed].map(([id, mask]) => ({ id, mask }))]
}

/** Brushes from this diameter on (CSS pixels) are a cursor by themselves: their circle is drawn. */
const SEEN_SIZE = 8

const aims = (tool: ToolName): boolean => !picks(tool)

const angleOf = (shape: PlacedShape | undefined): number => (shape !== undefined && isFramed(shape) ? shape.angle : 0)

/** The CSS cursor for a gesture or, where none runs, for what is under the pointer. */
export function cursorOf(gesture: Gesture, target: Target, context: GestureContext, mod: boolean): string {
  if (gesture.kind === 'pan') return 'grabbing'
  if (gesture.kind === 'move') return gesture.copy ? 'copy' : 'move'
  if (gesture.kind === 'resize') return handleCursor(gesture.handle, context.view.angle + angleOf(gesture.shape))
  if (gesture.kind === 'turn') return 'grabbing'
  if (gesture.kind === 'corner') return 'move'
  if (context.panHeld) return 'grab'
  if (
    gesture.kind === 'draw' ||
    gesture.kind === 'side' ||
    gesture.kind === 'place' ||
    gesture.kind === 'polygon' ||
    gesture.kind === 'wand' ||
    gesture.kind === 'lasso' ||
    gesture.kind === 'outline' ||
    gesture.kind === 'line'
  )
    return 'crosshair'
  if (gesture.kind === 'stroke' || (paints(context.tool) && !mod)) return context.brushSize < SEEN_SIZE ? 'crosshair' : 'none'
  if (aims(context.tool) && !mod) return 'crosshair'
  if (target.kind === 'handle' && !context.readOnly)
    return handleCursor(target.handle, context.view.angle + angleOf(context.object(target.id)?.shape))
  if (target.kind === 'turn' && !context.readOnly) return 'grab'
  if (target.kind === 'corner' && !context.readOnly) return target.place.middle ? 'copy' : 'move'
  if (target.kind === 'object') return target.grip && !context.readOnly ? 'move' : 'pointer'
  return context.tool === 'move' && !mod ? 'grab' : 'default'
}
