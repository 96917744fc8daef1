import { useEffect, useRef, useState, type PointerEvent, type ReactNode } from 'react'
import { useDocument, useStores } from '../state/context.tsx'
import { openImageOf } from '../state/document.ts'
import { type ViewState } from '../state/view.ts'
import { overviewFrame, overviewSize } from './overview-frame.ts'
import { wholeUrl } from './tiles/picture-parts.ts'

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
      style.transform = `translate(${at.x.toFixed(1)}px, ${at.y.toFixed(1)}px) rotate(${at.angle.toFixed(2)}deg)`
      style.width = `${at.width.toFixed(1)}px`
      style.height = `${at.height.toFixed(1)}px`
    }
    place(view.getState())
    return view.subscribe(place)
  }, [view, image])
  if (!image) return null
  const size = overviewSize(image)
  const go = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons === 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const { left, top } = event.currentTarget.getBoundingClientRect()
    const x = ((event.clientX - left) / size.width) * image.width
    const y = ((event.clientY - top) / size.height) * image.height
    view.set({ ...view.getState().view, centre: { x, y } })
  }
  return (
    <div ref={host} className="sw-float sw-overview" style={size} onPointerDown={go} onPointerMove={go} aria-hidden hidden>
      <Thumbnail key={image.id} urls={[clients.thumbnailUrl(image.id), wholeUrl(clients, image)]} />
      <div ref={box} className="sw-overview-frame" />
    </div>
  )
}

/** The first of the addresses that can be shown: a new image has no thumbnail yet. */
function Thumbnail({ urls }: { readonly urls: readonly string[] }): ReactNode {
  const [at, setAt] = useState(0)
  const next = (): void => {
    setAt((now) => now + 1)
  }
  return at < urls.length ? <img src={urls[at]} alt="" draggable={false} onError={next} /> : null
}
