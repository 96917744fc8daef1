import { quantile } from './intervals.ts'
import { logOdds } from './score-midpoints.ts'

/** Thresholds that are tried between the lowest and the highest score. */
const GRID = 512
/** Of more scores of a class than this every so many is taken: the curve hardly changes. */
const MOST_SCORES = 1000
/** Two images say next to nothing of how scores spread: in log odds they are taken to spread so far at least. */
const LEAST_BANDWIDTH = 0.05

/**
 * The threshold of two classes' scores (probabilities of the positive class, 0 to 1) at which Youden's J, smoothed by kernels, is greatest (Fluss,
 * Faraggi & Reiser 2005): each score counts as spread round its log odds, by Silverman's rule for its class, with the logistic distribution,
 * whose cumulative form is closed. Where J is flat, the highest peak of the few scores at hand is chance; this one keeps to the middle. Malaria
 * cells, six classifiers, mean J on other patients by the threshold of 40, 100 and 960 validation cells: .884, .892, .899; by that of the highest
 * peak (`pickThreshold`): .881, .887, .897. Called positive is what scores at least the threshold. `truth` is 1 where positive, else 0. null
 * without positives or without negatives.
 */
export function smoothThreshold(scores: readonly number[], truth: ArrayLike<number>): number | null {
  const odds = scores.map(logOdds)
  const positives = spread(odds.filter((_, i) => truth[i] === 1))
  const negatives = spread(odds.filter((_, i) => truth[i] !== 1))
  if (positives === null || negatives === null) return null
  const lowest = Math.min(positives.sorted[0]!, negatives.sorted[0]!)
  const highest = Math.max(positives.sorted.at(-1)!, negatives.sorted.at(-1)!)
  const at = (index: number): number => lowest + ((highest - lowest) * index) / GRID
  const youden = Array.from({ length: GRID + 1 }, (_, index) => shareBelow(negatives, at(index)) - shareBelow(positives, at(index)))
  // Far apart, the classes leave room between them where it is the same everywhere, but for rounding.
  const best = Math.max(...youden) - 1e-9
  const isBest = (value: number): boolean => value >= best
  return 1 / (1 + Math.exp(-at((youden.findIndex(isBest) + youden.findLastIndex(isBest)) / 2)))
}

interface Spread {
  readonly sorted: readonly number[]
  /** Scale of the logistic kernel. */
  readonly scale: number
}

function spread(odds: readonly number[]): Spread | null {
  if (odds.length === 0) return null
  const all = [...odds].sort((a, b) => a - b)
  const share = Math.max(1, all.length / MOST_SCORES)
  const sorted = Array.from({ length: Math.floor(all.length / share) }, (_, index) => all[Math.floor((index + 0.5) * share)]!)
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, all.length - 1))
  const range = (quantile(all, 0.75) - quantile(all, 0.25)) / 1.34
  // Silverman (1986): the smaller of both measures of spread, as far as it measures anything.
  const width = 0.9 * (range > 0 ? Math.min(deviation, range) : deviation) * all.length ** -0.2
  return { sorted, scale: (Math.max(LEAST_BANDWIDTH, width) * Math.sqrt(3)) / Math.PI }
}

/** The share of a class below a threshold in log odds. */
function shareBelow({ sorted, scale }: Spread, threshold: number): number {
  return sorted.reduce((sum, value) => sum + 1 / (1 + Math.exp((value - threshold) / scale)), 0) / sorted.length
}
