import { isFramed } from '#shared/geometry/frame.ts'
import { lineLength } from '#shared/geometry/line.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { maskArea } from '#shared/masks/bit-mask.ts'
import { bitMaskOf } from '#shared/masks/mask-shape.ts'
import { ringArea } from '#shared/masks/outlines.ts'
import { BOX, IMAGE, POINT, POLYGON, POLYLINE, RULER } from '#shared/objects/shape-columns.ts'
import { liesInside, type Rings } from '../viewer/area-outline.ts'
import { type SceneRows } from './rows.ts'

/** Whether the size of a kind is a length. */
export const isMeasuredByLength = (kind: number): boolean => kind === POLYLINE || kind === RULER

/** The size of every row: square pixels of what covers an area, pixels along a line, NaN of points and of labels of whole images. */
export function measuredRows(rows: Pick<SceneRows, 'count' | 'kinds' | 'bounds' | 'shapeAt' | 'ringsAt'>): Float64Array {
  const sizes = new Float64Array(rows.count)
  for (let row = 0; row < sizes.length; row++) sizes[row] = sizeAt(rows, row)
  return sizes
}

function sizeAt({ kinds, bounds, shapeAt, ringsAt }: Parameters<typeof measuredRows>[0], row: number): number {
  const kind = kinds[row]!
  if (kind === POINT || kind === IMAGE) return NaN
  if (kind === BOX) return bounds[4 * row + 2]! * bounds[4 * row + 3]!
  if (kind === POLYGON) return areaOfRings(ringsAt(row))
  if (isMeasuredByLength(kind)) return lineLength(ringsAt(row)[0] ?? [])
  return shapeArea(shapeAt(row))
}

/** Square pixels of a shape that covers an area; NaN of a point or line. A mask that cannot be read shows as its bounds. */
export function shapeArea(shape: PlacedShape): number {
  if (shape.type === 'box') return shape.width * shape.height
  if (shape.type === 'polygon') return areaOfRings(shape.rings)
  if (isFramed(shape)) return shape.width * shape.height * (shape.type === 'ellipse' ? Math.PI / 4 : 1)
  if (shape.type !== 'mask') return NaN
  try {
    return maskArea(bitMaskOf(shape))
  } catch {
    return shape.width * shape.height
  }
}

/** Square pixels within rings that do not cross, by the even-odd rule: a ring in an odd number of others is a hole, whichever way it runs. */
export function areaOfRings(rings: Rings): number {
  return rings.reduce((sum, ring, at) => {
    const corner = { x: ring[0] ?? NaN, y: ring[1] ?? NaN }
    const around = rings.filter((other, place) => place !== at && liesInside([other], corner)).length
    return sum + Math.abs(ringArea(ring)) * (around % 2 === 0 ? 1 : -1)
  }, 0)
}
