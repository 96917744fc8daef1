import { type Box } from '../geometry/box.ts'
import { type Size } from '../geometry/point.ts'
import { MASK_TILE } from '../records/shape.ts'
import { countBits, nextClear, nextSet, type Tile, tileBounds, tileIsEmpty, tilesEqual, TILE_WORDS } from './bit-tile.ts'
import { pixelsOfBox, type SpanSink } from './spans.ts'

/**
 * An area of whole pixels anywhere on the plane, as sparse bit tiles. A value: every operation gives a new mask that
 * shares the tiles it did not touch, so a snapshot for undo is the mask itself and a stroke costs what it touches.
 */
export interface BitMask {
  /** By `tileKey`; none is empty, none is ever written. */
  readonly tiles: ReadonlyMap<number, Tile>
}

/** A tile's place, in tiles. */
export interface TilePlace {
  readonly column: number
  readonly row: number
}

/** Columns and rows of tiles reach from -HALF to HALF - 1: 16 million pixels to each side. */
const HALF = 65_536

/** One number for a tile's place, ascending row by row; throws RangeError beyond 16 million pixels from the origin. */
export function tileKey(column: number, row: number): number {
  if (column < -HALF || column >= HALF || row < -HALF || row >= HALF) {
    throw new RangeError(`Mask tile (${column}, ${row}) lies too far out`)
  }
  return (row + HALF) * 2 * HALF + column + HALF
}

export function tilePlace(key: number): TilePlace {
  return { column: (key % (2 * HALF)) - HALF, row: Math.floor(key / (2 * HALF)) - HALF }
}

export function emptyMask(): BitMask {
  return { tiles: new Map() }
}

export function maskIsEmpty(mask: BitMask): boolean {
  return mask.tiles.size === 0
}

/** Whether the pixel with this left and upper edge (whole numbers) is in. */
export function maskHas(mask: BitMask, x: number, y: number): boolean {
  const tile = mask.tiles.get(tileKey(x >> 8, y >> 8))
  if (tile === undefined) return false
  const bit = (y & 255) * MASK_TILE + (x & 255)
  return ((tile[bit >>> 5]! >>> (bit & 31)) & 1) === 1
}

/** How many pixels are in. */
export function maskArea(mask: BitMask): number {
  let count = 0
  for (const tile of mask.tiles.values()) count += countBits(tile)
  return count
}

/** The smallest box of whole pixels that holds all of it, or null for none. Looks at the outermost tiles only. */
export function maskBounds(mask: BitMask): Box | null {
  if (maskIsEmpty(mask)) return null
  const places = [...mask.tiles].map(([key, tile]) => ({ tile, ...tilePlace(key) }))
  const extremes = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (const { column, row } of places) {
    extremes.left = Math.min(extremes.left, column)
    extremes.right = Math.max(extremes.right, column)
    extremes.top = Math.min(extremes.top, row)
    extremes.bottom = Math.max(extremes.bottom, row)
  }
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (const { tile, column, row } of places) {
    const onEdge = column === extremes.left || column === extremes.right || row === extremes.top || row === extremes.bottom
    if (!onEdge) continue
    const own = tileBounds(tile)
    bounds.left = Math.min(bounds.left, column * MASK_TILE + own.left)
    bounds.top = Math.min(bounds.top, row * MASK_TILE + own.top)
    bounds.right = Math.max(bounds.right, column * MASK_TILE + own.right)
    bounds.bottom = Math.max(bounds.bottom, row * MASK_TILE + own.bottom)
  }
  return { x: bounds.left, y: bounds.top, width: bounds.right - bounds.left, height: bounds.bottom - bounds.top }
}

export function masksEqual(a: BitMask, b: BitMask): boolean {
  if (a.tiles === b.tiles) return true
  if (a.tiles.size !== b.tiles.size) return false
  for (const [key, tile] of a.tiles) {
    const other = b.tiles.get(key)
    if (other === undefined || !tilesEqual(tile, other)) return false
  }
  return true
}

/** What either has. */
export function unionMasks(a: BitMask, b: BitMask): BitMask {
  const tiles = new Map(a.tiles)
  for (const [key, tile] of b.tiles) {
    const own = tiles.get(key)
    if (own !== tile) tiles.set(key, own === undefined ? tile : combine(own, tile, (p, q) => p | q))
  }
  return { tiles }
}

