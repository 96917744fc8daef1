import { useEffect, useRef, type ReactNode } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { useDocument, useStores } from '../state/context.tsx'
import { openImageOf } from '../state/document.ts'
import { type ViewStore } from '../state/view.ts'
import { barOf } from './scale.ts'

/** A length in the canvas' corner, where the image says how large its pixels are; else nothing. */
export function ScaleBar(): ReactNode {
  const { view } = useStores()
  const microns = useDocument((state) => openImageOf(state)?.micronsPerPixel ?? null)
  return <ScaleBarOf view={view} micronsPerPixel={microns} />
}

interface ScaleBarProps {
  readonly view: ViewStore
  readonly micronsPerPixel: number | null
}

/** The same of any view. */
export function ScaleBarOf({ view, micronsPerPixel: microns }: ScaleBarProps): ReactNode {
  const host = useRef<HTMLDivElement>(null)
  const text = useRef<HTMLSpanElement>(null)
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (microns === null) return
    let zoom = NaN
    // Moved by hand: the view changes with every frame, and React need not know.
    const measure = (): void => {
      const now = view.getState().view.zoom
      if (now === zoom || !host.current || !text.current || !line.current) return
      zoom = now
      const bar = barOf(microns, zoom)
      host.current.hidden = bar === null
      if (!bar) return
      text.current.textContent = bar.text
      line.current.style.width = `${bar.width.toFixed(1)}px`
    }
    measure()
    return view.subscribe(measure)
  }, [view, microns])
  if (microns === null) return null
  return (
    <div ref={host} className="sw-scale" role="img" aria-label={t('Scale bar')}>
      <span ref={text} />
      <div ref={line} className="sw-scale-line" />
    </div>
  )
}
