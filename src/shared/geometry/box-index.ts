import Flatbush from 'flatbush'
import { type Box } from './box.ts'

/** Finds the boxes that meet a region without looking at all of them. Built once, from boxes that do not move. */
export interface BoxIndex {
  /** Indices of all boxes that meet or touch the region, in no order. */
  search(region: Box): number[]
  /** As `search`, kept to those the filter accepts. */
  searchWhere(region: Box, accept: (index: number) => boolean): number[]
}

/** A packed Hilbert R-tree (flatbush): O(n log n) to build, O(log n + hits) to search. Extents are non-negative. */
export function buildBoxIndex(boxes: readonly Box[]): BoxIndex {
  return indexOf(boxes.length, (add) => {
    for (const { x, y, width, height } of boxes) add(x, y, width, height)
  })
}

/** The same over x, y, width, height in turn. */
export function buildBoundsIndex(bounds: Float64Array): BoxIndex {
  return indexOf(bounds.length / 4, (add) => {
    for (let at = 0; at < bounds.length; at += 4) add(bounds[at]!, bounds[at + 1]!, bounds[at + 2]!, bounds[at + 3]!)
  })
}

function indexOf(count: number, fill: (add: (x: number, y: number, width: number, height: number) => void) => void): BoxIndex {
  if (count === 0) return { search: () => [], searchWhere: () => [] }
  const tree = new Flatbush(count)
  fill((x, y, width, height) => tree.add(x, y, x + width, y + height))
  tree.finish()
  return {
    search: ({ x, y, width, height }) => tree.search(x, y, x + width, y + height),
    searchWhere: ({ x, y, width, height }, accept) => tree.search(x, y, x + width, y + height, accept),
  }
}

/** The box round boxes of x, y, width, height in turn, or null for none. */
export function extentOf(bounds: Float64Array): Box | null {
  if (bounds.length === 0) return null
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let at = 0; at < bounds.length; at += 4) {
    minX = Math.min(minX, bounds[at]!)
    minY = Math.min(minY, bounds[at + 1]!)
    maxX = Math.max(maxX, bounds[at]! + bounds[at + 2]!)
    maxY = Math.max(maxY, bounds[at + 1]! + bounds[at + 3]!)
  }
  return { x: minX, y: minY, width: maxX - minX, height: maxY - minY }
}
