import { createRandom } from '../random.ts'
import { atOnce, type Steps } from '../steps.ts'
import { type Key } from './detection-records.ts'

/** A confidence interval, ends included. */
export interface Interval {
  readonly lower: number
  readonly upper: number
}

export interface BootstrapOptions {
  /** Default 1000. */
  readonly resamples?: number | undefined
  /** The same seed gives the same intervals. Default 0. */
  readonly seed?: number | undefined
  /** Default 0.95. */
  readonly confidence?: number | undefined
  /**
   * Of each image its group (patient, slide): whole groups are drawn, as many as there are (cluster bootstrap, Field &
   * Welsh, JRSS B 69, 2007), because images of one patient are no more independent than objects of one image.
   * Default: every image by itself.
   */
  readonly groups?: readonly Key[] | undefined
}

/** Keeps a bootstrap to seconds: about so many of the innermost steps in all. */
const BOOTSTRAP_STEPS = 3e8

/** How many resamples to draw (100 to 1000) when one costs so many steps. */
export function affordableResamples(stepsOfOne: number): number {
  return Math.min(1000, Math.max(100, Math.floor(BOOTSTRAP_STEPS / Math.max(1, stepsOfOne))))
}

/**
 * Percentile bootstrap (Efron & Tibshirani 1993) of several statistics at once, over images: objects of one image go
 * together, because they are not independent. `statistics` gets how often each of the `images` images was drawn (the
 * same array every time: not to be kept) and gives its values, null where one is undefined on that draw. An interval is
 * null with fewer than two images (groups, where given), or where its statistic was undefined on more than half of the
 * draws.
 */
export function bootstrapOverImages(images: number, statistics: Statistics, options: BootstrapOptions = {}): (Interval | null)[] {
  return atOnce(bootstrapSteps(images, statistics, options))
}

type Statistics = (timesDrawn: Int32Array) => readonly (number | null)[]

/** The same, a step a resample. */
export function* bootstrapSteps(
  images: number,
  statistics: Statistics,
  { resamples = 1000, seed = 0, confidence = 0.95, groups }: BootstrapOptions = {},
): Steps<(Interval | null)[]> {
  const random = createRandom(seed)
  const timesDrawn = new Int32Array(images)
  const units = groups === undefined ? null : membersOfGroups(groups, images)
  const draws = units?.length ?? images
  const columns: number[][] = statistics(timesDrawn.fill(1)).map(() => [])
  if (draws >= 2)
    for (let resample = 0; resample < resamples; resample++) {
      yield
      timesDrawn.fill(0)
      for (let draw = 0; draw < draws; draw++) {
        const unit = random.int(draws)
        if (units === null) timesDrawn[unit]! += 1
        else for (const image of units[unit]!) timesDrawn[image]! += 1
      }
      for (const [column, value] of statistics(timesDrawn).entries()) if (value !== null) columns[column]!.push(value)
    }
  return columns.map((values) => (values.length === 0 || values.length * 2 < resamples ? null : percentileInterval(values, confidence)))
}

/** Figures, nested as a report holds them, with an interval in place of each number. */
export type IntervalsOf<T> = T extends null ? null : T extends number ? Interval | null : { readonly [K in keyof T]: IntervalsOf<T[K]> }

/**
 * bootstrapSteps over all the numbers of nested plain figures at once. `figures` must have the same shape on every
 * draw; what may be null stays null or number.
 */
export function* bootstrapFigures<T extends object>(
  images: number,
  figures: (timesDrawn?: Int32Array) => T,
  options: BootstrapOptions = {},
): Steps<IntervalsOf<T>> {
  const found = yield* bootstrapSteps(images, (timesDrawn) => leavesOf(figures(timesDrawn)), options)
  let next = 0
  const rebuild = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rebuild)
    if (isBranch(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rebuild(inner)]))
    return found[next++] ?? null
  }
  return rebuild(figures()) as IntervalsOf<T>
}

function leavesOf(value: unknown): (number | null)[] {
  if (isBranch(value)) return Object.values(value).flatMap(leavesOf)
  return [value as number | null]
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function membersOfGroups(groups: readonly Key[], images: number): number[][] {
  if (groups.length !== images) throw new RangeError(`${images} images, but groups for ${groups.length}`)
  const members = new Map<Key, number[]>()
  for (const [image, group] of groups.entries()) {
    const list = members.get(group)
    if (list) list.push(image)
    else members.set(group, [image])
  }
  return [...members.values()]
}

function percentileInterval(values: readonly number[], confidence: number): Interval {
  const sorted = Float64Array.from(values).sort()
  const tail = (1 - confidence) / 2
  return { lower: quantile(sorted, tail), upper: quantile(sorted, 1 - tail) }
}

/** The q-quantile of ascending values, linear between neighbours (numpy's default, Hyndman & Fan type 7). NaN for none. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1)
  const below = Math.floor(at)
  const [low, high] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]]
  return low === undefined || high === undefined ? Number.NaN : low + (high - low) * (at - below)
}

/** 97.5 % of the standard normal distribution lies below. */
export const Z_95 = 1.959963984540054

/**
 * Wilson's score interval for a proportion (JASA 1927): honest for small n and near 0 and 1. `z` is the normal quantile
 * of the confidence wanted, default 95 %. null for n = 0. Throws RangeError unless 0 <= successes <= n.
 */
export function wilsonInterval(successes: number, n: number, z = Z_95): Interval | null {
  if (!(successes >= 0 && successes <= n)) throw new RangeError(`${successes} successes of ${n} is no proportion`)
  if (n === 0) return null
  const p = successes / n
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n)
  return { lower: successes === 0 ? 0 : centre - half, upper: successes === n ? 1 : centre + half }
}

/**
 * Byar's interval for the mean of a Poisson count (Breslow & Day, Statistical Methods in Cancer Research II, 1987, eq. 2.13): within a few
 * hundredths of Garwood's exact one, in closed form. `z` is the normal quantile of the confidence wanted, default 95 %. Throws RangeError for what
 * is no count.
 */
export function poissonInterval(count: number, z = Z_95): Interval {
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`${count} is no count`)
  const end = (n: number, sign: number): number => n * (1 - 1 / (9 * n) + (sign * z) / (3 * Math.sqrt(n))) ** 3
  return { lower: count === 0 ? 0 : Math.max(0, end(count, -1)), upper: end(count + 1, 1) }
}
