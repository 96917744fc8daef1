import { quantile } from '../metrics/intervals.ts'

/** How large objects are: areas in square micrometres, or in square pixels where not every image's scale is known. */
export interface SizeSummary {
  readonly unit: 'um2' | 'px2'
  readonly n: number
  readonly min: number
  readonly q1: number
  readonly median: number
  readonly q3: number
  readonly max: number
  /** So many in each of `SIZE_BINS` ranges of one width from the smallest to the largest. */
  readonly bins: readonly number[]
}

export const SIZE_BINS = 12

/** Quartiles linear between neighbours (Hyndman & Fan type 7). Null for no sizes. */
export function summarised(sizes: readonly number[], unit: SizeSummary['unit']): SizeSummary | null {
  if (sizes.length === 0) return null
  const sorted = Float64Array.from(sizes).sort()
  const [min, max] = [sorted[0]!, sorted.at(-1)!]
  const bins = new Array<number>(SIZE_BINS).fill(0)
  for (const size of sorted) bins[max === min ? 0 : Math.min(SIZE_BINS - 1, Math.floor(((size - min) / (max - min)) * SIZE_BINS))]! += 1
  return { unit, n: sorted.length, min, q1: quantile(sorted, 0.25), median: quantile(sorted, 0.5), q3: quantile(sorted, 0.75), max, bins }
}
