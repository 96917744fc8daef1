import { type Box } from '#shared/geometry/box.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { type FramedShape, framedRing, isFramed } from '#shared/geometry/frame.ts'
import { isLine, type LineShape } from '#shared/geometry/line.ts'
import { shapeBounds, type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { maskSpans } from '#shared/masks/bit-mask.ts'
import { bitMaskOf } from '#shared/masks/mask-shape.ts'
import { outlines } from '#shared/masks/outlines.ts'
import { type MaskShape, type PolygonShape } from '#shared/records/shape.ts'
import { type Transform } from './view-geometry.ts'

/** A shape that is seen by its outline, or by its line. */
export type OutlinedShape = PolygonShape | MaskShape | FramedShape | LineShape

/** Lines [x0, y0, x1, y1, ...], closed but for those of an open line; filled by the even-odd rule they are the area. */
export type Rings = readonly ArrayLike<number>[]

// Shapes never change, so what is derived from one holds as long as the shape itself is held.
const masksRings = new WeakMap<MaskShape, Rings>()
const framesRings = new WeakMap<FramedShape, Rings>()
const linesBounds = new WeakMap<PolygonShape | LineShape, Box>()

export function isOutlined(shape: PlacedShape): shape is OutlinedShape {
  return shape.type !== 'box' && shape.type !== 'point'
}

/** The smallest upright box round a shape, image pixels; of a point it has no size. Cheap to ask again. */
export function boundsOf(shape: PlacedShape): Box {
  if (shape.type !== 'polygon' && !isLine(shape)) return shapeBounds(shape)
  const known = linesBounds.get(shape) ?? shapeBounds(shape)
  linesBounds.set(shape, known)
  return known
}

/** The outline of an area, image pixels: a polygon's own rings, a mask's along the edges of its pixels; of a line itself. Cheap to ask again. */
export function ringsOf(shape: OutlinedShape): Rings {
  if (shape.type === 'polygon') return shape.rings
  if (isLine(shape)) return [shape.points]
  if (isFramed(shape)) {
    const known = framesRings.get(shape) ?? [framedRing(shape)]
    framesRings.set(shape, known)
    return known
  }
  const known = masksRings.get(shape) ?? maskRings(shape)
  masksRings.set(shape, known)
  return known
}

/** A mask that can't be read is still an object that the person must see and can delete: it shows as its bounds. */
function maskRings(shape: MaskShape): Rings {
  try {
    return outlines(maskSpans(bitMaskOf(shape)))
  } catch {
    const { x, y, width, height } = shape
    return [[x, y, x + width, y, x + width, y + height, x, y + height]]
  }
}

/** Whether a point lies in an area, by the even-odd rule. */
export function liesInside(rings: Rings, { x, y }: Point): boolean {
  let inside = false
  for (const ring of rings)
    for (let i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2) {
      const [ay, by] = [ring[before + 1]!, ring[i + 1]!]
      if (ay > y === by > y) continue
      const [ax, bx] = [ring[before]!, ring[i]!]
      if (x < ax + ((y - ay) * (bx - ax)) / (by - ay)) inside = !inside
    }
  return inside
}

/** Strips in which a lasso's bounds are divided at least, and squares in which each strip is. */
const SQUARES = 64
const [INSIDE, OUTSIDE, EDGED] = [1, 2, 3]

/**
 * As `liesInside` of one ring, for many points: edges are looked up by the strip of the image in which they lie, so that a line by a free hand with
 * hundreds of corners costs each point but a few of them. A square of a strip in which no edge lies is inside or outside as a whole, as its first
 * point tells.
 */
export function insideTest(ring: readonly number[]): (x: number, y: number) => boolean {
  const count = Math.max(SQUARES, ring.length / 2)
  const { x: left, y: top, width, height } = boundsOf({ type: 'polygon', rings: [[...ring]] })
  if (!(width > 0 && height > 0)) return () => false
  const among = (parts: number, share: number): number => Math.min(parts - 1, Math.max(0, Math.floor(share * parts)))
  const stripOf = (y: number): number => among(count, (y - top) / height)
  const squareOf = (strip: number, x: number): number => strip * SQUARES + among(SQUARES, (x - left) / width)
  const strips: number[][] = Array.from({ length: count }, () => [])
  const squares = new Uint8Array(count * SQUARES)
  for (let i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2) {
    const [ax, ay, bx, by] = [ring[before]!, ring[before + 1]!, ring[i]!, ring[i + 1]!]
    for (let strip = stripOf(Math.min(ay, by)); strip <= stripOf(Math.max(ay, by)); strip++) {
      strips[strip]!.push(ax, ay, bx, by)
      squares.fill(EDGED, squareOf(strip, Math.min(ax, bx)), squareOf(strip, Math.max(ax, bx)) + 1)
    }
  }
  return (x, y) => {
    if (!(y >= top && y <= top + height)) return false
    const strip = stripOf(y)
    const square = squareOf(strip, x)
    if (squares[square] === INSIDE || squares[square] === OUTSIDE) return squares[square] === INSIDE
    const inside = crossesOdd(strips[strip]!, x, y)
    if (squares[square] !== EDGED) squares[square] = inside ? INSIDE : OUTSIDE
    return inside
  }
}

/** Whether a way from a point to the right crosses an odd number of edges. */
function crossesOdd(edges: readonly number[], x: number, y: number): boolean {
  let odd = false
  for (let i = 0; i < edges.length; i += 4) {
    const [ax, ay, bx, by] = [edges[i]!, edges[i + 1]!, edges[i + 2]!, edges[i + 3]!]
    if (ay > y !== by > y && x < ax + ((y - ay) * (bx - ax)) / (by - ay)) odd = !odd
  }
  return odd
}

/** Whether a point is no farther than `reach` image pixels from an outline; of an `open` one the way from its end to its start does not count. */
export function isNearOutline(rings: Rings, point: Point, reach: number, open = false): boolean {
  const nearest = nearestOnOutline(rings, point, open)
  return nearest !== null && nearest.square <= reach * reach
}

/** The place of an outline that is nearest to a point, and the square of the way there; null where there is no outline. */
export function nearestOnOutline(rings: Rings, { x, y }: Point, open = false): { readonly at: Point; readonly square: number } | null {
  let [best, nearX, nearY] = [Infinity, 0, 0]
  for (const ring of rings)
    for (let i = open ? 2 : 0, before = open ? 0 : ring.length - 2; i < ring.length; before = i, i += 2) {
      const [ax, ay] = [ring[before]!, ring[before + 1]!]
      const [dx, dy] = [ring[i]! - ax, ring[i + 1]! - ay]
      const length = dx * dx + dy * dy
      const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length))
      const [px, py] = [ax + t * dx, ay + t * dy]
      const square = (x - px) ** 2 + (y - py) ** 2
      if (square < best) [best, nearX, nearY] = [square, px, py]
    }
  return best === Infinity ? null : { at: { x: nearX, y: nearY }, square: best }
}

