import { useEffect, useRef, type PointerEvent, type ReactNode } from 'react'
import { type Size } from '#shared/geometry/point.ts'
import { useDocument, useStores } from '../state/context.tsx'
import { openImageOf } from '../state/document.ts'
import { type ViewState } from '../state/view.ts'
import { visibleBox } from './view-geometry.ts'

/** Largest width and height in CSS pixels. */
const LARGEST: Size = { width: 168, height: 132 }

function sizeFor(image: Size): Size {
  const scale = Math.min(LARGEST.width / image.width, LARGEST.height / image.height)
  return { width: Math.max(8, Math.round(image.width * scale)), height: Math.max(8, Math.round(image.height * scale)) }
}

/** Where the view's frame stands on the overview, CSS pixels; null while the whole image is in sight and no overview is needed. */
export function overviewFrame({
  view,
  frame,
}: Pick<ViewState, 'view' | 'frame'>): { x: number; y: number; width: number; height: number } | null {
  const { image } = frame
  const seen = visibleBox(view, frame)
  const left = Math.max(0, seen.x)
  const top = Math.max(0, seen.y)
  const right = Math.min(image.width, seen.x + seen.width)
  const bottom = Math.min(image.height, seen.y + seen.height)
  if (left <= 0 && top <= 0 && right >= image.width && bottom >= image.height) return null
  const scale = sizeFor(image).width / image.width
  return { x: left * scale, y: top * scale, width: Math.max(6, (right - left) * scale), height: Math.max(6, (bottom - top) * scale) }
}

/** The whole image in small with a frame around what the canvas shows; a press or drag moves the view there. */
export function Overview(): ReactNode {
  const { view, clients } = useStores()
  const image = useDocument(openImageOf)
  const host = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Moved by hand: the view changes with every frame, and React need not know.
    const place = (state: ViewState): void => {
      const at = overviewFrame(state)
      if (host.current) host.current.hidden = at === null
      if (!at || !box.current) return
      const { style } = box.current
      style.transform = `translate(${at.x.toFixed(1)}px, ${at.y.toFixed(1)}px)`
      style.width = `${at.width.toFixed(1)}px`
      style.height = `${at.height.toFixed(1)}px`
    }
    place(view.getState())
    return view.subscribe(place)
  }, [view, image])
  if (!image) return null
  const size = sizeFor(image)
  const go = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons === 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const { left, top } = event.currentTarget.getBoundingClientRect()
    const x = ((event.clientX - left) / size.width) * image.width
    const y = ((event.clientY - top) / size.height) * image.height
    view.set({ zoom: view.getState().view.zoom, centre: { x, y } })
  }
  return (
    <div ref={host} className="sw-float sw-overview" style={size} onPointerDown={go} onPointerMove={go} aria-hidden hidden>
      <img src={clients.thumbnailUrl(image.id)} alt="" draggable={false} />
      <div ref={box} className="sw-overview-frame" />
    </div>
  )
}
