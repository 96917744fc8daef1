import { isEmptyBox } from '#shared/geometry/box.ts'
import { type Point } from '#shared/geometry/point.ts'
import { type BitMask, maskSpans } from '#shared/masks/bit-mask.ts'
import { type Prompt } from '#shared/outline/prompt.ts'
import { areaMode, isNothing, NO_AREAS, withArea } from './area-edit.ts'
import { boxShape, clampToImage, drawnBox } from './box-math.ts'
import { refusal } from './draw-gestures.ts'
import {
  IDLE,
  isDrag,
  step,
  type Draft,
  type Gesture,
  type GestureContext,
  type OutlineGesture,
  type PointerInput,
  type Step,
} from './gesture.ts'

type Sight = Pick<GestureContext, 'image'>
type Said = Pick<GestureContext, 'image' | 'outside'>

/** The smart outline: a click inside an object, or a box that is dragged round it. */
export function startOutline(input: PointerInput, context: GestureContext): Step {
  const mode = areaMode({ shift: input.shift, alt: false }, context.adding, context)
  const refused = refusal(context, mode === 'new')
  if (refused) return refused
  // There is nothing yet that could be cut away.
  if (input.alt) return step(IDLE, { kind: 'explain', why: 'nothing-outlined' })
  return step({
    kind: 'outline',
    mode,
    prompt: NOTHING_SAID,
    found: null,
    areas: NO_AREAS,
    waiting: false,
    held: input,
    at: input.image,
    ending: false,
  })
}

const NOTHING_SAID: Prompt = { clicks: [], box: null }

/** Each click, or box, asks for the outline anew. */
export function outlineStep(gesture: OutlineGesture, input: PointerInput, context: GestureContext): Step {
  const { held } = gesture
  switch (input.kind) {
    case 'down':
      return step({ ...gesture, held: input, at: input.image })
    case 'move':
      return held === null ? step(gesture) : step({ ...gesture, at: input.image })
    case 'up': {
      if (held === null) return step(gesture)
      const released = { ...gesture, held: null, at: input.image }
      return isDrag(held, input) ? boxed(released, held, context) : clicked(released, held, context)
    }
  }
}

function clicked(gesture: OutlineGesture, { image, alt }: PointerInput, context: Said): Step {
  const { x, y } = clampToImage(image, context.image)
  const { clicks, box } = gesture.prompt
  // The first word is about the object itself.
  const inside = !isSaid(gesture.prompt) || alt === context.outside
  return asking(gesture, { clicks: [...clicks, { x, y, inside }], box })
}

/** A box round the object says more than the box before. */
function boxed(gesture: OutlineGesture, held: PointerInput, context: Sight): Step {
  const box = drawnBox(held.image, gesture.at, context.image, false)
  if (isEmptyBox(box)) return isSaid(gesture.prompt) ? step(gesture) : step(IDLE)
  return asking(gesture, { ...gesture.prompt, box })
}

const isSaid = ({ clicks, box }: Prompt): boolean => clicks.length > 0 || box !== null

function asking(gesture: OutlineGesture, prompt: Prompt): Step {
  return step({ ...gesture, prompt, waiting: true }, { kind: 'outline', prompt, before: gesture.prompt })
}

/** Backspace: without the last click, then without the box; with nothing left the outline goes. */
export function backOutline(gesture: OutlineGesture): Step {
  const { clicks, box } = gesture.prompt
  const prompt = clicks.length > 0 ? { clicks: clicks.slice(0, -1), box } : NOTHING_SAID
  return isSaid(prompt) ? asking({ ...gesture, held: null, ending: false }, prompt) : step(IDLE)
}

/** Whether an object is being outlined, also while the view is moved meanwhile. */
export const isOutlining = (gesture: Gesture): boolean =>
  gesture.kind === 'outline' || (gesture.kind === 'pan' && isOutlining(gesture.then))

/** Whether a gesture waits for the answer to a prompt. */
export function isAskedIn(gesture: Gesture, prompt: Prompt): boolean {
  if (gesture.kind === 'pan') return isAskedIn(gesture.then, prompt)
  return gesture.kind === 'outline' && gesture.prompt === prompt
}

/** What came of a prompt; an answer that is no longer waited for changes nothing. A pan that runs meanwhile goes on. */
export function outlineFound(gesture: Gesture, prompt: Prompt, found: BitMask | null, context: GestureContext): Step {
  if (gesture.kind === 'pan') {
    const { gesture: then, effects } = outlineFound(gesture.then, prompt, found, context)
    return step({ ...gesture, then }, ...effects)
  }
  if (gesture.kind !== 'outline' || gesture.prompt !== prompt) return step(gesture)
  // Nothing is selected any more where it was laid aside meanwhile: then it becomes an object of its own.
  const mode = gesture.mode === 'add' && context.selectedAreas().length === 0 ? 'new' : gesture.mode
  const areas = found === null ? NO_AREAS : withArea(NO_AREAS, mode, maskSpans(found), context)
  const next: OutlineGesture = { ...gesture, found, areas, waiting: false }
  if (found === null && gesture.held === null) return step(IDLE, { kind: 'explain', why: 'not-outlined' })
  return gesture.ending ? finishOutline(next) : step(next)
}

/** Enter: keeps the outline as one edit; where it is still being found, as soon as it is there. */
export function finishOutline(gesture: OutlineGesture): Step {
  if (gesture.waiting) return step({ ...gesture, held: null, ending: true })
  return isNothing(gesture.areas) ? step(IDLE) : step(IDLE, { kind: 'areas', areas: gesture.areas, verb: 'Outline' })
}

/** Another tool: what was found by then is kept at once. */
export function settleOutline(gesture: OutlineGesture): Step {
  return finishOutline({ ...gesture, waiting: false })
}

/** What is shown besides the areas: the places that were clicked, and the box while it is dragged or waited for. */
export function outlineDraft({ prompt, held, at, waiting }: OutlineGesture, context: Sight): Pick<Draft, 'clicks' | 'fresh'> {
  const dragged: Point | null = held !== null && (held.image.x !== at.x || held.image.y !== at.y) ? held.image : null
  const box = dragged === null ? (waiting ? prompt.box : null) : drawnBox(dragged, at, context.image, false)
  return { clicks: prompt.clicks, fresh: box === null || isEmptyBox(box) ? null : boxShape(box) }
}
