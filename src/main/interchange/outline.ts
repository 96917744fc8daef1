import { assertNever } from '#shared/assert.ts'
import type { Point } from '#shared/geometry/point.ts'
import { maskSpans } from '#shared/masks/bit-mask.ts'
import type { AreaShape } from '#shared/masks/draw-shape.ts'
import { bitMaskOf } from '#shared/masks/mask-shape.ts'
import { outlines } from '#shared/masks/outlines.ts'
import type { BoxShape } from '#shared/records/shape.ts'
import { polygonsOfRings } from './geojson-rings.ts'

/** The lines round an area, filled by the even-odd rule: of a mask those of its pixels, exact. Flat rings, not closed. */
export function ringsOf(shape: AreaShape): readonly (readonly number[])[] {
  switch (shape.type) {
    case 'box':
      return [boxRing(shape)]
    case 'polygon':
      return shape.rings
    case 'mask':
      return outlines(maskSpans(bitMaskOf(shape)))
    default:
      return assertNever(shape)
  }
}

function boxRing({ x, y, width, height }: Omit<BoxShape, 'type'>): number[] {
  return [x, y, x + width, y, x + width, y + height, x, y + height]
}

/**
 * Several rings as a single one with the same inside: each further ring is reached from the nearest corner so far and left again on the same line,
 * which has no width. Holes run against their outer ring, so that both the even-odd and the nonzero rule fill it alike where rings do not cross.
 */
export function oneRing(rings: readonly (readonly number[])[]): number[] {
  const [first, ...others] = rings
  if (others.length === 0) return [...(first ?? [])]
  const [outer, ...rest] = polygonsOfRings(rings).flat()
  let joined = outer!.slice(0, -1)
  for (const ring of rest) {
    const [start] = ring
    const at = nearest(joined, start!)
    joined = [...joined.slice(0, at + 1), ...ring, ...joined.slice(at)]
  }
  return joined.flat()
}

function nearest(corners: readonly (readonly [number, number])[], [x, y]: readonly [number, number]): number {
  let [best, least] = [0, Infinity]
  for (const [i, [cx, cy]] of corners.entries()) {
    const distance = (cx - x) ** 2 + (cy - y) ** 2
    if (distance < least) [best, least] = [i, distance]
  }
  return best
}

/** How far the polygon of an ellipse may lie within its line, pixels. */
const ELLIPSE_ERROR = 0.05

export interface Ellipse {
  readonly centre: Point
  /** Half axes along x and y before it is turned. */
  readonly radii: readonly [number, number]
  /** Degrees clockwise as seen on the screen. */
  readonly rotation?: number
}

/** An ellipse as a ring of at least 12 corners on its line, no side further than 0.05 pixels inside it. */
export function ellipseRing({ centre, radii: [a, b], rotation = 0 }: Ellipse): number[] {
  const longest = Math.max(a, b, 1e-9)
  const corners = Math.min(720, Math.max(12, Math.ceil(Math.PI / Math.acos(Math.max(0, 1 - ELLIPSE_ERROR / longest)))))
  const ring: number[] = []
  for (let i = 0; i < corners; i++) {
    const angle = (2 * Math.PI * i) / corners
    ring.push(centre.x + a * Math.cos(angle), centre.y + b * Math.sin(angle))
  }
  return turnedRing(ring, centre, rotation)
}

/** A ring turned about a point by so many degrees, clockwise as seen on the screen (y down). */
export function turnedRing(ring: readonly number[], { x, y }: Point, degrees: number): number[] {
  if (degrees % 360 === 0) return [...ring]
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  const turned: number[] = []
  for (let i = 0; i < ring.length; i += 2) {
    const [dx, dy] = [ring[i]! - x, ring[i + 1]! - y]
    turned.push(x + dx * cos - dy * sin, y + dx * sin + dy * cos)
  }
  return turned
}

/** A box turned about a point, as a polygon; upright ones stay boxes. */
export function turnedBox(box: Omit<BoxShape, 'type'>, about: Point, degrees: number): AreaShape {
  const { x, y, width, height } = box
  if (degrees % 360 === 0) return { type: 'box', x, y, width, height }
  return { type: 'polygon', rings: [turnedRing(boxRing(box), about, degrees)] }
}

/** Corners [x, y] as a flat ring without the last where it repeats the first; a sentence where they are no polygon. */
export function ringFrom(corners: readonly (readonly number[])[]): number[] | string {
  const ring = corners.flatMap(([x, y]) => [x ?? NaN, y ?? NaN])
  if (!ring.every(Number.isFinite)) return 'its coordinates are no numbers: left out'
  const closed = ring.length >= 4 && ring[0] === ring.at(-2) && ring[1] === ring.at(-1)
  const open = closed ? ring.slice(0, -2) : ring
  return open.length < 6 ? 'it has fewer than three corners: left out' : open
}

/** A ring as a box where its four corners are those of an upright one, else as a polygon. */
export function boxOrPolygon(ring: readonly number[]): AreaShape {
  const polygon = { type: 'polygon' as const, rings: [[...ring]] }
  if (ring.length !== 8) return polygon
  const [x, y, right, bottom] = [Math.min(...xs(ring)), Math.min(...ys(ring)), Math.max(...xs(ring)), Math.max(...ys(ring))]
  const corners = new Set(ring.flatMap((value, i) => (i % 2 === 0 ? [`${value} ${ring[i + 1]!}`] : [])))
  const upright = [`${x} ${y}`, `${right} ${y}`, `${right} ${bottom}`, `${x} ${bottom}`]
  if (right > x && bottom > y && upright.every((corner) => corners.has(corner)))
    return { type: 'box', x, y, width: right - x, height: bottom - y }
  return polygon
}

const xs = (ring: readonly number[]): number[] => ring.filter((_, i) => i % 2 === 0)
const ys = (ring: readonly number[]): number[] => ring.filter((_, i) => i % 2 === 1)
