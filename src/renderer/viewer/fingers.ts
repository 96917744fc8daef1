import { type Point } from '#shared/geometry/point.ts'
import { type Stores } from '../state/stores.ts'
import { type Gesture } from '../tools/gesture.ts'
import { type ToolDriver } from '../tools/tool-driver.ts'

interface Means {
  readonly element: HTMLElement
  readonly stores: Pick<Stores, 'gesture' | 'view'>
  readonly driver: Pick<ToolDriver, 'cancel'>
}

/** Fingers nearer than this are no measure of zoom, CSS pixels. */
const LEAST_APART = 20

/**
 * Fingers on the canvas. One does what the mouse does; a second makes both move and zoom the image, whatever the tool, and what the first had
 * begun goes without a trace. While a pen draws, the hand that rests beside it does nothing, whichever came down first.
 */
export class Fingers {
  readonly #means: Means
  readonly #held = new Map<number, Point>()
  /** What was under way before the first finger came down: a polygon keeps its corners. */
  #before: Gesture | null = null
  #pinching = false
  #pen = false

  constructor(means: Means) {
    this.#means = means
  }

  /** Whether an event is none of the tool's. `at` measures where it is, CSS pixels of the canvas. */
  takes(event: PointerEvent, at: () => Point): boolean {
    const { type, pointerId } = event
    if (event.pointerType === 'pen') this.#hearPen(type)
    if (event.pointerType !== 'touch') return false
    if (type === 'pointerdown') return this.#down(pointerId, at())
    if (!this.#held.has(pointerId)) return true
    if (type === 'pointermove') return this.#move(pointerId, at())
    this.#held.delete(pointerId)
    const taken = this.#pinching
    if (this.#held.size === 0) this.#pinching = false
    return taken
  }

  #hearPen(type: string): void {
    if (type === 'pointerdown' && this.#held.size > 0) {
      if (!this.#pinching) this.#undoFirst()
      this.#held.clear()
      this.#pinching = false
    }
    this.#pen = type === 'pointerdown' || (this.#pen && type === 'pointermove')
  }

  /** What the first finger began goes. */
  #undoFirst(): void {
    const { stores, driver } = this.#means
    if (this.#before === null || this.#before.kind === 'idle') driver.cancel()
    else stores.gesture.setState({ gesture: this.#before })
  }

  #down(id: number, at: Point): boolean {
    if (this.#pen) return true
    const { element, stores } = this.#means
    this.#held.set(id, at)
    if (this.#held.size === 1) {
      this.#before = stores.gesture.getState().gesture
      return false
    }
    element.setPointerCapture(id)
    if (!this.#pinching) this.#undoFirst()
    this.#pinching = true
    return true
  }

  #move(id: number, at: Point): boolean {
    const before = this.#measured()
    this.#held.set(id, at)
    if (!this.#pinching) return false
    const now = this.#measured()
    if (before === null || now === null) return true
    const { view } = this.#means.stores
    view.panBy(now.middle.x - before.middle.x, now.middle.y - before.middle.y)
    if (before.apart >= LEAST_APART && now.apart >= LEAST_APART) view.zoomBy(now.apart / before.apart, now.middle)
    return true
  }

  /** Between the first two fingers; null while there is only one. */
  #measured(): { readonly middle: Point; readonly apart: number } | null {
    const [a, b] = [...this.#held.values()]
    if (!a || !b) return null
    return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, apart: Math.hypot(a.x - b.x, a.y - b.y) }
  }
}
