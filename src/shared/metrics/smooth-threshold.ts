import { logOdds, sigmoid } from '../log-odds.ts'
import { quantile } from './intervals.ts'

/** Thresholds that are tried between the lowest and the highest score. */
const GRID = 512
/** Of more scores of a class than this every so many is taken: the curve hardly changes. */
const MOST_SCORES = 1000
/** Two images say next to nothing of how scores spread: in log odds they are taken to spread so far at least. */
const LEAST_BANDWIDTH = 0.05

/**
 * The threshold of two classes' scores (probabilities of the positive class, 0 to 1) where Youden's J may be hoped to be greatest on other images
 * than these. The highest peak of the few scores at hand is chance, so two things steady it. J is smoothed by kernels (Fluss, Faraggi & Reiser
 * 2005): each score counts as spread round its log odds, by Silverman's rule for its class, with the logistic distribution, whose cumulative form
 * is closed. And from the peak it goes half way, in log odds, towards the share of positives, where J is greatest if scores are true
 * probabilities; not beyond where J is two standard errors lower, since a net may know nothing of true probabilities.
 *
 * `bench/thresholds.ts`, malaria cells, ten classifiers of two presets, mean J on other patients by the threshold of 100, 300 and all 596 to 960
 * validation cells: .905, .906, .906; by the highest peak (`pickThreshold`): .894, .902, .905; by 0.5, which fits where both classes are as common,
 * .908. With one positive in ten: .902, .905, .906 against .869, .892, .894, and .851 by 0.5.
 *
 * Called positive is what scores at least the threshold. `truth` is 1 where positive, else 0. null without positives or without negatives.
 */
export function smoothThreshold(scores: readonly number[], truth: ArrayLike<number>): number | null {
  const odds = scores.map(logOdds)
  const positives = scoresOf(odds.filter((_, i) => truth[i] === 1))
  const negatives = scoresOf(odds.filter((_, i) => truth[i] !== 1))
  if (positives === null || negatives === null) return null
  const lowest = Math.min(positives.sorted[0]!, negatives.sorted[0]!)
  const highest = Math.max(positives.sorted.at(-1)!, negatives.sorted.at(-1)!)
  const tried = Array.from({ length: GRID + 1 }, (_, index) => lowest + ((highest - lowest) * index) / GRID)
  const cuts = tried.map((at) => ({ at, missed: shareBelow(positives, at), passed: shareBelow(negatives, at) }))
  const peak = peakOf(cuts)
  const least = youden(peak) - 2 * standardError(peak, positives.count, negatives.count)
  const share = Math.log(positives.count / negatives.count)
  const nearest = cuts.filter((cut) => youden(cut) >= least).reduce((a, b) => (Math.abs(b.at - share) < Math.abs(a.at - share) ? b : a))
  return sigmoid((peak.at + nearest.at) / 2)
}

/** A threshold in log odds, with the shares of positives and of negatives below it. */
interface Cut {
  readonly at: number
  readonly missed: number
  readonly passed: number
}

const youden = ({ missed, passed }: Cut): number => passed - missed

/** Far apart, the classes leave room between them where J is the same everywhere, but for rounding: then its middle. */
function peakOf(cuts: readonly Cut[]): Cut {
  const best = cuts.reduce((most, cut) => Math.max(most, youden(cut)), -Infinity) - 1e-9
  const isBest = (cut: Cut): boolean => youden(cut) >= best
  return cuts[Math.round((cuts.findIndex(isBest) + cuts.findLastIndex(isBest)) / 2)]!
}

/** Of J, which is the sum of two independent shares. */
function standardError({ missed, passed }: Cut, positives: number, negatives: number): number {
  return Math.sqrt((missed * (1 - missed)) / positives + (passed * (1 - passed)) / negatives)
}

interface Scores {
  /** How many scores there are. */
  readonly count: number
  /** As many of them as are looked at. */
  readonly sorted: readonly number[]
  /** Scale of the logistic kernel. */
  readonly scale: number
}

function scoresOf(odds: readonly number[]): Scores | null {
  if (odds.length === 0) return null
  const all = [...odds].sort((a, b) => a - b)
  const share = Math.max(1, all.length / MOST_SCORES)
  const sorted = Array.from({ length: Math.floor(all.length / share) }, (_, index) => all[Math.floor((index + 0.5) * share)]!)
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, all.length - 1))
  const range = (quantile(all, 0.75) - quantile(all, 0.25)) / 1.34
  // Silverman (1986): the smaller of both measures of spread, as far as it measures anything.
  const width = 0.9 * (range > 0 ? Math.min(deviation, range) : deviation) * all.length ** -0.2
  return { count: all.length, sorted, scale: (Math.max(LEAST_BANDWIDTH, width) * Math.sqrt(3)) / Math.PI }
}

/** The share of a class below a threshold in log odds. */
function shareBelow({ sorted, scale }: Scores, threshold: number): number {
  return sorted.reduce((sum, value) => sum + sigmoid((threshold - value) / scale), 0) / sorted.length
}
