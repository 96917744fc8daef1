import { type Box } from '../geometry/box.ts'
import { type Point } from '../geometry/point.ts'
import { checkSize } from './distance.ts'
import { type AnyMaskTarget } from './draw-shape.ts'
import { type Connectivity } from './neighbours.ts'

export interface Component {
  /** Its value in `ids`: 1, 2, ... in the order in which their first pixels come, row by row. */
  readonly id: number
  /** The value of all its pixels in the map. */
  readonly value: number
  /** Pixels. */
  readonly area: number
  /** Whole pixels, in the map's own coordinates. */
  readonly box: Box
  /** Mean of the pixels' centres: a single pixel at the origin has 0.5, 0.5. */
  readonly centroid: Point
}

export interface Components {
  /** For each pixel of the map the id of its component; 0 on the background. */
  readonly ids: Int32Array
  /** In the order of their ids. */
  readonly components: readonly Component[]
}

/**
 * Connected components of a label map (row-major, width * height): neighbouring pixels of one value other than 0 belong together.
 * So of a binary mask the objects, of a class map the objects of each class. Two passes with union-find (Rosenfeld & Pfaltz
 * 1966), nearly linear. The same numbers as skimage.measure.label. Throws RangeError where the sizes disagree.
 */
export function connectedComponents(map: AnyMaskTarget, width: number, height: number, connectivity: Connectivity = 8): Components {
  checkSize(map.length, width, height)
  const ids = new Int32Array(map.length)
  const parents = firstPass(map, ids, width, connectivity)
  const count = numberRoots(parents)
  for (let i = 0; i < ids.length; i++) ids[i] = parents[ids[i]!]!
  return { ids, components: measure(map, ids, width, count) }
}

/** Provisional numbers from the neighbours above and to the left. Returns the parent of each number; a parent is never greater. */
function firstPass(map: AnyMaskTarget, ids: Int32Array, width: number, connectivity: Connectivity): number[] {
  const parents = [0]
  const diagonal = connectivity === 8
  for (let i = 0; i < map.length; i++) {
    const value = map[i]!
    if (value === 0) continue
    const column = i % width
    let id = 0
    const join = (j: number): void => {
      if (j >= 0 && map[j] === value) id = id === 0 ? ids[j]! : unite(parents, id, ids[j]!)
    }
    if (column > 0) join(i - 1)
    if (diagonal && column > 0) join(i - width - 1)
    join(i - width)
    if (diagonal && column < width - 1) join(i - width + 1)
    if (id === 0) {
      id = parents.length
      parents.push(id)
    }
    ids[i] = id
  }
  return parents
}

function rootOf(parents: number[], id: number): number {
  while (parents[id] !== id) {
    // Halves the path for those who come after.
    parents[id] = parents[parents[id]!]!
    id = parents[id]!
  }
  return id
}

function unite(parents: number[], a: number, b: number): number {
  const [p, q] = [rootOf(parents, a), rootOf(parents, b)]
  const root = Math.min(p, q)
  parents[p] = root
  parents[q] = root
  return root
}

/** Replaces each provisional number's parent by its component's final number; returns how many there are. */
function numberRoots(parents: number[]): number {
  let count = 0
  for (let id = 1; id < parents.length; id++) parents[id] = parents[id] === id ? ++count : parents[parents[id]!]!
  return count
}

function measure(map: AnyMaskTarget, ids: Int32Array, width: number, count: number): Component[] {
  const sums = new Float64Array(4 * (count + 1))
  const [left, top] = [new Int32Array(count + 1).fill(width), new Int32Array(count + 1).fill(-1)]
  const [right, bottom] = [new Int32Array(count + 1), new Int32Array(count + 1)]
  for (let i = 0, x = 0, y = 0; i < ids.length; i++) {
    const id = ids[i]!
    if (id !== 0) {
      sums[4 * id]! += 1
      sums[4 * id + 1]! += x
      sums[4 * id + 2]! += y
      sums[4 * id + 3] = map[i]!
      if (top[id] === -1) top[id] = y
      if (x < left[id]!) left[id] = x
      if (x >= right[id]!) right[id] = x + 1
      bottom[id] = y + 1
    }
    if (++x === width) {
      x = 0
      y++
    }
  }
  return Array.from({ length: count }, (_, k) => {
    const id = k + 1
    const [area, sumX, sumY, value] = sums.subarray(4 * id, 4 * id + 4) as unknown as [number, number, number, number]
    const box = { x: left[id]!, y: top[id]!, width: right[id]! - left[id]!, height: bottom[id]! - top[id]! }
    return { id, value, area, box, centroid: { x: sumX / area + 0.5, y: sumY / area + 0.5 } }
  })
}

/** A copy of a label map without its components of fewer than `minArea` pixels. */
export function removeSmall<T extends AnyMaskTarget>(
  map: T,
  width: number,
  height: number,
  minArea: number,
  connectivity: Connectivity = 8,
): T {
  const { ids, components } = connectedComponents(map, width, height, connectivity)
  const out = map.slice() as T
  for (let i = 0; i < out.length; i++) if (ids[i] !== 0 && components[ids[i]! - 1]!.area < minArea) out[i] = 0
  return out
}

/**
 * A copy of a binary mask (0 and not 0) with its holes filled with 1: background that does not reach the image's edge through
 * pixels that share a side (as scipy.ndimage.binary_fill_holes). With `maxArea`, only holes of at most so many pixels.
 */
export function fillHoles(mask: Uint8Array, width: number, height: number, maxArea = Infinity): Uint8Array {
  const background = mask.map((value) => (value === 0 ? 1 : 0))
  const { ids, components } = connectedComponents(background, width, height, 4)
  const isHole = components.map(({ box, area }) => area <= maxArea && !reachesEdge(box, width, height))
  return mask.map((value, i) => (value === 0 && isHole[ids[i]! - 1]! ? 1 : value))
}

function reachesEdge(box: Box, width: number, height: number): boolean {
  return box.x === 0 || box.y === 0 || box.x + box.width === width || box.y + box.height === height
}
