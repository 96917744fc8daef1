import { type ConfusionCounts } from './classification.ts'
import { type CountAgreement, countAgreement, type CountPair } from './counts.ts'
import { type Key } from './detection-records.ts'
import { affordableResamples, bootstrapFigures, type IntervalsOf } from './intervals.ts'
import { distinctNames, groupsOf, meanOfKnown, meanOverClasses, underNames } from './report-parts.ts'
import {
  type CountFigures,
  createSegmentationFigures,
  objectCounts,
  OBJECT_FIGURES,
  PIXEL_FIGURES,
  type PixelFigures,
  type SegmentationFigures,
  type SegmentedImageRecord,
  type SegmentedObjectFigures,
} from './segmentation-figures.ts'
import { judgeSteps } from './segmentation-image.ts'
import { classOverlap, sumCounts } from './segmentation-overlap.ts'
import { atOnce, type Steps } from '../steps.ts'
import { type SegmentationMaps, type SegmentationSource } from './segmentation-source.ts'

export interface SegmentationReportOptions {
  /** In the order of the maps' indices, the background among them. At most 255. */
  readonly classes: readonly { readonly id: Key; readonly name: string }[]
  /** Index of the class that is no object of interest: left out of the means over classes. null where there is none. Default 0. */
  readonly background?: number | null | undefined
  /** Of the boundary F1, in pixels; default 0.75 % of each image's diagonal. */
  readonly tolerance?: number | undefined
  /** Bootstrap resamples for the intervals; 0 leaves all null. Default 1000, fewer (at least 100) for very many images. */
  readonly resamples?: number | undefined
  readonly seed?: number | undefined
}

export interface SegmentedImage {
  readonly id: string
  /** Patient, slide: what the intervals draw whole. Needed of all images or of none. */
  readonly group?: Key | undefined
  readonly micrometresPerPixel?: number | undefined
}

/** Takes images one by one and keeps numbers of them, not their maps. */
export interface SegmentationReporter {
  /** Throws RangeError for maps that do not fit; the report is then as before. */
  add(image: SegmentedImage, maps: SegmentationMaps | SegmentationSource): void
  /** The same in steps. */
  addSteps(image: SegmentedImage, maps: SegmentationMaps | SegmentationSource): Steps<void>
  report(): SegmentationReport
  /** The same in steps: those of its intervals. */
  reportSteps(): Steps<SegmentationReport>
}

/** Figures that are one number; of all together they are means over the classes, without the background, that have them. */
export interface SegmentationSummary extends PixelFigures {
  /** Share of pixels said right, background included. */
  readonly pixelAccuracy: number | null
  /** Every class, the background too. */
  readonly perClass: Readonly<Record<string, SegmentationClassSummary>>
  /** null without instance maps. */
  readonly objects: SegmentedObjectFigures | null
  /** Objects of each class but the background, as annotated against as predicted; null without instance maps. */
  readonly counts: Readonly<Record<string, CountFigures>> | null
}

export interface SegmentationClassSummary extends PixelFigures {
  readonly objects: SegmentedObjectFigures | null
}

/** 95 % bootstrap intervals; null where undefined. */
export type SegmentationIntervals = IntervalsOf<SegmentationSummary> & {
  readonly confidence: number
  readonly resamples: number
  readonly over: 'images' | 'groups'
  /** How many images or groups were drawn from. */
  readonly units: number
}

/** Plain data, ready for JSON; what is undefined is null. */
export interface SegmentationReport extends SegmentationSummary {
  readonly images: number
  /** With the number of images where the class is there. */
  readonly perClass: Readonly<Record<string, SegmentationClassSummary & { readonly images: number }>>
  readonly counts: Readonly<Record<string, CountAgreement>> | null
  /** The points of the counted-against-annotated plot. */
  readonly scatter: Readonly<Record<string, readonly CountPair[]>> | null
  /** Pixels: rows what is there, columns what was said. */
  readonly confusion: { readonly classes: readonly Key[]; readonly counts: ConfusionCounts }
  /** Each image's own Dice and Jaccard, means over classes as above: what to look at first. */
  readonly perImage: readonly { readonly id: string; readonly dice: number | null; readonly jaccard: number | null }[]
  readonly intervals: SegmentationIntervals
}

type Kept = SegmentedImageRecord & { readonly group: Key | undefined }

