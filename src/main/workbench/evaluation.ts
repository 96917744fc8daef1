import type { RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'
import type { TaskReport } from './tasks/workbench-task.ts'

export interface EvaluatedRun {
  readonly run: RunId
  readonly model: ModelRecord
  readonly images: readonly ImageRecord[]
  /** Score from which an object counts; null = the task's own. */
  readonly score: number | null
}

/** A run's predictions on these images against their annotations as they are now. */
export function evaluateRun({ db, task: kind }: OpenProject, { run, model, images, score }: EvaluatedRun): TaskReport {
  const task = workbenchTask(kind)
  return task.evaluate({
    classes: db.classes(),
    model,
    run,
    images,
    read: (image) => ({
      image,
      annotations: db.annotationsOf(image.id),
      predictions: db.predictionsOf(image.id, run),
      result: db.resultOf(image.id, run) ?? null,
    }),
    score: score ?? task.countedFrom,
  })
}
