import { type Point, type Size } from './point.ts'

/**
 * An axis-aligned box: top-left corner and size in full-resolution pixels, floats, origin at the image's top-left
 * corner. A box covers [x, x + width] by [y, y + height]; sizes of zero or less are empty (area 0, no overlap).
 */
export interface Box extends Point, Size {}

/** The box between two opposite corners, given in any order. */
export function boxFromCorners(x1: number, y1: number, x2: number, y2: number): Box {
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) }
}

/** The box of the given size around a centre. */
export function boxAround(centre: Point, size: Size): Box {
  return { x: centre.x - size.width / 2, y: centre.y - size.height / 2, width: size.width, height: size.height }
}

/** The same region with non-negative extents: what a drag to the left or upwards leaves behind is put right. */
export function normaliseBox(box: Box): Box {
  if (box.width >= 0 && box.height >= 0) return box
  return boxFromCorners(box.x, box.y, box.x + box.width, box.y + box.height)
}

/** The smallest box that holds all points, or null for none. */
export function boundsOfPoints(points: readonly Point[]): Box | null {
  if (points.length === 0) return null
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (const { x, y } of points) {
    bounds.left = Math.min(bounds.left, x)
    bounds.top = Math.min(bounds.top, y)
    bounds.right = Math.max(bounds.right, x)
    bounds.bottom = Math.max(bounds.bottom, y)
  }
  return boxFromCorners(bounds.left, bounds.top, bounds.right, bounds.bottom)
}

/** The smallest box that holds both (also called hull or enclosing box). */
export function enclosingBox(a: Box, b: Box): Box {
  return boxFromCorners(
    Math.min(a.x, b.x),
    Math.min(a.y, b.y),
    Math.max(a.x + a.width, b.x + b.width),
    Math.max(a.y + a.height, b.y + b.height),
  )
}

export function isEmptyBox(box: Box): boolean {
  return !(box.width > 0 && box.height > 0)
}

export function isFiniteBox(box: Box): boolean {
  return Number.isFinite(box.x) && Number.isFinite(box.y) && Number.isFinite(box.width) && Number.isFinite(box.height)
}

/** Square pixels, 0 for an empty box. */
export function boxArea(box: Box): number {
  return isEmptyBox(box) ? 0 : box.width * box.height
}

export function boxCentre(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** The corners clockwise from top-left. */
export function boxCorners(box: Box): readonly [Point, Point, Point, Point] {
  const right = box.x + box.width
  const bottom = box.y + box.height
  return [
    { x: box.x, y: box.y },
    { x: right, y: box.y },
    { x: right, y: bottom },
    { x: box.x, y: bottom },
  ]
}

/** What both cover, or null where that has no area. */
export function intersectBoxes(a: Box, b: Box): Box | null {
  const x = Math.max(a.x, b.x)
  const y = Math.max(a.y, b.y)
  const width = Math.min(a.x + a.width, b.x + b.width) - x
  const height = Math.min(a.y + a.height, b.y + b.height) - y
  return width > 0 && height > 0 ? { x, y, width, height } : null
}

/** Square pixels that both cover; no allocation. */
export function intersectionArea(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  if (!(width > 0)) return 0
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return height > 0 ? width * height : 0
}

/** Square pixels that either covers. */
export function unionArea(a: Box, b: Box): number {
  return boxArea(a) + boxArea(b) - intersectionArea(a, b)
}

/** Intersection over union (Jaccard), 0 to 1; 0 where both are empty. */
export function iou(a: Box, b: Box): number {
  const shared = intersectionArea(a, b)
  return shared === 0 ? 0 : Math.min(1, shared / (boxArea(a) + boxArea(b) - shared))
}

/** Intersection over the smaller of the two areas, 0 to 1: 1 where one lies inside the other. */
export function intersectionOverSmaller(a: Box, b: Box): number {
  const shared = intersectionArea(a, b)
  return shared === 0 ? 0 : Math.min(1, shared / Math.min(boxArea(a), boxArea(b)))
}

/**
 * Generalised IoU (Rezatofighi et al., CVPR 2019): IoU less the share of the enclosing box that neither covers,
 * -1 to 1; negative and falling with distance for boxes that do not meet. 0 where the enclosing box has no area.
 */
export function giou(a: Box, b: Box): number {
  const enclosing = boxArea(enclosingBox(a, b))
  if (enclosing === 0) return 0
  return Math.max(-1, iou(a, b) - Math.max(0, enclosing - unionArea(a, b)) / enclosing)
}

/** The part of a box inside the frame (an image, a tile), or null where nothing of it is inside. */
export function clipBox(box: Box, frame: Box | Size): Box | null {
  return intersectBoxes(box, 'x' in frame ? frame : { x: 0, y: 0, ...frame })
}

/** Whether the point lies in the box: left and top edges belong to it, right and bottom do not, as with pixels. */
export function boxContainsPoint(box: Box, point: Point): boolean {
  return point.x >= box.x && point.y >= box.y && point.x < box.x + box.width && point.y < box.y + box.height
}

/** Whether `inner` lies in `outer`, edges included. */
export function boxContainsBox(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}

export function translateBox(box: Box, dx: number, dy: number): Box {
  return { x: box.x + dx, y: box.y + dy, width: box.width, height: box.height }
}

/** All coordinates multiplied, about the origin: between an image and its resized copy. Factors are positive. */
export function scaleBox(box: Box, sx: number, sy: number = sx): Box {
  return { x: box.x * sx, y: box.y * sy, width: box.width * sx, height: box.height * sy }
}

/** Grown by a margin on every side; a negative margin shrinks, at most to the centre. */
export function expandBox(box: Box, margin: number): Box {
  const dx = Math.max(margin, -box.width / 2)
  const dy = Math.max(margin, -box.height / 2)
  return { x: box.x - dx, y: box.y - dy, width: box.width + 2 * dx, height: box.height + 2 * dy }
}

/** Mirrored left to right in an image of the given width. */
export function flipBoxHorizontally(box: Box, imageWidth: number): Box {
  return { ...box, x: imageWidth - box.x - box.width }
}

/** Mirrored top to bottom in an image of the given height. */
export function flipBoxVertically(box: Box, imageHeight: number): Box {
  return { ...box, y: imageHeight - box.y - box.height }
}

/** Equal to within a tolerance in pixels on every edge. */
export function boxesEqual(a: Box, b: Box, tolerance = 0): boolean {
  return (
    Math.abs(a.x - b.x) <= tolerance &&
    Math.abs(a.y - b.y) <= tolerance &&
    Math.abs(a.x + a.width - b.x - b.width) <= tolerance &&
    Math.abs(a.y + a.height - b.y - b.height) <= tolerance
  )
}
