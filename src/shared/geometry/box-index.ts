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
  if (boxes.length === 0) return { search: () => [], searchWhere: () => [] }
  const tree = new Flatbush(boxes.length)
  for (const { x, y, width, height } of boxes) tree.add(x, y, x + width, y + height)
  tree.finish()
  return {
    search: ({ x, y, width, height }) => tree.search(x, y, x + width, y + height),
    searchWhere: ({ x, y, width, height }, accept) => tree.search(x, y, x + width, y + height, accept),
  }
}
