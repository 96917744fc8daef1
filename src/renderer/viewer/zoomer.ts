import { type Point } from '#shared/geometry/point.ts'
import { type ViewStore } from '../state/view.ts'
import { type Zoomer } from '../tools/canvas-commands.ts'
import { actualZoom, betweenViews, fitView, limitView, zoomAround, type View } from './view-geometry.ts'

/** Milliseconds of a zoom step's motion. */
const DURATION = 120

/** Moves the view in steps of a frame; a new wish goes on from where the view is now. */
export interface ViewAnimator extends Zoomer {
  /** `anchor` in CSS pixels; the viewport's middle where it is left out. */
  readonly zoomBy: (factor: number, anchor?: Point) => void
  readonly stop: () => void
}

interface Motion {
  readonly from: View
  readonly to: View
  readonly start: number
  readonly done: () => void
}

/** Slows down towards the end. */
const eased = (t: number): number => 1 - (1 - t) ** 3

export function createViewAnimator(store: ViewStore, reducedMotion: () => boolean): ViewAnimator {
  let motion: Motion | null = null
  let handle = 0
  const frame = (): void => {
    if (!motion) return
    const t = Math.min(1, (performance.now() - motion.start) / DURATION)
    store.set(betweenViews(motion.from, motion.to, eased(t)))
    if (t < 1) {
      handle = requestAnimationFrame(frame)
      return
    }
    const { done } = motion
    motion = null
    done()
  }
  const stop = (): void => {
    cancelAnimationFrame(handle)
    motion = null
  }
  const moveTo = (to: View, done: () => void = () => undefined): void => {
    stop()
    if (reducedMotion()) {
      store.set(to)
      done()
      return
    }
    motion = { from: store.getState().view, to, start: performance.now(), done }
    handle = requestAnimationFrame(frame)
  }
  /** The view at another zoom about an anchor; steps in quick succession add up to one longer motion. */
  const zoomed = (zoom: (from: View) => number, anchor?: Point): View => {
    const { frame: seen } = store.getState()
    const from = motion?.to ?? store.getState().view
    const at = anchor ?? { x: seen.viewport.width / 2, y: seen.viewport.height / 2 }
    const wanted = limitView({ ...from, zoom: zoom(from) }, seen).zoom
    return limitView(zoomAround(from, seen, at, wanted), seen)
  }
  return {
    zoomBy: (factor, anchor) => {
      moveTo(zoomed((from) => from.zoom * factor, anchor))
    },
    fit: () => {
      moveTo(fitView(store.getState().frame), store.fit)
    },
    actual: () => {
      moveTo(zoomed(() => actualZoom(store.getState().frame)))
    },
    stop,
  }
}
