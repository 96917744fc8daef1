import { AppError } from '../errors.ts'
import { type Box } from '../geometry/box.ts'
import { MASK_TILE, type MaskShape } from '../records/shape.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { type BitMask, maskBounds, tileKey, tilePlace } from './bit-mask.ts'
import { FULL_TILE, nextClear, nextSet, type Tile, TILE_BITS, TILE_WORDS, tileIsFull, writeBits } from './bit-tile.ts'
import { type Spans } from './spans.ts'

/** A mask as it is stored, tiles row by row; null for an empty mask, which is no shape. */
export function maskOf(mask: BitMask): MaskShape | null {
  const bounds = maskBounds(mask)
  if (bounds === null) return null
  const tiles = [...mask.tiles].sort(([a], [b]) => a - b).map(([key, tile]) => ({ ...tilePlace(key), runs: encodeTile(tile) }))
  return { type: 'mask', ...bounds, tiles }
}

/**
 * The mask of a stored shape. Everything is checked: throws AppError `mask-damaged` where a tile's text is not base64, its
 * runs are not whole LEB128 numbers that fill exactly one tile with at least one pixel, a tile comes twice, or the
 * bounds are not the mask's own.
 */
export function bitMaskOf(shape: MaskShape): BitMask {
  const tiles = new Map<number, Tile>()
  for (const { column, row, runs } of shape.tiles) {
    const key = tileKey(column, row)
    if (tiles.has(key)) throw damaged(`Tile (${column}, ${row}) comes twice`)
    const tile = new Uint32Array(TILE_WORDS)
    eachTileRun(runs, (from, to) => {
      writeBits(tile, from, to, true)
    })
    tiles.set(key, tileIsFull(tile) ? FULL_TILE : tile)
  }
  const mask = { tiles }
  checkBounds(shape, maskBounds(mask))
  return mask
}

function checkBounds(shape: MaskShape, bounds: Box | null): void {
  if (bounds === null) throw damaged('It has no pixels')
  const same = shape.x === bounds.x && shape.y === bounds.y && shape.width === bounds.width && shape.height === bounds.height
  if (same) return
  const text = ({ x, y, width, height }: Box): string => `${width} x ${height} px at ${x}, ${y}`
  throw damaged(`Its bounds are given as ${text(shape)}, but its pixels cover ${text(bounds)}`)
}

/**
 * The pixels of a stored shape without a mask in between, tile by tile (so neither from the top nor merged across tiles);
 * with a frame (whole pixels), only tiles that meet it are read. Throws AppError `mask-damaged` as `bitMaskOf` does for a tile.
 */
export function maskShapeSpans(shape: MaskShape, frame?: Box): Spans {
  return (sink) => {
    for (const { column, row, runs } of shape.tiles) {
      const [left, top] = [column * MASK_TILE, row * MASK_TILE]
      if (frame !== undefined && !meets(left, top, frame)) continue
      eachTileRun(runs, (from, to) => {
        for (let start = from; start < to;) {
          const y = Math.floor(start / MASK_TILE)
          const end = Math.min(to, (y + 1) * MASK_TILE)
          sink(top + y, left + start - y * MASK_TILE, left + end - y * MASK_TILE)
          start = end
        }
      })
    }
  }
}

function meets(left: number, top: number, { x, y, width, height }: Box): boolean {
  return left < x + width && left + MASK_TILE > x && top < y + height && top + MASK_TILE > y
}

/** A tile's runs, off first, as base64 of LEB128 numbers. */
function encodeTile(tile: Tile): string {
  const bytes: number[] = []
  for (let bit = 0, on = false; bit < TILE_BITS; on = !on) {
    const end = on ? nextClear(tile, bit, TILE_BITS) : nextSet(tile, bit, TILE_BITS)
    pushNumber(bytes, end - bit)
    bit = end
  }
  return encodeBase64(Uint8Array.from(bytes))
}

/** LEB128: seven bits a byte, lowest first, the top bit set on all but the last. */
function pushNumber(bytes: number[], value: number): void {
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128)
  bytes.push(value)
}

/** Calls back with each run that is on, as bits `from` to `to` - 1 of the tile. */
function eachTileRun(runs: string, take: (from: number, to: number) => void): void {
  const bytes = decodeBase64(runs)
  if (bytes === null) throw damaged('A tile is not base64')
  let [place, bit, any] = [0, 0, false]
  for (let on = false; place < bytes.length; on = !on) {
    const first = place === 0
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[place++]
      if (byte === undefined) throw damaged('A tile ends in the middle of a number')
      length |= (byte & 127) << shift
      if (byte < 128) break
      if (shift >= 14) throw damaged('A run is longer than a tile')
    }
    if (length === 0 && !first) throw damaged('A run of a tile is empty')
    if (bit + length > TILE_BITS) throw damaged(`The runs of a tile fill more than its ${TILE_BITS} pixels`)
    if (on) take(bit, bit + length)
    any ||= on
    bit += length
  }
  if (bit !== TILE_BITS) throw damaged(`The runs of a tile fill ${bit} of its ${TILE_BITS} pixels`)
  if (!any) throw damaged('A tile has no pixels')
}

function damaged(what: string): AppError {
  return new AppError('mask-damaged', `This mask cannot be read: ${what}.`, 'Draw it again, or restore the project from a backup.')
}
