import type { TaskKind } from '#shared/records/task.ts'
import { anomalyTask } from './anomaly.ts'
import { classificationTask } from './classification.ts'
import { detectionTask } from './detection.ts'
import { segmentationTask } from './segmentation.ts'
import type { WorkbenchTask } from './workbench-task.ts'

/** All kinds of task: a new one is added here and nowhere else in the workbench. */
const TASKS: Readonly<Record<TaskKind, WorkbenchTask>> = {
  detection: detectionTask,
  classification: classificationTask,
  segmentation: segmentationTask,
  anomaly: anomalyTask,
}

export const workbenchTask = (kind: TaskKind): WorkbenchTask => TASKS[kind]
