import { z } from 'zod'
import { say } from '../i18n/say.ts'
import { annotationRecord } from './annotation.ts'
import { annotationId, classId, decisionId, imageId, predictionId, runId } from './ids.ts'
import { regionShape } from './region.ts'
import { shape } from './shape.ts'
import { ownColors, ownColorsText } from '../stains/stain-facts.ts'
import { instant } from './task.ts'

/** A guess of a model: never mixed with truth. */
export const predictionRecord = z.object({ id: predictionId, runId, imageId, classId, score: z.number().min(0).max(1), shape }).readonly()
export type PredictionRecord = z.infer<typeof predictionRecord>

/** A picture that a run drew over an image: which class each pixel has, how sure that is, or how far a pixel is from normal. */
export const resultMap = z
  .object({
    /**
     * `classes`: an index PNG, value = place in the model's classes (0 = background). `probability`: grey PNG, 255 = 1. `heat`: grey PNG, 255 = the
     * model's `mapScale` and more (where the model has none, 1). `values`: no picture, but the numbers behind `heat`, float32 little-endian row
     * by row.
     */
    kind: z.enum(['classes', 'probability', 'heat', 'values']),
    /** Path below the run's folder of the project. */
    file: z.string().max(400),
    /** Of `probability`: the class, as a place in the model's classes. */
    classIndex: z.number().int().nonnegative().nullable(),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
  })
  .readonly()
export type ResultMap = z.infer<typeof resultMap>

/** What a run says of an image as a whole. */
export const imageResult = z
  .object({
    imageId,
    /** Classification: a score for each of the model's classes, in their order, sum 1. */
    scores: z.array(z.number().min(0).max(1)).nullable(),
    /** Anomaly: how far the image is from normal; the model's threshold tells from where on it is abnormal. Unbounded. */
    anomaly: z.number().nonnegative().nullable(),
    maps: z.array(resultMap).max(1100),
    /**
     * Slides and large images: the share of the area that was taken for glass, and how many of the tiles showed nothing else and were not looked at.
     * Left out: all of the image was looked at.
     */
    glass: z
      .object({ share: z.number().min(0).max(1), tiles: z.number().int(), skipped: z.number().int() })
      .readonly()
      .optional(),
    /** Segmentation: areas that were too large to tell touching objects in them apart. Each is one object. Left out: none. */
    unparted: z.number().int().positive().optional(),
    /** The model normalises stains, but could not here: the image was looked at in its own colours. Left out: it was looked at as the model learned. */
    ownColors: ownColors.optional(),
    /** Of a run in regions of interest: those of the image as they were looked at. Left out: all of it was looked at, or the run is older than this. */
    regions: z.array(regionShape).readonly().optional(),
  })
  .readonly()
export type ImageResult = z.infer<typeof imageResult>

/** What has to be known of a result to understand its counts, a sentence each. */
export function resultNotes({ unparted = 0, ownColors: why }: Pick<ImageResult, 'unparted' | 'ownColors'>): string[] {
  const notes =
    why === undefined
      ? []
      : [say('It was looked at in its own colours, since {{why}}: the model may do worse.', { why: ownColorsText(why) })]
  if (unparted === 0) return notes
  return [
    ...notes,
    say('{{count}} areas are too large to tell touching objects in them apart: each counts as one object.', { count: unparted }),
  ]
}

const before = z.object({ classId, shape, score: z.number() }).readonly()
const after = z.object({ classId, shape }).readonly()

/** What a person did with a prediction: who, when, from what to what. */
export const decisionRecord = z
  .object({
    id: decisionId,
    predictionId,
    imageId,
    kind: z.enum(['accept', 'correct', 'reject']),
    annotationId: annotationId.nullable(),
    who: z.string().max(200),
    at: instant,
    from: before,
    to: after.nullable(),
    /** The label of the image as a whole that gave way to this decision, as it was: rejecting the prediction brings it back. Since version 22. */
    replaced: annotationRecord.nullable().default(null),
  })
  .readonly()
export type DecisionRecord = z.infer<typeof decisionRecord>
