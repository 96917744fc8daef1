import { type Box } from './box.ts'

/**
 * Boxes that come and move, found by overlap. One hash grid for each octave of size (its cells about as large as its
 * boxes, so a box lies in four cells at most), because two boxes of IoU > t have sides whose ratio is within t and 1 / t:
 * only the octaves around a box's own size can hold a match, however mixed the sizes are.
 */
export interface SizedGrid {
  /** Registers an item under its present box. After a move it is added again; visits may then also find it at its old place. */
  add(item: number, box: Box): void
  /** Calls back with every item that could overlap the box with an IoU above the grid's threshold, each at least once. */
  visit(box: Box, found: (item: number) => void): void
}

type Octave = Map<number, Set<number>>

/** A grid to find overlaps of IoU > `iouThreshold` (> 0). */
export function createSizedGrid(iouThreshold: number): SizedGrid {
  const octaves = new Map<number, Octave>()
  const spread = Math.ceil(-Math.log2(iouThreshold))
  return {
    add(item, box) {
      const level = octaveOf(box)
      const octave: Octave = octaves.get(level) ?? new Map<number, Set<number>>()
      octaves.set(level, octave)
      forEachCell(box, 2 ** level, (cell) => {
        const items = octave.get(cell)
        if (items) items.add(item)
        else octave.set(cell, new Set([item]))
      })
    },
    visit(box, found) {
      const own = octaveOf(box)
      for (let level = own - spread; level <= own + spread; level++) {
        const octave = octaves.get(level)
        if (octave) forEachCell(box, 2 ** level, (cell) => octave.get(cell)?.forEach(found))
      }
    },
  }
}

/** The octave whose cells are just larger than the longer side; a box without extent counts as one of 2^-20 px. */
function octaveOf(box: Box): number {
  return Math.ceil(Math.log2(Math.max(box.width, box.height, 2 ** -20)))
}

function forEachCell(box: Box, size: number, visit: (cell: number) => void): void {
  const right = Math.floor((box.x + box.width) / size)
  const bottom = Math.floor((box.y + box.height) / size)
  for (let column = Math.floor(box.x / size); column <= right; column++)
    for (let row = Math.floor(box.y / size); row <= bottom; row++) visit(cellKey(column, row))
}

/** One number for a cell. Two far-apart cells may share it: a visit then finds more than it must, never less. */
function cellKey(column: number, row: number): number {
  return column * 2 ** 26 + row
}
