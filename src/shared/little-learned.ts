import { meanOfKnown } from './metrics/report-parts.ts'
import { type ModelRecord } from './records/model.ts'
import { type TaskKind } from './records/task.ts'
import { TASKS } from './task-facts.ts'

/** Whether a model has learned next to nothing, as far as its best validation score tells; false where there is none. */
export const hasLearnedLittle = (task: TaskKind, best: number | null): boolean => best !== null && best < TASKS[task].littleLearned

/** Of a set that people labelled with care more than this share is hardly wrong: then the models are. */
const MOST_DOUBTED = 1 / 3

/**
 * Whether what models say otherwise of labels says little: they have learned next to nothing in the mean, or doubt more of the labels that they were
 * set against than can be wrong.
 */
export function saysLittleOfLabels(
  task: TaskKind,
  models: readonly Pick<ModelRecord, 'best'>[],
  { doubted, labels }: { readonly doubted: number; readonly labels: number },
): boolean {
  return hasLearnedLittle(task, meanOfKnown(models.map(({ best }) => best))) || doubted > MOST_DOUBTED * labels
}
