import { append } from '#shared/append.ts'
import { type FramedShape, framedRing, isFramed } from '#shared/geometry/frame.ts'
import { isLine } from '#shared/geometry/line.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { type PlacedShape, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { bitMaskOf, maskOf } from '#shared/masks/mask-shape.ts'
import { clipMask } from '#shared/masks/paint.ts'
import { shiftMask } from '#shared/masks/shift-mask.ts'
import { translateShape } from '#shared/masks/translate-shape.ts'
import { numbersOf } from '#shared/objects/shape-columns.ts'
import { type MaskShape } from '#shared/records/shape.ts'
import { type OutlinedShape } from '../viewer/area-outline.ts'

/** Hundredths of a pixel: finer than any hand or screen, and records stay readable; 0 for -0, which the database does not know. */
export const round = (value: number): number => Math.round(value * 100) / 100 + 0

/** A shape moved by image pixels, to hundredths of them; a mask by the nearest whole ones. */
export function moved<S extends PlacedShape>(shape: S, shift: Point): S {
  return translateShape(shape, shift, round) as S
}

/**
 * A shape moved and then cut to the image; null where nothing of it is left. An ellipse or a rotated box that must be cut becomes an outline. Lines
 * stay as long as they are: a cut one would measure something else.
 */
export function fittedArea(shape: OutlinedShape, shift: Point, image: Size): OutlinedShape | null {
  if (shape.type === 'mask') return fittedMask(shape, shift, image)
  const there = moved(shape, shift)
  if (isLine(there)) return there
  if (isFramed(there)) {
    const { x, y, width, height } = shapeBounds(there)
    if (x >= -EDGE && y >= -EDGE && x + width <= image.width + EDGE && y + height <= image.height + EDGE) return there
  }
  const rings = there.type === 'polygon' ? there.rings : [framedRing(there as FramedShape)]
  const cut = rings.map((ring) => cutRing(ring, image)).filter(({ length }) => length >= 6)
  return cut.length === 0 ? null : { type: 'polygon', rings: cut }
}

/** How far rounding to hundredths may leave bounds outside of an image, pixels. */
const EDGE = 0.01

function fittedMask(shape: MaskShape, { x, y }: Point, image: Size): MaskShape | null {
  return maskOf(clipMask(shiftMask(bitMaskOf(shape), Math.round(x), Math.round(y)), image))
}

/**
 * What of a ring lies in the image (Sutherland & Hodgman, CACM 17 (1), 1974): cut at one border after the other. Parts that
 * come apart stay joined along the border, where they have no area, so the even-odd rule fills what it filled before.
 */
function cutRing(ring: readonly number[], { width, height }: Size): number[] {
  const left = cutAt(ring, 0, (value) => value, 0)
  const right = cutAt(left, 0, (value) => width - value, width)
  const top = cutAt(right, 1, (value) => value, 0)
  return cutAt(top, 1, (value) => height - value, height)
}

/** Cuts a ring at one line. `axis`: 0 for x, 1 for y; `depth`: how far within the line a coordinate is; `line`: where it is. */
function cutAt(ring: readonly number[], axis: 0 | 1, depth: (value: number) => number, line: number): number[] {
  const kept: number[] = []
  for (let i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2) {
    const [from, to] = [depth(ring[before + axis]!), depth(ring[i + axis]!)]
    if (from >= 0 !== to >= 0) {
      const other = 1 - axis
      const across = ring[before + other]! + ((ring[i + other]! - ring[before + other]!) * from) / (from - to)
      append(kept, axis === 0 ? [line, across] : [across, line])
    }
    if (to >= 0) kept.push(ring[i]!, ring[i + 1]!)
  }
  return kept
}

export function sameArea(a: OutlinedShape, b: OutlinedShape): boolean {
  if (a.type === 'mask') return b.type === 'mask' && sameTiles(a, b)
  if (a.type !== 'polygon') return b.type === a.type && sameRing(numbersOf(a), numbersOf(b as typeof a))
  return b.type === 'polygon' && a.rings.length === b.rings.length && a.rings.every((ring, index) => sameRing(ring, b.rings[index]!))
}

const sameRing = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])

function sameTiles({ tiles: a }: MaskShape, { tiles: b }: MaskShape): boolean {
  const same = (tile: (typeof a)[number], other: (typeof a)[number]): boolean =>
    tile.column === other.column && tile.row === other.row && tile.runs === other.runs
  return a.length === b.length && a.every((tile, index) => same(tile, b[index]!))
}
