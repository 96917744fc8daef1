import { append } from '#shared/append.ts'
import { iou, type Box } from '#shared/geometry/box.ts'
import { say } from '#shared/i18n/say.ts'
import type { Edit } from '#shared/records/edit.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { annotationId, newId, type ClassId, type ImageId } from '#shared/records/ids.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'

// The demo's stand-in for the person at the microscope: it knows the truth of the synthetic pictures and reviews as a user would.

export interface TrueObject {
  readonly classId: ClassId
  readonly box: Box
}

/** What the person decides on one image's predictions. */
export interface Review {
  readonly accept: PredictionRecord[]
  readonly correct: { readonly prediction: PredictionRecord; readonly to: TrueObject }[]
  readonly reject: PredictionRecord[]
  /** Objects that no prediction showed: drawn by hand. */
  readonly missed: TrueObject[]
}

/** From this overlap on the outline is good enough to accept; from the lower one it is the same object, to be adjusted. */
const GOOD = 0.7
const SAME = 0.35

/** Best prediction first, each looks for the true object it overlaps most and that no better prediction took. */
export function review(predictions: readonly PredictionRecord[], truth: readonly TrueObject[]): Review {
  const free = new Set(truth)
  const result: Review = { accept: [], correct: [], reject: [], missed: [] }
  for (const prediction of [...predictions].sort((a, b) => b.score - a.score)) {
    const [best, overlap] = prediction.shape.type === 'box' ? bestOf(prediction.shape, free) : [null, 0]
    if (!best || overlap < SAME) result.reject.push(prediction)
    else {
      free.delete(best)
      if (overlap >= GOOD && best.classId === prediction.classId) result.accept.push(prediction)
      else result.correct.push({ prediction, to: best })
    }
  }
  append(result.missed, free)
  return result
}

function bestOf(box: Box, candidates: ReadonlySet<TrueObject>): [TrueObject | null, number] {
  let best: TrueObject | null = null
  let overlap = 0
  for (const candidate of candidates) {
    const value = iou(box, candidate.box)
    if (value > overlap) [best, overlap] = [candidate, value]
  }
  return [best, overlap]
}

/** Boxes drawn by hand, as one edit. */
export function drawn(imageId: ImageId, objects: readonly TrueObject[], author: string): Edit {
  const now = new Date().toISOString()
  const annotations = objects.map(({ classId, box }): AnnotationRecord => ({
    id: annotationId.parse(newId()),
    imageId,
    classId,
    shape: { type: 'box', x: box.x, y: box.y, width: box.width, height: box.height },
    origin: 'drawn',
    predictionId: null,
    ...PLAIN,
    author,
    createdAt: now,
    updatedAt: now,
  }))
  return { label: say('Draw {{what}}', { what: say('{{count}} objects', { count: objects.length }) }), put: { annotations }, remove: {} }
}
