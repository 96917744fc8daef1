import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { PredictionId } from '#shared/records/ids.ts'
import type { Store } from './store.ts'

/**
 * The label that an image gets back when a prediction of it is rejected that had taken the label's place (`replaced`): that label, unless it
 * came of another prediction that was rejected meanwhile; then the one before it, and so on. Undefined where there was none, or where its
 * class has left the project.
 */
export function formerLabel(store: Store, rejected: PredictionId, replaced: AnnotationRecord | null): AnnotationRecord | undefined {
  const seen = new Set<PredictionId | null>([rejected])
  let label = replaced
  while (label !== null && label.predictionId !== null) {
    const decision = store.decisions.ofPrediction(label.predictionId)
    const stands = !seen.has(label.predictionId) && decision?.kind !== 'reject'
    if (stands) break
    label = seen.has(label.predictionId) ? null : (decision?.replaced ?? null)
    if (label !== null) seen.add(decision!.predictionId)
  }
  return label !== null && store.classes.get(label.classId) ? label : undefined
}
