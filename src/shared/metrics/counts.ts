import { type ImageWeights } from './coco-accumulate.ts'
import { isCounted, type Key, type PredictedBox, type TruthBox } from './detection-records.ts'

/** One image's objects of one class: as annotated, and as counted by the detector. */
export interface CountPair {
  readonly imageId: Key
  readonly annotated: number
  readonly counted: number
}

/** Why a figure is null: no image at all, one image only, or the same number on every image. */
export type UndefinedReason = 'no images' | 'fewer than two images' | 'annotated counts are all equal' | 'counted counts are all equal'

export interface CountAgreement {
  readonly images: number
  readonly annotatedTotal: number
  readonly countedTotal: number
  /** Coefficient of determination of the counts themselves, 1 - SSres / SStot: 1 at best, below 0 if worse than the mean. No fit, so a bias costs. */
  readonly r2: number | null
  /** Root mean square of counted - annotated, objects per image. */
  readonly rmse: number | null
  /** Mean of |counted - annotated|. */
  readonly mae: number | null
  /** Mean of counted - annotated: above 0 if too many are counted. */
  readonly bias: number | null
  /** Standard deviation of the differences (n - 1). */
  readonly sd: number | null
  /** Limits of agreement, bias -+ 1.96 sd (Bland & Altman, Lancet 1986). */
  readonly limits: { readonly lower: number; readonly upper: number } | null
  /** Least-squares line counted = slope x annotated + intercept. Its r2 (squared Pearson correlation) forgives bias: not the r2 above. */
  readonly fit: { readonly slope: number; readonly intercept: number; readonly r2: number | null } | null
  /** For each figure that is null, why. */
  readonly undefinedBecause: Readonly<Partial<Record<'r2' | 'rmse' | 'mae' | 'bias' | 'sd' | 'limits' | 'fit' | 'fit.r2', UndefinedReason>>>
}

/** One pair an image, in the order of images. Crowds, ignored truths and ignored predictions are not counted; predictions are from `score` up. */
export function countPairs(
  truths: readonly TruthBox[],
  predictions: readonly PredictedBox[],
  { images, classId, score }: { readonly images: readonly Key[]; readonly classId: Key; readonly score: number },
): CountPair[] {
  const annotated = tally(truths.filter((truth) => truth.classId === classId && isCounted(truth)))
  const counted = tally(
    predictions.filter((prediction) => prediction.classId === classId && prediction.score >= score && prediction.ignore !== true),
  )
  return images.map((imageId) => ({ imageId, annotated: annotated.get(imageId) ?? 0, counted: counted.get(imageId) ?? 0 }))
}

function tally(items: readonly { readonly imageId: Key }[]): Map<Key, number> {
  const counts = new Map<Key, number>()
  for (const { imageId } of items) counts.set(imageId, (counts.get(imageId) ?? 0) + 1)
  return counts
}

/** How well counted agrees with annotated; `weights` as in a bootstrap resample. */
export function countAgreement(pairs: readonly CountPair[], weights?: ImageWeights): CountAgreement {
  const sums = sumUp(pairs, weights)
  const { n, annotated, counted, difference, absolute, squared } = sums
  const bias = n === 0 ? null : difference / n
  const sd = n < 2 ? null : Math.sqrt(sums.differenceSpread / (n - 1))
  return {
    images: n,
    annotatedTotal: annotated,
    countedTotal: counted,
    r2: n < 2 || sums.annotatedSpread === 0 ? null : 1 - squared / sums.annotatedSpread,
    rmse: n === 0 ? null : Math.sqrt(squared / n),
    mae: n === 0 ? null : absolute / n,
    bias,
    sd,
    limits: sd === null || bias === null ? null : { lower: bias - 1.96 * sd, upper: bias + 1.96 * sd },
    fit: fitOf(sums),
    undefinedBecause: reasons(sums),
  }
}

interface Sums {
  readonly n: number
  readonly annotated: number
  readonly counted: number
  readonly difference: number
  readonly absolute: number
  readonly squared: number
  /** Sums of squares and products about the means. */
  readonly differenceSpread: number
  readonly annotatedSpread: number
  readonly countedSpread: number
  readonly product: number
}

