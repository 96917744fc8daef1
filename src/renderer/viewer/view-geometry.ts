import { type Box } from '#shared/geometry/box.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'

/** What part of the image is seen. `zoom`: CSS pixels of the screen for one pixel of the image; `centre`: the image point at the viewport's middle. */
export interface View {
  readonly zoom: number
  readonly centre: Point
}

/** What a view looks at and through: the image in its pixels, the viewport in CSS pixels, device pixels for one CSS pixel. */
export interface Frame {
  readonly image: Size
  readonly viewport: Size
  readonly pixelRatio: number
}

/** From image to screen: screen = image * scale + offset, in CSS pixels from the viewport's top-left corner. */
export interface Transform {
  readonly scale: number
  readonly x: number
  readonly y: number
}

/** Largest zoom: one image pixel is 64 CSS pixels wide. */
export const MAX_ZOOM = 64
/** CSS pixels left free around a fitted image; at the sides enough for the tools at the left edge, which would cover cells otherwise. */
const FIT_MARGIN = { x: 56, y: 16 }

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** The zoom at which the whole image is seen. */
export function fitZoom({ image, viewport }: Frame): number {
  const width = Math.max(1, viewport.width - 2 * FIT_MARGIN.x)
  const height = Math.max(1, viewport.height - 2 * FIT_MARGIN.y)
  return Math.min(MAX_ZOOM, width / image.width, height / image.height)
}

/** One pixel of the image on one pixel of the device. */
export function actualZoom({ pixelRatio }: Frame): number {
  return 1 / pixelRatio
}

/** Per cent as shown: 100 % is one image pixel on one device pixel. */
export function zoomPercent(view: View, { pixelRatio }: Frame): number {
  return view.zoom * pixelRatio * 100
}

export function fitView(frame: Frame): View {
  return { zoom: fitZoom(frame), centre: { x: frame.image.width / 2, y: frame.image.height / 2 } }
}

/** Smallest and largest zoom of a frame: a small image may be seen at 1:1 though it would fit larger. */
export function zoomLimits(frame: Frame): readonly [number, number] {
  return [Math.min(fitZoom(frame), actualZoom(frame)), MAX_ZOOM]
}

/**
 * The nearest view that makes sense: zoom within its limits, and the image never lost. At the fitting zoom the image stays
 * centred; from one and a half times that on, any of its points may be at the middle.
 */
export function limitView(view: View, frame: Frame): View {
  const [low, high] = zoomLimits(frame)
  const zoom = clamp(view.zoom, low, high)
  const freedom = clamp((zoom / fitZoom(frame) - 1) * 2, 0, 1)
  const { width, height } = frame.image
  const limit = (value: number, size: number): number => clamp(value, (size / 2) * (1 - freedom), (size / 2) * (1 + freedom))
  return { zoom, centre: { x: limit(view.centre.x, width), y: limit(view.centre.y, height) } }
}

/** The view's transform, its offset on whole device pixels, so that pixels and lines stay crisp while panning. */
export function transformOf(view: View, { viewport, pixelRatio }: Frame): Transform {
  const snap = (value: number): number => Math.round(value * pixelRatio) / pixelRatio
  return {
    scale: view.zoom,
    x: snap(viewport.width / 2 - view.centre.x * view.zoom),
    y: snap(viewport.height / 2 - view.centre.y * view.zoom),
  }
}

export function toScreen({ scale, x, y }: Transform, point: Point): Point {
  return { x: point.x * scale + x, y: point.y * scale + y }
}

export function toImage({ scale, x, y }: Transform, point: Point): Point {
  return { x: (point.x - x) / scale, y: (point.y - y) / scale }
}

/** The view after a shift of the picture by CSS pixels. */
export function panBy(view: View, dx: number, dy: number): View {
  return { zoom: view.zoom, centre: { x: view.centre.x - dx / view.zoom, y: view.centre.y - dy / view.zoom } }
}

/** The view at another zoom, with the image point under the anchor (CSS pixels) staying where it is. */
export function zoomAround(view: View, { viewport }: Frame, anchor: Point, zoom: number): View {
  const dx = anchor.x - viewport.width / 2
  const dy = anchor.y - viewport.height / 2
  return {
    zoom,
    centre: { x: view.centre.x + dx / view.zoom - dx / zoom, y: view.centre.y + dy / view.zoom - dy / zoom },
  }
}

/** The part of the image plane that the viewport shows; it may reach beyond the image. */
export function visibleBox(view: View, { viewport }: Frame): Box {
  const width = viewport.width / view.zoom
  const height = viewport.height / view.zoom
  return { x: view.centre.x - width / 2, y: view.centre.y - height / 2, width, height }
}

/** A view in which the box takes at most the given share of the viewport, and is not enlarged beyond `maxZoom`. */
export function viewOfBox(box: Box, frame: Frame, share = 0.25, maxZoom = 8): View {
  const { viewport } = frame
  const zoom = Math.min((viewport.width * share) / Math.max(1, box.width), (viewport.height * share) / Math.max(1, box.height), maxZoom)
  return limitView({ zoom, centre: { x: box.x + box.width / 2, y: box.y + box.height / 2 } }, frame)
}

/** The least shift of a view that brings the whole box into the viewport with some room around it; the same view where it is seen already. */
export function viewShowing(box: Box, view: View, frame: Frame): View {
  const seen = visibleBox(view, frame)
  const room = 24 / view.zoom
  const shift = (low: number, high: number, from: number, to: number): number =>
    high - low > to - from ? (low + high) / 2 - (from + to) / 2 : Math.min(0, low - from) || Math.max(0, high - to)
  const dx = shift(box.x - room, box.x + box.width + room, seen.x, seen.x + seen.width)
  const dy = shift(box.y - room, box.y + box.height + room, seen.y, seen.y + seen.height)
  if (dx === 0 && dy === 0) return view
  return limitView({ zoom: view.zoom, centre: { x: view.centre.x + dx, y: view.centre.y + dy } }, frame)
}

/** A view between two, `t` from 0 to 1: zoom changes by equal factors, and a point that both show at one place stays there meanwhile. */
export function betweenViews(from: View, to: View, t: number): View {
  if (t >= 1) return to
  const zoom = from.zoom * (to.zoom / from.zoom) ** t
  // Centres move linearly in 1 / zoom, which is what keeps the anchor of a zoom still.
  const span = 1 / to.zoom - 1 / from.zoom
  const s = Math.abs(span) < 1e-12 ? t : (1 / zoom - 1 / from.zoom) / span
  return {
    zoom,
    centre: { x: from.centre.x + (to.centre.x - from.centre.x) * s, y: from.centre.y + (to.centre.y - from.centre.y) * s },
  }
}
