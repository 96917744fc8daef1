import { append } from '#shared/append.ts'
import { type Box, boxContainsBox, clipBox, intersectBoxes } from '#shared/geometry/box.ts'
import type { Size } from '#shared/geometry/point.ts'
import { tilesOf } from '#shared/geometry/tiles.ts'

/** Longest side of a window, pixels of the image: 12 MiB as RGB. */
export const WINDOW_SIDE = 2048
/** Shortest side of a window: a network learns the surroundings of a label as well. */
export const LEAST_WINDOW = 512
/** Pixels that are seen round labels. */
const MARGIN = 64
/** Labels share a window where they, or others between them, lie in neighbouring cells of a grid of this width: far ones have no common surroundings. */
const NEAR = 256

/**
 * Windows of a large image (whole pixels, within it, none longer than `WINDOW_SIDE` a side) so that each label that fits into a window lies
 * whole in at least one; labels that are near share one. They are laid row by row from the top: each row begins at the topmost label that no
 * window holds yet, and each of its windows at the leftmost one. Labels that lie far apart get windows of their own, since nobody may have looked
 * at what is between them. Longer labels are covered by windows side by side where `areas` says that
 * parts of them are worth learning from, else by none. The same bounds in any order give the same windows.
 */
export function windowsAround(image: Size, bounds: readonly Box[], areas: boolean): Box[] {
  const placed = bounds.flatMap((box) => pixelsIn(image, box) ?? []).sort((a, b) => a.y - b.y || a.x - b.x || a.height - b.height || a.width - b.width) // prettier-ignore
  const fits = ({ width, height }: Box): boolean => width <= WINDOW_SIDE && height <= WINDOW_SIDE
  const windows = nearGroups(placed.filter(fits)).flatMap((group) => rowsOf(image, group))
  if (areas)
    for (const box of placed)
      if (!fits(box))
        append(
          windows,
          tilesWithin(box).map((tile) => grown(image, tile)),
        )
  const known = new Map(windows.map((window) => [`${window.x} ${window.y} ${window.width} ${window.height}`, window]))
  return [...known.values()]
}

/** Pixels that neighbouring windows over a region see both: an object across the edge of one lies whole in the other, if it is no larger. */
const REGION_OVERLAP = 256

/**
 * Windows over regions of a large image (their bounds), side by side where one is longer than a window; and more round those of the labels in
 * them that lie whole in none of these.
 */
export function windowsOver(image: Size, regions: readonly Box[], labels: readonly Box[]): Box[] {
  const over = regions.flatMap((region) => {
    const box = pixelsIn(image, region)
    return box === null ? [] : tilesWithin(box, REGION_OVERLAP).map((tile) => grown(image, tile))
  })
  const cut = labels.filter((label) => !over.some((window) => placeIn(window, clipBox(label, image) ?? label) === 'inside'))
  return [...over, ...windowsAround(image, cut, false)]
}

/** The whole pixels that a box touches; null outside of the image. */
function pixelsIn(image: Size, { x, y, width, height }: Box): Box | null {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  // A point has no size, but a pixel that it lies in.
  const box = { x: left, y: top, width: Math.max(1, Math.ceil(x + width) - left), height: Math.max(1, Math.ceil(y + height) - top) }
  return clipBox(box, image)
}

/** Boxes in groups that are near; groups by their first box, boxes in their order. */
function nearGroups(boxes: readonly Box[]): Box[][] {
  const cells = new Map<string, Box[]>()
  for (const box of boxes)
    for (const key of cellsOf(box, 0)) {
      const there = cells.get(key)
      if (there) there.push(box)
      else cells.set(key, [box])
    }
  const groups = new Map<Box, number>()
  let count = 0
  for (const first of boxes) {
    if (groups.has(first)) continue
    const group = count++
    groups.set(first, group)
    for (const open = [first]; open.length > 0;)
      for (const key of cellsOf(open.pop()!, 1)) {
        for (const near of cells.get(key) ?? [])
          if (!groups.has(near)) {
            groups.set(near, group)
            open.push(near)
          }
        // All of it are in the group now: a crowded place is walked through once.
        cells.delete(key)
      }
  }
  const lists = Array.from({ length: count }, (): Box[] => [])
  for (const box of boxes) lists[groups.get(box)!]!.push(box)
  return lists
}

/** The cells of the grid that a box lies in, and so many more to each side. */
function* cellsOf({ x, y, width, height }: Box, more: number): Generator<string> {
  const [left, top] = [Math.floor(x / NEAR) - more, Math.floor(y / NEAR) - more]
  for (let row = top; row <= Math.floor((y + height - 1) / NEAR) + more; row++)
    for (let column = left; column <= Math.floor((x + width - 1) / NEAR) + more; column++) yield `${column} ${row}`
}

function rowsOf(image: Size, boxes: readonly Box[]): Box[] {
  const windows: Box[] = []
  for (let open = boxes; open.length > 0;) {
    const first = open[0]!
    const bottom = Math.max(0, first.y - Math.min(MARGIN, WINDOW_SIDE - first.height)) + WINDOW_SIDE
    const inRow = (box: Box): boolean => box.y + box.height <= bottom
    append(windows, alongRow(image, open.filter(inRow)))
    open = open.filter((box) => !inRow(box))
  }
  return windows
}

function alongRow(image: Size, row: readonly Box[]): Box[] {
  const windows: Box[] = []
  for (let open = [...row].sort((a, b) => a.x - b.x); open.length > 0;) {
    const first = open[0]!
    const right = Math.max(0, first.x - Math.min(MARGIN, WINDOW_SIDE - first.width)) + WINDOW_SIDE
    const inside = (box: Box): boolean => box.x + box.width <= right
    windows.push(grown(image, enclosing(open.filter(inside))))
    open = open.filter((box) => !inside(box))
  }
  return windows
}

function enclosing(boxes: readonly Box[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** With its margin, and no smaller than a window is at least, where image and limit allow. */
function grown(image: Size, { x, y, width, height }: Box): Box {
  const [left, across] = side(x, width, image.width)
  const [top, down] = side(y, height, image.height)
  return { x: left, y: top, width: across, height: down }
}

function side(from: number, length: number, image: number): [from: number, length: number] {
  const wanted = Math.min(image, WINDOW_SIDE, Math.max(LEAST_WINDOW, length + 2 * MARGIN))
  const start = Math.min(image - wanted, Math.max(0, from - Math.floor((wanted - length) / 2)))
  return [start, wanted]
}

function tilesWithin({ x, y, width, height }: Box, overlap = 0): Box[] {
  return tilesOf(width, height, WINDOW_SIDE, overlap).map((tile) => ({ ...tile, x: tile.x + x, y: tile.y + y }))
}

/** Windows of one side, side by side over a whole image. */
export function windowGrid({ width, height }: Size, side: number): Box[] {
  return tilesOf(width, height, side, 0)
}

/** How a box lies to a window. */
export function placeIn(window: Box, box: Box): 'inside' | 'cut' | 'outside' {
  if (boxContainsBox(window, box)) return 'inside'
  return intersectBoxes(window, box) === null ? 'outside' : 'cut'
}
