import { type ClassMatches } from './coco-matching.ts'
import { ratio } from './report-parts.ts'

/** A class's precision against recall as the score falls: entry i says what a score threshold of score[i] gives. */
export interface PrecisionRecallCurve {
  /** Distinct scores, falling. */
  readonly score: readonly number[]
  /** Not interpolated, 0 to 1. */
  readonly precision: readonly number[]
  /** Rising, 0 to 1. */
  readonly recall: readonly number[]
}

/** What a class gets right and wrong at one score threshold and one IoU. */
export interface OperatingPoint {
  readonly truePositives: number
  readonly falsePositives: number
  readonly missed: number
  /** null where nothing is predicted. */
  readonly precision: number | null
  /** null where nothing is there to be found. */
  readonly recall: number | null
  /** Harmonic mean of both: 2 TP / (2 TP + FP + missed); null where nothing is predicted nor there. */
  readonly f1: number | null
}

/** The curve at IoU threshold index t of the matches; empty where the class has no truth to be found. */
export function precisionRecallCurve(matches: ClassMatches, t = 0): PrecisionRecallCurve {
  const curve = { score: [] as number[], precision: [] as number[], recall: [] as number[] }
  const truths = truthCount(matches)
  if (truths === 0) return curve
  let hits = 0
  let misses = 0
  for (let i = 0; i < matches.score.length; i++) {
    const verdict = verdictOf(matches, i, t)
    if (verdict === 'hit') hits++
    if (verdict === 'miss') misses++
    const lastOfScore = matches.score[i] !== matches.score[i + 1]
    if (!lastOfScore || hits + misses === 0) continue
    curve.score.push(matches.score[i]!)
    curve.precision.push(hits / (hits + misses))
    curve.recall.push(hits / truths)
  }
  return curve
}

/** Predictions scored at least `score` against the truths, at IoU threshold index t. */
export function operatingPoint(matches: ClassMatches, score: number, t = 0): OperatingPoint {
  let truePositives = 0
  let falsePositives = 0
  for (let i = 0; i < matches.score.length && matches.score[i]! >= score; i++) {
    const verdict = verdictOf(matches, i, t)
    if (verdict === 'hit') truePositives++
    if (verdict === 'miss') falsePositives++
  }
  const truths = truthCount(matches)
  const missed = truths - truePositives
  return {
    truePositives,
    falsePositives,
    missed,
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truths),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + missed),
  }
}

/** The score threshold of highest F1 (the highest such score), or null for an empty curve or one that never hits. */
export function bestF1(curve: PrecisionRecallCurve): { readonly score: number; readonly f1: number } | null {
  let best: { score: number; f1: number } | null = null
  for (const [i, score] of curve.score.entries()) {
    const [precision, recall] = [curve.precision[i]!, curve.recall[i]!]
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
    if (f1 > (best?.f1 ?? 0)) best = { score, f1 }
  }
  return best
}

/** At most so many points (2 or more) of a curve's columns for a plot, evenly taken, the first and the last among them. */
export function thinCurve<C extends { readonly [Column in keyof C]: readonly number[] }>(curve: C, most: number): C {
  const columns = Object.entries(curve) as [string, readonly number[]][]
  const count = columns[0]?.[1].length ?? 0
  if (count <= most) return curve
  const taken = Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)))
  return Object.fromEntries(columns.map(([name, column]) => [name, taken.map((index) => column[index]!)])) as unknown as C
}

function verdictOf({ matched, ignored }: ClassMatches, i: number, t: number): 'hit' | 'miss' | 'ignored' {
  const bit = 1 << t
  if ((ignored[i]! & bit) !== 0) return 'ignored'
  return (matched[i]! & bit) !== 0 ? 'hit' : 'miss'
}

function truthCount({ truthsOfImage }: ClassMatches): number {
  return truthsOfImage.reduce((sum, count) => sum + count, 0)
}
