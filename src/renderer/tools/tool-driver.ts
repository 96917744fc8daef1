import { say } from '#shared/i18n/say.ts'
import { t } from '#shared/i18n/translate.ts'
import { assertNever } from '#shared/assert.ts'
import { type NudgeKind } from '#shared/commands.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type Point } from '#shared/geometry/point.ts'
import { type BitMask, maskIsEmpty } from '#shared/masks/bit-mask.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { type Prompt } from '#shared/outline/prompt.ts'
import { type ClassId, type ImageId } from '#shared/records/ids.ts'
import { type RegionRecord } from '#shared/records/region.ts'
import { heard } from '#shared/i18n/heard.ts'
import { lockedAmong, sayLocked } from '../state/locked.ts'
import { type Stores } from '../state/stores.ts'
import { brushOnScreen } from '../state/tool.ts'
import { isGuess, middlesInside, middlesWithin, type ObjectId } from '../viewer/scene.ts'
import { applyAreas, areasWithin, selectedAreas, splitAlong } from './area-effects.ts'
import { type AreaTarget } from './area-edit.ts'
import { addEdit, copiedFacts, type CopiedFacts, type Deed, reshapeEdit } from './edits.ts'
import {
  type Effect,
  type Gesture,
  type GestureContext,
  type Obstacle,
  type PointerInput,
  type ReshapeVerb,
  type Shapes,
  type Step,
  type Target,
} from './gesture.ts'
import { backwardStep, cancelStep, finishStep, nudgeStep, pointerStep, settleStep } from './gesture-machine.ts'
import { isAskedIn, isOutlining, outlineFound } from './outline-gesture.ts'
import { addRegions } from './region-commands.ts'
import { editedRegion, editRegion, followEditedRegion, performOnRegion, regionAt, regionContext } from './region-edit.ts'
import { snapped, snapPlace, SNAP_REACH, type Snapped } from './snapping.ts'
import { keptHere } from './kept-shape.ts'
import { layAside, takeUp } from './drafts.ts'
import { targetIn } from './targets.ts'

/** Runs gestures on the stores: asks the machine what an event means, keeps its state, does what it wants done. */
export interface ToolDriver {
  readonly pointer: (input: PointerInput) => void
  /** True if a gesture was running and is gone now. */
  readonly cancel: () => boolean
  /** Ends what can be ended by Enter; true if something was. */
  readonly finish: () => boolean
  /** Takes back the last corner of a polygon in the making, or the last click of a smart outline; false where there is none. */
  readonly back: () => boolean
  /** Before something else begins: keeps what can be kept of a running gesture and drops the rest. */
  readonly settle: () => void
  readonly nudge: (kind: NudgeKind, dx: number, dy: number) => void
  readonly context: () => GestureContext
  /** Lays aside or drops what is running, and stops following the stores. */
  readonly dispose: () => void
}

/** What looks like a place of the open image; null while its pixels are not there. */
export type LikeAt = (point: Point, tolerance: number) => BitMask | null

/** Outlines what was said of the open image; null where nothing is found or its pixels are not there. Rejects where it cannot work. */
export type FindOutline = (prompt: Prompt, before: Prompt) => Promise<BitMask | null>

/** What tools see of the open image's pixels. */
export interface PixelTools {
  readonly likeAt: LikeAt
  readonly findOutline: FindOutline
}

/** What gestures may know, read from the stores. */
export function gestureContext(stores: Stores, likeAt: LikeAt): GestureContext {
  const tools = stores.tool.getState()
  const { tool, panHeld, classId, adding, outside, tolerance } = tools
  const { view, frame } = stores.view.getState()
  const { scene } = stores.scene.getState()
  const { selected } = stores.selection.getState()
  const isFree = ({ id }: AreaTarget): boolean => scene.byId.get(id)?.locked !== true
  const context: GestureContext = {
    tool,
    panHeld,
    classId,
    view,
    selected,
    image: frame.image,
    readOnly: stores.document.getState().project?.readOnly !== '',
    object: (id) => scene.byId.get(id),
    targetAt: (input) => targetAt(stores, input),
    middlesWithin: (box) => middlesWithin(scene, box, view.angle),
    middlesInside: (ring) => middlesInside(scene, ring),
    brushSize: brushOnScreen(tools, view.zoom),
    ...{ adding, outside, tolerance },
    areasWithin: (box) => areasWithin(scene, box).filter(isFree),
    selectedAreas: () => selectedAreas(scene, selected).filter(isFree),
    likeAt,
  }
  const region = editedRegion(stores)
  return region === null ? context : regionContext(context, region)
}

function targetAt(stores: Stores, { image }: Pick<PointerInput, 'image'>): Target {
  const { scene } = stores.scene.getState()
  return targetIn(scene, stores.selection.getState().selected, image, stores.view.getState().view.zoom)
}