function sumUp(pairs: readonly CountPair[], weights?: ImageWeights): Sums {
  const sums = { n: 0, annotated: 0, counted: 0, difference: 0, absolute: 0, squared: 0, aa: 0, cc: 0, ac: 0 }
  for (const [i, { annotated, counted }] of pairs.entries()) {
    const weight = weights === undefined ? 1 : weights[i]!
    const difference = counted - annotated
    sums.n += weight
    sums.annotated += weight * annotated
    sums.counted += weight * counted
    sums.difference += weight * difference
    sums.absolute += weight * Math.abs(difference)
    sums.squared += weight * difference * difference
    sums.aa += weight * annotated * annotated
    sums.cc += weight * counted * counted
    sums.ac += weight * annotated * counted
  }
  // Counts are whole numbers: n times each spread is exact in floats, so "no spread" is 0 and not nearly 0.
  const { n, annotated, counted, difference, squared, aa, cc, ac } = sums
  const about = (square: number, a: number, b: number): number => (n === 0 ? 0 : (n * square - a * b) / n)
  return {
    ...sums,
    differenceSpread: about(squared, difference, difference),
    annotatedSpread: about(aa, annotated, annotated),
    countedSpread: about(cc, counted, counted),
    product: about(ac, annotated, counted),
  }
}

function fitOf({ n, annotated, counted, annotatedSpread, countedSpread, product }: Sums): CountAgreement['fit'] {
  if (n < 2 || annotatedSpread === 0) return null
  const slope = product / annotatedSpread
  const r2 = countedSpread === 0 ? null : (product * product) / (annotatedSpread * countedSpread)
  return { slope, intercept: (counted - slope * annotated) / n, r2 }
}

function reasons({ n, annotatedSpread, countedSpread }: Sums): CountAgreement['undefinedBecause'] {
  if (n === 0)
    return {
      r2: 'no images',
      rmse: 'no images',
      mae: 'no images',
      bias: 'no images',
      sd: 'no images',
      limits: 'no images',
      fit: 'no images',
    }
  const few = 'fewer than two images'
  if (n < 2) return { r2: few, sd: few, limits: few, fit: few }
  if (annotatedSpread === 0) return { r2: 'annotated counts are all equal', fit: 'annotated counts are all equal' }
  return countedSpread === 0 ? { 'fit.r2': 'counted counts are all equal' } : {}
}

/**
 * The score threshold at which a class's counts come closest to the annotated ones (least RMSE over images), and that
 * RMSE. Between two neighbouring scores all thresholds count alike: the middle is given, of equally good gaps the widest
 * (the range of scores is 0 to 1). null without images.
 */
export function bestCountScore(
  truths: readonly TruthBox[],
  predictions: readonly PredictedBox[],
  { images, classId }: { readonly images: readonly Key[]; readonly classId: Key },
): { readonly score: number; readonly rmse: number } | null {
  if (images.length === 0) return null
  const place = new Map(images.map((id, index) => [id, index]))
  const shortfall = countPairs(truths, [], { images, classId, score: 0 }).map(({ annotated }) => annotated)
  const ranked = predictions
    .filter((p) => p.classId === classId && place.has(p.imageId) && p.ignore !== true)
    .sort((a, b) => b.score - a.score)
  let squared = shortfall.reduce((sum, short) => sum + short * short, 0)
  const top = ranked[0]?.score ?? 0
  // No threshold up to 1 leaves out what is scored 1.
  let best = { squared: top < 1 ? squared : Infinity, upper: 1, lower: top }
  for (const [i, { imageId, score }] of ranked.entries()) {
    const image = place.get(imageId)!
    squared += 1 - 2 * shortfall[image]!
    shortfall[image]! -= 1
    const lower = ranked[i + 1]?.score ?? 0
    const wider = squared === best.squared && score - lower > best.upper - best.lower
    if (lower < score && (squared < best.squared || wider)) best = { squared, upper: score, lower }
  }
  return { score: (best.upper + best.lower) / 2, rmse: Math.sqrt(best.squared / images.length) }
}
