import { type Point } from '#shared/geometry/point.ts'
import { type ViewStore } from '../state/view.ts'
import { type Zoomer } from '../tools/canvas-commands.ts'
import { actualZoom, betweenViews, fitView, limitView, turnAround, zoomAround, type Frame, type View } from './view-geometry.ts'
import { normalAngle } from './view-turn.ts'

/** Milliseconds of a zoom step's motion. */
const DURATION = 120

/** Moves the view in steps of a frame; a new wish goes on from where the view is now. */
export interface ViewAnimator extends Zoomer {
  /** `anchor` in CSS pixels; the viewport's middle where it is left out. */
  readonly zoomBy: (factor: number, anchor?: Point) => void
  readonly stop: () => void
}

const middleOf = ({ viewport }: Frame): Point => ({ x: viewport.width / 2, y: viewport.height / 2 })

interface Motion {
  readonly from: View
  readonly to: View
  /** The image fills the viewport where the motion ends. */
  readonly fits: boolean
  readonly start: number
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
    const { fits } = motion
    motion = null
    if (fits) store.fit()
  }
  const stop = (): void => {
    cancelAnimationFrame(handle)
    motion = null
  }
  const moveTo = (to: View, fits = false): void => {
    stop()
    if (reducedMotion()) {
      store.set(to)
      if (fits) store.fit()
      return
    }
    motion = { from: store.getState().view, to, fits, start: performance.now() }
    handle = requestAnimationFrame(frame)
  }
  /** The view at another zoom about an anchor; steps in quick succession add up to one longer motion. */
  const zoomed = (zoom: (from: View) => number, anchor?: Point): View => {
    const { frame: seen } = store.getState()
    const from = motion?.to ?? store.getState().view
    const at = anchor ?? middleOf(seen)
    const wanted = limitView({ ...from, zoom: zoom(from) }, seen).zoom
    return limitView(zoomAround(from, seen, at, wanted), seen)
  }
  return {
    zoomBy: (factor, anchor) => {
      moveTo(zoomed((from) => from.zoom * factor, anchor))
    },
    fit: () => {
      const { frame: seen, view } = store.getState()
      moveTo(fitView(seen, (motion?.to ?? view).angle), true)
    },
    actual: () => {
      moveTo(zoomed(() => actualZoom(store.getState().frame)))
    },
    turn: (change) => {
      const { frame: seen, view, fitted } = store.getState()
      const from = motion?.to ?? view
      const angle = normalAngle(change(from.angle))
      const fits = motion?.fits ?? fitted
      moveTo(fits ? fitView(seen, angle) : limitView(turnAround(from, seen, middleOf(seen), angle), seen), fits)
    },
    stop,
  }
}
