import { z } from 'zod'
import type { Box } from '../geometry/box.ts'
import { shapeBounds } from '../geometry/shape-bounds.ts'
import type { EllipseShape, MaskShape, PolylineShape, RotatedBoxShape, RulerShape, Shape } from '../records/shape.ts'
import { Growing } from './growing.ts'
import { inOrder, placeAmong } from './row-order.ts'

/** Kinds of shapes by their code. */
export const SHAPE_KINDS = ['box', 'point', 'polygon', 'mask', 'image', 'ellipse', 'rotated-box', 'polyline', 'ruler'] as const
export const BOX = 0
export const POINT = 1
export const POLYGON = 2
export const MASK = 3
export const IMAGE = 4
export const ELLIPSE = 5
export const ROTATED_BOX = 6
export const POLYLINE = 7
export const RULER = 8

/** Whether shapes of a kind cover an area, so that two of them may show the same object. */
export const coversArea = (kind: number): boolean => kind !== IMAGE && kind !== POINT && kind !== POLYLINE && kind !== RULER

/** Shapes that a few numbers are all of, beside their bounds. */
export type NumberedShape = EllipseShape | RotatedBoxShape | PolylineShape | RulerShape

/** The numbers of such a shape: centre, sides and angle of a frame; x and y in turn of a line. */
export function numbersOf(shape: NumberedShape): readonly number[] {
  if (shape.type === 'polyline' || shape.type === 'ruler') return shape.points
  return [shape.cx, shape.cy, shape.width, shape.height, shape.angle]
}

/** The shape that `numbersOf` gives these numbers of. @throws RangeError where they are too few, too many or not finite. */
export function shapeOfNumbers(type: NumberedShape['type'], numbers: readonly number[]): NumberedShape {
  if (!isCountOf(type, numbers.length) || !numbers.every(Number.isFinite)) throw new RangeError(`These are not the numbers of a ${type}`)
  if (type === 'polyline' || type === 'ruler') return { type, points: [...numbers] }
  const [cx, cy, width, height, angle] = numbers as unknown as [number, number, number, number, number]
  return { type, cx, cy, width, height, angle }
}

/** Whether such a shape has so many numbers. */
export function isCountOf(type: NumberedShape['type'], count: number): boolean {
  if (type === 'ruler') return count === 4
  return type === 'polyline' ? count >= 4 && count % 2 === 0 : count === 5
}

/**
 * Many shapes as columns of numbers, in the order of their rows: they cross processes as they lie in memory, and a hundred thousand are looked
 * through in a moment. Full-resolution pixels, floats, exactly those of the shapes.
 */
export interface ShapeColumns {
  readonly count: number
  /** Places in `SHAPE_KINDS`. */
  readonly kinds: Uint8Array<ArrayBuffer>
  /** x, y, width, height of each; of a point without size, of a whole image 0. */
  readonly bounds: Float64Array<ArrayBuffer>
  /**
   * The rings of row i are those from `firstRings[i]` to before `firstRings[i + 1]`: those of a polygon, and of a shape that a few numbers are all
   * of (`numbersOf`) these in the place of one ring. count + 1 numbers.
   */
  readonly firstRings: Uint32Array<ArrayBuffer>
  /** The corners of ring r are `corners` (x, y in turn) from the end of the ring before up to `ringEnds[r]`. */
  readonly ringEnds: Uint32Array<ArrayBuffer>
  readonly corners: Float64Array<ArrayBuffer>
  /** Rows of the masks, rising, and the tiles of each as JSON. */
  readonly maskRows: Uint32Array<ArrayBuffer>
  readonly maskTiles: readonly string[]
}

export const shapeColumns = z
  .object({
    count: z.number().int().nonnegative(),
    kinds: z.instanceof(Uint8Array),
    bounds: z.instanceof(Float64Array),
    firstRings: z.instanceof(Uint32Array),
    ringEnds: z.instanceof(Uint32Array),
    corners: z.instanceof(Float64Array),
    maskRows: z.instanceof(Uint32Array),
    maskTiles: z.array(z.string()),
  })
  .refine(fits, 'Columns of shapes that do not belong together') as unknown as z.ZodType<ShapeColumns>

function fits({ count, kinds, bounds, firstRings, ringEnds, corners, maskRows, maskTiles }: ShapeColumns): boolean {
  const lengths = kinds.length === count && bounds.length === 4 * count && firstRings.length === count + 1
  const ends = (firstRings[count] ?? 0) === ringEnds.length && (ringEnds.at(-1) ?? 0) === corners.length
  return lengths && ends && rises(firstRings) && rises(ringEnds) && rises(maskRows) && maskRows.length === maskTiles.length
}

function rises(values: Uint32Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false
  return true
}

/** Collects shapes row by row. */
export class ShapeWriter {
  readonly #kinds = new Growing(new Uint8Array(256))
  readonly #bounds = new Growing(new Float64Array(1024))
  readonly #firstRings = new Growing(new Uint32Array(256))
  readonly #ringEnds = new Growing(new Uint32Array(256))
  readonly #corners = new Growing(new Float64Array(4096))
  readonly #maskRows = new Growing(new Uint32Array(16))
  readonly #maskTiles: string[] = []

  get count(): number {
    return this.#kinds.length
  }

