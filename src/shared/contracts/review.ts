import { z } from 'zod'
import { DIFFERENCE_KINDS } from '../review/second-look.ts'
import { AREA_OF } from './counts.ts'
import { annotationId, classId, imageId, predictionId, runId } from '../records/ids.ts'

export const reviewRequest = z.object({
  runId,
  /** Undecided ones on finished images too. */
  finishedToo: z.boolean().default(false),
})
export type ReviewRequest = z.output<typeof reviewRequest>

/** How an item was answered, beside the places of classes in `classIds`. */
export const ANSWER = { open: -2, nothing: -1 } as const

/**
 * What a run found, as a review goes through it: an item for each prediction that is undecided, or decided on; those that a label
 * shows already are left out, as are undecided ones on finished images unless they are asked for. Image by image in the project's order, the best score first.
 * Columns of one length.
 */
export const reviewItems = z
  .object({
    imageIds: z.array(imageId),
    classIds: z.array(classId),
    ids: z.instanceof(Float64Array),
    /** Places in `imageIds` and `classIds`. */
    images: z.instanceof(Uint32Array),
    classes: z.instanceof(Uint16Array),
    scores: z.instanceof(Float64Array),
    /** Places in `SHAPE_KINDS`, and x, y, width, height of each in full-resolution pixels (of a whole image zeros). */
    kinds: z.instanceof(Uint8Array),
    bounds: z.instanceof(Float64Array),
    /** `ANSWER.open`, `ANSWER.nothing` for one that was rejected or whose annotation is no object (any more), or the place of the class that its annotation has. */
    answers: z.instanceof(Int16Array),
    /** How many labels show the same object: of what is undecided none. */
    shown: z.instanceof(Uint16Array),
    /** Score of the same object by the other model that looked at most of the images: 0 where that found none, NaN where it was not asked. */
    rivals: z.instanceof(Float32Array),
    /** The run that `rivals` come from; of a cross-validation the newest. */
    rival: runId.nullable(),
    /** Annotations by class, in `classIds`' order, on what the run looked at, that no decision on this run made or is linked to: they count beside the items. */
    labels: z.array(z.number().int().nonnegative()),
    /** By which the count is divided, of each of `imageIds`; null where that is not known, or the count is of another area. */
    pixels: z.array(z.number().nonnegative().nullable()),
    /** The same in mm²: what the run looked at, on its images together; null where the size of a pixel is not known of each, or where the count is of another area. */
    area: z.number().positive().nullable(),
    /** What that area is of, and how many slides and other large images are in it as a whole, with their glass (`RowArea`). */
    ...{ areaOf: z.enum(AREA_OF), scans: z.number().int().nonnegative() },
  })
  .refine(
    ({ ids: { length }, images, classes, scores, kinds, bounds, answers, shown, rivals }) =>
      [images, classes, scores, kinds, answers, shown, rivals].every((column) => column.length === length) && bounds.length === 4 * length,
    'Columns of a review that do not belong together',
  )
export type ReviewColumns = z.output<typeof reviewItems>

const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).readonly()

/** Where a label and a prediction say different things (`shared/review/second-look.ts`). */
export const secondLook = z.object({
  kind: z.enum(DIFFERENCE_KINDS),
  imageId,
  /** The run that says otherwise: of folds that of the model which did not see the image. */
  runId,
  /** The label; null where there is none. */
  annotationId: annotationId.nullable(),
  /** The prediction; null where the model finds nothing. */
  predictionId: predictionId.nullable(),
  /** What each says; null where it says that there is nothing. */
  labelled: classId.nullable(),
  predicted: classId.nullable(),
  /** Of the prediction; of a missed label the best that the model gives anything there. */
  score: z.number(),
  /** How much surer the model is of what it says than of what is labelled, 0..1. */
  strength: z.number(),
  /** Bounds in full-resolution pixels; null: the image as a whole. */
  box: box.nullable(),
})
export type SecondLook = z.infer<typeof secondLook>

export const secondLooks = z.object({
  looks: z.array(secondLook),
  /** What the models say otherwise of labels says little (`shared/little-learned.ts`). */
  learnedLittle: z.boolean(),
})
export type SecondLooks = z.infer<typeof secondLooks>

/** Whether the label is right, or the model. */
export const settleRequest = z.object({
  look: secondLook.pick({ kind: true, imageId: true, annotationId: true, predictionId: true }),
  right: z.enum(['label', 'model']),
})
export type SettleRequest = z.infer<typeof settleRequest>
