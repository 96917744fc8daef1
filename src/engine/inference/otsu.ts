const BINS = 256

/**
 * Otsu's threshold (IEEE Trans. SMC 9, 1979) of values from 0 to `most` (larger ones count as `most`): the one that parts them into two classes
 * with the greatest variance between. 0 where all are alike.
 */
export function otsuThreshold(values: Float32Array, most: number): number {
  const counts = new Float64Array(BINS)
  for (const value of values) counts[Math.max(0, Math.min(BINS - 1, Math.floor((value / most) * BINS)))]!++
  const total = counts.reduce((sum, count, bin) => sum + count * bin, 0)
  let [below, sumBelow, best, threshold] = [0, 0, 0, 0]
  for (let bin = 0; bin < BINS - 1; bin++) {
    below += counts[bin]!
    sumBelow += counts[bin]! * bin
    const above = values.length - below
    if (below === 0 || above === 0) continue
    const between = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2
    if (between <= best) continue
    best = between
    threshold = ((bin + 1) / BINS) * most
  }
  return threshold
}
