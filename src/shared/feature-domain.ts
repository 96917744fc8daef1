import { z } from 'zod'
import { cholesky } from './cholesky.ts'
import { FEWEST_LEARNED } from './color-domain.ts'
import { label } from './i18n/translate.ts'
import { quantile } from './metrics/intervals.ts'

/** Means over an image of what the shipped encoder sees in it (engine/inference/image-features.ts): so many numbers. */
export const FEATURES = 176
/** How sharp an image is, and how fine what it shows: logarithms, see engine/inference/fine-detail.ts. */
export const DETAILS = 2

const numbers = (length: number) => z.array(z.number()).length(length)
const details = numbers(DETAILS)

/** What an image shows, in numbers. `detail`: null where it was not looked at in full, as of slides. */
export const featureFacts = z.object({ features: numbers(FEATURES), detail: details.nullable() }).readonly()
export type FeatureFacts = z.infer<typeof featureFacts>

/** In which way an image is off most, as a person reads it. */
export const FEATURE_SHIFTS = {
  blurred: label('blurred'),
  sharper: label('sharper or noisier'),
  finer: label('finer structures'),
  coarser: label('coarser structures'),
  other: label('other structures'),
} as const
export type FeatureShift = keyof typeof FEATURE_SHIFTS
export const featureShift = z.enum(Object.keys(FEATURE_SHIFTS) as [FeatureShift, ...FeatureShift[]])
const SHIFTS: readonly (readonly [less: FeatureShift, more: FeatureShift])[] = [
  ['blurred', 'sharper'],
  ['coarser', 'finer'],
]

/** From this many times the usual distance on an image is far off (docs/architecture.md has the measurements). */
const FAR = 1.25
/** No feature is held to be more even than this. */
const LEAST_SPREAD = 0.02
const LEAST_DETAIL_SPREAD = 0.1
/** A word is said for a detail that is off by so many of its standard deviations. */
const SAID_FROM = 2
/** Shrinkage of the correlations towards none is at least, and at most, this. */
const [LEAST_SHRINKAGE, MOST_SHRINKAGE] = [0.1, 0.9]
/** What is usual is told by images that were left out, a fifth at a time: those that the distance was fitted to lie too near. */
const PARTS = 5

const packed = (FEATURES * (FEATURES + 1)) / 2

/** What is usual among images that are learned from; it tells of none of them alone. */
export const featureDomain = z.object({
  images: z.number().int().min(FEWEST_LEARNED),
  means: numbers(FEATURES),
  spreads: numbers(FEATURES).refine((spreads) => spreads.every((spread) => spread > 0)),
  /** Lower factor of the shrunk correlation matrix, row by row. */
  factor: numbers(packed),
  /** The distance that 95 % of images which were left out keep. */
  usual: z.number().positive(),
  detail: z.object({ means: details, spreads: details.refine((spreads) => spreads.every((value) => value > 0)) }).nullable(),
})
export type FeatureDomain = z.infer<typeof featureDomain>

export interface FeatureDistance {
  /** Times the distance that 95 % of images keep which are like those that were learned from; from 1.25 on the image is far off. */
  readonly ratio: number
  readonly isFar: boolean
  readonly shift: FeatureShift
}

interface Fitted {
  readonly means: readonly number[]
  readonly spreads: readonly number[]
  readonly factor: Float64Array
}

/**
 * What is usual among images; null where fewer than eight are learned from. The distance is Mahalanobis's (Lee et al., "A Simple Unified Framework
 * for Detecting Out-of-Distribution Samples and Adversarial Attacks", NeurIPS 2018), with correlations shrunk the more the fewer images there are.
 */
export function featureDomainOf(learned: readonly FeatureFacts[]): FeatureDomain | null {
  if (learned.length < FEWEST_LEARNED) return null
  const rows = learned.map(({ features }) => features)
  const held = Array.from({ length: PARTS }, (_, part) => {
    const fitted = fit(rows.filter((_row, i) => i % PARTS !== part))
    return rows.filter((_row, i) => i % PARTS === part).map((row) => distanceOf(row, fitted))
  }).flat()
  const { means, spreads, factor } = fit(rows)
  const shown = learned.flatMap(({ detail }) => (detail === null ? [] : [detail]))
  return {
    images: rows.length,
    ...{ means: means.map(shortened), spreads: spreads.map(shortened), factor: packedLower(factor) },
    usual: Math.max(Number.EPSILON, quantile(Float64Array.from(held).sort(), 0.95)),
    detail: shown.length < FEWEST_LEARNED ? null : momentsOf(shown, LEAST_DETAIL_SPREAD),
  }
}

