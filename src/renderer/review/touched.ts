import { type Change } from '#shared/records/edit.ts'
import { type AnnotationId, type PredictionId } from '#shared/records/ids.ts'

/** What Review asks about: a label, a prediction, or both. */
export interface Asked {
  readonly annotationId?: AnnotationId | null
  readonly predictionId: PredictionId | null
}

/** Whether a change is about what is asked: its label, a decision on its prediction, or what somebody read of either. */
export function touched({ diff: { annotations, decisions, readings } }: Pick<Change, 'diff'>): (one: Asked) => boolean {
  const all = <R>({
    added,
    updated,
    removed,
  }: {
    added: readonly R[]
    updated: readonly (readonly [R, R])[]
    removed: readonly R[]
  }): R[] => [...added, ...updated.map(([, after]) => after), ...removed]
  const said = all(readings)
  const labels = new Set([...[...all(annotations), ...annotations.amended].map(({ id }) => id), ...said.map((one) => one.annotationId)])
  const predictions = new Set([...all(decisions), ...said].map((one) => one.predictionId))
  return ({ annotationId = null, predictionId }) =>
    (annotationId !== null && labels.has(annotationId)) || (predictionId !== null && predictions.has(predictionId))
}
