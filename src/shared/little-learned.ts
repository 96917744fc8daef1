import { type ModelRecord } from './records/model.ts'
import { type TaskKind } from './records/task.ts'

/**
 * Validation scores below this tell of next to nothing learned. AUC, by which classifiers are judged, is 0.5 by chance; the other measures have their
 * chance near 0.
 */
const LITTLE: Readonly<Record<TaskKind, number>> = { detection: 0.1, segmentation: 0.1, classification: 0.6, anomaly: 0.1 }

/** Whether a model has learned next to nothing, as far as its best validation score tells; false where there is none. */
export const hasLearnedLittle = (task: TaskKind, best: number | null): boolean => best !== null && best < LITTLE[task]

/** Whether that is so of the models of a cross-validation in the mean: then what they say otherwise of labels says little. */
export function foldsLearnedLittle(task: TaskKind, models: readonly Pick<ModelRecord, 'best'>[]): boolean {
  const known = models.flatMap(({ best }) => best ?? [])
  return known.length > 0 && hasLearnedLittle(task, known.reduce((a, b) => a + b, 0) / known.length)
}
