import { type Box } from '../geometry/box.ts'
import { type Size } from '../geometry/point.ts'
import { MASK_TILE } from '../records/shape.ts'
import { type BitMask, emptyMask, frameOf, maskSpans, tileKey, tilePlace } from './bit-mask.ts'
import { FULL_TILE, type Tile, TILE_WORDS, tileIsEmpty, tileIsFull, writeBits } from './bit-tile.ts'
import { clipSpans, type Spans } from './spans.ts'

/** The mask with an area added. With a frame (the image), what of the area lies outside it is left out. */
export function paint(mask: BitMask, spans: Spans, frame?: Box | Size): BitMask {
  return write(mask, spans, true, frame)
}

/** The mask with an area taken away. */
export function erase(mask: BitMask, spans: Spans, frame?: Box | Size): BitMask {
  return write(mask, spans, false, frame)
}

/** An area as a mask of its own. */
export function maskOfSpans(spans: Spans, frame?: Box | Size): BitMask {
  return paint(emptyMask(), spans, frame)
}

/** What of a mask lies in an image or a region. Tiles that lie wholly inside are shared. */
export function clipMask(mask: BitMask, frame: Box | Size): BitMask {
  const { x, y, width, height } = frameOf(frame)
  const tiles = new Map<number, Tile>()
  const cut = new Map<number, Tile>()
  for (const [key, tile] of mask.tiles) {
    const { column, row } = tilePlace(key)
    const [left, top] = [column * MASK_TILE, row * MASK_TILE]
    const inside = left >= x && top >= y && left + MASK_TILE <= x + width && top + MASK_TILE <= y + height
    if (inside) tiles.set(key, tile)
    else cut.set(key, tile)
  }
  for (const [key, tile] of maskOfSpans(maskSpans({ tiles: cut }, frame)).tiles) tiles.set(key, tile)
  return { tiles }
}

function write(mask: BitMask, spans: Spans, on: boolean, frame: Box | Size | undefined): BitMask {
  const writer = new TileWriter(mask, on)
  const area = frame === undefined ? spans : clipSpans(spans, frameOf(frame))
  area((y, from, to) => {
    writer.span(y, from, to)
  })
  return writer.finish()
}

/**
 * Writes spans into copies of the tiles that they touch. One row of tiles is open at a time; when the spans leave it,
 * full tiles give their memory back and empty ones go. Spans may come in any order; from the top is fastest.
 */
class TileWriter {
  readonly #on: boolean
  readonly #tiles: Map<number, Tile>
  readonly #open = new Map<number, Uint32Array>()
  #row = 0

  constructor(mask: BitMask, on: boolean) {
    this.#on = on
    this.#tiles = new Map(mask.tiles)
  }

  /** Pixels `from` to `to` - 1 of row y. */
  span(y: number, from: number, to: number): void {
    const row = y >> 8
    if (row !== this.#row) this.#close(row)
    const base = (y & (MASK_TILE - 1)) * MASK_TILE
    for (let column = from >> 8; column <= (to - 1) >> 8; column++) {
      const tile = this.#tile(column)
      const left = column * MASK_TILE
      if (tile !== null) writeBits(tile, base + Math.max(0, from - left), base + Math.min(MASK_TILE, to - left), this.#on)
    }
  }

  finish(): BitMask {
    this.#close(0)
    return { tiles: this.#tiles }
  }

  /** A tile of the open row to write into, or null where writing would change nothing. */
  #tile(column: number): Uint32Array | null {
    const open = this.#open.get(column)
    if (open !== undefined) return open
    const tile = this.#tiles.get(tileKey(column, this.#row))
    if (this.#on ? tile === FULL_TILE : tile === undefined) return null
    const copy = tile === undefined ? new Uint32Array(TILE_WORDS) : tile.slice()
    this.#open.set(column, copy)
    return copy
  }

  #close(next: number): void {
    for (const [column, tile] of this.#open) {
      const key = tileKey(column, this.#row)
      if (!this.#on && tileIsEmpty(tile)) this.#tiles.delete(key)
      else this.#tiles.set(key, this.#on && tileIsFull(tile) ? FULL_TILE : tile)
    }
    this.#open.clear()
    this.#row = next
  }
}
