import { perRegionOverlap, proCurve, type ProCurve } from './anomaly-pro.ts'
import { createPixelTally, type PixelTally, type RankedPixels } from './anomaly-pixels.ts'
import { anomalousRegions } from './anomaly-regions.ts'
import { createSketchRanking, type PixelSketch, sketchPixels } from './anomaly-sketch.ts'
import { agreement, countConfusion, type OneVsRest, oneVsRest } from './classification.ts'
import {
  areaUnderRoc,
  averagePrecision,
  createRanking,
  pickThreshold,
  type Ranking,
  rankedPrecisionRecall,
  type RocCurve,
  rocCurve,
} from './classification-curves.ts'
import { overallProportions } from './classification-intervals.ts'
import { type ImageWeights } from './coco-accumulate.ts'
import { type Key } from './detection-records.ts'
import { affordableResamples, bootstrapFigures, type IntervalsOf, quantile } from './intervals.ts'
import { type PrecisionRecallCurve, thinCurve } from './precision-recall.ts'
import { groupsOf } from './report-parts.ts'
import { atOnce, type Steps } from '../steps.ts'

/**
 * The threshold that lets the share q of normal validation images pass: the q-quantile of their scores (linear between
 * neighbours, Hyndman & Fan type 7). Called anomalous is what scores at least the threshold. null without scores.
 */
export function normalQuantileThreshold(normalScores: ArrayLike<number>, q = 0.95): number | null {
  return normalScores.length === 0 ? null : quantile(Float64Array.from(normalScores).sort(), q)
}

export interface AnomalyReportOptions {
  /** Images scoring at least this are called anomalous: see normalQuantileThreshold. */
  readonly threshold: number
  /** PRO is integrated up to this false positive rate. Default 0.3. */
  readonly proLimit?: number | undefined
  /** Bootstrap resamples for the intervals; 0 leaves all but Wilson's null. Default 1000, fewer (at least 100) for very many images. */
  readonly resamples?: number | undefined
  readonly seed?: number | undefined
}

export interface JudgedImage {
  readonly id: string
  readonly anomalous: boolean
  /** Finite, higher is worse. */
  readonly score: number
  /** Patient, slide: what the intervals draw whole. Needed of all images or of none. */
  readonly group?: Key | undefined
}

/** An image's difference map, row-major, width * height long. */
export interface AnomalyMap {
  readonly width: number
  readonly height: number
  /** Finite, higher is worse, on one scale for all images. */
  readonly map: Float32Array
  /** 0 normal, 255 ignored, else anomalous. Without it a normal image's pixels are all normal, an anomalous one's take no part. */
  readonly truth?: Uint8Array | undefined
}

/** Takes images one by one and keeps ranks and sketches of their maps, not the maps. */
export interface AnomalyReporter {
  /** Throws RangeError for a score that is not finite or maps that do not fit; the report is then as before. */
  add(image: JudgedImage, map?: AnomalyMap): void
  report(): AnomalyReport
  /** The same in steps: those of its intervals. */
  reportSteps(): Steps<AnomalyReport>
}

/** Figures that are one number, 0 to 1 (mcc and kappa are left out: see classification); null where undefined. */
export interface AnomalyFigures {
  /** Area under the ROC curve over images. */
  readonly imageAuroc: number | null
  /** Over images, of the anomalous ones. */
  readonly averagePrecision: number | null
  /** Area under the ROC curve over pixels, ties counting half; null without maps or where all pixels are of one kind. */
  readonly pixelAuroc: number | null
  readonly pixelAveragePrecision: number | null
  /** Per-region overlap up to the limit. */
  readonly pro: number | null
  /** At the threshold. */
  readonly accuracy: number | null
  readonly balancedAccuracy: number | null
  readonly sensitivity: number | null
  readonly specificity: number | null
  readonly ppv: number | null
  readonly npv: number | null
  readonly f1: number | null
}

