import { AppError } from '#shared/errors.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { anomalyTask } from './anomaly.ts'
import { classificationTask } from './classification.ts'
import { detectionTask } from './detection.ts'
import { segmentationTask } from './segmentation.ts'
import type { WorkbenchTask } from './workbench-task.ts'

/** All kinds of task: a new one is added here and nowhere else in the workbench. */
const TASKS: readonly WorkbenchTask[] = [detectionTask, classificationTask, segmentationTask, anomalyTask]

export function workbenchTask(kind: TaskKind): WorkbenchTask {
  const task = TASKS.find((t) => t.kind === kind)
  if (task) return task
  throw new AppError(
    'task-unknown',
    `Projects for ${kind} cannot be made in this version.`,
    `It can: ${TASKS.map((t) => t.kind).join(', ')}.`,
  )
}
