import { type RankedPixels } from './anomaly-pixels.ts'

/** Mean region's share found against normal pixels called anomalous; the origin (0, 0) is not among the points. */
export interface ProCurve {
  /** Distinct scores, falling. */
  readonly score: readonly number[]
  readonly falsePositiveRate: readonly number[]
  /** Mean over anomalous regions of the share of their pixels that score at least so: every region counts alike, however small. */
  readonly overlap: readonly number[]
}

/** Up to the first point at which the false positive rate reaches `limit`. Empty without regions or without normal pixels. */
export function proCurve(ranked: RankedPixels, limit = 1): ProCurve {
  const curve = { score: [] as number[], falsePositiveRate: [] as number[], overlap: [] as number[] }
  walkRegions(ranked, (i, rate, overlap) => {
    const last = curve.falsePositiveRate.at(-1) ?? 0
    if (last >= limit && rate > last) return
    curve.score.push(ranked.score[i]!)
    curve.falsePositiveRate.push(rate)
    curve.overlap.push(overlap)
  })
  return curve
}

/**
 * Per-region overlap (PRO) integrated over false positive rates up to `limit` and divided by it, so 0 to 1 (Bergmann et
 * al., CVPR 2020, IJCV 129, 2021, who take 0.3). Trapezoids between distinct scores; the last is cut at the limit. null
 * without regions or without normal pixels.
 */
export function perRegionOverlap(ranked: RankedPixels, limit = 0.3): number | null {
  if (!(limit > 0 && limit <= 1)) throw new RangeError(`A false positive rate is above 0 and at most 1, not ${limit}`)
  let area = 0
  let [lastRate, lastOverlap] = [0, 0]
  const walked = walkRegions(ranked, (_, rate, overlap) => {
    const until = Math.min(rate, limit)
    if (until > lastRate) {
      const there = lastOverlap + ((overlap - lastOverlap) * (until - lastRate)) / (rate - lastRate)
      area += ((lastOverlap + there) / 2) * (until - lastRate)
    }
    lastRate = rate
    lastOverlap = overlap
  })
  return walked ? area / limit : null
}

/** Visits the ranks that hold anything, with the rates from there up. False where rates are undefined. */
function walkRegions(ranked: RankedPixels, visit: (i: number, falsePositiveRate: number, overlap: number) => void): boolean {
  const { positives, negatives, overlap, regions } = ranked
  let normal = 0
  for (let i = 0; i < negatives.length; i++) normal += negatives[i]!
  if (normal === 0 || regions === 0) return false
  let [alarms, found] = [0, 0]
  for (let i = 0; i < negatives.length; i++) {
    if (positives[i] === 0 && negatives[i] === 0) continue
    alarms += negatives[i]!
    found += overlap[i]!
    visit(i, alarms / normal, found / regions)
  }
  return true
}
