import { z } from 'zod'

// What `work.evaluate` answers for tasks other than detection (src/shared/metrics), as far as the window shows it.

export const interval = z.object({ lower: z.number(), upper: z.number() }).nullable()
export type Interval = z.infer<typeof interval>

const figure = z.number().nullable()
const key = z.union([z.string(), z.number()])
const roc = z.object({ score: z.array(z.number()), falsePositiveRate: z.array(z.number()), truePositiveRate: z.array(z.number()) })
export type Roc = z.infer<typeof roc>
const precisionRecall = z.object({ score: z.array(z.number()), precision: z.array(z.number()), recall: z.array(z.number()) })
export type PrecisionRecall = z.infer<typeof precisionRecall>
/** Rows: what is there, columns: what was said; the images behind each number. */
const matrix = z.object({ counts: z.array(z.array(z.number())), images: z.array(z.array(z.array(z.string()))) })
export type ImageConfusion = z.infer<typeof matrix>

const figures = <K extends string>(...names: readonly K[]) =>
  z.object(Object.fromEntries(names.map((name) => [name, figure])) as Record<K, typeof figure>)
const intervals = <K extends string>(...names: readonly K[]) =>
  z.object(Object.fromEntries(names.map((name) => [name, interval])) as Record<K, typeof interval>)

const ONE_CLASS = ['sensitivity', 'specificity', 'ppv', 'npv', 'f1', 'auc'] as const
const CLASSIFIED = [...ONE_CLASS, 'accuracy', 'balancedAccuracy', 'mcc', 'kappa', 'brier', 'ece'] as const

export const classificationReport = figures(...CLASSIFIED).extend({
  images: z.number(),
  positive: z.number().nullable(),
  threshold: z.number().nullable(),
  perClass: z.record(z.string(), figures(...ONE_CLASS).extend({ images: z.number(), roc, precisionRecall })),
  confusion: matrix.extend({ classes: z.array(key) }),
  calibration: z.array(z.object({ lower: z.number(), upper: z.number(), count: z.number(), probability: figure, rate: figure })).nullable(),
  intervals: intervals(...CLASSIFIED).extend({ perClass: z.record(z.string(), intervals(...ONE_CLASS)) }),
})
export type ClassificationReport = z.infer<typeof classificationReport>

const JUDGED = [
  'imageAuroc',
  'averagePrecision',
  'pixelAuroc',
  'pro',
  'accuracy',
  'sensitivity',
  'specificity',
  'ppv',
  'npv',
  'f1',
] as const

export const anomalyReport = figures(...JUDGED).extend({
  images: z.number(),
  anomalousImages: z.number(),
  threshold: z.number(),
  confusion: matrix,
  roc,
  precisionRecall,
  scores: z.array(z.object({ id: z.string(), anomalous: z.boolean(), score: z.number() })),
  intervals: intervals(...JUDGED),
})
export type AnomalyReport = z.infer<typeof anomalyReport>

const PIXELS = ['dice', 'jaccard', 'sensitivity', 'ppv', 'hausdorff95', 'hausdorff95Micrometres', 'boundaryF1'] as const
const OBJECTS = ['ap50', 'pq', 'precision50', 'recall50', 'hausdorff95'] as const
const objects = figures(...OBJECTS).nullable()
const objectIntervals = intervals(...OBJECTS).nullable()

export const segmentationReport = figures(...PIXELS).extend({
  images: z.number(),
  pixelAccuracy: figure,
  perClass: z.record(z.string(), figures(...PIXELS).extend({ images: z.number(), objects })),
  objects,
  perImage: z.array(z.object({ id: z.string(), dice: figure, jaccard: figure })),
  intervals: intervals(...PIXELS).extend({
    pixelAccuracy: interval,
    perClass: z.record(z.string(), intervals(...PIXELS).extend({ objects: objectIntervals })),
    objects: objectIntervals,
  }),
})
export type SegmentationReport = z.infer<typeof segmentationReport>
