/** What of a wheel event decides; `wheelDeltaY` is the old count of 120 a notch that Chromium still gives. */
export interface WheelInput {
  readonly deltaX: number
  readonly deltaY: number
  /** 0 pixels, 1 lines, 2 pages. */
  readonly deltaMode: number
  readonly wheelDeltaY: number
  readonly ctrlKey: boolean
  readonly shiftKey: boolean
}

export type WheelIntent =
  | { readonly kind: 'zoom'; readonly factor: number; readonly smooth: boolean }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }

const LINE = 16
const PAGE = 400
/** Factor of one notch of a mouse wheel. */
const NOTCH = 1.25

/** A mouse wheel turns in whole notches about one axis; two fingers on a trackpad move in small steps about two. */
const isNotch = ({ deltaX, deltaMode, wheelDeltaY }: WheelInput): boolean =>
  deltaX === 0 && (deltaMode !== 0 || (wheelDeltaY !== 0 && Math.abs(wheelDeltaY) % 120 === 0))

/**
 * What a turn of the wheel means: a mouse wheel zooms (with Shift it moves sideways), two fingers on a trackpad move the view,
 * and a pinch, which Chromium reports as a wheel with Ctrl, zooms.
 */
export function wheelIntent(wheel: WheelInput): WheelIntent {
  const unit = wheel.deltaMode === 1 ? LINE : wheel.deltaMode === 2 ? PAGE : 1
  const notch = isNotch(wheel)
  if (wheel.shiftKey && !wheel.ctrlKey) return { kind: 'pan', dx: -(wheel.deltaX + wheel.deltaY) * unit, dy: 0 }
  if (notch) return { kind: 'zoom', factor: NOTCH ** notches(wheel), smooth: true }
  if (wheel.ctrlKey) return { kind: 'zoom', factor: Math.exp(-wheel.deltaY * unit * 0.01), smooth: false }
  return { kind: 'pan', dx: -wheel.deltaX * unit, dy: -wheel.deltaY * unit }
}

function notches({ deltaY, wheelDeltaY }: WheelInput): number {
  const count = wheelDeltaY !== 0 ? wheelDeltaY / 120 : -Math.sign(deltaY)
  return Math.max(-4, Math.min(4, count))
}