/** Device pixels below which a corner adds nothing to be seen. */
const STEP = 0.7

/**
 * A ring as it is drawn, device pixels: corners closer than can be told apart are left out, and so are those on a way that
 * lies wholly beyond one edge of the canvas (the line between them does too, so neither line nor fill differs in sight).
 * At least two corners, so that even a speck leaves a dot.
 */
export function devicePath(ring: ArrayLike<number>, { scale, x: left, y: top }: Transform, canvas: Size): number[] {
  const path: number[] = []
  let [code, codeBefore] = [0, 0]
  for (let i = 0; i < ring.length; i += 2) {
    const x = ring[i]! * scale + left
    const y = ring[i + 1]! * scale + top
    const { length } = path
    if (length > 0 && Math.abs(x - path[length - 2]!) < STEP && Math.abs(y - path[length - 1]!) < STEP) continue
    const beyond = beyondOf(x, y, canvas)
    if (length >= 4 && (beyond & code & codeBefore) !== 0) path.length -= 2
    else codeBefore = code
    path.push(x, y)
    code = beyond
  }
  if (path.length === 2) path.push(path[0]! + 1, path[1]!)
  return path
}

/** Room round the canvas in device pixels that the widest line needs. */
const LINE_ROOM = 16

/** Beyond which edges of the canvas a point lies, a bit each (Cohen and Sutherland). */
function beyondOf(x: number, y: number, { width, height }: Size): number {
  const across = x < -LINE_ROOM ? 1 : x > width + LINE_ROOM ? 2 : 0
  return across | (y < -LINE_ROOM ? 4 : y > height + LINE_ROOM ? 8 : 0)
}

/** An outline, or an open line, as data of an SVG path, image pixels; of a box its four corners, of a point nothing. */
export function svgPathOf(shape: PlacedShape): string {
  return svgRings(shape)
    .map((ring) => `M${Array.from(ring, (value) => value.toFixed(1)).join(' ')}${isLine(shape) ? '' : 'Z'}`)
    .join('')
}

function svgRings(shape: PlacedShape): Rings {
  if (shape.type === 'point') return []
  if (isOutlined(shape)) return ringsOf(shape)
  const { x, y, width, height } = shape
  return [[x, y, x + width, y, x + width, y + height, x, y + height]]
}
