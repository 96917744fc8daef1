import { countConfusion, type OneVsRest, oneVsRest } from './classification.ts'
import { type ClassFigures, createFigures, type OverallFigures, type ScoredImages } from './classification-figures.ts'
import { type Key } from './detection-records.ts'
import { affordableResamples, bootstrapFigures, type Interval, type IntervalsOf, wilsonInterval } from './intervals.ts'
import { underNames } from './report-parts.ts'

/**
 * 95 % intervals, null where undefined. Proportions of images (accuracy; a class's sensitivity, specificity, ppv, npv)
 * have Wilson's, everything else the bootstrap over images. With groups all come from the bootstrap over groups, since
 * Wilson's counts every image as independent. The bootstrap gives no width at a perfect score: 1 to 1.
 */
export interface ClassificationIntervals extends IntervalsOf<OverallFigures> {
  readonly confidence: number
  readonly resamples: number
  readonly over: 'images' | 'groups'
  /** How many images or groups were drawn from. */
  readonly units: number
  readonly perClass: Readonly<Record<string, IntervalsOf<ClassFigures>>>
}

export interface ClassificationIntervalOptions {
  /** The classes' names as keys. */
  readonly names: readonly string[]
  /** One an image. */
  readonly groups?: readonly Key[] | undefined
  readonly resamples?: number | undefined
  readonly seed?: number | undefined
}

/** All intervals from one bootstrap. */
export function classificationIntervals(work: ScoredImages, options: ClassificationIntervalOptions): ClassificationIntervals {
  const { names, groups, seed } = options
  const images = work.truth.length
  const { resamples = affordableResamples(images * (2 + 2 * work.classes)) } = options
  const found = bootstrapFigures(images, createFigures(work), { resamples, seed, groups })
  const wilson = groups === undefined ? wilsonIntervals(work) : null
  return {
    ...found.overall,
    ...wilson?.overall,
    confidence: 0.95,
    resamples,
    over: groups === undefined ? 'images' : 'groups',
    units: groups === undefined ? images : new Set(groups).size,
    perClass: underNames(names, (k) => ({ ...found.perClass[k]!, ...wilson?.perClass[k] })),
  }
}

type Proportions = Readonly<Record<'sensitivity' | 'specificity' | 'ppv' | 'npv', Interval | null>>

interface WilsonIntervals {
  readonly overall: Partial<Proportions> & { readonly accuracy: Interval | null }
  readonly perClass: readonly Proportions[]
}

function wilsonIntervals({ classes, truth, said, rule }: ScoredImages): WilsonIntervals {
  const counts = countConfusion(truth, said, { classes })
  const perClass = counts.map((_, k) => wilsonProportions(oneVsRest(counts, k)))
  const right = counts.reduce((sum, row, k) => sum + row[k]!, 0)
  return { overall: { ...(rule && perClass[rule.positive]), accuracy: wilsonInterval(right, truth.length) }, perClass }
}

/** A class's proportions of images with their Wilson intervals. */
export function wilsonProportions({ truePositives, falsePositives, missed, trueNegatives }: OneVsRest): Proportions {
  return {
    sensitivity: wilsonInterval(truePositives, truePositives + missed),
    specificity: wilsonInterval(trueNegatives, trueNegatives + falsePositives),
    ppv: wilsonInterval(truePositives, truePositives + falsePositives),
    npv: wilsonInterval(trueNegatives, trueNegatives + missed),
  }
}
