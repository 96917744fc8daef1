/** Points of one curve, x rising or falling. */
export interface Series {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** Curves of different points on one axis, as uPlot wants them: x rising, then a column a curve, null where it has no point. */
export function columnsAlong(series: readonly Series[]): (number | null)[][] {
  const points = series.flatMap(({ x, y }, curve) => x.map((value, i) => ({ x: value, y: y[i] ?? null, curve, i })))
  // Of equal x a curve's own order stays: a step of an ROC curve is drawn upright.
  const rising = series.map(({ x }) => (x.at(-1) ?? 0) >= (x[0] ?? 0))
  points.sort((a, b) => a.x - b.x || a.curve - b.curve || (rising[a.curve] === true ? a.i - b.i : b.i - a.i))
  return [points.map(({ x }) => x), ...series.map((_, curve) => points.map((point) => (point.curve === curve ? point.y : null)))]
}

export interface Histogram {
  /** Middles of the bins, rising. */
  readonly middles: readonly number[]
  readonly normal: readonly number[]
  readonly abnormal: readonly number[]
}

/** How many images of each kind score so much, in bins of equal width from 0 to the highest score. */
export function scoreHistogram(scores: readonly { readonly anomalous: boolean; readonly score: number }[], bins = 30): Histogram {
  const most = scores.reduce((highest, { score }) => Math.max(highest, score), 0) || 1
  const count = (anomalous: boolean): number[] => {
    const found = new Array<number>(bins).fill(0)
    for (const one of scores) {
      if (one.anomalous !== anomalous) continue
      const bin = Math.min(bins - 1, Math.floor((one.score / most) * bins))
      found[bin] = (found[bin] ?? 0) + 1
    }
    return found
  }
  return {
    middles: Array.from({ length: bins }, (_, i) => ((i + 0.5) * most) / bins),
    normal: count(false),
    abnormal: count(true),
  }
}
