import { type BitMask, tileKey, tilePlace } from './bit-mask.ts'
import { FULL_TILE, ROW_WORDS, type Tile, TILE_WORDS } from './bit-tile.ts'

/** The mask with x and y exchanged: its rows are the columns of the given one, for formats that go column by column. */
export function transposeMask(mask: BitMask): BitMask {
  const tiles = new Map<number, Tile>()
  const block = new Uint32Array(32)
  for (const [key, tile] of mask.tiles) {
    const { column, row } = tilePlace(key)
    tiles.set(tileKey(row, column), tile === FULL_TILE ? FULL_TILE : transposeTile(tile, block))
  }
  return { tiles }
}

/** A tile is 8 by 8 blocks of 32 by 32 bits: each changes its place and is transposed in itself. */
function transposeTile(tile: Tile, block: Uint32Array): Tile {
  const out = new Uint32Array(TILE_WORDS)
  for (let down = 0; down < ROW_WORDS; down++) {
    for (let across = 0; across < ROW_WORDS; across++) {
      for (let i = 0; i < 32; i++) block[i] = tile[(down * 32 + i) * ROW_WORDS + across]!
      transposeBlock(block)
      for (let i = 0; i < 32; i++) out[(across * 32 + i) * ROW_WORDS + down] = block[i]!
    }
  }
  return out
}

/** Exchanges bit j of word i with bit i of word j, in halves, quarters ... (Warren, Hacker's Delight, 7-3). */
function transposeBlock(block: Uint32Array): void {
  for (let half = 16, bits = 0x0000ffff; half > 0; half >>= 1, bits ^= bits << half) {
    for (let i = 0; i < 32; i = ((i | half) + 1) & ~half) {
      const swap = ((block[i]! >>> half) ^ block[i | half]!) & bits
      block[i]! ^= swap << half
      block[i | half]! ^= swap
    }
  }
}
