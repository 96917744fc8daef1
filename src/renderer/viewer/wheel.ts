/** What of a wheel event decides; `wheelDeltaY` is the old count of 120 a notch that Chromium still gives. */
export interface WheelInput {
  readonly deltaX: number
  readonly deltaY: number
  /** 0 pixels, 1 lines, 2 pages. */
  readonly deltaMode: number
  readonly wheelDeltaY: number
  readonly ctrlKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
  /** Milliseconds, of any clock. */
  readonly time: number
}

/** What a wheel event of the browser says. */
export function wheelInputOf(event: WheelEvent): WheelInput {
  const { wheelDeltaY } = event as WheelEvent & { readonly wheelDeltaY?: number }
  const { deltaX, deltaY, deltaMode, ctrlKey, shiftKey, altKey, timeStamp } = event
  return { deltaX, deltaY, deltaMode, ctrlKey, shiftKey, altKey, wheelDeltaY: wheelDeltaY ?? 0, time: timeStamp }
}

export type WheelIntent =
  | { readonly kind: 'zoom'; readonly factor: number; readonly smooth: boolean }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  /** Degrees clockwise. */
  | { readonly kind: 'turn'; readonly degrees: number }

/** What turned the wheel, as far as it can be told, and when. */
export interface WheelSource {
  readonly device: 'mouse' | 'trackpad'
  readonly time: number
}

const LINE = 16
const PAGE = 400
/** Factor of one notch of a mouse wheel. */
const NOTCH = 1.25
/** Degrees of one notch with Alt, and with Shift too; of a pixel that two fingers move. */
const NOTCH_TURN = 5
const FINE_TURN = 1
const FINGER_TURN = 0.1
/** Pixels that two fingers do not move in their first event. */
const FIRST_JUMP = 50
/** Milliseconds of calm after which another device may be at work. */
const CALM = 200

/**
 * Tells a mouse wheel from two fingers on a trackpad, which no event says: a wheel turns in whole notches, or at least begins with
 * a jump, about one axis; fingers begin slowly and move about two. What was decided holds until the wheel rests.
 */
export function wheelSource(wheel: WheelInput, before: WheelSource | null): WheelSource {
  const { time, deltaX, deltaY, deltaMode, wheelDeltaY } = wheel
  if (before !== null && time - before.time < CALM) return { device: deltaX === 0 ? before.device : 'trackpad', time }
  const notch = deltaMode !== 0 || (wheelDeltaY !== 0 && Math.abs(wheelDeltaY) % 120 === 0) || Math.abs(deltaY) >= FIRST_JUMP
  return { device: deltaX === 0 && notch ? 'mouse' : 'trackpad', time }
}

/**
 * What a turn of the wheel means: a mouse wheel zooms (with Shift it moves sideways), two fingers on a trackpad move the view,
 * and a pinch, which Chromium reports as a wheel with Ctrl, zooms. With Alt the view is turned.
 */
export function wheelIntent(wheel: WheelInput, device: WheelSource['device']): WheelIntent {
  const unit = wheel.deltaMode === 1 ? LINE : wheel.deltaMode === 2 ? PAGE : 1
  if (wheel.altKey && !wheel.ctrlKey) return { kind: 'turn', degrees: turnOf(wheel, device, unit) }
  if (wheel.shiftKey && !wheel.ctrlKey) return { kind: 'pan', dx: -(wheel.deltaX + wheel.deltaY) * unit, dy: 0 }
  if (device === 'mouse') return { kind: 'zoom', factor: NOTCH ** notches(wheel), smooth: true }
  if (wheel.ctrlKey) return { kind: 'zoom', factor: Math.exp(-wheel.deltaY * unit * 0.01), smooth: false }
  return { kind: 'pan', dx: -wheel.deltaX * unit, dy: -wheel.deltaY * unit }
}

/** Degrees: towards the person clockwise. Some systems give a wheel with Shift as one to the side. */
function turnOf(wheel: WheelInput, device: WheelSource['device'], unit: number): number {
  if (device === 'trackpad' && wheel.deltaX === 0) return wheel.deltaY * unit * FINGER_TURN
  return Math.sign(wheel.deltaY + wheel.deltaX) * (wheel.shiftKey ? FINE_TURN : NOTCH_TURN)
}

/** Notches, positive away from the person; at most four at once. */
function notches({ deltaY, wheelDeltaY }: WheelInput): number {
  const count = wheelDeltaY !== 0 ? wheelDeltaY / 120 : -Math.sign(deltaY)
  return Math.max(-4, Math.min(4, count))
}
