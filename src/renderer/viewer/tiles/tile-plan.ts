import { append } from '#shared/append.ts'
import { type Box } from '#shared/geometry/box.ts'
import { type Size } from '#shared/geometry/point.ts'
import { TILE_SIDE, tileCount, type TilePlace } from '#shared/geometry/tile-grid.ts'
import { type Transform } from '../view-geometry.ts'

/** How a large image is looked at: `transform` and `canvas` in device pixels. */
export interface Look {
  readonly image: Size
  readonly levels: number
  readonly transform: Transform
  readonly canvas: Size
}

/** The tiles of one level that a view needs, each list from the middle of the view outwards. */
export interface TilePlan {
  readonly level: number
  readonly inSight: readonly TilePlace[]
  /** The neighbours around them, one tile deep. */
  readonly ahead: readonly TilePlace[]
}

/** What is drawn now: `under` is stretched or shrunk below `tiles`, which are of the level that fits. */
export interface TilePicks {
  readonly under: readonly TilePlace[]
  readonly tiles: readonly TilePlace[]
}

export type Has = (place: TilePlace) => boolean

/** Tiles in sight at most; a canvas that would need more is drawn from a coarser level. At 1 MB each they leave room in the cache. */
const MOST_IN_SIGHT = 200
/** A stand-in may be so many levels coarser than what is wanted before a better one is asked for first. */
const COARSEST_STANDIN = 3
const BETTER_STANDIN = 2
/** How many levels finer tiles may be that stand in for one: after zooming out they are what is there. */
const FINER = 2
/** Level pixels a device pixel may lack, in octaves: an odd pixel of width is no reason for four times the tiles. */
const SLACK = 0.015

/** One number for a tile's place. */
export function tileKey({ level, column, row }: TilePlace): number {
  return (level * 2 ** 20 + row) * 2 ** 20 + column
}

/** The level to draw from at a scale (device pixels an image pixel): the coarsest that still has a pixel for each one drawn. */
export function levelAt(scale: number, levels: number): number {
  return Math.min(levels - 1, Math.max(0, Math.floor(SLACK - Math.log2(scale))))
}

/** The tile `up` levels coarser that shows this one's place too. */
export function ancestor({ level, column, row }: TilePlace, up: number): TilePlace {
  const step = 2 ** up
  return { level: level + up, column: Math.floor(column / step), row: Math.floor(row / step) }
}

/** What a canvas shows of the image's plane, in the image's pixels. */
export function seenBox({ transform, canvas }: Pick<Look, 'transform' | 'canvas'>): Box {
  const { scale, x, y } = transform
  return { x: -x / scale, y: -y / scale, width: canvas.width / scale, height: canvas.height / scale }
}

/** Columns and rows from (included) and to (excluded). */
interface TileRange {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

function rangeOf(image: Size, level: number, box: Box): TileRange {
  const { columns, rows } = tileCount(image, level)
  const step = TILE_SIDE * 2 ** level
  const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value))
  return {
    left: clamp(Math.floor(box.x / step), columns),
    top: clamp(Math.floor(box.y / step), rows),
    right: clamp(Math.ceil((box.x + box.width) / step), columns),
    bottom: clamp(Math.ceil((box.y + box.height) / step), rows),
  }
}

const countIn = ({ left, top, right, bottom }: TileRange): number => Math.max(0, right - left) * Math.max(0, bottom - top)

function placesIn(level: number, { left, top, right, bottom }: TileRange): TilePlace[] {
  const places: TilePlace[] = []
  for (let row = top; row < bottom; row++) for (let column = left; column < right; column++) places.push({ level, column, row })
  return places
}

/** The tiles of a level that show a part of the image. */
export function tilesOf(image: Size, level: number, box: Box): TilePlace[] {
  return placesIn(level, rangeOf(image, level, box))
}

