import type { Box } from './box.ts'

/** Side of the tiles in which large images are drawn, pixels; those at the right and lower edge are smaller. */
export const TILE_SIDE = 512

/** A tile of an image: level 0 has the image's own pixels, each level half as many a side as the one before, rounded up. */
export interface TilePlace {
  readonly level: number
  readonly column: number
  readonly row: number
}

interface Size {
  readonly width: number
  readonly height: number
}

/** How many levels an image has: the last fits one tile. */
export function tileLevels({ width, height }: Size): number {
  return 1 + Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / TILE_SIDE)))
}

/** Size of a level in its own pixels. */
export function levelSize({ width, height }: Size, level: number): Size {
  const scale = 2 ** level
  return { width: Math.ceil(width / scale), height: Math.ceil(height / scale) }
}

/** Columns and rows of tiles of a level. */
export function tileCount(image: Size, level: number): { readonly columns: number; readonly rows: number } {
  const { width, height } = levelSize(image, level)
  return { columns: Math.ceil(width / TILE_SIDE), rows: Math.ceil(height / TILE_SIDE) }
}

/** Whether an image has this tile. */
export function hasTile(image: Size, { level, column, row }: TilePlace): boolean {
  if (level < 0 || level >= tileLevels(image) || column < 0 || row < 0) return false
  const { columns, rows } = tileCount(image, level)
  return column < columns && row < rows
}

/** Size of a tile's picture, pixels of its level. */
export function tileSize(image: Size, { level, column, row }: TilePlace): Size {
  const { width, height } = levelSize(image, level)
  return { width: Math.min(TILE_SIDE, width - column * TILE_SIDE), height: Math.min(TILE_SIDE, height - row * TILE_SIDE) }
}

/** What of the image a tile shows, in the image's pixels. Its last pixel may reach beyond the image where a side is no multiple of 2^level. */
export function tileBox(image: Size, place: TilePlace): Box {
  const step = TILE_SIDE * 2 ** place.level
  const [x, y] = [place.column * step, place.row * step]
  return { x, y, width: Math.min(step, image.width - x), height: Math.min(step, image.height - y) }
}
