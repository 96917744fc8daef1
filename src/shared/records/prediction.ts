import { z } from 'zod'
import { annotationId, classId, decisionId, imageId, predictionId, runId } from './ids.ts'
import { boxShape, shape } from './shape.ts'
import { instant } from './task.ts'

/** A guess of a model: never mixed with truth. */
export const predictionRecord = z
  .object({ id: predictionId, runId, imageId, classId, score: z.number().min(0).max(1), shape: boxShape })
  .readonly()
export type PredictionRecord = z.infer<typeof predictionRecord>

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
  })
  .readonly()
export type DecisionRecord = z.infer<typeof decisionRecord>
