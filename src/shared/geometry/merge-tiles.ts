import { type Box, boxArea, clipBox, enclosingBox, expandBox, intersectionArea, intersectionOverSmaller, iou, translateBox } from './box.ts'
import { buildBoxIndex } from './box-index.ts'
import { type Size } from './point.ts'
import { orderByScore, type ScoredBox } from './scored-box.ts'

export interface TileDetections<T extends ScoredBox> {
  /** Where the tile lies in the image. */
  readonly tile: Box
  /** What was found in it, in the tile's own pixels. */
  readonly detections: readonly T[]
}

export interface MergeOptions {
  /** Boxes of one class from two tiles are one object when their IoU is greater than this. Default 0.5. */
  readonly iouThreshold?: number | undefined
  /** A cut box is a duplicate when a box from another tile covers at least this share of it (or the reverse). Default 0.5. */
  readonly coverThreshold?: number | undefined
  /** A box that ends within so many pixels of its tile's inner border is taken as cut by it. Default 4, or 5 % of its side if more. */
  readonly borderTolerance?: number | undefined
}

const [LEFT, TOP, RIGHT, BOTTOM] = [1, 2, 4, 8]

/** A detection in the image's pixels, with what its tile has to do with it. */
interface Placed<T extends ScoredBox> {
  readonly detection: T
  readonly box: Box
  readonly tiles: readonly number[]
  /** The sides (LEFT | TOP | RIGHT | BOTTOM) where an inner tile border cuts it. */
  readonly cut: number
}

type Settings = Required<{ [K in keyof MergeOptions]: NonNullable<MergeOptions[K]> }>

/**
 * The detections of overlapping tiles as those of one image, no object counted twice. In four steps:
 * 1. moved to the image's pixels and clipped to their tile;
 * 2. a box cut by an inner tile border goes where another tile has the object whole: a box that covers most of the cut
 *    one and goes on across the border, of the same class or at least as certain;
 * 3. what is larger than the overlap is whole nowhere: facing halves that fill the strip between two borders are joined;
 * 4. objects that lie whole in several tiles are kept once. A box absorbs no other of its own tile (the detector has
 *    already told those apart) and, unless one is cut, the best match alone of each other tile: touching cells stay two.
 * Result: best first. O(n log n + pairs that meet).
 */
export function mergeTiles<T extends ScoredBox>(image: Size, tiles: readonly TileDetections<T>[], options: MergeOptions = {}): T[] {
  const settings: Settings = {
    iouThreshold: options.iouThreshold ?? 0.5,
    coverThreshold: options.coverThreshold ?? 0.5,
    borderTolerance: options.borderTolerance ?? 4,
  }
  const placed = tiles.flatMap((tile, index) => placeAll(image, tile, index, settings))
  const whole = placed.filter(({ cut }) => cut === 0)
  const cut = withoutSeenWhole(placed, whole, tiles, settings)
  const merged = dropDuplicates([...byScore(whole), ...byScore(joinHalves(cut, tiles, settings))], settings)
  return byScore(merged).map(({ detection, box }) => ({ ...detection, box }))
}

function byScore<T extends ScoredBox>(placed: readonly Placed<T>[]): Placed<T>[] {
  return orderByScore(placed.map(({ detection }) => detection)).map((index) => placed[index]!)
}

function placeAll<T extends ScoredBox>(
  image: Size,
  { tile, detections }: TileDetections<T>,
  index: number,
  { borderTolerance }: Settings,
): Placed<T>[] {
  return detections.flatMap((detection) => {
    const box = clipBox(translateBox(detection.box, tile.x, tile.y), tile)
    return box === null ? [] : [{ detection, box, tiles: [index], cut: cutSides(box, tile, image, borderTolerance) }]
  })
}

function cutSides(box: Box, tile: Box, image: Size, tolerance: number): number {
  const dx = Math.max(tolerance, box.width / 20)
  const dy = Math.max(tolerance, box.height / 20)
  const right = tile.x + tile.width
  const bottom = tile.y + tile.height
  return (
    (tile.x > 0 && box.x < tile.x + dx ? LEFT : 0) |
    (tile.y > 0 && box.y < tile.y + dy ? TOP : 0) |
    (right < image.width && box.x + box.width > right - dx ? RIGHT : 0) |
    (bottom < image.height && box.y + box.height > bottom - dy ? BOTTOM : 0)
  )
}

/** The cut boxes of which no other tile has the whole. */
function withoutSeenWhole<T extends ScoredBox>(
  placed: readonly Placed<T>[],
  whole: readonly Placed<T>[],
  tiles: readonly TileDetections<T>[],
  settings: Settings,
): Placed<T>[] {
  const index = buildBoxIndex(whole.map(({ box }) => box))
  return placed.filter((part) => {
    if (part.cut === 0) return false
    const { tile } = tiles[part.tiles[0]!]!
    return !index.search(part.box).some((hit) => showsWhole(whole[hit]!, part, tile, settings))
  })
}

function showsWhole(whole: Placed<ScoredBox>, part: Placed<ScoredBox>, tile: Box, settings: Settings): boolean {
  if (whole.tiles[0] === part.tiles[0]) return false
  if (whole.detection.classId !== part.detection.classId && whole.detection.score < part.detection.score) return false
  // A sliver may be no wider than the two boxes differ: the whole gets the tolerance all round.
  const covered = intersectionArea(expandBox(whole.box, settings.borderTolerance), part.box)
  if (covered < settings.coverThreshold * boxArea(part.box)) return false
  return reaches(whole.box, part.cut, tile, settings.borderTolerance)
}

