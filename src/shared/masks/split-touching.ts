import { distanceTransform } from './distance.ts'
import { type Connectivity, type Neighbours, neighboursIn } from './neighbours.ts'
import { watershed } from './watershed.ts'

export interface SplitOptions {
  /**
   * How deep, in pixels of distance, the neck between two objects must be for them to be two: a maximum of the distance map counts
   * when the way from it to a higher one goes down by more than this (h-maxima, the extended maxima of Soille, Morphological
   * Image Analysis, 6.3). Default 1.
   */
  readonly depth?: number | undefined
  /** Of the maxima of one connected component that lie closer together than so many pixels, the highest counts. Default 0: all. */
  readonly minDistance?: number | undefined
  /** Default 8. */
  readonly connectivity?: Connectivity | undefined
}

/**
 * Splits touching objects of a binary mask (row-major, width * height, 0 and not 0) at their necks: watershed on the distance map
 * from its h-maxima. Returns 1, 2, ... for the objects (in the order of their first pixels, row by row), 0 on the
 * background; every pixel of the mask belongs to one object, every connected component is at least one.
 * Throws RangeError where the sizes disagree.
 */
export function splitTouching(mask: Uint8Array, width: number, height: number, options: SplitOptions = {}): Int32Array {
  const distance = distanceTransform(mask, width, height)
  // Without any background every distance is infinite: one object.
  if (distance[0] === Infinity) return new Int32Array(mask.length).fill(1)
  return splitAtValleys(distance, mask, width, height, options)
}

/**
 * As `splitTouching`, by any map of heights that is above 0 on the mask and 0 beside it: `depth` is then in its unit. Objects are the hills
 * whose tops lie more than `depth` above the way to a higher one.
 */
export function splitAtValleys(
  heights: Float64Array,
  mask: Uint8Array,
  width: number,
  height: number,
  options: SplitOptions = {},
): Int32Array {
  const connectivity = options.connectivity ?? 8
  const peaks = findPeaks(heights, width, height, options.depth ?? 1, connectivity)
  const tops = keepApart(peaks, width, options.minDistance ?? 0)
  const markers = markTops(tops, heights, options.depth ?? 1, neighboursIn(width, height, connectivity))
  const landscape = heights.map((value) => -value)
  return renumber(watershed(landscape, markers, mask, width, height, connectivity))
}

interface Peak {
  readonly pixel: number
  /** A pixel that stands for the connected component. */
  readonly component: number
}

/**
 * The maxima deeper than `depth`, highest first, one pixel each. Pixels join their neighbours from the highest down; where two
 * hills meet, the lower one's depth is known (its persistence).
 */
function findPeaks(distance: Float64Array, width: number, height: number, depth: number, connectivity: Connectivity): Peak[] {
  const order = highestFirst(distance)
  // Of each pixel seen so far a pixel of its hill that was seen earlier, in the end the hill's top; -1 where not seen.
  const parent = new Int32Array(distance.length).fill(-1)
  const rank = new Int32Array(distance.length)
  const rootOf = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!
      i = parent[i]!
    }
    return i
  }
  const neighbours = neighboursIn(width, height, connectivity)
  const tops: number[] = []
  for (let place = 0; place < order.length; place++) {
    const i = order[place]!
    rank[i] = place
    let top = i
    parent[i] = i
    const count = neighbours.find(i)
    for (let k = 0; k < count; k++) {
      const j = neighbours.found[k]!
      if (parent[j] === -1) continue
      const other = rootOf(j)
      if (other === top) continue
      const lower = rank[other]! < rank[top]! ? top : other
      if (distance[lower]! - distance[i]! > depth) tops.push(lower)
      top = lower === top ? other : top
      parent[lower] = top
    }
  }
  for (const i of order) if (parent[i] === i) tops.push(i)
  return tops.sort((a, b) => rank[a]! - rank[b]!).map((pixel) => ({ pixel, component: rootOf(pixel) }))
}

/** The pixels with a distance, from the greatest down; equal ones row by row. */
function highestFirst(distance: Float64Array): Int32Array {
  let count = 0
  const order = new Int32Array(distance.length)
  for (let i = 0; i < distance.length; i++) if (distance[i]! > 0) order[count++] = i
  return order.subarray(0, count).sort((a, b) => distance[b]! - distance[a]! || a - b)
}

/** Leaves out each peak that lies nearer than `minDistance` to a higher one that is kept, in the same component. */
function keepApart(peaks: readonly Peak[], width: number, minDistance: number): Peak[] {
  const kept = new Map<number, Peak[]>()
  return peaks.filter((peak) => {
    const others = kept.get(peak.component) ?? []
    if (others.some((other) => pixelDistance(peak.pixel, other.pixel, width) < minDistance)) return false
    others.push(peak)
    kept.set(peak.component, others)
    return true
  })
}

function pixelDistance(i: number, j: number, width: number): number {
  return Math.hypot((i % width) - (j % width), Math.floor(i / width) - Math.floor(j / width))
}

/** A number for each peak, on all that is connected with it and no more than `depth` below it: level tops belong to one marker. */
function markTops(peaks: readonly Peak[], distance: Float64Array, depth: number, neighbours: Neighbours): Int32Array {
  const markers = new Int32Array(distance.length)
  for (const [index, { pixel }] of peaks.entries()) {
    const level = distance[pixel]! - depth
    const open = [pixel]
    markers[pixel] = index + 1
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      const count = neighbours.find(i)
      for (let k = 0; k < count; k++) {
        const j = neighbours.found[k]!
        if (markers[j] !== 0 || distance[j] === 0 || distance[j]! < level) continue
        markers[j] = index + 1
        open.push(j)
      }
    }
  }
  return markers
}

/** The same regions numbered in the order of their first pixels; in place. */
function renumber(ids: Int32Array): Int32Array {
  const numbers = new Map<number, number>([[0, 0]])
  for (let i = 0; i < ids.length; i++) {
    const number = numbers.get(ids[i]!) ?? numbers.size
    numbers.set(ids[i]!, number)
    ids[i] = number
  }
  return ids
}
