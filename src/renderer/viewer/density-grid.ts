import { type Size } from '#shared/geometry/point.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { type Transform } from './view-geometry.ts'

/** Side in CSS pixels of the density picture's cells. */
export const DENSITY_CELL = 12

/** Objects too small to be told apart, counted by cells of the screen, row by row. */
export interface DensityCells {
  readonly columns: number
  readonly rows: number
  /** Column and row of the first of them; cell 0, 0 begins at the image's corner, so that cells move with it. */
  readonly first: { readonly column: number; readonly row: number }
  /** For each class how many of it each cell counts. */
  readonly counts: ReadonlyMap<ClassId, Uint32Array>
}

interface GridRequest extends Size {
  readonly transform: Transform
  readonly pixelRatio: number
}

/** Where cells lie, and how many there are. */
export interface Grid extends Omit<DensityCells, 'counts'> {
  readonly size: number
  /** The cell of a place in device pixels of the canvas; of what lies farther out the outermost one. */
  readonly cellOf: (x: number, y: number) => number
}

/** Cells beyond the canvas on each side: objects reach in whose middles lie outside. */
const BEYOND = 2

export function createGrid({ transform: { x: left, y: top }, width, height, pixelRatio }: GridRequest): Grid {
  const side = DENSITY_CELL * pixelRatio
  const first = { column: Math.floor(-left / side) - BEYOND, row: Math.floor(-top / side) - BEYOND }
  const columns = Math.ceil(width / side) + 2 * BEYOND + 1
  const rows = Math.ceil(height / side) + 2 * BEYOND + 1
  const cellOf = (x: number, y: number): number => {
    const column = Math.min(columns - 1, Math.max(0, Math.floor((x - left) / side) - first.column))
    return Math.min(rows - 1, Math.max(0, Math.floor((y - top) / side) - first.row)) * columns + column
  }
  return { first, columns, rows, size: columns * rows, cellOf }
}

/** 1 where a cell, or one of the eight around it, counts more than the limit. */
export function crowdedCells(sums: Uint32Array, columns: number, limit: number): Uint8Array {
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

/** Opacity of a cell with so many objects: one is seen, and hundreds still differ from tens. */
export function densityAlpha(count: number): number {
  return Math.min(0.85, 0.2 + 0.11 * Math.log2(1 + count))
}

/**
 * A pixel for each cell, red, green, blue and opacity: the mean colour of its objects, stronger the more there are.
 * `colorOf`: of a class, 0xrrggbb.
 */
export function densityPixels(
  { columns, rows, counts }: DensityCells,
  colorOf: (classId: ClassId) => number,
): Uint8ClampedArray<ArrayBuffer> {
  const classes = [...counts].map(([classId, of]) => ({ color: colorOf(classId), of }))
  const pixels = new Uint8ClampedArray(4 * columns * rows)
  for (let cell = 0; cell < columns * rows; cell++) {
    let [total, red, green, blue] = [0, 0, 0, 0]
    for (const { color, of } of classes) {
      const count = of[cell]!
      total += count
      red += count * (color >> 16)
      green += count * ((color >> 8) & 255)
      blue += count * (color & 255)
    }
    if (total === 0) continue
    pixels[4 * cell] = red / total
    pixels[4 * cell + 1] = green / total
    pixels[4 * cell + 2] = blue / total
    pixels[4 * cell + 3] = 255 * densityAlpha(total)
  }
  return pixels
}
