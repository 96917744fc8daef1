import { type ReviewColumns } from '../contracts/review.ts'
import { iou } from '../geometry/box.ts'
import { buildBoxIndex } from '../geometry/box-index.ts'
import { SAME_OBJECT } from '../geometry/shape-overlap.ts'
import { groupBy } from '../group-by.ts'
import { boundsAt, coversArea } from '../objects/shape-columns.ts'

type Places = Pick<ReviewColumns, 'images' | 'kinds' | 'bounds'>

const found = new WeakMap<Places, Uint32Array>()

/** Rows of predictions that show the same object, two by two in turn; looked for once in the same columns. */
export function twinsOf(columns: Places): Uint32Array {
  const known = found.get(columns)
  if (known) return known
  const rows = Array.from(columns.kinds.keys()).filter((row) => coversArea(columns.kinds[row]!))
  const pairs: number[] = []
  for (const own of groupBy(rows, (row) => columns.images[row]!).values()) {
    const boxes = own.map((row) => boundsAt(columns, row))
    const index = buildBoxIndex(boxes)
    for (const [at, box] of boxes.entries())
      for (const other of index.searchWhere(box, (one) => one > at && iou(boxes[one]!, box) >= SAME_OBJECT))
        pairs.push(own[at]!, own[other]!)
  }
  const made = Uint32Array.from(pairs)
  found.set(columns, made)
  return made
}

/**
 * Which rows say nothing of the final count, by 1: of undecided ones that show the same object all but the first in the random order. As soon as one
 * of them is accepted the others are asked about no more, so together they stand for one object at most; each for itself would count it twice.
 */
export function silentTwins(pairs: Uint32Array, isOpen: (row: number) => boolean, draws: Float64Array): Uint8Array {
  const silent = new Uint8Array(draws.length)
  for (let at = 0; at < pairs.length; at += 2) {
    const [a, b] = [pairs[at]!, pairs[at + 1]!]
    if (isOpen(a) && isOpen(b)) silent[draws[a]! < draws[b]! ? b : a] = 1
  }
  return silent
}
