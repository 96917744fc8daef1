import { boxFromCorners, type Box } from '#shared/geometry/box.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type BoxShape, type PointShape } from '#shared/records/shape.ts'
import { type HandleName } from '../viewer/handles.ts'
import { boundsOf, isOutlined } from '../viewer/area-outline.ts'
import { fittedArea, moved, round, sameArea } from './area-math.ts'

/** Shortest side of a box in image pixels. */
export const MIN_SIDE = 2

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high))

export function boxShape({ x, y, width, height }: Box): BoxShape {
  const left = round(x)
  const top = round(y)
  return { type: 'box', x: left, y: top, width: round(x + width - left), height: round(y + height - top) }
}

export function pointShape({ x, y }: Point): PointShape {
  return { type: 'point', x: round(x), y: round(y) }
}

export function clampToImage({ x, y }: Point, image: Size): Point {
  return { x: clamp(x, 0, image.width), y: clamp(y, 0, image.height) }
}

/** The box between two points as far as it lies in the image; with `square` the longer side decides, as far as the image has room. */
export function drawnBox(from: Point, to: Point, image: Size, square: boolean): Box {
  const start = clampToImage(from, image)
  if (!square) {
    const end = clampToImage(to, image)
    return boxFromCorners(start.x, start.y, end.x, end.y)
  }
  const right = to.x >= start.x
  const down = to.y >= start.y
  const room = Math.min(right ? image.width - start.x : start.x, down ? image.height - start.y : start.y)
  const side = Math.min(room, Math.max(Math.abs(to.x - start.x), Math.abs(to.y - start.y)))
  return boxFromCorners(start.x, start.y, start.x + (right ? side : -side), start.y + (down ? side : -side))
}

export const isLargeEnough = ({ width, height }: Size): boolean => width >= MIN_SIDE && height >= MIN_SIDE

/** The shift nearest to the wanted one that keeps the bounds in the image; what sticks out already may come in, not go farther out. */
export function clampShift(bounds: Box, dx: number, dy: number, image: Size): Point {
  const along = (low: number, high: number, size: number, wanted: number): number =>
    clamp(wanted, Math.min(0, -low), Math.max(0, size - high))
  return {
    x: along(bounds.x, bounds.x + bounds.width, image.width, dx),
    y: along(bounds.y, bounds.y + bounds.height, image.height, dy),
  }
}

/** A shape moved by image pixels; a mask by whole ones. */
export function shifted(shape: PlacedShape, { x, y }: Point): PlacedShape {
  if (shape.type !== 'box') return moved(shape, { x, y })
  return boxShape({ x: shape.x + x, y: shape.y + y, width: shape.width, height: shape.height })
}

export interface ResizeOptions {
  /** Keep the ratio of the sides (corners only). */
  readonly ratio: boolean
  /** Keep the middle in its place. */
  readonly centred: boolean
}

interface Edges {
  readonly low: number
  readonly high: number
}

/** One axis of a resize: which edge follows the pointer, and by how much. Dragged past the other edge, the box turns over. */
function resizedEdges({ low, high }: Edges, follows: 'low' | 'high' | null, shift: number, size: number, centred: boolean): Edges {
  if (follows === null) return { low, high }
  if (centred) {
    const middle = (low + high) / 2
    const limit = Math.max(MIN_SIDE / 2, Math.min(middle, size - middle))
    const half = clamp(Math.abs((high - low) / 2 + (follows === 'low' ? -shift : shift)), MIN_SIDE / 2, limit)
    return { low: middle - half, high: middle + half }
  }
  const fixed = follows === 'low' ? high : low
  const moved = clamp((follows === 'low' ? low : high) + shift, 0, size)
  if (Math.abs(moved - fixed) >= MIN_SIDE) return { low: Math.min(fixed, moved), high: Math.max(fixed, moved) }
  const away = moved < fixed || (moved === fixed && follows === 'low') ? -MIN_SIDE : MIN_SIDE
  const other = fixed + away < 0 || fixed + away > size ? fixed - away : fixed + away
  return { low: Math.min(fixed, other), high: Math.max(fixed, other) }
}