/** What a has and b has not. */
export function subtractMasks(a: BitMask, b: BitMask): BitMask {
  const tiles = new Map<number, Tile>()
  for (const [key, tile] of a.tiles) {
    const other = b.tiles.get(key)
    setUnlessEmpty(tiles, key, other === undefined ? tile : combine(tile, other, (p, q) => p & ~q))
  }
  return { tiles }
}

/** What both have. */
export function intersectMasks(a: BitMask, b: BitMask): BitMask {
  const [few, many] = a.tiles.size <= b.tiles.size ? [a, b] : [b, a]
  const tiles = new Map<number, Tile>()
  for (const [key, tile] of few.tiles) {
    const other = many.tiles.get(key)
    if (other !== undefined) setUnlessEmpty(tiles, key, other === tile ? tile : combine(tile, other, (p, q) => p & q))
  }
  return { tiles }
}

function combine(a: Tile, b: Tile, operation: (p: number, q: number) => number): Tile {
  const out = new Uint32Array(TILE_WORDS)
  for (let i = 0; i < TILE_WORDS; i++) out[i] = operation(a[i]!, b[i]!)
  return out
}

function setUnlessEmpty(tiles: Map<number, Tile>, key: number, tile: Tile): void {
  if (!tileIsEmpty(tile)) tiles.set(key, tile)
}

/** Places of the tiles that differ between two masks: what has to be drawn again after a stroke. Compares by reference. */
export function changedTiles(before: BitMask, after: BitMask): TilePlace[] {
  const keys = new Set<number>()
  for (const [key, tile] of after.tiles) if (before.tiles.get(key) !== tile) keys.add(key)
  for (const key of before.tiles.keys()) if (!after.tiles.has(key)) keys.add(key)
  return [...keys].map(tilePlace)
}

/** A frame of whole pixels: a region, or an image that begins at 0, 0. */
export function frameOf(frame: Box | Size): Box {
  return pixelsOfBox('x' in frame ? frame : { x: 0, y: 0, ...frame })
}

/** The mask's pixels as spans (`maskSpans(mask)(sink)`), as long as they can be, across tiles; with a frame only those in it. */
export function maskSpans(mask: BitMask, frame?: Box | Size): (sink: SpanSink) => void {
  const limits = frame === undefined ? null : frameOf(frame)
  return (sink) => {
    for (const { row, tiles } of tileRows(mask, limits)) {
      const top = Math.max(row * MASK_TILE, limits?.y ?? -Infinity)
      const bottom = Math.min((row + 1) * MASK_TILE, limits === null ? Infinity : limits.y + limits.height)
      for (let y = top; y < bottom; y++) rowSpans(tiles, y, limits, sink)
    }
  }
}

interface PlacedTile {
  readonly column: number
  readonly tile: Tile
}

/** Tiles by row from the top, each row's from the left; only those that meet the frame. */
function tileRows(mask: BitMask, limits: Box | null): { row: number; tiles: PlacedTile[] }[] {
  const rows = new Map<number, PlacedTile[]>()
  for (const key of [...mask.tiles.keys()].sort((a, b) => a - b)) {
    const { column, row } = tilePlace(key)
    if (limits !== null && !meets(column, row, limits)) continue
    const placed = { column, tile: mask.tiles.get(key)! }
    const others = rows.get(row)
    if (others === undefined) rows.set(row, [placed])
    else others.push(placed)
  }
  return [...rows].map(([row, tiles]) => ({ row, tiles }))
}

function meets(column: number, row: number, { x, y, width, height }: Box): boolean {
  const [left, top] = [column * MASK_TILE, row * MASK_TILE]
  return left < x + width && left + MASK_TILE > x && top < y + height && top + MASK_TILE > y
}

function rowSpans(tiles: readonly PlacedTile[], y: number, limits: Box | null, sink: SpanSink): void {
  const base = (y & (MASK_TILE - 1)) * MASK_TILE
  const [left, right] = limits === null ? [-Infinity, Infinity] : [limits.x, limits.x + limits.width]
  let [from, to] = [-Infinity, -Infinity]
  for (const { column, tile } of tiles) {
    const offset = column * MASK_TILE - base
    const end = base + Math.min(MASK_TILE, right - column * MASK_TILE)
    let bit = nextSet(tile, base + Math.max(0, left - column * MASK_TILE), end)
    while (bit < end) {
      const stop = nextClear(tile, bit, end)
      if (bit + offset > to) {
        if (from < to) sink(y, from, to)
        from = bit + offset
      }
      to = stop + offset
      bit = nextSet(tile, stop, end)
    }
  }
  if (from < to) sink(y, from, to)
}
