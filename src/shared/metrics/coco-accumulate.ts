import { type ClassMatches } from './coco-matching.ts'

/** numpy.linspace, to the bit: what lies on a threshold must fall on the same side as with pycocotools. */
export function linspace(from: number, to: number, count: number): number[] {
  const step = (to - from) / (count - 1)
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? to : i * step + from))
}

/** COCO's ten IoU thresholds 0.50, 0.55 ... 0.95. */
export const COCO_THRESHOLDS: readonly number[] = linspace(0.5, 0.95, 10)

/** COCO's 101 recall points 0, 0.01 ... 1. */
export const RECALL_POINTS: readonly number[] = linspace(0, 1, 101)

/** How often each image occurs: 0 leaves it out, 2 counts it twice (a bootstrap resample). Absent: once each. */
export type ImageWeights = ArrayLike<number>

/** Measures of one class from its matches. All give -1 where the class has no truth to be found, as pycocotools does. */
export interface ClassMeter {
  /** Mean of the interpolated precision at COCO's 101 recall points, at threshold index t. */
  averagePrecision(t: number, weights?: ImageWeights): number
  /** Average precision and recall in one walk: what a bootstrap asks for thousands of times. */
  averagePrecisionAndRecall(t: number, weights?: ImageWeights): { readonly averagePrecision: number; readonly recall: number }
  /** Share of truths found at threshold index t by the best `maxDetections` of each image scored at least `leastScore`. */
  recall(t: number, options?: { weights?: ImageWeights; maxDetections?: number; leastScore?: number }): number
  /** Interpolated precision at each of the 101 recall points, or null without truth. */
  interpolatedPrecision(t: number): Float64Array | null
}

/**
 * A meter over one class. It keeps its working memory from call to call: thousands of resamples reuse the matching and
 * allocate nothing. Weighted calls equal an evaluation of the resampled images (copies of a prediction share its score).
 */
export function createClassMeter(matches: ClassMatches): ClassMeter {
  const curve = { hits: new Float64Array(matches.score.length), precision: new Float64Array(matches.score.length) }
  const points = new Float64Array(RECALL_POINTS.length)
  const both = (t: number, weights?: ImageWeights): { averagePrecision: number; recall: number } => {
    const truths = countTruths(matches, weights)
    if (truths === 0) return { averagePrecision: -1, recall: -1 }
    const count = traceHits(matches, t, weights, curve)
    interpolate(curve, count, truths, points)
    const averagePrecision = points.reduce((sum, value) => sum + value, 0) / points.length
    return { averagePrecision, recall: count === 0 ? 0 : curve.hits[count - 1]! / truths }
  }
  return {
    averagePrecisionAndRecall: both,
    averagePrecision: (t, weights) => both(t, weights).averagePrecision,
    recall(t, { weights, maxDetections = Infinity, leastScore = -Infinity } = {}) {
      const truths = countTruths(matches, weights)
      return truths === 0 ? -1 : countHits(matches, t, weights, maxDetections, leastScore) / truths
    },
    interpolatedPrecision(t) {
      const truths = countTruths(matches)
      if (truths === 0) return null
      return interpolate(curve, traceHits(matches, t, undefined, curve), truths, new Float64Array(RECALL_POINTS.length))
    },
  }
}

interface HitCurve {
  /** True positives so far, at each true positive. */
  readonly hits: Float64Array
  readonly precision: Float64Array
}

function countTruths({ truthsOfImage }: ClassMatches, weights?: ImageWeights): number {
  let truths = 0
  for (let i = 0; i < truthsOfImage.length; i++) truths += truthsOfImage[i]! * (weights === undefined ? 1 : weights[i]!)
  return truths
}

/** Walks down the scores; precision matters at true positives only. Gives their number. */
function traceHits(matches: ClassMatches, t: number, weights: ImageWeights | undefined, curve: HitCurve): number {
  const { image, matched, ignored } = matches
  const bit = 1 << t
  let points = 0
  let hits = 0
  let misses = 0
  for (let i = 0; i < image.length; i++) {
    const weight = weights === undefined ? 1 : weights[image[i]!]!
    if (weight === 0 || (ignored[i]! & bit) !== 0) continue
    if ((matched[i]! & bit) === 0) {
      misses += weight
      continue
    }
    hits += weight
    curve.hits[points] = hits
    curve.precision[points] = hits / (misses + hits + Number.EPSILON)
    points++
  }
  return points
}

/** Precision made to fall with recall, read at the 101 recall points; 0 beyond the highest recall reached. */
function interpolate({ hits, precision }: HitCurve, points: number, truths: number, out: Float64Array): Float64Array {
  for (let i = points - 2; i >= 0; i--) if (precision[i]! < precision[i + 1]!) precision[i] = precision[i + 1]!
  let at = 0
  for (let r = 0; r < out.length; r++) {
    while (at < points && hits[at]! / truths < RECALL_POINTS[r]!) at++
    out[r] = at < points ? precision[at]! : 0
  }
  return out
}

function countHits(
  { image, rank, score, matched, ignored }: ClassMatches,
  t: number,
  weights: ImageWeights | undefined,
  maxDetections: number,
  leastScore: number,
): number {
  const bit = 1 << t
  let hits = 0
  for (let i = 0; i < image.length && score[i]! >= leastScore; i++)
    if (rank[i]! < maxDetections && (matched[i]! & bit) !== 0 && (ignored[i]! & bit) === 0)
      hits += weights === undefined ? 1 : weights[image[i]!]!
  return hits
}
