import { type CountPair } from './evaluation-report.ts'

/** Images with the same two counts: one spot of the plot. */
export interface PairGroup {
  readonly annotated: number
  readonly counted: number
  readonly images: readonly (number | string)[]
}

export function groupedPairs(pairs: readonly CountPair[]): PairGroup[] {
  const groups = new Map<string, { annotated: number; counted: number; images: (number | string)[] }>()
  for (const { annotated, counted, imageId } of pairs) {
    const key = `${String(annotated)} ${String(counted)}`
    const group = groups.get(key) ?? { annotated, counted, images: [] }
    groups.set(key, group)
    group.images.push(imageId)
  }
  return [...groups.values()]
}

/** Whole, round numbers from 0 up to the first at or above `most` (at least 1): four to seven of them. */
export function niceTicks(most: number): number[] {
  const rough = most / 5
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)))
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? power)
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step)
}