/** Whether a box comes to, or goes across, each of the given sides of the tile. */
function reaches(box: Box, sides: number, tile: Box, tolerance: number): boolean {
  const dx = Math.max(tolerance, box.width / 20)
  const dy = Math.max(tolerance, box.height / 20)
  return (
    ((sides & LEFT) === 0 || box.x < tile.x + dx) &&
    ((sides & TOP) === 0 || box.y < tile.y + dy) &&
    ((sides & RIGHT) === 0 || box.x + box.width > tile.x + tile.width - dx) &&
    ((sides & BOTTOM) === 0 || box.y + box.height > tile.y + tile.height - dy)
  )
}

/** Halves of one object put together; what has no other half is given back as it is. */
function joinHalves<T extends ScoredBox>(
  parts: readonly Placed<T>[],
  tiles: readonly TileDetections<T>[],
  settings: Settings,
): Placed<T>[] {
  const index = buildBoxIndex(parts.map(({ box }) => box))
  const groupOf = Array.from(parts, (_, i) => i)
  const root = (i: number): number => {
    let at = i
    while (groupOf[at] !== at) at = groupOf[at]!
    return at
  }
  for (const [i, part] of parts.entries())
    for (const j of index.search(part.box)) if (j !== i && areHalves(part, parts[j]!, tiles, settings)) groupOf[root(j)] = root(i)
  const groups = new Map<number, Placed<T>[]>()
  for (const [i, part] of parts.entries()) groups.set(root(i), [...(groups.get(root(i)) ?? []), part])
  return Array.from(groups.values(), joined)
}

function joined<T extends ScoredBox>(members: readonly Placed<T>[]): Placed<T> {
  const best = byScore(members)[0]!
  const box = members.map((member) => member.box).reduce(enclosingBox)
  return { detection: best.detection, box, tiles: [...new Set(members.flatMap(({ tiles }) => tiles))], cut: best.cut }
}

function areHalves<T extends ScoredBox>(a: Placed<T>, b: Placed<T>, tiles: readonly TileDetections<T>[], settings: Settings): boolean {
  if (a.detection.classId !== b.detection.classId) return false
  const from = tiles[a.tiles[0]!]!.tile
  const to = tiles[b.tiles[0]!]!.tile
  return (
    (from.x < to.x && sideBySide(a, b, from, to, settings)) ||
    (from.y < to.y && sideBySide(transposed(a), transposed(b), transposedBox(from), transposedBox(to), settings))
  )
}

/** Whether the left part, cut on its right, and the right part, cut on its left, both fill the strip between the two borders and agree in height. */
function sideBySide(
  left: Placed<ScoredBox>,
  right: Placed<ScoredBox>,
  from: Box,
  to: Box,
  { borderTolerance, iouThreshold }: Settings,
): boolean {
  if ((left.cut & RIGHT) === 0 || (right.cut & LEFT) === 0) return false
  if (!reaches(left.box, LEFT, to, borderTolerance) || !reaches(right.box, RIGHT, from, borderTolerance)) return false
  const shared = Math.min(left.box.y + left.box.height, right.box.y + right.box.height) - Math.max(left.box.y, right.box.y)
  return shared > iouThreshold * Math.max(left.box.height, right.box.height)
}

function transposedBox({ x, y, width, height }: Box): Box {
  return { x: y, y: x, width: height, height: width }
}

function transposed(part: Placed<ScoredBox>): Placed<ScoredBox> {
  const { cut } = part
  const swapped = ((cut & (LEFT | RIGHT)) << 1) | ((cut & (TOP | BOTTOM)) >> 1)
  return { ...part, box: transposedBox(part.box), cut: swapped }
}

/** Keeps each object once. `ranked`: those to be trusted most come first. */
function dropDuplicates<T extends ScoredBox>(ranked: readonly Placed<T>[], settings: Settings): Placed<T>[] {
  const index = buildBoxIndex(ranked.map(({ box }) => box))
  const gone = new Uint8Array(ranked.length)
  for (const [rank, item] of ranked.entries()) {
    if (gone[rank] === 1) continue
    const later = index.searchWhere(item.box, (other) => other > rank && gone[other] === 0 && mayBeSame(item, ranked[other]!))
    if (later.length > 0) for (const other of duplicatesAmong(later, item, ranked, settings)) gone[other] = 1
  }
  return ranked.filter((_, rank) => gone[rank] === 0)
}

function mayBeSame(a: Placed<ScoredBox>, b: Placed<ScoredBox>): boolean {
  return a.detection.classId === b.detection.classId && !a.tiles.some((tile) => b.tiles.includes(tile))
}

function duplicatesAmong<T extends ScoredBox>(
  candidates: readonly number[],
  item: Placed<T>,
  ranked: readonly Placed<T>[],
  { iouThreshold, coverThreshold }: Settings,
): number[] {
  const bestOfTile = new Map<number, { other: number; overlap: number }>()
  const duplicates: number[] = []
  for (const other of candidates) {
    const candidate = ranked[other]!
    const overlap = iou(item.box, candidate.box)
    const anyCut = item.cut !== 0 || candidate.cut !== 0
    if (anyCut && intersectionOverSmaller(item.box, candidate.box) >= coverThreshold) duplicates.push(other)
    else if (overlap > iouThreshold && overlap > (bestOfTile.get(candidate.tiles[0]!)?.overlap ?? 0))
      bestOfTile.set(candidate.tiles[0]!, { other, overlap })
  }
  return [...duplicates, ...Array.from(bestOfTile.values(), ({ other }) => other)]
}
