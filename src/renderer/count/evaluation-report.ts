import { z } from 'zod'
import { shownDecimals } from '#shared/i18n/formats.ts'

// What `work.evaluate` answers for detection (src/shared/metrics/detection-report.ts), as far as the window shows it.

const interval = z.object({ lower: z.number(), upper: z.number() }).nullable()
export type Interval = z.infer<typeof interval>

const key = z.union([z.string(), z.number()])
const pair = z.object({ imageId: key, annotated: z.number(), counted: z.number() })
export type CountPair = z.infer<typeof pair>

const agreement = z.object({
  images: z.number(),
  annotatedTotal: z.number(),
  countedTotal: z.number(),
  r2: z.number().nullable(),
  rmse: z.number().nullable(),
  bias: z.number().nullable(),
  limits: z.object({ lower: z.number(), upper: z.number() }).nullable(),
  undefinedBecause: z.record(z.string(), z.string()),
})
export type CountAgreement = z.infer<typeof agreement>

const confusion = z.object({
  classes: z.array(key),
  iouThreshold: z.number(),
  score: z.number(),
  counts: z.array(z.array(z.number())),
  items: z.array(z.array(z.array(z.object({ imageId: key, truthId: key.nullable(), predictionId: key.nullable() })))),
})
export type Confusion = z.infer<typeof confusion>
export type ConfusionItem = Confusion['items'][number][number][number]

const ofClass = z.object({
  ap: z.number(),
  ap50: z.number(),
  recall50: z.number(),
  atScore: z.object({ precision: z.number().nullable(), recall: z.number().nullable(), f1: z.number().nullable() }),
  curve: z.object({ score: z.array(z.number()), precision: z.array(z.number()), recall: z.array(z.number()) }),
  bestF1: z.object({ score: z.number(), f1: z.number() }).nullable(),
  bestCountScore: z.object({ score: z.number(), rmse: z.number() }).nullable(),
})
export type ClassReport = z.infer<typeof ofClass>

export const evaluationReport = z.object({
  images: z.number(),
  score: z.number(),
  ap: z.number(),
  ap50: z.number(),
  ap75: z.number(),
  ar100: z.number(),
  perClass: z.record(z.string(), ofClass),
  counts: z.record(z.string(), agreement),
  scatter: z.record(z.string(), z.array(pair)),
  confusion,
  intervals: z.object({
    ap: interval,
    ap50: interval,
    ap75: interval,
    ar100: interval,
    perClass: z.record(z.string(), z.object({ ap: interval, ap50: interval, recall50: interval })),
  }),
})
export type EvaluationReport = z.infer<typeof evaluationReport>

/** A score as shown: three decimals; a dash where nothing was there to be found (COCO's -1) or it is undefined. */
export function shownScore(value: number | null | undefined): string {
  return value === null || value === undefined || value < 0 ? '–' : shownDecimals(value, 3)
}

/** A 95 % interval as shown, empty where there is none. */
export function shownInterval(value: Interval | undefined): string {
  return value ? `${shownDecimals(value.lower, 3)} – ${shownDecimals(value.upper, 3)}` : ''
}