  add(shape: Shape): void {
    if (shape.type === 'image') {
      this.addPlace(IMAGE, 0, 0, 0, 0)
      return
    }
    const { x, y, width, height } = shapeBounds(shape)
    this.addPlace(SHAPE_KINDS.indexOf(shape.type), x, y, width, height)
    if (shape.type === 'polygon') for (const ring of shape.rings) this.addRing(ring)
    else if (shape.type === 'mask') this.addTiles(JSON.stringify(shape.tiles))
    else if (shape.type !== 'box' && shape.type !== 'point') this.addRing(numbersOf(shape))
  }

  /** The next row: its kind and bounds. Rings or tiles of it follow. */
  addPlace(kind: number, x: number, y: number, width: number, height: number): void {
    this.#firstRings.push(this.#ringEnds.length)
    this.#kinds.push(kind)
    this.#bounds.push(x)
    this.#bounds.push(y)
    this.#bounds.push(width)
    this.#bounds.push(height)
  }

  addRing(ring: ArrayLike<number>): void {
    this.#corners.pushAll(ring)
    this.#ringEnds.push(this.#corners.length)
  }

  /** The same of float64 numbers as they lie in memory, little-endian as every machine that this runs on. @throws RangeError where one is not finite. */
  addRingBytes(numbers: Uint8Array): void {
    this.#corners.pushBytes(numbers)
    this.#ringEnds.push(this.#corners.length)
    if (!this.#corners.isFiniteFrom(this.#corners.length - numbers.byteLength / 8)) throw new RangeError('A corner has no place')
  }

  /** JSON of a mask's tiles. */
  addTiles(json: string): void {
    this.#maskRows.push(this.count - 1)
    this.#maskTiles.push(json)
  }

  columns(): ShapeColumns {
    this.#firstRings.push(this.#ringEnds.length)
    return {
      count: this.count,
      kinds: this.#kinds.taken(),
      bounds: this.#bounds.taken(),
      firstRings: this.#firstRings.taken(),
      ringEnds: this.#ringEnds.taken(),
      corners: this.#corners.taken(),
      maskRows: this.#maskRows.taken(),
      maskTiles: this.#maskTiles,
    }
  }
}

/** The shapes in another order of their rows. */
export function shapesInOrder(shapes: ShapeColumns, order: Uint32Array): ShapeColumns {
  const { count, kinds, bounds, firstRings, ringEnds, corners, maskRows, maskTiles } = shapes
  const moved = {
    firstRings: new Uint32Array(count + 1),
    ringEnds: new Uint32Array(ringEnds.length),
    corners: new Float64Array(corners.length),
  }
  const tiles = new Map(Array.from(maskRows, (row, i) => [row, maskTiles[i]!]))
  const masks: [number, string][] = []
  let [rings, end] = [0, 0]
  for (let at = 0; at < count; at++) {
    const row = order[at]!
    for (let ring = firstRings[row]!; ring < firstRings[row + 1]!; ring++) {
      const from = ring === 0 ? 0 : ringEnds[ring - 1]!
      moved.corners.set(corners.subarray(from, ringEnds[ring]!), end)
      moved.ringEnds[rings++] = end += ringEnds[ring]! - from
    }
    moved.firstRings[at + 1] = rings
    if (kinds[row] === MASK) masks.push([at, tiles.get(row)!])
  }
  const rows = { maskRows: Uint32Array.from(masks, ([row]) => row), maskTiles: masks.map(([, json]) => json) }
  return { count, kinds: inOrder(kinds, order), bounds: inOrder(bounds, order, 4), ...moved, ...rows }
}

/** The bounds of a row of x, y, width, height in turn. */
export function boundsAt({ bounds }: { readonly bounds: Float64Array }, row: number): Box {
  const at = 4 * row
  return { x: bounds[at]!, y: bounds[at + 1]!, width: bounds[at + 2]!, height: bounds[at + 3]! }
}

/** The rings of a row as views of the columns. */
export function ringsAt({ firstRings, ringEnds, corners }: ShapeColumns, row: number): Float64Array[] {
  const rings: Float64Array[] = []
  for (let ring = firstRings[row]!; ring < firstRings[row + 1]!; ring++)
    rings.push(corners.subarray(ring === 0 ? 0 : ringEnds[ring - 1]!, ringEnds[ring]!))
  return rings
}

/** The shape of a row, as it was added. */
export function shapeAt(columns: ShapeColumns, row: number): Shape {
  const kind = columns.kinds[row]!
  const { x, y, width, height } = boundsAt(columns, row)
  if (kind === BOX) return { type: 'box', x, y, width, height }
  if (kind === POINT) return { type: 'point', x, y }
  if (kind === POLYGON) return { type: 'polygon', rings: ringsAt(columns, row).map((ring) => Array.from(ring)) }
  if (kind === MASK) return { type: 'mask', x, y, width, height, tiles: tilesAt(columns, row) }
  if (kind === IMAGE) return { type: 'image' }
  return shapeOfNumbers(SHAPE_KINDS[kind] as NumberedShape['type'], Array.from(ringsAt(columns, row)[0] ?? []))
}

function tilesAt({ maskRows, maskTiles }: ShapeColumns, row: number): MaskShape['tiles'] {
  return JSON.parse(maskTiles[placeAmong(maskRows, row)]!) as MaskShape['tiles']
}