/** 95 % intervals; null where undefined. Proportions and all else as `ClassificationIntervals` has them. */
export type AnomalyIntervals = IntervalsOf<AnomalyFigures> & {
  readonly confidence: number
  readonly resamples: number
  readonly over: 'images' | 'groups'
  /** How many images or groups were drawn from. */
  readonly units: number
}

/** Plain data, ready for JSON. Curves are thinned to at most 200 points. */
export interface AnomalyReport extends AnomalyFigures {
  readonly images: number
  readonly anomalousImages: number
  /** Images whose pixels took part. */
  readonly imagesWithMaps: number
  /** Anomalous regions in them. */
  readonly regions: number
  /** Low bits of the pixels' float32 scores that memory had no room for; 0: the pixel figures are exact. */
  readonly droppedBits: number
  readonly threshold: number
  readonly proLimit: number
  readonly atThreshold: OneVsRest
  readonly confusion: {
    /** Rows: normal, anomalous as they are; columns: as called. */
    readonly counts: readonly (readonly number[])[]
    readonly images: readonly (readonly (readonly string[])[])[]
  }
  /** The thresholds that would serve best on these very images. */
  readonly bestThreshold: Readonly<Record<'youden' | 'f1', { readonly threshold: number; readonly value: number } | null>>
  readonly roc: RocCurve
  readonly precisionRecall: PrecisionRecallCurve
  readonly pixelRoc: RocCurve
  readonly proCurve: ProCurve
  readonly scores: readonly { readonly id: string; readonly anomalous: boolean; readonly score: number }[]
  readonly intervals: AnomalyIntervals
}

/** An empty report. */
export function createAnomalyReport(options: AnomalyReportOptions): AnomalyReporter {
  const images: JudgedImage[] = []
  const sketches: (PixelSketch | null)[] = []
  const tally = createPixelTally()
  return {
    add(image, map) {
      if (!Number.isFinite(image.score)) throw new RangeError(`Image ${image.id} has the score ${image.score}`)
      const pixels = map && regionsOf(image, map)
      if (map && pixels) tally.add({ map: map.map, ...pixels })
      sketches.push(map && pixels ? sketchPixels({ map: map.map, ...pixels }) : null)
      images.push(image)
    },
    report: () => atOnce(buildReport({ images, sketches, tally }, options)),
    reportSteps: () => buildReport({ images, sketches, tally }, options),
  }
}

function regionsOf({ anomalous }: JudgedImage, { width, height, truth }: AnomalyMap): ReturnType<typeof anomalousRegions> | null {
  if (truth === undefined && anomalous) return null
  return anomalousRegions(truth ?? new Uint8Array(width * height), width, height)
}

/** All that was added: the tally holds the pixels of all images, the sketches each image's own. */
interface Taken {
  readonly images: readonly JudgedImage[]
  readonly sketches: readonly (PixelSketch | null)[]
  readonly tally: PixelTally
}

/** Images as figures need them: entry i of every list is image i. */
interface Work {
  readonly truth: Uint8Array
  readonly called: Uint8Array
  readonly ranking: Ranking
  readonly proLimit: number
}

const CURVE_POINTS = 200

function* buildReport({ images, sketches, tally }: Taken, options: AnomalyReportOptions): Steps<AnomalyReport> {
  const { threshold, proLimit = 0.3 } = options
  const truth = Uint8Array.from(images, ({ anomalous }) => (anomalous ? 1 : 0))
  const called = Uint8Array.from(images, ({ score }) => (score >= threshold ? 1 : 0))
  const ranking = createRanking(
    images.map(({ score }) => score),
    truth,
  )
  const work = { truth, called, ranking, proLimit }
  const ranked = ranking()
  const pixels = tally.ranked()
  const figures = figuresOf(work, pixels)
  return {
    ...figures,
    images: images.length,
    anomalousImages: images.filter(({ anomalous }) => anomalous).length,
    imagesWithMaps: sketches.filter((sketch) => sketch !== null).length,
    regions: pixels.regions,
    droppedBits: tally.droppedBits(),
    threshold,
    proLimit,
    atThreshold: oneVsRest(countConfusion(truth, called, { classes: 2 }), 1),
    confusion: confusionOf(images, called),
    bestThreshold: { youden: pickThreshold(ranked, 'youden'), f1: pickThreshold(ranked, 'f1') },
    roc: thinCurve(rocCurve(ranked), CURVE_POINTS),
    precisionRecall: thinCurve(rankedPrecisionRecall(ranked), CURVE_POINTS),
    pixelRoc: thinCurve(rocCurve(pixels), CURVE_POINTS),
    proCurve: thinCurve(proCurve(pixels, proLimit), CURVE_POINTS),
    scores: images.map(({ id, anomalous, score }) => ({ id, anomalous, score })),
    intervals: yield* reportIntervals({ images, sketches, tally }, figures, work, options),
  }
}

