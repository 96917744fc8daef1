import path from 'node:path'
import type { RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'
import type { TaskReport } from './tasks/workbench-task.ts'

interface Evaluated {
  readonly model: ModelRecord
  readonly images: readonly ImageRecord[]
  /** Score from which an object counts; null = the task's own. */
  readonly score: number | null
}

/** A run's predictions on these images against their annotations as they are now. */
export function evaluateRun(project: OpenProject, { run, ...rest }: Evaluated & { readonly run: RunId }): TaskReport {
  return evaluateRuns(project, { ...rest, runOf: () => run })
}

/** The same, each image by a run of its own: the folds of a cross-validation. */
export function evaluateRuns(
  { db, task: kind, paths }: OpenProject,
  { runOf, model, images, score }: Evaluated & { readonly runOf: (image: ImageRecord) => RunId },
): TaskReport {
  const task = workbenchTask(kind)
  return task.evaluate({
    classes: db.classes(),
    model,
    images,
    read: (image) => {
      const run = runOf(image)
      const [annotations, predictions] = [db.annotationsOf(image.id), db.predictionsOf(image.id, run)]
      return { image, annotations, predictions, result: db.resultOf(image.id, run) ?? null }
    },
    // A map's name comes out of the database, which may come from elsewhere: no folder in it counts.
    mapFile: (image) => (map) => path.join(paths.runs, path.basename(runOf(image)), path.basename(map.file)),
    score: score ?? task.countedFrom,
  })
}
