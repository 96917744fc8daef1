import { useEffect, type RefObject } from 'react'
import { type ViewStore } from '../state/view.ts'

/** Keeps the view's frame to an element's size and the screen's pixel ratio, also when the window moves to another screen. */
export function useViewport(element: RefObject<HTMLElement | null>, view: ViewStore): void {
  useEffect(() => {
    const host = element.current
    if (!host) return
    const measure = (): void => {
      const ratio = window.devicePixelRatio
      // Whole device pixels: a bitmap that does not match its element would be resampled, and every line blurred.
      const whole = (size: number): number => Math.max(1, Math.floor(size * ratio + 0.01)) / ratio
      view.setViewport({ width: whole(host.clientWidth), height: whole(host.clientHeight) }, ratio)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(host)
    const stop = onPixelRatio(measure)
    return () => {
      observer.disconnect()
      stop()
    }
  }, [element, view])
}

/** Calls back whenever the pixel ratio has changed. A media query tells of one ratio only, so each change asks for the next. */
function onPixelRatio(callback: () => void): () => void {
  let stop = (): void => undefined
  const watch = (): void => {
    const query = window.matchMedia(`(resolution: ${String(window.devicePixelRatio)}dppx)`)
    const change = (): void => {
      stop()
      watch()
      callback()
    }
    query.addEventListener('change', change)
    stop = () => {
      query.removeEventListener('change', change)
    }
  }
  watch()
  return () => {
    stop()
  }
}
