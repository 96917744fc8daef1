import { maskSpans } from '#shared/masks/bit-mask.ts'
import { strokeSpans } from '#shared/masks/spans.ts'
import { areaMode, isNothing, NO_AREAS, withArea, type Areas } from './area-edit.ts'
import { refusal } from './draw-gestures.ts'
import { TOLERANCE_RANGE } from '../state/tool.ts'
import { IDLE, step, type GestureContext, type PointerInput, type Step, type StrokeGesture, type WandGesture } from './gesture.ts'

/** Share of a brush's width that is left where a pen hardly touches. */
const LIGHTEST = 0.25

/** Half the width of a stroke under a pen's pressure. */
export function pressedRadius(radius: number, pressure: number | undefined): number {
  return pressure === undefined ? radius : radius * (LIGHTEST + (1 - LIGHTEST) * Math.min(1, Math.max(0, pressure)))
}

/** Brush and eraser: the first touch paints at once. */
export function startStroke(input: PointerInput, context: GestureContext, tool: 'brush' | 'eraser'): Step {
  const mode = tool === 'eraser' ? 'subtract' : areaMode(input, context.adding, context)
  const refused = refusal(context, mode === 'new')
  if (refused) return refused
  const verb = mode === 'subtract' ? 'Erase' : 'Paint'
  const radius = context.brushSize / 2 / context.view.zoom
  const stroke: StrokeGesture = { kind: 'stroke', mode, verb, at: input.image, radius, areas: NO_AREAS }
  return step(stroked(stroke, input, context))
}

export function strokeStep(gesture: StrokeGesture, input: PointerInput, context: GestureContext): Step {
  if (input.kind === 'down') return step(gesture)
  const stays = input.image.x === gesture.at.x && input.image.y === gesture.at.y
  // A pen presses with nothing at the moment when it leaves.
  const paints = !stays && (input.kind === 'move' || input.pressure === undefined)
  const next = paints ? stroked(gesture, input, context) : gesture
  return input.kind === 'up' ? finishStroke(next) : step(next)
}

function stroked(gesture: StrokeGesture, { image, pressure }: PointerInput, context: GestureContext): StrokeGesture {
  const piece = strokeSpans(gesture.at, image, pressedRadius(gesture.radius, pressure))
  return { ...gesture, at: image, areas: withArea(gesture.areas, gesture.mode, piece, context) }
}

/** The stroke as one edit. */
export function finishStroke({ areas, verb }: StrokeGesture): Step {
  return isNothing(areas) ? step(IDLE) : step(IDLE, { kind: 'areas', areas, verb })
}

/** CIELAB units of tolerance for one CSS pixel of the way to the right. */
const TOLERANCE_STEP = 0.1

export function startWand(input: PointerInput, context: GestureContext): Step {
  const mode = areaMode(input, context.adding, context)
  const refused = refusal(context, mode === 'new')
  if (refused) return refused
  const { tolerance } = context
  const areas = likeArea({ start: input, mode }, tolerance, context)
  if (areas === null) return step(IDLE, { kind: 'explain', why: 'no-pixels' })
  return step({ kind: 'wand', start: input, mode, from: tolerance, tolerance, areas })
}

export function wandStep(gesture: WandGesture, input: PointerInput, context: GestureContext): Step {
  if (input.kind === 'up') return finishWand(gesture)
  const tolerance = draggedTolerance(gesture, input)
  if (input.kind === 'down' || tolerance === gesture.tolerance) return step(gesture)
  return step({ ...gesture, tolerance, areas: likeArea(gesture, tolerance, context) ?? gesture.areas })
}

/** To the right more is taken, to the left less; a trembling hand changes nothing. */
function draggedTolerance({ start, from }: WandGesture, { screen }: PointerInput): number {
  const way = screen.x - start.screen.x
  const wanted = from + Math.sign(way) * Math.max(0, Math.abs(way) - 4) * TOLERANCE_STEP
  const [low, high] = TOLERANCE_RANGE
  return Math.round(Math.min(high, Math.max(low, wanted)) * 10) / 10
}

function likeArea({ start, mode }: Pick<WandGesture, 'start' | 'mode'>, tolerance: number, context: GestureContext): Areas | null {
  const like = context.likeAt(start.image, tolerance)
  return like && withArea(NO_AREAS, mode, maskSpans(like), context)
}

/** What the wand took as one edit; the tolerance that suited holds for the next time. */
export function finishWand({ areas, tolerance, from }: WandGesture): Step {
  const kept = tolerance === from ? [] : [{ kind: 'tolerance', tolerance } as const]
  return isNothing(areas) ? step(IDLE, ...kept) : step(IDLE, { kind: 'areas', areas, verb: 'Pick' }, ...kept)
}
