import { type Point } from '#shared/geometry/point.ts'
import { type BesideStore } from '../state/beside.ts'
import { panBy, turnAround, zoomAround, type View } from './view-geometry.ts'
import { wheelInputOf, wheelIntent, wheelSource, type WheelSource } from './wheel.ts'

/** Moves the view of the second image by drags and the wheel, as on the canvas; the returned function stops. */
export function listenBeside(element: HTMLElement, beside: BesideStore): () => void {
  let held: { readonly at: Point; readonly view: View } | null = null
  let source: WheelSource | null = null
  const on = new AbortController()
  const options = { signal: on.signal }
  const place = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }
  const release = (): void => {
    held = null
    element.style.cursor = ''
  }
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button > 1) return
      event.preventDefault()
      element.setPointerCapture(event.pointerId)
      element.style.cursor = 'grabbing'
      held = { at: place(event), view: beside.view.getState().view }
    },
    options,
  )
  element.addEventListener(
    'pointermove',
    (event) => {
      if (held === null) return
      const at = place(event)
      beside.move(panBy(held.view, at.x - held.at.x, at.y - held.at.y))
    },
    options,
  )
  element.addEventListener('pointerup', release, options)
  element.addEventListener('pointercancel', release, options)
  const turnWheel = (event: WheelEvent): void => {
    event.preventDefault()
    if (held !== null) return
    const wheel = wheelInputOf(event)
    source = wheelSource(wheel, source)
    const { view, frame } = beside.view.getState()
    const intent = wheelIntent(wheel, source.device)
    const at = place(event)
    if (intent.kind === 'zoom') beside.move(zoomAround(view, frame, at, view.zoom * intent.factor))
    else if (intent.kind === 'turn') beside.move(turnAround(view, frame, at, view.angle + intent.degrees))
    else beside.move(panBy(view, intent.dx, intent.dy))
  }
  element.addEventListener('wheel', turnWheel, { ...options, passive: false })
  return () => {
    on.abort()
  }
}
