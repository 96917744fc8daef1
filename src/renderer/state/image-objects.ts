import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type Diff } from '#shared/records/edit.ts'
import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { type DecisionRecord, type PredictionRecord } from '#shared/records/prediction.ts'
import { annotationBlock, ObjectTable, predictionBlock } from '../objects/object-table.ts'
import { type ProjectClient } from './clients.ts'

/** What lies on an image. */
export interface ImageObjects {
  readonly annotations: ObjectTable<AnnotationRecord>
  readonly decisions: readonly DecisionRecord[]
  /** Of the run that was asked for; empty without one. */
  readonly predictions: ObjectTable<PredictionRecord>
}

/** Reads what lies on an image, as main has it now. */
export async function readObjects(
  project: Pick<ProjectClient, 'objects' | 'predictions'>,
  imageId: ImageId,
  runId: RunId | null,
): Promise<ImageObjects> {
  const [{ annotations, decisions }, guesses] = await Promise.all([
    project.objects({ imageId }),
    runId === null ? null : project.predictions({ imageId, runId }),
  ])
  return {
    annotations: ObjectTable.ofBlock(annotationBlock(annotations)),
    decisions,
    predictions: guesses === null ? new ObjectTable() : ObjectTable.ofBlock(predictionBlock(guesses)),
  }
}

/** Whether a change put, changed or took away an object of an image, or decided on one. */
export function touches({ annotations, decisions }: Diff, imageId: ImageId): boolean {
  const isOf = (one: { readonly imageId: ImageId }): boolean => one.imageId === imageId
  const { added, updated, removed, amended } = annotations
  return (
    [added, removed, amended, decisions.added, decisions.removed].some((list) => list.some(isOf)) ||
    [...updated, ...decisions.updated].some(([before, after]) => isOf(before) || isOf(after))
  )
}
