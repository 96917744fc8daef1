import { type Size } from '#shared/geometry/point.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { type Transform } from './view-geometry.ts'

/** Side in CSS pixels of the density picture's cells. */
export const DENSITY_CELL = 12

/** Objects too small to be told apart, counted by cells of the screen; the first cell begins at the image's corner, so that cells move with it. */
export interface DensityCell {
  readonly column: number
  readonly row: number
  readonly counts: ReadonlyMap<ClassId, number>
}

interface GridRequest extends Size {
  readonly transform: Transform
  readonly pixelRatio: number
}

/** Counts by cell and class, as numbers in one array. Places are device pixels of the canvas. */
export interface Grid {
  /** The place of a class among those that are counted. */
  readonly placeOf: (classId: ClassId) => number
  readonly add: (x: number, y: number, place: number) => void
  /** Tells of a place whether more than so many were counted in its cell, or in one of the eight around it. */
  readonly crowded: (limit: number) => (x: number, y: number) => boolean
  readonly cells: () => DensityCell[]
}

const CLASSES = 8
/** Cells beyond the canvas on each side: objects reach in whose middles lie outside. */
const BEYOND = 2

/** Nothing is stored before the first object is counted. `classes`: how many there is room for at first. */
export function createGrid({ transform: { x: left, y: top }, width, height, pixelRatio }: GridRequest, classes = CLASSES): Grid {
  const side = DENSITY_CELL * pixelRatio
  const [first, firstRow] = [Math.floor(-left / side) - BEYOND, Math.floor(-top / side) - BEYOND]
  const columns = Math.ceil(width / side) + 2 * BEYOND + 1
  const rows = Math.ceil(height / side) + 2 * BEYOND + 1
  const places = new Map<ClassId, number>()
  let [room, counts] = [classes, new Uint32Array(0)]
  // What lies farther out counts for the outermost cell.
  const cellOf = (x: number, y: number): number => {
    const column = Math.min(columns - 1, Math.max(0, Math.floor((x - left) / side) - first))
    return Math.min(rows - 1, Math.max(0, Math.floor((y - top) / side) - firstRow)) * columns + column
  }
  return {
    placeOf: (classId) => {
      const place = places.get(classId) ?? places.size
      places.set(classId, place)
      return place
    },
    add: (x, y, place) => {
      if (counts.length === 0) counts = new Uint32Array(columns * rows * (room = Math.max(room, places.size)))
      if (place >= room) [counts, room] = [widened(counts, room, 2 * room), 2 * room]
      counts[cellOf(x, y) * room + place]!++
    },
    crowded: (limit) => {
      const marks = crowdedCells(totals(counts, room), columns, limit)
      return (x, y) => marks[cellOf(x, y)] === 1
    },
    cells: () =>
      cellsOf(counts, room, [...places.keys()]).map(({ cell, counts: by }) => ({
        column: (cell % columns) + first,
        row: Math.floor(cell / columns) + firstRow,
        counts: by,
      })),
  }
}

/** What each cell counts, all classes together. */
function totals(counts: Uint32Array, room: number): Uint32Array {
  const sums = new Uint32Array(counts.length / room)
  for (let at = 0; at < counts.length; at++) sums[Math.floor(at / room)]! += counts[at]!
  return sums
}

/** 1 where a cell, or one of the eight around it, counts more than the limit. */
function crowdedCells(sums: Uint32Array, columns: number, limit: number): Uint8Array {
  const marks = new Uint8Array(sums.length)
  for (const [cell, sum] of sums.entries()) {
    if (sum <= limit) continue
    const column = cell % columns
    for (const row of [cell - columns, cell, cell + columns])
      for (let at = row - Math.min(1, column); at <= row + (column < columns - 1 ? 1 : 0); at++)
        if (at >= 0 && at < marks.length) marks[at] = 1
  }
  return marks
}

function widened(counts: Uint32Array<ArrayBuffer>, from: number, to: number): Uint32Array<ArrayBuffer> {
  const wide = new Uint32Array((counts.length / from) * to)
  for (let cell = 0; cell * from < counts.length; cell++) wide.set(counts.subarray(cell * from, (cell + 1) * from), cell * to)
  return wide
}

function cellsOf(counts: Uint32Array, room: number, classes: readonly ClassId[]): { cell: number; counts: Map<ClassId, number> }[] {
  const cells: { cell: number; counts: Map<ClassId, number> }[] = []
  for (let from = 0; from < counts.length; from += room) {
    const by = new Map<ClassId, number>()
    for (let place = 0; place < classes.length && place < room; place++)
      if (counts[from + place]! > 0) by.set(classes[place]!, counts[from + place]!)
    if (by.size > 0) cells.push({ cell: from / room, counts: by })
  }
  return cells
}
