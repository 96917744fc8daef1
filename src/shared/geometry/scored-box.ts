import { type Box } from './box.ts'

/** What a detector says: a box, its class (an index or an id) and how sure it is, 0 to 1. */
export interface ScoredBox {
  readonly box: Box
  readonly classId: number | string
  readonly score: number
}

/** Indices from the highest score to the lowest; equal scores keep their order. */
export function orderByScore(items: readonly { readonly score: number }[]): number[] {
  const scores = Float64Array.from(items, ({ score }) => score)
  return Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!)
}

/** Indices of the items of each class, each list in the given order. */
export function indicesByClass(
  items: readonly { readonly classId: number | string }[],
  order?: readonly number[],
): Map<number | string, number[]> {
  const groups = new Map<number | string, number[]>()
  for (const index of order ?? items.keys()) {
    const { classId } = items[index]!
    const group = groups.get(classId)
    if (group) group.push(index)
    else groups.set(classId, [index])
  }
  return groups
}
