import { iou } from './box.ts'
import { buildBoxIndex } from './box-index.ts'
import { indicesByClass, orderByScore, type ScoredBox } from './scored-box.ts'

export interface NmsOptions {
  /** A box goes when its IoU with a better one of its class is greater than this. */
  readonly iouThreshold: number
  /** Scores below this are left out from the start. Default: all take part. */
  readonly scoreThreshold?: number | undefined
  /** At most so many boxes are kept, the best first. Default: no limit. */
  readonly limit?: number | undefined
}

/**
 * Greedy non-maximum suppression, each class by itself: the best box stays, those that overlap it by more than the
 * threshold go, and so on. Gives the items that stay, best first; equal scores keep their order.
 * O(n log n + pairs that meet), so 100,000 boxes of a slide are no burden.
 */
export function nonMaximumSuppression<T extends ScoredBox>(items: readonly T[], options: NmsOptions): T[] {
  const { iouThreshold, scoreThreshold = -Infinity, limit = Infinity } = options
  const candidates = items.filter((item) => item.score >= scoreThreshold)
  const order = orderByScore(candidates)
  const gone = new Uint8Array(candidates.length)
  for (const ranked of indicesByClass(candidates, order).values()) suppress(candidates, ranked, iouThreshold, gone)
  const kept: T[] = []
  for (const index of order) {
    if (kept.length >= limit) break
    if (gone[index] === 0) kept.push(candidates[index]!)
  }
  return kept
}

/** Marks in `gone` what a better box of the same list overlaps. `ranked`: indices of one class, best first. */
function suppress(items: readonly ScoredBox[], ranked: readonly number[], iouThreshold: number, gone: Uint8Array): void {
  const boxes = ranked.map((index) => items[index]!.box)
  const index = buildBoxIndex(boxes)
  const dead = new Uint8Array(boxes.length)
  for (const [rank, box] of boxes.entries()) {
    if (dead[rank] === 1) continue
    index.searchWhere(box, (other) => {
      if (other > rank && dead[other] === 0 && iou(box, boxes[other]!) > iouThreshold) dead[other] = 1
      return false
    })
  }
  for (const [rank, original] of ranked.entries()) gone[original] = dead[rank]!
}