function figuresOf({ truth, called, ranking, proLimit }: Work, pixels: RankedPixels, weights?: ImageWeights): AnomalyFigures {
  const ranked = ranking(weights)
  const counts = countConfusion(truth, called, { classes: 2, weights })
  const { accuracy, balancedAccuracy } = agreement(counts)
  const { sensitivity, specificity, ppv, npv, f1 } = oneVsRest(counts, 1)
  return {
    imageAuroc: areaUnderRoc(ranked),
    averagePrecision: averagePrecision(ranked),
    pixelAuroc: areaUnderRoc(pixels),
    pixelAveragePrecision: averagePrecision(pixels),
    pro: perRegionOverlap(pixels, proLimit),
    accuracy,
    balancedAccuracy,
    sensitivity,
    specificity,
    ppv,
    npv,
    f1,
  }
}

function confusionOf(images: readonly JudgedImage[], called: Uint8Array): AnomalyReport['confusion'] {
  const ids: [string[], string[]][] = [
    [[], []],
    [[], []],
  ]
  for (const [i, { id, anomalous }] of images.entries()) ids[anomalous ? 1 : 0]![called[i] === 1 ? 1 : 0].push(id)
  return { counts: ids.map((row) => row.map((cell) => cell.length)), images: ids }
}

/** The pixels' intervals come from the sketches, moved by as much as the sketches' own figures miss the exact ones. */
function* reportIntervals(
  { images, sketches }: Taken,
  exact: AnomalyFigures,
  work: Work,
  options: AnomalyReportOptions,
): Steps<AnomalyIntervals> {
  const groups = groupsOf(images)
  const entries = sketches.reduce((sum, sketch) => sum + (sketch?.score.length ?? 0), images.length)
  const { resamples = affordableResamples(3 * entries), seed } = options
  const pixels = createSketchRanking(sketches)
  const sketched = (weights?: ImageWeights): AnomalyFigures => figuresOf(work, pixels(weights), weights)
  const miss = sketched()
  const found = yield* bootstrapFigures(images.length, (weights) => moved(sketched(weights), miss, exact), { resamples, seed, groups })
  const said = { classes: 2, truth: work.truth, said: work.called, rule: { positive: 1 } }
  return {
    ...found,
    ...overallProportions(said, groups, found),
    confidence: 0.95,
    resamples,
    over: groups === undefined ? 'images' : 'groups',
    units: groups === undefined ? images.length : new Set(groups).size,
  }
}

/** The figures with those of pixels moved by exact - miss, within 0 to 1. */
function moved(figures: AnomalyFigures, miss: AnomalyFigures, exact: AnomalyFigures): AnomalyFigures {
  const move = (name: 'pixelAuroc' | 'pixelAveragePrecision' | 'pro'): number | null => {
    const [value, from, to] = [figures[name], miss[name], exact[name]]
    return value === null || from === null || to === null ? value : Math.min(1, Math.max(0, value + to - from))
  }
  return { ...figures, pixelAuroc: move('pixelAuroc'), pixelAveragePrecision: move('pixelAveragePrecision'), pro: move('pro') }
}
