import { type Box } from '#shared/geometry/box.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { normalAngle, rotated, rotatedBack, rotatedBox, rotatedSize, rotationOf, type Rotation } from './view-turn.ts'

/**
 * What part of the image is seen. `zoom`: CSS pixels of the screen for one pixel of the image; `centre`: the image point at the
 * viewport's middle; `angle`: how far the image is turned about it, degrees clockwise, above -180 and up to 180.
 */
export interface View {
  readonly zoom: number
  readonly centre: Point
  readonly angle: number
}

/** What a view looks at and through: the image in its pixels, the viewport in CSS pixels, device pixels for one CSS pixel. */
export interface Frame {
  readonly image: Size
  readonly viewport: Size
  readonly pixelRatio: number
}

/** From image to an upright screen: upright = image * scale + offset, in CSS pixels from the viewport's top-left corner. */
export interface Transform {
  readonly scale: number
  readonly x: number
  readonly y: number
}

/** From image to screen: what is upright is turned about a point of the screen, CSS pixels. */
export interface ViewTransform extends Transform {
  readonly turn: Rotation
  readonly about: Point
}

/** Largest zoom: one image pixel is 64 CSS pixels wide. */
export const MAX_ZOOM = 64
/** CSS pixels left free around a fitted image; at the sides enough for the tools at the left edge, which would cover cells otherwise. */
const FIT_MARGIN = { x: 56, y: 16 }

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** The zoom at which the whole image is seen, turned by an angle. */
export function fitZoom({ image, viewport }: Frame, angle = 0): number {
  const width = Math.max(1, viewport.width - 2 * FIT_MARGIN.x)
  const height = Math.max(1, viewport.height - 2 * FIT_MARGIN.y)
  const turned = rotatedSize(rotationOf(angle), image)
  return Math.min(MAX_ZOOM, width / turned.width, height / turned.height)
}

/** One pixel of the image on one pixel of the device. */
export function actualZoom({ pixelRatio }: Frame): number {
  return 1 / pixelRatio
}

/** Per cent as shown: 100 % is one image pixel on one device pixel. */
export function zoomPercent(view: View, { pixelRatio }: Frame): number {
  return view.zoom * pixelRatio * 100
}

export function fitView(frame: Frame, angle = 0): View {
  return { zoom: fitZoom(frame, angle), centre: { x: frame.image.width / 2, y: frame.image.height / 2 }, angle: normalAngle(angle) }
}

/** Smallest and largest zoom of a frame: a small image may be seen at 1:1 though it would fit larger. */
export function zoomLimits(frame: Frame, angle = 0): readonly [number, number] {
  return [Math.min(fitZoom(frame, angle), actualZoom(frame)), MAX_ZOOM]
}

/**
 * The nearest view that makes sense: zoom within its limits, and the image never lost. At the fitting zoom the image stays
 * centred; from one and a half times that on, any of its points may be at the middle.
 */
export function limitView(view: View, frame: Frame): View {
  const angle = normalAngle(view.angle)
  const [low, high] = zoomLimits(frame, angle)
  const zoom = clamp(view.zoom, low, high)
  const freedom = clamp((zoom / fitZoom(frame, angle) - 1) * 2, 0, 1)
  const { width, height } = frame.image
  const limit = (value: number, size: number): number => clamp(value, (size / 2) * (1 - freedom), (size / 2) * (1 + freedom))
  return { zoom, centre: { x: limit(view.centre.x, width), y: limit(view.centre.y, height) }, angle }
}

/** The view's transform, its offset and its pivot on whole device pixels, so that pixels and lines stay crisp while panning. */
export function transformOf(view: View, { viewport, pixelRatio }: Frame): ViewTransform {
  const snap = (value: number): number => Math.round(value * pixelRatio) / pixelRatio
  return {
    scale: view.zoom,
    x: snap(viewport.width / 2 - view.centre.x * view.zoom),
    y: snap(viewport.height / 2 - view.centre.y * view.zoom),
    turn: rotationOf(view.angle),
    about: { x: snap(viewport.width / 2), y: snap(viewport.height / 2) },
  }
}

/** Where a point of the image would be on the screen if the view were not turned. */
export function toUpright({ scale, x, y }: Transform, point: Point): Point {
  return { x: point.x * scale + x, y: point.y * scale + y }
}

/** The same of a point of the screen. */
export function uprightOf({ turn, about }: Omit<ViewTransform, 'scale' | 'x' | 'y'>, screen: Point): Point {
  const { x, y } = rotatedBack(turn, { x: screen.x - about.x, y: screen.y - about.y })
  return { x: x + about.x, y: y + about.y }
}

export function toScreen(transform: ViewTransform, point: Point): Point {
  const { turn, about } = transform
  const upright = toUpright(transform, point)
  const { x, y } = rotated(turn, { x: upright.x - about.x, y: upright.y - about.y })
  return { x: x + about.x, y: y + about.y }
}

