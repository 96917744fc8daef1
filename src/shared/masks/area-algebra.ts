import { assertNever } from '../assert.ts'
import { boxCorners } from '../geometry/box.ts'
import { framedRing } from '../geometry/frame.ts'
import { type Point, type Size } from '../geometry/point.ts'
import { type BoxShape, type MaskShape, type PolygonShape } from '../records/shape.ts'
import { intersectMasks, maskIsEmpty, maskSpans, subtractMasks, unionMasks, type BitMask } from './bit-mask.ts'
import { bitMaskOfShape, type AreaShape } from './draw-shape.ts'
import { maskOf } from './mask-shape.ts'
import { offsetMask } from './offset-mask.ts'
import { outlines, type Rings } from './outlines.ts'
import { clipMask, maskOfSpans } from './paint.ts'
import { polygonSpans } from './polygon-spans.ts'
import { intersectRings, offsetRings, splitRings, subtractRings, uniteRings } from './ring-algebra.ts'
import { simplifyRings } from './simplify.ts'

// What areas make together, whatever their shapes: where all are given by their outlines the result is a polygon, where one is a
// mask it is a mask. Masks that cannot be read throw AppError `mask-damaged`.

export type AreaOperation = 'union' | 'subtract' | 'intersect'

/** The shapes that an operation on areas gives. */
export type AreaResult = PolygonShape | MaskShape

/** What the first area becomes with the others, within the image; null where nothing is left. */
export function combineAreas(operation: AreaOperation, areas: readonly [AreaShape, ...AreaShape[]], image: Size): AreaResult | null {
  const rings = areas.map(ringsOfArea)
  const outlined = rings.filter((one) => one !== null)
  if (outlined.length === areas.length) return polygonIn(combineRings(operation, outlined), image)
  const [first, ...others] = areas.map(bitMaskOfShape)
  return first === undefined ? null : maskOf(clipMask(others.reduce(MASKS[operation], first), image))
}

const MASKS: Readonly<Record<AreaOperation, (a: BitMask, b: BitMask) => BitMask>> = {
  union: unionMasks,
  subtract: subtractMasks,
  intersect: intersectMasks,
}

function combineRings(operation: AreaOperation, areas: readonly Rings[]): Rings {
  switch (operation) {
    case 'union':
      return uniteRings(areas)
    case 'subtract':
      return subtractRings(areas[0] ?? [], areas.slice(1))
    case 'intersect':
      return intersectRings(areas)
    default:
      return assertNever(operation, 'operation')
  }
}

/** The outline of an area that is given by one; null for a mask. */
function ringsOfArea(shape: AreaShape): Rings | null {
  switch (shape.type) {
    case 'mask':
      return null
    case 'polygon':
      return shape.rings.map((ring) => [...ring])
    case 'box':
      return [ringOfBox(shape)]
    case 'ellipse':
    case 'rotated-box':
      return [framedRing(shape)]
    default:
      return assertNever(shape, 'shape')
  }
}

const ringOfBox = (box: BoxShape): number[] => boxCorners(box).flatMap(({ x, y }) => [x, y])

/** A polygon of what of the rings lies in the image; null where that is nothing. */
function polygonIn(rings: Rings, { width, height }: Size): PolygonShape | null {
  const inside = rings.every((ring) => ring.every((value, i) => value >= 0 && value <= (i % 2 === 0 ? width : height)))
  const kept = inside ? rings : intersectRings([rings, [[0, 0, width, 0, width, height, 0, height]]])
  return kept.length === 0 ? null : { type: 'polygon', rings: kept }
}

/** An area expanded by a distance in image pixels, shrunk where it is negative, within the image; null where nothing is left. */
export function offsetArea(shape: AreaShape, distance: number, image: Size): AreaResult | null {
  const rings = ringsOfArea(shape)
  if (rings !== null) return polygonIn(offsetRings(rings, distance), image)
  return maskOf(clipMask(offsetMask(bitMaskOfShape(shape), distance), image))
}

/**
 * An area whose outline has fewer corners, none further than `tolerance` image pixels from where it was; a mask has its outline
 * made smooth by as much. Null where nothing is left.
 */
export function simplifyArea(shape: AreaShape, tolerance: number): AreaResult | null {
  const rings = ringsOfArea(shape)
  if (rings !== null) return { type: 'polygon', rings: simplifyRings(rings, tolerance) }
  return maskOf(maskOfSpans(polygonSpans(simplifyRings(outlines(maskSpans(bitMaskOfShape(shape))), tolerance))))
}

/** An area that was cut: the largest piece, and the others. */
export interface CutArea {
  readonly kept: AreaResult
  readonly pieces: readonly AreaResult[]
}

/** An area divided by an open line, image pixels; null where the line does not part it. Each pixel of a mask is in one piece. */
export function splitArea(shape: AreaShape, line: readonly Point[]): CutArea | null {
  const rings = ringsOfArea(shape)
  if (rings === null) return splitMask(bitMaskOfShape(shape), line)
  const cut = splitRings(rings, line)
  const polygon = (piece: Rings): PolygonShape => ({ type: 'polygon', rings: piece })
  return cut && { kept: polygon(cut.kept), pieces: cut.pieces.map(polygon) }
}

function splitMask(mask: BitMask, line: readonly Point[]): CutArea | null {
  const cut = splitRings(outlines(maskSpans(mask)), line)
  if (cut === null) return null
  let rest = mask
  const pieces = cut.pieces.flatMap((piece) => {
    const pixels = intersectMasks(rest, maskOfSpans(polygonSpans(piece)))
    // A piece without the centre of a pixel stays with the rest.
    if (maskIsEmpty(pixels) || maskIsEmpty(subtractMasks(rest, pixels))) return []
    rest = subtractMasks(rest, pixels)
    return maskOf(pixels) ?? []
  })
  const kept = maskOf(rest)
  return kept === null || pieces.length === 0 ? null : { kept, pieces }
}
