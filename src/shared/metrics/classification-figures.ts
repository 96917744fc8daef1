import { type Agreement, agreement, countConfusion, type DecisionRule, type OneVsRest, oneVsRest } from './classification.ts'
import { brierScore, expectedCalibrationError, type Forecasts, reliabilityCurve } from './classification-calibration.ts'
import { areaUnderRoc, averagePrecision, createRanking, type Ranking } from './classification-curves.ts'
import { type ImageWeights } from './coco-accumulate.ts'
import { meanOverClasses } from './report-parts.ts'

/** Images laid out for figures: entry i of every list is image i. */
export interface ScoredImages {
  readonly classes: number
  readonly truth: Int32Array
  readonly said: Int32Array
  /** One score a class. */
  readonly scores: readonly ArrayLike<number>[]
  readonly rule: DecisionRule
  /** What the reliability curve is of; null where scores are no probabilities. */
  readonly forecasts: Forecasts | null
  readonly bins: number
}

const CLASS_FIGURES = ['sensitivity', 'specificity', 'ppv', 'npv', 'f1', 'auc', 'averagePrecision'] as const

/** Of one class against the rest: see OneVsRest, areaUnderRoc, averagePrecision. */
export type ClassFigures = Readonly<Record<(typeof CLASS_FIGURES)[number], number | null>>

/** Of all classes: the class figures are the positive class's of two, else the means over classes where they are defined. */
export interface OverallFigures extends ClassFigures, Agreement {
  /** See brierScore; null where scores are no probabilities. */
  readonly brier: number | null
  /** See expectedCalibrationError; likewise. */
  readonly ece: number | null
}

export interface Figures {
  readonly overall: OverallFigures
  readonly perClass: readonly ClassFigures[]
}

/**
 * All figures that are one number, of the images as they are or as a bootstrap resample weights them. Sorting is done
 * once: a resample costs about (2 + 2 x classes) walks over the images.
 */
export function createFigures(work: ScoredImages): (weights?: ImageWeights) => Figures {
  const { classes, truth, said, scores, rule, forecasts, bins } = work
  const rankings = Array.from({ length: classes }, (_, k) => rankClass(work, k))
  return (weights) => {
    const counts = countConfusion(truth, said, { classes, weights })
    const perClass = rankings.map((ranking, k) => classFigures(oneVsRest(counts, k), ranking, weights))
    return {
      perClass,
      overall: {
        ...(rule === null ? meanOverClasses(CLASS_FIGURES, perClass, [...perClass.keys()]) : perClass[rule.positive]!),
        ...agreement(counts),
        brier: forecasts && brierScore(truth, scores, weights),
        ece: forecasts && expectedCalibrationError(reliabilityCurve(forecasts, { bins, weights })),
      },
    }
  }
}

/** Images by their score of class k, that class against the rest. */
export function rankClass({ truth, scores }: Pick<ScoredImages, 'truth' | 'scores'>, k: number): Ranking {
  return createRanking(
    Float64Array.from(scores, (row) => row[k]!),
    Uint8Array.from(truth, (index) => (index === k ? 1 : 0)),
  )
}

function classFigures(figures: OneVsRest, ranking: Ranking, weights?: ImageWeights): ClassFigures {
  const ranked = ranking(weights)
  const { sensitivity, specificity, ppv, npv, f1 } = figures
  return { sensitivity, specificity, ppv, npv, f1, auc: areaUnderRoc(ranked), averagePrecision: averagePrecision(ranked) }
}