/** How far images lie from those that are learned from; of several domains the nearest is the one. */
export function featureDistances(domains: readonly [FeatureDomain, ...FeatureDomain[]]): (facts: FeatureFacts) => FeatureDistance {
  const opened = domains.map((domain) => ({ domain, fitted: open(domain) }))
  return (facts) => {
    const [first, ...rest] = opened.map(({ domain, fitted }) => {
      const ratio = distanceOf(facts.features, fitted) / domain.usual
      return { ratio, isFar: ratio >= FAR, shift: shiftOf(facts.detail, domain.detail) }
    })
    return rest.reduce((nearest, other) => (other.ratio < nearest.ratio ? other : nearest), first!)
  }
}

function shiftOf(detail: FeatureFacts['detail'], usual: FeatureDomain['detail']): FeatureShift {
  if (detail === null || usual === null) return 'other'
  const scores = detail.map((value, k) => (value - usual.means[k]!) / usual.spreads[k]!)
  const most = scores.reduce((best, score, k) => (Math.abs(score) > Math.abs(scores[best]!) ? k : best), 0)
  return Math.abs(scores[most]!) < SAID_FROM ? 'other' : SHIFTS[most]![scores[most]! > 0 ? 1 : 0]
}

function fit(rows: readonly (readonly number[])[]): Fitted {
  const { means, spreads } = momentsOf(rows, LEAST_SPREAD)
  const scores = rows.map((row) => Float64Array.from(row, (value, k) => (value - means[k]!) / spreads[k]!))
  const matrix = new Float64Array(FEATURES * FEATURES)
  for (const score of scores)
    for (let i = 0; i < FEATURES; i++) for (let k = 0; k <= i; k++) matrix[i * FEATURES + k]! += (score[i]! * score[k]!) / (rows.length - 1)
  const shrinkage = Math.min(MOST_SHRINKAGE, Math.max(LEAST_SHRINKAGE, FEATURES / (rows.length + FEATURES)))
  for (let at = 0; at < matrix.length; at++) matrix[at]! *= 1 - shrinkage
  for (let i = 0; i < FEATURES; i++) matrix[i * (FEATURES + 1)]! += shrinkage
  return { means, spreads, factor: cholesky(matrix, FEATURES) }
}

function momentsOf(rows: readonly ArrayLike<number>[], least: number): { means: number[]; spreads: number[] } {
  const { length } = rows[0]!
  const means = Array.from({ length }, (_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length)
  const spreads = means.map((mean, k) => {
    const variance = rows.reduce((sum, row) => sum + (row[k]! - mean) ** 2, 0) / (rows.length - 1)
    return Math.max(least, Math.sqrt(variance))
  })
  return { means, spreads }
}

/** Root mean square of the scores after their correlations were taken out, by forward substitution. */
function distanceOf(row: ArrayLike<number>, { means, spreads, factor }: Fitted): number {
  const solved = new Float64Array(FEATURES)
  let squares = 0
  for (let i = 0; i < FEATURES; i++) {
    let sum = (row[i]! - means[i]!) / spreads[i]!
    for (let k = 0; k < i; k++) sum -= factor[i * FEATURES + k]! * solved[k]!
    solved[i] = sum / factor[i * (FEATURES + 1)]!
    squares += solved[i]! ** 2
  }
  return Math.sqrt(squares / FEATURES)
}

const packedLower = (factor: Float64Array): number[] =>
  Array.from({ length: FEATURES }, (_, i) => Array.from(factor.subarray(i * FEATURES, i * FEATURES + i + 1), shortened)).flat()

function open({ means, spreads, factor }: FeatureDomain): Fitted {
  const full = new Float64Array(FEATURES * FEATURES)
  for (let i = 0, at = 0; i < FEATURES; i++) for (let k = 0; k <= i; k++) full[i * FEATURES + k] = factor[at++]!
  return { means, spreads, factor: full }
}

/** Digits that tell anything, so that what is kept stays small. */
export const shortened = (value: number): number => Number(value.toPrecision(6))