/** An empty report. Throws RangeError for no class or more than 255. */
export function createSegmentationReport(options: SegmentationReportOptions): SegmentationReporter {
  const classes = options.classes.length
  if (classes < 1 || classes > 255) throw new RangeError(`${classes} classes do not fit a map of bytes`)
  const kept: Kept[] = []
  function* addSteps({ id, group, micrometresPerPixel }: SegmentedImage, maps: SegmentationMaps | SegmentationSource): Steps<void> {
    kept.push({ ...(yield* judgeSteps(maps, { id, classes, tolerance: options.tolerance, micrometresPerPixel })), group })
  }
  return {
    add: (image, maps) => atOnce(addSteps(image, maps)),
    addSteps,
    report: () => atOnce(buildReport(kept, options)),
    reportSteps: () => buildReport(kept, options),
  }
}

/** Classes by their place in the maps: all names, and those that means are taken over. */
interface Naming {
  readonly names: readonly string[]
  readonly foreground: readonly number[]
}

function* buildReport(kept: readonly Kept[], options: SegmentationReportOptions): Steps<SegmentationReport> {
  const { classes, background = 0 } = options
  const names = distinctNames(classes.map(({ name }) => name))
  const naming = { names, foreground: [...classes.keys()].filter((k) => k !== background) }
  const figures = createSegmentationFigures(kept, classes.length)
  const summarise = (weights?: Int32Array): SegmentationSummary => summary(figures(weights), naming)
  const point = summarise()
  const scatter = point.objects && ofForeground(naming, (k) => objectCounts(kept, k))
  return {
    ...point,
    images: kept.length,
    perClass: underNames(names, (k) => ({ ...point.perClass[names[k]!]!, images: imagesWith(kept, k) })),
    counts: scatter && Object.fromEntries(Object.entries(scatter).map(([name, pairs]) => [name, countAgreement(pairs)])),
    scatter,
    confusion: {
      classes: classes.map(({ id }) => id),
      counts: sumCounts(
        kept.map(({ counts }) => counts),
        classes.length,
      ),
    },
    perImage: kept.map((image) => ({ id: image.id, ...imageMeans(image.counts, naming.foreground) })),
    intervals: yield* reportIntervals(kept, summarise, options),
  }
}

function summary({ pixelAccuracy, perClass, objects, counts }: SegmentationFigures, naming: Naming): SegmentationSummary {
  const { names, foreground } = naming
  return {
    ...meanOverClasses(PIXEL_FIGURES, perClass, foreground),
    pixelAccuracy,
    perClass: underNames(names, (k) => ({ ...perClass[k]!, objects: objects?.[k] ?? null })),
    objects: objects && meanOverClasses(OBJECT_FIGURES, objects, foreground),
    counts: counts && ofForeground(naming, (k) => counts[k]!),
  }
}

function ofForeground<T>({ names, foreground }: Naming, value: (k: number) => T): Record<string, T> {
  return Object.fromEntries(foreground.map((k) => [names[k]!, value(k)]))
}

function imagesWith(kept: readonly Kept[], k: number): number {
  return kept.filter(({ counts }) => counts[k]!.some((count) => count > 0)).length
}

function imageMeans(counts: ConfusionCounts, foreground: readonly number[]): { dice: number | null; jaccard: number | null } {
  const overlaps = foreground.map((k) => classOverlap(counts, k))
  return { dice: meanOfKnown(overlaps.map(({ dice }) => dice)), jaccard: meanOfKnown(overlaps.map(({ jaccard }) => jaccard)) }
}

function* reportIntervals(
  kept: readonly Kept[],
  summarise: (weights?: Int32Array) => SegmentationSummary,
  { classes, resamples = affordableResamples(stepsOfOne(kept, classes.length)), seed }: SegmentationReportOptions,
): Steps<SegmentationIntervals> {
  const groups = groupsOf(kept)
  return {
    ...(yield* bootstrapFigures(kept.length, summarise, { resamples, seed, groups })),
    confidence: 0.95,
    resamples,
    over: groups === undefined ? 'images' : 'groups',
    units: groups === undefined ? kept.length : new Set(groups).size,
  }
}

/** About what one resample costs: a pixel confusion and a few dozen figures an image and class, and COCO's walk over predictions. */
function stepsOfOne(kept: readonly Kept[], classes: number): number {
  const scored = kept.flatMap(({ coco }) => coco ?? []).reduce((sum, { predictions }) => sum + predictions.length, 0)
  return kept.length * classes * (classes + 50) + 10 * scored
}
