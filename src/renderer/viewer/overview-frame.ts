import { type Box } from '#shared/geometry/box.ts'
import { type Size } from '#shared/geometry/point.ts'
import { visibleBox, type Frame, type View } from './view-geometry.ts'
import { rotatedBox, rotationOf } from './view-turn.ts'

/** Largest width and height in CSS pixels. */
const LARGEST: Size = { width: 168, height: 132 }

/** Size of an image's overview. */
export function overviewSize(image: Size): Size {
  const scale = Math.min(LARGEST.width / image.width, LARGEST.height / image.height)
  return { width: Math.max(8, Math.round(image.width * scale)), height: Math.max(8, Math.round(image.height * scale)) }
}

/** The view's frame on the overview, CSS pixels, turned about its middle by degrees clockwise. */
export interface OverviewFrame extends Box {
  readonly angle: number
}

/** Of the canvas' width or height the most that an overview may take. */
const MOST = 0.4

/** Where the view's frame stands on the overview; null while the whole image is in sight and no overview is needed, or the canvas has no room for one. */
export function overviewFrame({ view, frame }: { readonly view: View; readonly frame: Frame }): OverviewFrame | null {
  const { image } = frame
  const own = overviewSize(image)
  if (isWholeInSight(view, frame) || own.width > MOST * frame.viewport.width || own.height > MOST * frame.viewport.height) return null
  const scale = own.width / image.width
  if (view.angle !== 0) return turnedFrame(view, frame, scale)
  const seen = visibleBox(view, frame)
  const left = Math.max(0, seen.x)
  const top = Math.max(0, seen.y)
  const right = Math.min(image.width, seen.x + seen.width)
  const bottom = Math.min(image.height, seen.y + seen.height)
  const size = { width: Math.max(6, (right - left) * scale), height: Math.max(6, (bottom - top) * scale) }
  return { x: left * scale, y: top * scale, ...size, angle: 0 }
}

function isWholeInSight(view: View, { image, viewport }: Frame): boolean {
  const turn = rotationOf(view.angle)
  const { x, y, width, height } = rotatedBox(turn, { x: -view.centre.x, y: -view.centre.y, ...image })
  const [right, bottom] = [viewport.width / view.zoom / 2, viewport.height / view.zoom / 2]
  return x >= -right && y >= -bottom && x + width <= right && y + height <= bottom
}

/** The whole viewport on the overview: turned, it can't be cut to the image and stay a rectangle. */
function turnedFrame({ centre, zoom, angle }: View, { viewport }: Frame, scale: number): OverviewFrame {
  const width = Math.max(6, (viewport.width / zoom) * scale)
  const height = Math.max(6, (viewport.height / zoom) * scale)
  return { x: centre.x * scale - width / 2, y: centre.y * scale - height / 2, width, height, angle: -angle }
}
