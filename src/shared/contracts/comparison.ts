import { z } from 'zod'
import { annotationId, imageId, modelId, predictionId, runId } from '../records/ids.ts'
import { split } from '../records/task.ts'
import { seenBefore } from '../seen-before.ts'
import { testLook } from '../test-looks.ts'

/** A model, or the folds of the newest cross-validation together. */
const compared = z.union([modelId, z.literal('ensemble')])

/** Two models on the same held-out images. */
export const compareRequest = z.object({
  a: compared,
  b: compared,
  split: split.default('test'),
  /** Score from which an object counts; the task's own where left out. */
  score: z.number().min(0).max(1).nullable().default(null),
  flips: z.boolean().default(false),
})
export type CompareRequest = z.input<typeof compareRequest>

const annotations = z.array(annotationId)
const predictions = z.array(predictionId)

/**
 * Labels by who found them, and predictions that are wrong; most different images first. `objects`: boxes (shared/metrics/detection-comparison.ts);
 * `areas`: outlined objects, paired with IoU above 0.5, and Dice of the pixels (shared/metrics/area-comparison.ts); `images`: each image has one
 * label, found by whoever says so of the image.
 */
export const comparison = z.object({
  kind: z.enum(['objects', 'areas', 'images']),
  split,
  runA: runId,
  runB: runId,
  score: z.number(),
  images: z.array(
    z.object({
      imageId,
      ...{ both: annotations, onlyA: annotations, onlyB: annotations, neither: annotations },
      ...{ wrongA: predictions, wrongB: predictions },
      /** Areas: mean Dice of the classes on this image; null where none is there or said. */
      dice: z.object({ a: z.number().nullable(), b: z.number().nullable() }).optional(),
      /** Images: names of the classes that are there and said. */
      said: z.object({ label: z.string(), a: z.string(), b: z.string() }).optional(),
    }),
  ),
  /** Images: whether the two differ by more than chance (McNemar's exact test on those that one alone has right); null for the other kinds. */
  mcnemar: z.object({ onlyA: z.number().int(), onlyB: z.number().int(), p: z.number() }).nullable(),
  /** How many of the images each model has learned from, or was chosen by. */
  seenBefore: z.object({ a: seenBefore, b: seenBefore }),
  /** Labelled images of the split that are left out since they are reviewed in part. */
  inPart: z.number().int().nonnegative().default(0),
  /** Of test images: all looks at them so far. */
  testLooks: z.array(testLook),
})
export type ModelComparison = z.infer<typeof comparison>