/** A box after a handle was dragged by (dx, dy) image pixels, inside the image and no side shorter than MIN_SIDE. */
export function resizedBox(from: Box, handle: HandleName, dx: number, dy: number, image: Size, options: ResizeOptions): Box {
  const [shiftX, shiftY] = options.ratio && handle.length === 2 ? keepRatio(from, handle, dx, dy, image, options.centred) : [dx, dy]
  const xFollows = handle.includes('w') ? 'low' : handle.includes('e') ? 'high' : null
  const yFollows = handle.includes('n') ? 'low' : handle.includes('s') ? 'high' : null
  const x = resizedEdges({ low: from.x, high: from.x + from.width }, xFollows, shiftX, image.width, options.centred)
  const y = resizedEdges({ low: from.y, high: from.y + from.height }, yFollows, shiftY, image.height, options.centred)
  return { x: x.low, y: y.low, width: x.high - x.low, height: y.high - y.low }
}

/** The drag of a corner that keeps the ratio: the axis that was dragged farther (in terms of its side) leads, the image's room limits. */
function keepRatio(from: Box, handle: HandleName, dx: number, dy: number, image: Size, centred: boolean): readonly [number, number] {
  const west = handle.includes('w')
  const north = handle.includes('n')
  const growX = (west ? -dx : dx) / from.width
  const growY = (north ? -dy : dy) / from.height
  const wanted = Math.abs(growX) > Math.abs(growY) ? growX : growY
  const left = from.x
  const top = from.y
  const right = image.width - from.x - from.width
  const bottom = image.height - from.y - from.height
  const roomX = centred ? Math.min(left, right) : west ? left : right
  const roomY = centred ? Math.min(top, bottom) : north ? top : bottom
  const least = Math.max(MIN_SIDE / from.width, MIN_SIDE / from.height) - 1
  const most = Math.min(roomX / from.width, roomY / from.height)
  const grow = clamp(wanted, centred ? least / 2 : least, most)
  return [(west ? -1 : 1) * grow * from.width, (north ? -1 : 1) * grow * from.height]
}

/** One step of the arrow keys on a box; edges stop at the image's border and at MIN_SIDE. */
export function stretchedBox(shape: BoxShape, edges: 'start' | 'end', dx: number, dy: number, image: Size): BoxShape {
  const end = { x: shape.x + shape.width, y: shape.y + shape.height }
  if (edges === 'end') {
    const right = clamp(end.x + dx, shape.x + MIN_SIDE, Math.max(end.x, image.width))
    const bottom = clamp(end.y + dy, shape.y + MIN_SIDE, Math.max(end.y, image.height))
    return boxShape({ x: shape.x, y: shape.y, width: right - shape.x, height: bottom - shape.y })
  }
  const left = clamp(shape.x + dx, Math.min(0, shape.x), end.x - MIN_SIDE)
  const top = clamp(shape.y + dy, Math.min(0, shape.y), end.y - MIN_SIDE)
  return boxShape({ x: left, y: top, width: end.x - left, height: end.y - top })
}

/** A shape moved as little as needed, and cut if it must be, to lie in the image; null where nothing of it is left. */
export function fittedInto(shape: PlacedShape, image: Size): PlacedShape | null {
  if (shape.type === 'point') return pointShape(clampToImage(shape, image))
  const { x, y, width, height } = boundsOf(shape)
  const kept = { width: Math.min(width, image.width), height: Math.min(height, image.height) }
  const to = { x: clamp(x, 0, image.width - kept.width), y: clamp(y, 0, image.height - kept.height) }
  return isOutlined(shape) ? fittedArea(shape, { x: to.x - x, y: to.y - y }, image) : boxShape({ ...to, ...kept })
}

export function sameShape(a: PlacedShape, b: PlacedShape): boolean {
  if (a === b) return true
  const [first, second] = [boundsOf(a), boundsOf(b)]
  const alike = first.x === second.x && first.y === second.y && first.width === second.width && first.height === second.height
  return alike && a.type === b.type && (!isOutlined(a) || !isOutlined(b) || sameArea(a, b))
}
