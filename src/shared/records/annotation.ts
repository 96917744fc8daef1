import { z } from 'zod'
import { annotationId, classId, imageId, predictionId } from './ids.ts'
import { shape } from './shape.ts'
import { instant } from './task.ts'

/** How an annotation came to be: drawn by hand, read from a file, or a prediction that a person accepted or corrected. */
export const annotationOrigin = z.enum(['drawn', 'imported', 'accepted', 'corrected'])
export type AnnotationOrigin = z.infer<typeof annotationOrigin>

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
    author: z.string().max(200),
    createdAt: instant,
    updatedAt: instant,
  })
  .readonly()
export type AnnotationRecord = z.infer<typeof annotationRecord>
