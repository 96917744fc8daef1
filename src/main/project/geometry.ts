import { z } from 'zod'
import { maskTile, type MaskShape, type PolygonShape } from '#shared/records/shape.ts'

// The lines of a polygon as they lie in the column `geometry`, little-endian: how many rings (uint32), how many numbers each has (uint32), then
// x and y of every corner (float64). A tenth of the time of JSON, and copied as it is where many are read. A mask's tiles stand there as JSON.

const COUNT = 4
const NUMBER = 8
const LITTLE = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
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

/** The rings of a packed polygon. @throws RangeError where the bytes are no such thing. */
export function unpackRings(bytes: Uint8Array): Float64Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint32(0, true)
  let at = COUNT * (1 + count)
  const rings: Float64Array[] = []
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(COUNT * (1 + i), true)
    if (length < 6 || length % 2 !== 0) throw new RangeError('A ring is three corners or more')
    rings.push(numbersAt(view, at, length))
    at += NUMBER * length
  }
  if (count === 0 || at !== bytes.byteLength) throw new RangeError('A polygon ends where its last ring does')
  return rings
}

function numbersAt(view: DataView<ArrayBufferLike>, at: number, length: number): Float64Array {
  const numbers = new Float64Array(length)
  if (LITTLE) new Uint8Array(numbers.buffer).set(new Uint8Array(view.buffer, view.byteOffset + at, NUMBER * length))
  else for (let i = 0; i < length; i++) numbers[i] = view.getFloat64(at + NUMBER * i, true)
  if (numbers.some((value) => !Number.isFinite(value))) throw new RangeError('A corner has no place')
  return numbers
}

export const packTiles = (mask: Pick<MaskShape, 'tiles'>): Uint8Array => new TextEncoder().encode(JSON.stringify(mask.tiles))

/** JSON of a mask's tiles, as it was packed. */
export const tilesJson = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** @throws where the bytes are no tiles. */
export const unpackTiles = (bytes: Uint8Array): MaskShape['tiles'] => tiles.parse(JSON.parse(tilesJson(bytes)))
