import { MASK_TILE, type MaskShape } from '../records/shape.ts'
import { type BitMask, maskSpans, tileKey, tilePlace } from './bit-mask.ts'
import { type Tile } from './bit-tile.ts'
import { bitMaskOf, maskOf } from './mask-shape.ts'
import { maskOfSpans } from './paint.ts'

/**
 * A mask moved by whole pixels, `dx` to the right and `dy` down. By whole tiles it shares them, else it is written anew:
 * O(spans). Throws RangeError for a part of a pixel.
 */
export function shiftMask(mask: BitMask, dx: number, dy: number): BitMask {
  if (!Number.isInteger(dx) || !Number.isInteger(dy)) throw new RangeError(`A mask moves by whole pixels, not by ${dx}, ${dy}`)
  if (dx === 0 && dy === 0) return mask
  if (dx % MASK_TILE === 0 && dy % MASK_TILE === 0) return shiftTiles(mask, dx / MASK_TILE, dy / MASK_TILE)
  const spans = maskSpans(mask)
  return maskOfSpans((sink) => {
    spans((y, from, to) => {
      sink(y + dy, from + dx, to + dx)
    })
  })
}

function shiftTiles(mask: BitMask, columns: number, rows: number): BitMask {
  const tiles = new Map<number, Tile>()
  for (const [key, tile] of mask.tiles) {
    const { column, row } = tilePlace(key)
    tiles.set(tileKey(column + columns, row + rows), tile)
  }
  return { tiles }
}

/** A stored mask moved by whole pixels. Throws RangeError as `shiftMask`, AppError `mask-damaged` as `bitMaskOf`. */
export function shiftMaskShape(shape: MaskShape, dx: number, dy: number): MaskShape {
  if (dx === 0 && dy === 0) return shape
  return maskOf(shiftMask(bitMaskOf(shape), dx, dy)) ?? shape
}