export function toImage(transform: ViewTransform, point: Point): Point {
  const { scale, x, y } = transform
  const upright = uprightOf(transform, point)
  return { x: (upright.x - x) / scale, y: (upright.y - y) / scale }
}

/** The view after a shift of the picture by CSS pixels of the screen. */
export function panBy(view: View, dx: number, dy: number): View {
  const { x, y } = rotatedBack(rotationOf(view.angle), { x: dx, y: dy })
  return { ...view, centre: { x: view.centre.x - x / view.zoom, y: view.centre.y - y / view.zoom } }
}

/** The view at another zoom, with the image point under the anchor (CSS pixels) staying where it is. */
export function zoomAround(view: View, { viewport }: Frame, anchor: Point, zoom: number): View {
  const away = { x: anchor.x - viewport.width / 2, y: anchor.y - viewport.height / 2 }
  const { x, y } = rotatedBack(rotationOf(view.angle), away)
  return { ...view, zoom, centre: { x: view.centre.x + x / view.zoom - x / zoom, y: view.centre.y + y / view.zoom - y / zoom } }
}

/** The view turned to another angle, with the image point under the anchor (CSS pixels) staying where it is. */
export function turnAround(view: View, { viewport }: Frame, anchor: Point, angle: number): View {
  const away = { x: anchor.x - viewport.width / 2, y: anchor.y - viewport.height / 2 }
  const before = rotatedBack(rotationOf(view.angle), away)
  const after = rotatedBack(rotationOf(angle), away)
  const { x, y } = view.centre
  const centre = { x: x + (before.x - after.x) / view.zoom, y: y + (before.y - after.y) / view.zoom }
  return { ...view, centre, angle: normalAngle(angle) }
}

/** The part of the image plane that the viewport shows, or the upright box round it where the view is turned; it may reach beyond the image. */
export function visibleBox(view: View, { viewport }: Frame): Box {
  const size = rotatedSize(rotationOf(view.angle), viewport)
  const [width, height] = [size.width / view.zoom, size.height / view.zoom]
  return { x: view.centre.x - width / 2, y: view.centre.y - height / 2, width, height }
}

/** A view in which the box takes at most the given share of the viewport, and is not enlarged beyond `maxZoom`. */
export function viewOfBox(box: Box, frame: Frame, share = 0.25, maxZoom = 8, angle = 0): View {
  const { viewport } = frame
  const { width, height } = rotatedSize(rotationOf(angle), box)
  const zoom = Math.min((viewport.width * share) / Math.max(1, width), (viewport.height * share) / Math.max(1, height), maxZoom)
  return limitView({ zoom, centre: { x: box.x + box.width / 2, y: box.y + box.height / 2 }, angle }, frame)
}

/** The least shift of a view that brings the whole box into the viewport with some room around it; the same view where it is seen already. */
export function viewShowing(box: Box, view: View, frame: Frame): View {
  const turn = rotationOf(view.angle)
  // In the screen's axes, still in pixels of the image.
  const wanted = rotatedBox(turn, box)
  const middle = rotated(turn, view.centre)
  const [width, height] = [frame.viewport.width / view.zoom, frame.viewport.height / view.zoom]
  const room = 24 / view.zoom
  const shift = (low: number, high: number, from: number, to: number): number =>
    high - low > to - from ? (low + high) / 2 - (from + to) / 2 : Math.min(0, low - from) || Math.max(0, high - to)
  const dx = shift(wanted.x - room, wanted.x + wanted.width + room, middle.x - width / 2, middle.x + width / 2)
  const dy = shift(wanted.y - room, wanted.y + wanted.height + room, middle.y - height / 2, middle.y + height / 2)
  if (dx === 0 && dy === 0) return view
  const { x, y } = rotatedBack(turn, { x: dx, y: dy })
  return limitView({ ...view, centre: { x: view.centre.x + x, y: view.centre.y + y } }, frame)
}

/**
 * A view between two, `t` from 0 to 1: zoom changes by equal factors, and a point that both show at one place stays there meanwhile;
 * a turn goes the shorter way round.
 */
export function betweenViews(from: View, to: View, t: number): View {
  if (t >= 1) return to
  const zoom = from.zoom * (to.zoom / from.zoom) ** t
  // Centres move linearly in 1 / zoom, which is what keeps the anchor of a zoom still.
  const span = 1 / to.zoom - 1 / from.zoom
  const s = Math.abs(span) < 1e-12 ? t : (1 / zoom - 1 / from.zoom) / span
  return {
    zoom,
    centre: { x: from.centre.x + (to.centre.x - from.centre.x) * s, y: from.centre.y + (to.centre.y - from.centre.y) * s },
    angle: normalAngle(from.angle + normalAngle(to.angle - from.angle) * t),
  }
}
