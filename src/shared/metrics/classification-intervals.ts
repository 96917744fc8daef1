import { countConfusion, type OneVsRest, oneVsRest } from './classification.ts'
import { type ClassFigures, createFigures, type OverallFigures, type ScoredImages } from './classification-figures.ts'
import { type Key } from './detection-records.ts'
import { affordableResamples, bootstrapFigures, type Interval, type IntervalsOf, wilsonInterval } from './intervals.ts'
import { underNames } from './report-parts.ts'
import type { Steps } from '../steps.ts'

/**
 * 95 % intervals, null where undefined. Proportions of images (accuracy; a class's sensitivity, specificity, ppv, npv)
 * have Wilson's, everything else the bootstrap over images. With groups all come from the bootstrap over groups, since
 * Wilson's counts every image as independent; where all draws agree (nothing or everything right), a proportion has
 * Wilson's of as many as there are groups. Areas under curves have no width at a perfect score: 1 to 1.
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

/** All intervals from one bootstrap, a step a resample. */
export function* classificationIntervals(work: ScoredImages, options: ClassificationIntervalOptions): Steps<ClassificationIntervals> {
  const { names, groups, seed } = options
  const images = work.truth.length
  const { resamples = affordableResamples(images * (2 + 2 * work.classes)) } = options
  const found = yield* bootstrapFigures(images, createFigures(work), { resamples, seed, groups })
  const wilson = groups === undefined ? wilsonIntervals(work) : widened(found, wilsonOfGroups(work, groups))
  return {
    ...found.overall,
    ...wilson.overall,
    confidence: 0.95,
    resamples,
    over: groups === undefined ? 'images' : 'groups',
    units: groups === undefined ? images : new Set(groups).size,
    perClass: underNames(names, (k) => ({ ...found.perClass[k]!, ...wilson.perClass[k] })),
  }
}

/** What every image is and was said to be. */
interface Said {
  readonly classes: number
  readonly truth: Indices
  readonly said: Indices
  /** Null: no class is the positive one. */
  readonly rule: { readonly positive: number } | null
}

type Indices = Int32Array | Uint8Array

/** The intervals of the proportions of all images that take the place of drawn ones (see `ClassificationIntervals`), by their names. */
export function overallProportions(work: Said, groups: readonly Key[] | undefined, drawn: object): object {
  return groups === undefined ? wilsonIntervals(work).overall : onlyWidthless(drawn, wilsonOfGroups(work, groups).overall)
}

/** The drawn intervals of proportions, but those without any width, which a few groups that agree do not warrant. */
function widened(
  { overall, perClass }: { readonly overall: object; readonly perClass: readonly object[] },
  wilson: WilsonIntervals,
): { readonly overall: object; readonly perClass: readonly object[] } {
  return {
    overall: onlyWidthless(overall, wilson.overall),
    perClass: perClass.map((drawn, k) => onlyWidthless(drawn, wilson.perClass[k] ?? {})),
  }
}

function onlyWidthless(drawn: object, wilson: Readonly<Record<string, Interval | null>>): object {
  const intervals = drawn as Readonly<Record<string, Interval | null>>
  return Object.fromEntries(Object.entries(wilson).filter(([name]) => intervals[name] && intervals[name].lower === intervals[name].upper))
}

/** As `wilsonIntervals`, each group counting once: right where all its images that count are. */
function wilsonOfGroups(work: Said, groups: readonly Key[]): WilsonIntervals {
  const { classes, truth, said, rule } = work
  const perClass = Array.from({ length: classes }, (_, k) => {
    const among = (counts: (i: number) => boolean, right: (i: number) => boolean): Interval | null => {
      const all = [...truth.keys()].filter(counts)
      const wrong = new Set(all.filter((i) => !right(i)).map((i) => groups[i]!))
      const units = new Set(all.map((i) => groups[i]!))
      return wilsonInterval(units.size - wrong.size, units.size)
    }
    const agrees = (i: number): boolean => (truth[i] === k) === (said[i] === k)
    return {
      sensitivity: among((i) => truth[i] === k, agrees),
      specificity: among((i) => truth[i] !== k, agrees),
      ppv: among((i) => said[i] === k, agrees),
      npv: among((i) => said[i] !== k, agrees),
    }
  })
  const wrong = new Set([...truth.keys()].filter((i) => truth[i] !== said[i]).map((i) => groups[i]!))
  const units = new Set(groups).size
  return { overall: { ...(rule && perClass[rule.positive]), accuracy: wilsonInterval(units - wrong.size, units) }, perClass }
}

type Proportions = Readonly<Record<'sensitivity' | 'specificity' | 'ppv' | 'npv', Interval | null>>

interface WilsonIntervals {
  readonly overall: Partial<Proportions> & { readonly accuracy: Interval | null }
  readonly perClass: readonly Proportions[]
}

function wilsonIntervals({ classes, truth, said, rule }: Said): WilsonIntervals {
  const counts = countConfusion(truth, said, { classes })
  const perClass = counts.map((_, k) => wilsonProportions(oneVsRest(counts, k)))
  const right = counts.reduce((sum, row, k) => sum + row[k]!, 0)
  return { overall: { ...(rule && perClass[rule.positive]), accuracy: wilsonInterval(right, truth.length) }, perClass }
}

/** A class's proportions of images with their Wilson intervals. */
function wilsonProportions({ truePositives, falsePositives, missed, trueNegatives }: OneVsRest): Proportions {
  return {
    sensitivity: wilsonInterval(truePositives, truePositives + missed),
    specificity: wilsonInterval(trueNegatives, trueNegatives + falsePositives),
    ppv: wilsonInterval(truePositives, truePositives + falsePositives),
    npv: wilsonInterval(trueNegatives, trueNegatives + missed),
  }
}
