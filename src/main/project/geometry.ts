import { z } from 'zod'
import { isCountOf, type NumberedShape, shapeOfNumbers } from '#shared/objects/shape-columns.ts'
import { maskTile, type MaskShape, type PolygonShape } from '#shared/records/shape.ts'

// The lines of a polygon as they lie in the column `geometry`, little-endian: how many rings (uint32), how many numbers each has (uint32), then
// x and y of every corner (float64). A tenth of the time of JSON, and copied as it is where many are read. A mask's tiles stand there as JSON. Of a
// shape that a few numbers are all of, those stand there alone (float64).

const COUNT = 4
const NUMBER = 8
const tiles = z.array(maskTile)

export function packRings(rings: PolygonShape['rings']): Uint8Array {
  const numbers = rings.reduce((sum, ring) => sum + ring.length, 0)
  const head = COUNT * (1 + rings.length)
  const view = new DataView(new ArrayBuffer(head + NUMBER * numbers))
  view.setUint32(0, rings.length, true)
  let at = head
  for (const [i, ring] of rings.entries()) {
    view.setUint32(COUNT * (1 + i), ring.length, true)
    for (const value of ring) {
      view.setFloat64(at, value, true)
      at += NUMBER
    }
  }
  return new Uint8Array(view.buffer)
}

/**
 * The rings of a packed polygon, one after the other: the bytes of each, a float64 (little-endian) a number.
 * @throws RangeError where the bytes are no such thing; what a number is, is not looked at.
 */
export function eachRing(bytes: Uint8Array, take: (numbers: Uint8Array) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint32(0, true)
  let at = COUNT * (1 + count)
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(COUNT * (1 + i), true)
    const end = at + NUMBER * length
    if (length < 6 || length % 2 !== 0 || end > bytes.byteLength) throw new RangeError('A ring is three corners or more')
    take(bytes.subarray(at, end))
    at = end
  }
  if (count === 0 || at !== bytes.byteLength) throw new RangeError('A polygon ends where its last ring does')
}

/** Numbers that `packNumbers` packed. */
export function numbersIn(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.byteLength / NUMBER }, (_, i) => view.getFloat64(NUMBER * i, true))
}

/** The rings of a packed polygon. @throws RangeError where the bytes are no such thing. */
export function unpackRings(bytes: Uint8Array): number[][] {
  const rings: number[][] = []
  eachRing(bytes, (numbers) => {
    const ring = numbersIn(numbers)
    if (!ring.every(Number.isFinite)) throw new RangeError('A corner has no place')
    rings.push(ring)
  })
  return rings
}

export const packTiles = (mask: Pick<MaskShape, 'tiles'>): Uint8Array => new TextEncoder().encode(JSON.stringify(mask.tiles))

/** JSON of a mask's tiles, as it was packed. */
export const tilesJson = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** @throws where the bytes are no tiles. */
export const unpackTiles = (bytes: Uint8Array): MaskShape['tiles'] => tiles.parse(JSON.parse(tilesJson(bytes)))

export function packNumbers(numbers: readonly number[] | Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(NUMBER * numbers.length))
  for (const [i, value] of numbers.entries()) view.setFloat64(NUMBER * i, value, true)
  return new Uint8Array(view.buffer)
}

/** @throws RangeError where the bytes are no such shape. */
export const unpackNumbers = (type: NumberedShape['type'], bytes: Uint8Array): NumberedShape => shapeOfNumbers(type, numbersIn(bytes))

/** The same bytes. @throws RangeError where their count is not that of such a shape's numbers. */
export function checkedNumbers(type: NumberedShape['type'], bytes: Uint8Array): Uint8Array {
  if (isCountOf(type, bytes.byteLength / NUMBER)) return bytes
  throw new RangeError(`These are not the numbers of a ${type}`)
}
