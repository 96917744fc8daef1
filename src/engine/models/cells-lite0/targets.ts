import { boxContainsPoint, isEmptyBox } from '#shared/geometry/box.ts'
import type { BatchArray } from '../../training/step.ts'
import type { DetectionLabel } from '../preset.ts'
import { cellCentres, cellCount, type CellMap, cellMaps } from './grid.ts'

/** Label lists are padded to a multiple of this, so that few graph shapes arise. */
const LABEL_STEP = 32
/** A label prefers the map of which it is about so many cells wide. */
const CELLS_ACROSS = 5

/**
 * What a batch feeds to the loss:
 * `boxes` [batch, labels, 4] left, top, right, bottom; `classes` [batch, labels] int32; `real` [batch, labels], 0 for padding;
 * `home` [batch, labels] int32, a cell that is the label's own: near its centre and of no other label, -1 where all are taken;
 * `inside` [batch, cells], 0 where the image says nothing (by its map, at the cell's centre), else 1: such a cell learns nothing, no label either;
 * `weights` [batch, cells], 0 there and where a cell lies in an ignored box, else 1.
 * Labels without area are left out.
 */
export function cellTargets(
  batch: readonly (readonly DetectionLabel[])[],
  height: number,
  width: number,
  strides: readonly number[],
  known: readonly (Uint8Array | undefined)[] = [],
): Readonly<Record<'boxes' | 'classes' | 'real' | 'home' | 'inside' | 'weights', BatchArray>> {
  const maps = cellMaps(height, width, strides)
  const cells = cellCount(maps)
  const lists = batch.map((labels) => labels.filter(({ box }) => !isEmptyBox(box)))
  const learned = lists.map((labels) => labels.filter(({ ignore }) => !ignore))
  const most = Math.max(1, ...learned.map(({ length }) => length))
  const slots = Math.ceil(most / LABEL_STEP) * LABEL_STEP
  const boxes = new Float32Array(batch.length * slots * 4)
  const classes = new Int32Array(batch.length * slots)
  const real = new Float32Array(batch.length * slots)
  const home = new Int32Array(batch.length * slots).fill(-1)
  const inside = new Float32Array(batch.length * cells).fill(1)
  for (const [image, map] of known.entries()) if (map) inside.set(insideCells(map, maps, width), image * cells)
  const weights = inside.slice()
  for (const [image, labels] of learned.entries()) {
    home.set(homes(labels, maps, inside.subarray(image * cells, (image + 1) * cells)), image * slots)
    for (const [i, { box, classIndex }] of labels.entries()) {
      const at = image * slots + i
      boxes.set([box.x, box.y, box.x + box.width, box.y + box.height], at * 4)
      classes[at] = classIndex
      real[at] = 1
    }
    blankIgnored(lists[image]!, maps, weights.subarray(image * cells, (image + 1) * cells))
  }
  const shape = [batch.length, slots]
  return {
    boxes: { shape: [...shape, 4], data: boxes },
    classes: { shape, data: classes },
    real: { shape, data: real },
    home: { shape, data: home },
    inside: { shape: [batch.length, cells], data: inside },
    weights: { shape: [batch.length, cells], data: weights },
  }
}

/** The value of an input's map under the centre of each cell. */
function insideCells(map: Uint8Array, maps: readonly CellMap[], width: number): Float32Array {
  const { x, y } = cellCentres(maps)
  return Float32Array.from(x, (column, i) => map[Math.floor(y[i]!) * width + Math.floor(column)]!)
}

/** A cell of its own for each label: the nearest inside to its centre that no earlier label has, on the map that suits its size. */
function homes(labels: readonly DetectionLabel[], maps: readonly CellMap[], inside: Float32Array): Int32Array {
  const taken = new Set<number>()
  for (const [cell, value] of inside.entries()) if (value === 0) taken.add(cell)
  return Int32Array.from(labels, ({ box }) => {
    const size = Math.sqrt(box.width * box.height)
    const misfit = ({ stride }: CellMap) => Math.abs(Math.log(size / (CELLS_ACROSS * stride)))
    const [map] = [...maps].sort((a, b) => misfit(a) - misfit(b))
    const cell = nearestFree(map!, box.x + box.width / 2, box.y + box.height / 2, taken)
    if (cell >= 0) taken.add(cell)
    return cell
  })
}

/** The free cell of a map nearest to a point, or -1: rings of growing radius around the cell that holds the point. */
function nearestFree({ stride, rows, columns, start }: CellMap, x: number, y: number, taken: ReadonlySet<number>): number {
  const column = Math.min(columns - 1, Math.max(0, Math.floor(x / stride)))
  const row = Math.min(rows - 1, Math.max(0, Math.floor(y / stride)))
  let best = -1
  let least = Infinity
  // A cell of ring r lies at least r - 1/2 cells away, so nearer ones can't follow once that exceeds the best.
  for (let ring = 0; ring <= Math.max(rows, columns) && (ring - 0.5) * stride <= least; ring++) {
    for (const [r, c] of ringCells(row, column, ring)) {
      const cell = start + r * columns + c
      if (r < 0 || c < 0 || r >= rows || c >= columns || taken.has(cell)) continue
      const distance = Math.hypot((c + 0.5) * stride - x, (r + 0.5) * stride - y)
      if (distance < least) [best, least] = [cell, distance]
    }
  }
  return best
}

function* ringCells(row: number, column: number, ring: number): Generator<readonly [number, number]> {
  if (ring === 0) yield [row, column]
  for (let i = -ring; i < ring; i++) {
    yield [row - ring, column + i]
    yield [row + i, column + ring]
    yield [row + ring, column - i]
    yield [row - i, column - ring]
  }
}

function blankIgnored(labels: readonly DetectionLabel[], maps: readonly CellMap[], weights: Float32Array): void {
  const ignored = labels.filter(({ ignore }) => ignore)
  if (ignored.length === 0) return
  const { x, y } = cellCentres(maps)
  for (let i = 0; i < weights.length; i++) {
    if (ignored.some(({ box }) => boxContainsPoint(box, { x: x[i]!, y: y[i]! }))) weights[i] = 0
  }
}
