import { assertNever } from '#shared/assert.ts'
import type { CountSource } from '#shared/contracts/project.ts'
import { overlapIndex, SAME_OBJECT } from '#shared/geometry/shape-overlap.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassId, PredictionId } from '#shared/records/ids.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import { countsAsObject } from '#shared/records/shape.ts'
import type { DecisionRecord, PredictionRecord } from '#shared/records/prediction.ts'

/** What is known of one image when its objects are counted. */
export interface CountedImage {
  readonly image: ImageRecord
  readonly annotations: readonly AnnotationRecord[]
  /** Predictions of the run that is counted; empty for truth. */
  readonly predictions: readonly PredictionRecord[]
  readonly decisions: readonly DecisionRecord[]
}

/**
 * Objects a class on one image.
 * - truth: the annotations, crowds and rulers left out.
 * - predictions: the run's predictions at or above the score, whatever was decided on them.
 * - corrected: on an image declared done or reviewed, the annotations alone; elsewhere the annotations, and of the run's predictions at or
 *   above the score those that nobody decided on and that no annotation of the image covers (IoU >= 0.5).
 */
export function countImage(counted: CountedImage, source: CountSource): Map<ClassId, number> {
  return tally(countedObjects(counted, source))
}

/** The objects that `countImage` counts. */
export function countedObjects(counted: CountedImage, source: CountSource): readonly (AnnotationRecord | PredictionRecord)[] {
  const truth = counted.annotations.filter((a) => !a.crowd && countsAsObject(a.shape))
  switch (source.kind) {
    case 'truth':
      return truth
    case 'predictions':
      return counted.predictions.filter((p) => p.score >= source.score)
    case 'corrected':
      return [...truth, ...undecided(counted, source.score)]
    default:
      return assertNever(source)
  }
}

function undecided({ image, annotations, predictions, decisions }: CountedImage, score: number): PredictionRecord[] {
  if (isFinished(image)) return []
  const decided = new Set<PredictionId>(decisions.map((d) => d.predictionId))
  const labelled = overlapIndex(annotations.map(({ shape }) => shape))
  return predictions.filter((p) => {
    if (p.score < score || decided.has(p.id)) return false
    return !labelled.overlaps(p.shape).some(({ overlap }) => overlap >= SAME_OBJECT)
  })
}

function tally(objects: readonly { readonly classId: ClassId }[]): Map<ClassId, number> {
  const counts = new Map<ClassId, number>()
  for (const { classId } of objects) counts.set(classId, (counts.get(classId) ?? 0) + 1)
  return counts
}