const NO_PIXELS: PixelTools = { likeAt: () => null, findOutline: () => Promise.resolve(null) }

export function createToolDriver(stores: Stores, { likeAt, findOutline }: PixelTools = NO_PIXELS): ToolDriver {
  const context = (): GestureContext => gestureContext(stores, likeAt)
  const gesture = (): Gesture => stores.gesture.getState().gesture
  // Effects go first: an edit is on the canvas before its draft leaves it, so that nothing flickers.
  const take = ({ gesture: next, effects }: Step): void => {
    for (const effect of effects) {
      if (effect.kind === 'outline') find(effect.prompt, effect.before)
      else if (!performOnRegion(stores, effect)) perform(stores, effect)
    }
    if (next !== gesture()) stores.gesture.setState({ gesture: next })
  }
  // The answer comes later: by then there may be another prompt, or none.
  const find = (prompt: Prompt, before: Prompt): void => {
    const failed = (thrown: unknown): void => {
      if (isAskedIn(gesture(), prompt)) cancel()
      stores.messages.failed(t('Smart outline'), thrown)
    }
    findOutline(prompt, before).then((found) => take(outlineFound(gesture(), prompt, found, context())), failed)
  }
  const cancel = (): boolean => {
    if (gesture().kind === 'idle') return false
    take(cancelStep(gesture()))
    return true
  }
  const dispose = followStores(stores, cancel)
  const finish = (): boolean => {
    const before = gesture()
    if (before.kind === 'idle') return editRegion(stores, null)
    take(finishStep(before, context()))
    return before !== gesture()
  }
  return {
    context,
    cancel,
    dispose,
    finish,
    back: () => {
      const back = backwardStep(gesture())
      if (back) take(back)
      return back !== null
    },
    settle: () => {
      if (gesture().kind !== 'idle') take(settleStep(gesture(), context()))
      cancel()
    },
    pointer: (given) => {
      const { input, place } = snappedIn(stores, gesture(), given)
      stores.gesture.setState({ pointer: given.image, lead: 'pointer', snap: place })
      if (input.button === 2) return
      if (gesture().kind === 'nudge' && input.kind === 'down') take(finishStep(gesture(), context()))
      const line = lineUnder(stores, gesture(), input)
      take(pointerStep(gesture(), input, context()))
      if (line !== null) editRegion(stores, line.id)
    },
    nudge: (kind, dx, dy) => {
      take(nudgeStep(gesture(), kind, dx, dy, context()))
    },
  }
}

/** The region whose line a click is on, beside all objects. */
function lineUnder(stores: Stores, gesture: Gesture, input: PointerInput): RegionRecord | null {
  if (input.kind !== 'up' || gesture.kind !== 'press' || gesture.target.kind !== 'empty' || gesture.start.shift) return null
  return regionAt(stores, gesture.start.image)
}

/** The pointer as it is drawn to corners and edges near it, where a person wishes that. */
function snappedIn(stores: Stores, gesture: Gesture, input: PointerInput): Snapped {
  const { tool, panHeld, snapping } = stores.tool.getState()
  if (!snapping) return { input, place: null }
  const { view } = stores.view.getState()
  const readOnly = stores.document.getState().project?.readOnly !== ''
  const { scene } = stores.scene.getState()
  return snapped(gesture, input, { tool, panHeld, readOnly, view }, (point, except) =>
    snapPlace(scene, point, SNAP_REACH / view.zoom, except),
  )
}

/** Until the returned function is called. */
function followStores(stores: Stores, cancel: () => boolean): () => void {
  // The next object begins with what it is.
  const inside = stores.gesture.subscribe(({ gesture }) => {
    if (!isOutlining(gesture)) stores.tool.setOutside(false)
  })
  const stops = [followImages(stores, cancel), followEditedRegion(stores), inside]
  return () => {
    for (const stop of stops) stop()
  }
}

/** What was begun on one image must not end on another; what took many clicks is not lost with it. The returned function leaves the image. */
function followImages(stores: Stores, cancel: () => boolean): () => void {
  const leave = (imageId: ImageId | null): void => {
    if (!layAside(stores, imageId)) cancel()
  }
  const stop = stores.document.subscribe((state, before) => {
    if (state.imageId === before.imageId) return
    leave(before.imageId)
    takeUp(stores, state.imageId)
  })
  takeUp(stores, stores.document.getState().imageId)
  return () => {
    stop()
    leave(stores.document.getState().imageId)
  }
}

