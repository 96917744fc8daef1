import { type ImageWeights } from './coco-accumulate.ts'
import { ratio } from './report-parts.ts'

/** What was said with a probability, and whether it was so: one entry an image. */
export interface Forecasts {
  /** 0 to 1. */
  readonly probability: ArrayLike<number>
  /** 1 (or true) where it was so. */
  readonly outcome: ArrayLike<number | boolean>
}

/** Forecasts of probability in (lower, upper], the first bin with its lower end. */
export interface CalibrationBin {
  readonly lower: number
  readonly upper: number
  readonly count: number
  /** Mean probability said; null in an empty bin. */
  readonly probability: number | null
  /** Share that was so; null in an empty bin. */
  readonly rate: number | null
}

export interface CalibrationOptions {
  /** Bins of equal width over 0 to 1. Default 15. */
  readonly bins?: number | undefined
  readonly weights?: ImageWeights | undefined
}

/** The reliability curve (DeGroot & Fienberg 1983; Guo et al., ICML 2017). Throws RangeError for what is no probability. */
export function reliabilityCurve({ probability, outcome }: Forecasts, { bins = 15, weights }: CalibrationOptions = {}): CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, probability: 0, rate: 0 }))
  for (let i = 0; i < probability.length; i++) {
    const value = probability[i]!
    if (!(value >= 0 && value <= 1)) throw new RangeError(`Probability ${i} is ${value}`)
    const bin = sums[binOf(value, bins)]!
    const weight = weights === undefined ? 1 : weights[i]!
    bin.count += weight
    bin.probability += weight * value
    if (outcome[i]) bin.rate += weight
  }
  return sums.map(({ count, ...sum }, b) => ({
    lower: b / bins,
    upper: (b + 1) / bins,
    count,
    probability: ratio(sum.probability, count),
    rate: ratio(sum.rate, count),
  }))
}

function binOf(value: number, bins: number): number {
  let bin = Math.min(bins - 1, Math.floor(value * bins))
  if (bin > 0 && value <= bin / bins) bin--
  return bin
}

/** Expected calibration error (Naeini et al., AAAI 2015): mean of |probability - rate| over bins, by count. 0 at best; null for none. */
export function expectedCalibrationError(curve: readonly CalibrationBin[]): number | null {
  let [sum, total] = [0, 0]
  for (const { count, probability, rate } of curve) {
    total += count
    if (probability !== null && rate !== null) sum += count * Math.abs(probability - rate)
  }
  return ratio(sum, total)
}

/**
 * Brier's score (1950) over images with one probability a class: mean squared difference from the truth, summed over
 * classes. For two classes half of that, which is the usual score of the one probability: 0 (best) to 1; for more 0 to
 * 2. `scores[i]` holds image i's probabilities, `truth[i]` its class. null without images.
 */
export function brierScore(truth: ArrayLike<number>, scores: readonly ArrayLike<number>[], weights?: ImageWeights): number | null {
  let [sum, total] = [0, 0]
  for (const [i, row] of scores.entries()) {
    const weight = weights === undefined ? 1 : weights[i]!
    let squared = 0
    for (let k = 0; k < row.length; k++) squared += (row[k]! - (truth[i] === k ? 1 : 0)) ** 2
    sum += weight * (row.length === 2 ? squared / 2 : squared)
    total += weight
  }
  return ratio(sum, total)
}
