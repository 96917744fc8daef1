import { MASK_TILE } from '../records/shape.ts'

/** Bits of a tile, and words of 32 of them. */
export const TILE_BITS = MASK_TILE * MASK_TILE
export const TILE_WORDS = TILE_BITS / 32
/** Words of one row of a tile. */
export const ROW_WORDS = MASK_TILE / 32

/**
 * A square of MASK_TILE by MASK_TILE pixels, one bit each, row by row: pixel (x, y) of the tile is bit b = y * MASK_TILE + x,
 * which is bit b % 32 (lowest first) of word b / 32. Tiles are shared between masks and never written once they are in one.
 */
export type Tile = Readonly<Uint32Array>

/** All ones: shared by every tile that is full, so that large areas cost memory along their edges only. */
export const FULL_TILE: Tile = new Uint32Array(TILE_WORDS).fill(0xffffffff)

/** Sets (or clears) bits `from` to `to` - 1, whole words where it can. */
export function writeBits(tile: Uint32Array, from: number, to: number, on: boolean): void {
  const first = from >>> 5
  const last = (to - 1) >>> 5
  const head = 0xffffffff << (from & 31)
  const tail = 0xffffffff >>> (31 - ((to - 1) & 31))
  if (first === last) {
    writeWord(tile, first, head & tail, on)
    return
  }
  writeWord(tile, first, head, on)
  const fill = on ? 0xffffffff : 0
  for (let word = first + 1; word < last; word++) tile[word] = fill
  writeWord(tile, last, tail, on)
}

function writeWord(tile: Uint32Array, word: number, bits: number, on: boolean): void {
  tile[word] = on ? tile[word]! | bits : tile[word]! & ~bits
}

/** The first bit from `from` on, below `end`, that is set; `end` where none is. */
export function nextSet(tile: Tile, from: number, end: number): number {
  return nextBit(tile, from, end, 0)
}

/** The first bit from `from` on, below `end`, that is clear; `end` where none is. */
export function nextClear(tile: Tile, from: number, end: number): number {
  return nextBit(tile, from, end, -1)
}

function nextBit(tile: Tile, from: number, end: number, flip: number): number {
  if (from >= end) return end
  let word = from >>> 5
  let bits = (tile[word]! ^ flip) & (0xffffffff << (from & 31))
  const last = (end - 1) >>> 5
  while (bits === 0) {
    if (++word > last) return end
    bits = tile[word]! ^ flip
  }
  return Math.min(end, word * 32 + 31 - Math.clz32(bits & -bits))
}

export function tileIsEmpty(tile: Tile): boolean {
  return nextSet(tile, 0, TILE_BITS) === TILE_BITS
}

export function tileIsFull(tile: Tile): boolean {
  return tile === FULL_TILE || nextClear(tile, 0, TILE_BITS) === TILE_BITS
}

export function tilesEqual(a: Tile, b: Tile): boolean {
  if (a === b) return true
  for (let i = 0; i < TILE_WORDS; i++) if (a[i] !== b[i]) return false
  return true
}

/** How many bits are set. */
export function countBits(tile: Tile): number {
  if (tile === FULL_TILE) return TILE_BITS
  let count = 0
  for (let i = 0; i < TILE_WORDS; i++) {
    // Adds up bits in pairs, fours and bytes (Warren, Hacker's Delight, 5-1).
    let bits = tile[i]!
    bits -= (bits >>> 1) & 0x55555555
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return count
}

/** First and last + 1 column and row of a tile that is not empty, in the tile's pixels. */
export function tileBounds(tile: Tile): { left: number; top: number; right: number; bottom: number } {
  const columns = new Uint32Array(ROW_WORDS)
  for (let i = 0; i < TILE_WORDS; i++) columns[i & (ROW_WORDS - 1)]! |= tile[i]!
  let last = TILE_WORDS - 1
  while (last > 0 && tile[last] === 0) last--
  let right = ROW_WORDS - 1
  while (right > 0 && columns[right] === 0) right--
  return {
    left: nextSet(columns, 0, MASK_TILE),
    top: Math.floor(nextSet(tile, 0, TILE_BITS) / MASK_TILE),
    right: right * 32 + 32 - Math.clz32(columns[right]!),
    bottom: Math.floor(last / ROW_WORDS) + 1,
  }
}
