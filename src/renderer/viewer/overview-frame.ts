import { type Box } from '#shared/geometry/box.ts'
import { type Size } from '#shared/geometry/point.ts'
import { visibleBox, type Frame, type View } from './view-geometry.ts'

/** Largest width and height in CSS pixels. */
const LARGEST: Size = { width: 168, height: 132 }

/** Size of an image's overview. */
export function overviewSize(image: Size): Size {
  const scale = Math.min(LARGEST.width / image.width, LARGEST.height / image.height)
  return { width: Math.max(8, Math.round(image.width * scale)), height: Math.max(8, Math.round(image.height * scale)) }
}

/** Where the view's frame stands on the overview, CSS pixels; null while the whole image is in sight and no overview is needed. */
export function overviewFrame({ view, frame }: { readonly view: View; readonly frame: Frame }): Box | null {
  const { image } = frame
  const seen = visibleBox(view, frame)
  const left = Math.max(0, seen.x)
  const top = Math.max(0, seen.y)
  const right = Math.min(image.width, seen.x + seen.width)
  const bottom = Math.min(image.height, seen.y + seen.height)
  if (left <= 0 && top <= 0 && right >= image.width && bottom >= image.height) return null
  const scale = overviewSize(image).width / image.width
  return { x: left * scale, y: top * scale, width: Math.max(6, (right - left) * scale), height: Math.max(6, (bottom - top) * scale) }
}
