import { type Point } from '#shared/geometry/point.ts'
import { type Stores } from '../state/stores.ts'
import { type Gesture, type PointerInput } from '../tools/gesture.ts'
import { cursorOf } from '../tools/gesture-machine.ts'
import { type ToolDriver } from '../tools/tool-driver.ts'
import { Fingers } from './fingers.ts'
import { toImage, transformOf } from './view-geometry.ts'
import { wheelInputOf, wheelIntent, wheelSource, type WheelSource } from './wheel.ts'
import { type ViewAnimator } from './zoomer.ts'

interface Means {
  readonly element: HTMLElement
  readonly stores: Stores
  readonly driver: ToolDriver
  readonly animator: ViewAnimator
}

type Modifiers = Pick<PointerInput, 'shift' | 'alt' | 'mod'>

const modifiersOf = (event: MouseEvent | KeyboardEvent): Modifiers => ({
  shift: event.shiftKey,
  alt: event.altKey,
  mod: event.ctrlKey || event.metaKey,
})

/** Feeds the DOM's pointer, wheel and modifier events to the gestures; the returned function stops. */
export function listenToPointer(means: Means): () => void {
  const { element, driver, stores } = means
  let last: PointerInput | null = null
  let wheel: WheelSource | null = null
  /** The wheel was turned while Alt was held. */
  let turned = false
  const feed = (input: PointerInput): void => {
    last = input
    driver.pointer(input)
    refresh(means, input)
  }
  const on = new AbortController()
  const options = { signal: on.signal }
  const fingers = new Fingers(means)
  const hear = (type: 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel', task: (event: PointerEvent) => void): void => {
    element.addEventListener(type, (event) => fingers.takes(event, () => localPoint(element, event)) || task(event), options)
  }
  hear('pointerdown', (event) => press(means, event, feed))
  hear('pointermove', (event) => move(means, event, feed))
  hear('pointerup', (event) => feed(inputOf(means, 'up', event)))
  // A pen that is taken away by the system must not cost the stroke.
  hear('pointercancel', () => driver.settle())
  element.addEventListener('pointerleave', () => leave(stores), options)
  element.addEventListener('contextmenu', (event) => event.preventDefault(), options)
  element.addEventListener('wheel', (event) => ((wheel = turnWheel(means, event, wheel)), (turned = event.altKey)), {
    ...options,
    passive: false,
  })
  // Shift, Alt and Ctrl change a running gesture without the pointer moving.
  const modifier = (event: KeyboardEvent): void => {
    if (last === null || !['Shift', 'Alt', 'Control', 'Meta'].includes(event.key)) return
    if (stores.gesture.getState().pointer !== null) feed({ ...last, kind: 'move', ...modifiersOf(event) })
    // A lone Alt would move the focus to the menu bar.
    if (event.key === 'Alt' && (turned || stores.gesture.getState().gesture.kind !== 'idle')) event.preventDefault()
    if (event.key === 'Alt') turned = false
  }
  window.addEventListener('keydown', modifier, options)
  window.addEventListener('keyup', modifier, options)
  const stops = [
    stores.tool.subscribe(() => last && refresh(means, last)),
    // The image moved under a pointer that stands still.
    stores.view.subscribe((state, before) => {
      if (state.view === before.view || last === null || stores.gesture.getState().pointer === null) return
      last = { ...last, kind: 'move', image: toImage(transformOf(state.view, state.frame), last.screen) }
      follow(means, last)
    }),
    stores.gesture.subscribe((state, before) => state.gesture !== before.gesture && last && refresh(means, last)),
    () => on.abort(),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function press(means: Means, event: PointerEvent, feed: (input: PointerInput) => void): void {
  if (event.button > 2) return
  const { element } = means
  means.animator.stop()
  element.setPointerCapture(event.pointerId)
  if (event.button === 1) {
    // The middle button would start the system's own scrolling; without its default the focus has to be set by hand.
    event.preventDefault()
    element.focus({ preventScroll: true })
  }
  feed(inputOf(means, 'down', event))
}

/** A stroke gets every place that the pointer passed since the last frame; for all else the last one does. */
function move(means: Means, event: PointerEvent, feed: (input: PointerInput) => void): void {
  const { kind } = means.stores.gesture.getState().gesture
  const passed =
    kind === 'stroke' || kind === 'polygon' || kind === 'line' || kind === 'lasso' ? event.getCoalescedEvents().slice(0, -1) : []
  for (const one of passed) means.driver.pointer(inputOf(means, 'move', one))
  feed(inputOf(means, 'move', event))
}

function localPoint(element: HTMLElement, event: MouseEvent): Point {
  const { left, top } = element.getBoundingClientRect()
  return { x: event.clientX - left, y: event.clientY - top }
}

function inputOf({ element, stores }: Means, kind: PointerInput['kind'], event: PointerEvent): PointerInput {
  const { view, frame } = stores.view.getState()
  const screen = localPoint(element, event)
  const image = toImage(transformOf(view, frame), screen)
  const pressure = event.pointerType === 'pen' ? event.pressure : undefined
  return { kind, screen, image, button: kind === 'move' ? 0 : event.button, pressure, ...modifiersOf(event) }
}

/** Cursor and hover follow the pointer and the gesture. */
function refresh({ element, stores, driver }: Means, input: PointerInput): void {
  const { gesture } = stores.gesture.getState()
  const context = driver.context()
  const target = context.targetAt(input)
  const cursor = cursorOf(gesture, target, context, input.mod)
  if (element.style.cursor !== cursor) element.style.cursor = cursor
  const picking = cursor !== 'crosshair' && cursor !== 'none' && (gesture.kind === 'idle' || gesture.kind === 'press')
  stores.selection.hover(picking && target.kind === 'object' ? target.id : null)
}

const FOLLOWS: ReadonlySet<Gesture['kind']> = new Set([
  'draw',
  'side',
  'move',
  'resize',
  'turn',
  'corner',
  'band',
  'place',
  'polygon',
  'line',
  'lasso',
  'stroke',
])

/** What the pointer does by being where it is, without an event of its own. */
function follow(means: Means, input: PointerInput): void {
  const { stores, driver } = means
  const { kind } = stores.gesture.getState().gesture
  // What is in the hand goes along when the wheel moves the image under it.
  if (FOLLOWS.has(kind)) driver.pointer(input)
  else stores.gesture.setState({ pointer: input.image })
  if (kind !== 'pan') refresh(means, input)
}

function leave({ gesture, selection }: Stores): void {
  gesture.setState({ pointer: null, snap: null })
  selection.hover(null)
}

function turnWheel({ element, stores, animator }: Means, event: WheelEvent, before: WheelSource | null): WheelSource | null {
  event.preventDefault()
  if (stores.gesture.getState().gesture.kind === 'pan') return before
  const wheel = wheelInputOf(event)
  const source = wheelSource(wheel, before)
  const intent = wheelIntent(wheel, source.device)
  const anchor = localPoint(element, event)
  if (intent.kind === 'zoom' && intent.smooth) {
    animator.zoomBy(intent.factor, anchor)
    return source
  }
  animator.stop()
  if (intent.kind === 'zoom') stores.view.zoomBy(intent.factor, anchor)
  else if (intent.kind === 'turn') stores.view.turnTo(stores.view.getState().view.angle + intent.degrees, anchor)
  else stores.view.panBy(intent.dx, intent.dy)
  return source
}
