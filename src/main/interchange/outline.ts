import { assertNever } from '#shared/assert.ts'
import { framedRing, frameOfRing, normalAngle, turnedPoint } from '#shared/geometry/frame.ts'
import type { Point } from '#shared/geometry/point.ts'
import { say } from '#shared/i18n/say.ts'
import { maskSpans } from '#shared/masks/bit-mask.ts'
import type { AreaShape } from '#shared/masks/draw-shape.ts'
import { bitMaskOf } from '#shared/masks/mask-shape.ts'
import { outlines } from '#shared/masks/outlines.ts'
import type { BoxShape, EllipseShape, PolylineShape, RotatedBoxShape } from '#shared/records/shape.ts'
import { polygonsOfRings } from './geojson-rings.ts'
import { leftOut } from './left-out.ts'

/** The lines round an area, filled by the even-odd rule: of a mask those of its pixels, exact. Flat rings, not closed. */
export function ringsOf(shape: AreaShape): readonly (readonly number[])[] {
  switch (shape.type) {
    case 'box':
      return [boxRing(shape)]
    case 'polygon':
      return shape.rings
    case 'ellipse':
    case 'rotated-box':
      return [framedRing(shape)]
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

/** A box turned about a point; upright ones stay boxes. */
export function turnedBox(box: Omit<BoxShape, 'type'>, about: Point, degrees: number): BoxShape | RotatedBoxShape {
  const { x, y, width, height } = box
  if (degrees % 360 === 0) return { type: 'box', x, y, width, height }
  const middle = turnedPoint({ x: x + width / 2, y: y + height / 2 }, about, degrees)
  return { type: 'rotated-box', cx: middle.x, cy: middle.y, width, height, angle: normalAngle(degrees) }
}

/** An ellipse by its half axes; a sentence where it has none. */
export function ellipseOf(middle: Point, [a, b]: readonly [number, number], degrees = 0): EllipseShape | string {
  if (!(a > 0 && b > 0)) return leftOut(say('it has no size'))
  return { type: 'ellipse', cx: middle.x, cy: middle.y, width: 2 * a, height: 2 * b, angle: normalAngle(degrees) }
}

/** Corners [x, y] as an open line; a sentence where they are none. */
export function lineFrom(corners: readonly (readonly number[])[]): PolylineShape | string {
  const points = corners.flatMap(([x, y]) => [x ?? NaN, y ?? NaN])
  if (!points.every(Number.isFinite)) return leftOut(say('its coordinates are no numbers'))
  return points.length < 4 ? leftOut(say('it has fewer than two places')) : { type: 'polyline', points }
}

/** Corners [x, y] as a flat ring without the last where it repeats the first; a sentence where they are no polygon. */
export function ringFrom(corners: readonly (readonly number[])[]): number[] | string {
  const ring = corners.flatMap(([x, y]) => [x ?? NaN, y ?? NaN])
  if (!ring.every(Number.isFinite)) return leftOut(say('its coordinates are no numbers'))
  const closed = ring.length >= 4 && ring[0] === ring.at(-2) && ring[1] === ring.at(-1)
  const open = closed ? ring.slice(0, -2) : ring
  return open.length < 6 ? leftOut(say('it has fewer than three corners')) : open
}

/** How far corners in files may be from those of a rectangle, pixels. */
const CORNER_ERROR = 0.01

/** A ring as a box, upright or rotated, where its four corners are those of one, else as a polygon. */
export function boxOrPolygon(ring: readonly number[]): AreaShape {
  const polygon = { type: 'polygon' as const, rings: [[...ring]] }
  if (ring.length !== 8) return polygon
  const [x, y, right, bottom] = [Math.min(...xs(ring)), Math.min(...ys(ring)), Math.max(...xs(ring)), Math.max(...ys(ring))]
  const corners = new Set(ring.flatMap((value, i) => (i % 2 === 0 ? [`${value} ${ring[i + 1]!}`] : [])))
  const upright = [`${x} ${y}`, `${right} ${y}`, `${right} ${bottom}`, `${x} ${bottom}`]
  if (right > x && bottom > y && upright.every((corner) => corners.has(corner)))
    return { type: 'box', x, y, width: right - x, height: bottom - y }
  const frame = frameOfRing(ring, CORNER_ERROR)
  return frame === null ? polygon : { type: 'rotated-box', ...frame }
}

const xs = (ring: readonly number[]): number[] => ring.filter((_, i) => i % 2 === 0)
const ys = (ring: readonly number[]): number[] => ring.filter((_, i) => i % 2 === 1)
