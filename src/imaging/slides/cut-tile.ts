import { hasTile, TILE_SIDE, tileBox, type TilePlace, tileSize } from '#shared/geometry/tile-grid.ts'
import { imageError } from '../failure.ts'
import type { Raster } from '../raster.ts'
import { sharpOf } from '../sharp-of.ts'
import type { ImageSource, SourceRegion } from './image-source.ts'
import type { RasterCache } from './raster-cache.ts'

/** A tile is read from a level at most this much finer than itself a side; beyond, it is put together from four finer tiles. */
const FINEST = 4.1
/** How far a level may be coarser than the tile: a scanner's level of 4.0003 serves one of 4. */
const SLACK = 1.02

/** The source, and where tiles that others are made of are kept. */
export interface TileOrigin {
  /** Names the image in the cache. */
  readonly name: string
  readonly source: ImageSource
  readonly cache: RasterCache
}

/**
 * One tile of the grid that is drawn (`tile-grid.ts`: 512 pixels, levels that halve), whatever levels the source has: from the coarsest level
 * that is fine enough, shrunk; where that would mean to read too much, from four tiles of the level below. Memory stays at a few tiles.
 * @throws AppError of `ImageFailure`, `cancelled` where the signal fired.
 */
export async function cutTile(origin: TileOrigin, place: TilePlace, signal?: AbortSignal): Promise<Raster> {
  const { source } = origin
  if (!hasTile(source, place)) throw imageError('image-unreadable', origin.name, 'has no such tile.', 'Open the project again.')
  const scale = 2 ** place.level
  const level = source.levels.findLastIndex(({ downsample }) => downsample <= scale * SLACK)
  const from = Math.max(0, level)
  if (scale / source.levels[from]!.downsample > FINEST) return composed(origin, place, signal)
  const part = await source.read(regionOf(source, place, from), signal)
  return fitted(part, tileSize(source, place))
}

/** The tile's part of a level. Neighbours round their shared edge the same way: there are neither gaps nor doubles. */
function regionOf(source: ImageSource, place: TilePlace, level: number): SourceRegion {
  const box = tileBox(source, place)
  const { width, height, downsample } = source.levels[level]!
  const along = (start: number, length: number, end: number): [at: number, length: number] => {
    const at = Math.min(Math.round(start / downsample), end - 1)
    return [at, Math.max(1, Math.min(Math.round((start + length) / downsample), end) - at)]
  }
  const [x, w] = along(box.x, box.width, width)
  const [y, h] = along(box.y, box.height, height)
  return { level, x, y, width: w, height: h }
}

async function fitted(raster: Raster, { width, height }: { width: number; height: number }): Promise<Raster> {
  if (raster.width === width && raster.height === height) return raster
  const image = sharpOf(raster).resize({ width, height, fit: 'fill', kernel: 'mitchell' })
  const { data } = await image
    .toColourspace(raster.channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width, height, channels: raster.channels, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
}

async function composed(origin: TileOrigin, place: TilePlace, signal?: AbortSignal): Promise<Raster> {
  const { source } = origin
  const [level, left, top] = [place.level - 1, place.column * 2, place.row * 2]
  let whole: Raster | null = null
  for (const [dx, dy] of QUARTERS) {
    const part = { level, column: left + dx, row: top + dy }
    if (!hasTile(source, part)) continue
    const tile = await keptTile(origin, part, signal)
    whole ??= canvas(origin, { level, left, top }, tile.channels)
    lay(tile, whole, { x: dx * TILE_SIDE, y: dy * TILE_SIDE })
  }
  if (whole === null) throw new Error('A tile without parts.')
  return fitted(whole, tileSize(source, place))
}

const QUARTERS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const

async function keptTile(origin: TileOrigin, place: TilePlace, signal?: AbortSignal): Promise<Raster> {
  const name = `${origin.name} ${place.level} ${place.column} ${place.row}`
  const kept = origin.cache.get(name)
  if (kept) return kept
  const tile = await cutTile(origin, place, signal)
  origin.cache.set(name, tile)
  return tile
}

/** Room for up to four tiles. */
function canvas({ source }: TileOrigin, at: { level: number; left: number; top: number }, channels: 1 | 3): Raster {
  const side = (column: number, row: number): { width: number; height: number } => {
    const place = { level: at.level, column, row }
    return hasTile(source, place) ? tileSize(source, place) : { width: 0, height: 0 }
  }
  const first = side(at.left, at.top)
  const width = first.width + side(at.left + 1, at.top).width
  const height = first.height + side(at.left, at.top + 1).height
  return { width, height, channels, data: new Uint8Array(width * height * channels) }
}

function lay(from: Raster, to: Raster, { x, y }: { readonly x: number; readonly y: number }): void {
  const bytes = from.width * from.channels
  for (let row = 0; row < from.height; row++)
    to.data.set(from.data.subarray(row * bytes, (row + 1) * bytes), ((y + row) * to.width + x) * to.channels)
}
