import { z } from 'zod'
import { annotationId, flagId, imageId, predictionId } from './ids.ts'
import { instant } from './task.ts'

/** As long as a flag's note may be. */
export const FLAG_NOTE = 500

/**
 * A question for a colleague: set on an annotation, on a prediction, or, with neither, on the image as a whole. It changes nothing of what it is
 * set on and nothing is learned from it; it goes with its annotation or image.
 */
export const flagRecord = z
  .object({
    id: flagId,
    imageId,
    annotationId: annotationId.nullable(),
    predictionId: predictionId.nullable(),
    /** Empty where nothing was written. */
    note: z.string().max(FLAG_NOTE),
    author: z.string().max(200),
    createdAt: instant,
    updatedAt: instant,
  })
  .readonly()
  .refine((one) => one.annotationId === null || one.predictionId === null, 'A flag is set on one thing')
export type FlagRecord = z.infer<typeof flagRecord>

/** What a flag can be set on. */
export type FlagTarget = Pick<FlagRecord, 'imageId' | 'annotationId' | 'predictionId'>

/** The same for the same target. */
export const flagKey = ({ imageId: image, annotationId: annotation, predictionId: prediction }: FlagTarget): string =>
  annotation ?? (prediction === null ? `image ${image}` : `prediction ${String(prediction)}`)
