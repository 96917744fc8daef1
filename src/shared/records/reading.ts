import { z } from 'zod'
import { annotationId, classId, imageId, predictionId, readingId } from './ids.ts'
import { instant } from './task.ts'

/**
 * What one person says a thing is, kept apart from the annotations and changing none of them: an annotation that was looked at once more, or a
 * prediction that a second reader was asked about. One a person and thing; it goes with its annotation, class or image.
 */
export const readingRecord = z
  .object({
    id: readingId,
    imageId,
    annotationId: annotationId.nullable(),
    predictionId: predictionId.nullable(),
    /** null: nothing that is to be labelled. */
    classId: classId.nullable(),
    who: z.string().max(200),
    at: instant,
  })
  .readonly()
  .refine((one) => (one.annotationId === null) !== (one.predictionId === null), 'A reading is of one thing')
export type ReadingRecord = z.infer<typeof readingRecord>

/** The same for the same person and thing. */
export const readingKey = ({ who, annotationId: annotation, predictionId: prediction }: ReadingRecord): string =>
  `${annotation === null ? String(prediction) : `annotation ${annotation}`} ${who}`