/** The tiles that a view needs. */
export function planTiles(look: Look): TilePlan {
  const { image, levels, transform } = look
  const box = seenBox(look)
  let level = levelAt(transform.scale, levels)
  while (level < levels - 1 && countIn(rangeOf(image, level, box)) > MOST_IN_SIGHT) level++
  const range = rangeOf(image, level, box)
  const inSight = placesIn(level, range)
  const { columns, rows } = tileCount(image, level)
  const { left, top, right, bottom } = range
  const wider: TileRange = {
    left: Math.max(0, left - 1),
    top: Math.max(0, top - 1),
    right: Math.min(columns, right + 1),
    bottom: Math.min(rows, bottom + 1),
  }
  const isAround = ({ column, row }: TilePlace): boolean => column < left || column >= right || row < top || row >= bottom
  const ahead = inSight.length === 0 ? [] : placesIn(level, wider).filter(isAround)
  const middle = fromMiddle(box)
  return { level, inSight: middle(inSight), ahead: middle(ahead) }
}

/** Sorts tiles of one level by the distance of their middle from that of a box. */
function fromMiddle(box: Box): (places: TilePlace[]) => TilePlace[] {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const distance = ({ level, column, row }: TilePlace): number => {
    const step = TILE_SIDE * 2 ** level
    return Math.hypot((column + 0.5) * step - x, (row + 0.5) * step - y)
  }
  return (places) => places.sort((a, b) => distance(a) - distance(b))
}

/**
 * The tiles to ask for, the most urgent first: the coarsest, so that there is something everywhere; stand-ins where what is there
 * is far too coarse; what is in sight from the middle outwards; and then what surrounds it.
 */
export function tilesWanted({ level, inSight, ahead }: TilePlan, levels: number, has: Has): TilePlace[] {
  const wanted = new Map<number, TilePlace>()
  const want = (place: TilePlace): void => {
    if (!has(place)) wanted.set(tileKey(place), place)
  }
  want({ level: levels - 1, column: 0, row: 0 })
  const missing = inSight.filter((place) => !has(place))
  for (const place of missing) {
    const up = nearestAbove(place, levels, has)
    if ((up === null || up > COARSEST_STANDIN) && level + BETTER_STANDIN < levels) want(ancestor(place, BETTER_STANDIN))
  }
  for (const place of [...missing, ...ahead]) want(place)
  return [...wanted.values()]
}

/** How many levels up the nearest tile is that is there, or null. */
function nearestAbove(place: TilePlace, levels: number, has: Has): number | null {
  for (let up = 1; place.level + up < levels; up++) if (has(ancestor(place, up))) return up
  return null
}

/**
 * What to draw of what is there: where a tile in sight is missing, the nearest coarser one lies under it, and finer ones over that.
 * Nothing that is there is left out, so that there are neither holes nor steps back to a coarser picture.
 */
export function tilesToDraw({ level, inSight }: TilePlan, image: Size, levels: number, has: Has): TilePicks {
  const coarser = new Map<number, TilePlace>()
  const finer: TilePlace[] = []
  const tiles: TilePlace[] = []
  for (const place of inSight) {
    if (has(place)) {
      tiles.push(place)
      continue
    }
    const up = nearestAbove(place, levels, has)
    if (up !== null) coarser.set(tileKey(ancestor(place, up)), ancestor(place, up))
    if (level > 0) append(finer, finerTiles(place, image, FINER, has))
  }
  const under = [...coarser.values()].sort((a, b) => b.level - a.level)
  return { under: [...under, ...finer], tiles }
}

/** The finer tiles that are there of a tile's place; where one is missing, finer ones still. */
function finerTiles(place: TilePlace, image: Size, depth: number, has: Has): TilePlace[] {
  const level = place.level - 1
  const { columns, rows } = tileCount(image, level)
  const range = { left: place.column * 2, top: place.row * 2, right: place.column * 2 + 2, bottom: place.row * 2 + 2 }
  const parts = placesIn(level, { ...range, right: Math.min(columns, range.right), bottom: Math.min(rows, range.bottom) })
  return parts.flatMap((part) => (has(part) ? [part] : depth > 1 && level > 0 ? finerTiles(part, image, depth - 1, has) : []))
}