function perform(stores: Stores, effect: Exclude<Effect, { readonly kind: 'outline' }>): void {
  switch (effect.kind) {
    case 'view':
      stores.view.set(effect.view)
      return
    case 'select':
      stores.selection.select(effect.ids)
      return
    case 'draw':
      draw(stores, effect.shape)
      return
    case 'region':
      addRegions(stores, [effect.shape], say('Draw region'))
      return
    case 'reshape':
      reshape(stores, effect.shapes, effect.verb)
      return
    case 'copy':
      copy(stores, effect.shapes)
      return
    case 'areas':
      if (!maskIsEmpty(effect.areas.fresh)) drawMask(stores, effect.areas.fresh, effect.verb)
      applyAreas(stores, effect.areas.changed, effect.verb)
      return
    case 'tolerance':
      stores.tool.setTolerance(effect.tolerance)
      return
    case 'split':
      splitAlong(stores, effect.line)
      return
    case 'explain':
      explain(stores, effect.why)
      return
    default:
      assertNever(effect)
  }
}

export function className(stores: Stores, id: ClassId): string | null {
  return stores.document.getState().tables.classes.get(id)?.name ?? null
}

/** A new mask of the current class, selected. */
function drawMask(stores: Stores, mask: BitMask, deed: Deed): void {
  const shape = maskOf(mask)
  if (shape) draw(stores, shape, true, deed)
}

/** A new object of the current class, selected; `fresh` where it came from a drawing tool. */
export function draw(stores: Stores, shape: PlacedShape, fresh = true, deed: Deed = 'Draw'): void {
  const stamp = stores.actions.stamp()
  const { classId } = stores.tool.getState()
  if (stamp === null || classId === null) return
  const edit = addEdit(deed, [{ classId, shape: keptHere(stores, shape) }], className(stores, classId), stamp)
  void stores.actions.commit(edit)
  stores.selection.select(edit.put.annotations?.map(({ id }) => id) ?? [], fresh)
}

/** New shapes for annotations in one edit; a prediction with a new shape is a correction of it. */
function reshape(stores: Stores, shapes: Shapes, verb: ReshapeVerb): void {
  const { annotations } = stores.document.getState().tables
  const changes = [...shapes].flatMap(([id, shape]) => {
    const record = isGuess(id) ? undefined : annotations.get(id)
    // A rotated box that stands upright again; a box that was one before stays so.
    return record ? [[record, record.shape.type === 'box' ? shape : keptHere(stores, shape)] as const] : []
  })
  const [first] = changes
  if (first) void stores.actions.commit(reshapeEdit(verb, changes, className(stores, first[0].classId), new Date().toISOString()))
  for (const [id, shape] of shapes) correct(stores, id, shape)
}

/** A prediction with a new shape. */
export function correct(stores: Stores, id: ObjectId, shape: PlacedShape): void {
  const prediction = isGuess(id) ? stores.predictions.getState().predictions.get(id) : undefined
  if (!prediction) return
  void stores.actions.decide({ predictions: [prediction.id], kind: 'correct', to: { classId: prediction.classId, shape } })
}

/** What a copy of an object takes over beside its class and shape; of a prediction nothing. */
export function copied(stores: Stores, id: ObjectId): { readonly facts?: CopiedFacts } {
  const record = isGuess(id) ? undefined : stores.document.getState().tables.annotations.get(id)
  return record === undefined ? {} : { facts: copiedFacts(record) }
}

function copy(stores: Stores, shapes: Shapes): void {
  const stamp = stores.actions.stamp()
  const { byId } = stores.scene.getState().scene
  const objects = [...shapes].flatMap(([id, shape]) => {
    const source = byId.get(id)
    return source ? [{ classId: source.classId, shape, ...copied(stores, id) }] : []
  })
  const [first] = objects
  if (stamp === null || !first) return
  const edit = addEdit('Copy', objects, className(stores, first.classId), stamp)
  void stores.actions.commit(edit)
  stores.selection.select(edit.put.annotations?.map(({ id }) => id) ?? [])
}

function explain({ messages, document, selection }: Stores, why: Obstacle): void {
  if (why === 'read-only') messages.hint(t('This project can’t be changed here.'), heard(document.getState().project?.readOnly ?? ''))
  else if (why === 'locked') sayLocked(messages, lockedAmong(selection.getState().selected, document.getState().tables.annotations))
  else if (why === 'no-pixels') messages.hint(t('The wand needs the image, which is still being read.'), t('Try again in a moment.'))
  else if (why === 'nothing-outlined')
    messages.hint(t('There is nothing yet to cut away from.'), t('Click inside an object first, without Alt.'))
  else if (why === 'not-outlined')
    messages.hint(t('Nothing was found there.'), t('The image may still be being read: try again in a moment, or drag a box.'))
  else messages.hint(t('There is no class yet.'), t('Make a class first, then draw its objects.'))
}
