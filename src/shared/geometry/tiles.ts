import { type Box } from './box.ts'
import { type Size } from './point.ts'

/**
 * Tiles that cover an image, row by row, whole pixels, each `tile` in size (or the image's size where that is smaller)
 * and none beyond the image's edge. Neighbours share at least `overlap` pixels; the tiles are spread evenly, so they may
 * share more. An object whose extents do not exceed the overlap lies whole in at least one tile.
 * Throws RangeError unless image and tile have whole, positive sizes and 0 <= overlap < tile.
 */
export function tilesOf(width: number, height: number, tile: number | Size, overlap: number): Box[] {
  const size = typeof tile === 'number' ? { width: tile, height: tile } : tile
  const columns = spread(width, size.width, overlap)
  const rows = spread(height, size.height, overlap)
  const extent = { width: Math.min(width, size.width), height: Math.min(height, size.height) }
  return rows.flatMap((y) => columns.map((x) => ({ x, y, ...extent })))
}

/** Starts of the fewest tiles that cover `length` with the overlap, evenly spread from 0 to length - tile. */
function spread(length: number, tile: number, overlap: number): number[] {
  if (!Number.isInteger(length) || length < 1) throw new RangeError(`An image side is a whole number of pixels, not ${length}`)
  if (!Number.isInteger(tile) || tile < 1) throw new RangeError(`A tile side is a whole number of pixels, not ${tile}`)
  if (!(overlap >= 0 && overlap < tile)) throw new RangeError(`The overlap lies from 0 to below the tile's ${tile} px, not ${overlap}`)
  if (length <= tile) return [0]
  const step = Math.max(1, Math.floor(tile - overlap))
  const last = length - tile
  const count = Math.ceil(last / step) + 1
  return Array.from({ length: count }, (_, index) => Math.floor((index * last) / (count - 1)))
}
