import { z } from 'zod'
import { annotationId, imageId, modelId, predictionId, runId } from '../records/ids.ts'
import { split } from '../records/task.ts'

/** Two models on the same held-out images. */
export const compareRequest = z.object({
  a: modelId,
  b: modelId,
  split: split.default('test'),
  /** Score from which an object counts; the task's own where left out. */
  score: z.number().min(0).max(1).nullable().default(null),
  flips: z.boolean().default(false),
})
export type CompareRequest = z.input<typeof compareRequest>

const annotations = z.array(annotationId)
const predictions = z.array(predictionId)

/** See shared/metrics/detection-comparison.ts: labels by who found them, and predictions that are wrong. Most different images first. */
export const comparison = z.object({
  runA: runId,
  runB: runId,
  score: z.number(),
  images: z.array(
    z.object({
      imageId,
      ...{ both: annotations, onlyA: annotations, onlyB: annotations, neither: annotations },
      ...{ wrongA: predictions, wrongB: predictions },
    }),
  ),
})
export type ModelComparison = z.infer<typeof comparison>
