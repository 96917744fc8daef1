import { z } from 'zod'
import { annotationId, classId, imageId, predictionId } from './ids.ts'
import { shape } from './shape.ts'
import { instant } from './task.ts'

/** How an annotation came to be: drawn by hand, read from a file, or a prediction that a person accepted or corrected. */
export const annotationOrigin = z.enum(['drawn', 'imported', 'accepted', 'corrected'])
export type AnnotationOrigin = z.infer<typeof annotationOrigin>

/** Levels reach as far down and up. */
export const LEVELS = 1_000_000_000

/** Truth: an object that a person made or accepted. */
export const annotationRecord = z
  .object({
    id: annotationId,
    imageId,
    classId,
    shape,
    origin: annotationOrigin,
    /** The prediction it was accepted or corrected from. */
    predictionId: predictionId.nullable(),
    /** COCO's iscrowd: a group that is not counted one by one. */
    crowd: z.boolean(),
    /** VOC's difficult: left out of scores. */
    difficult: z.boolean(),
    note: z.string().max(4000),
    /** What a person calls this very object; '' = nothing. */
    name: z.string().max(200).default(''),
    /** Not moved, reshaped, relabelled or deleted by hand until it is unlocked. */
    locked: z.boolean().default(false),
    /** Where it is drawn: over those of a lower level; of one level, what was made later over what was made before. */
    level: z.number().int().min(-LEVELS).max(LEVELS).default(0),
    author: z.string().max(200),
    createdAt: instant,
    updatedAt: instant,
  })
  .readonly()
export type AnnotationRecord = z.infer<typeof annotationRecord>

/** What an annotation says of itself where nobody said anything. */
export const PLAIN = {
  crowd: false,
  difficult: false,
  note: '',
  name: '',
  locked: false,
  level: 0,
} as const satisfies Partial<AnnotationRecord>
