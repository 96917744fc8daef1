import { AppError } from '#shared/errors.ts'
import { shownMoment } from '#shared/i18n/formats.ts'
import { say } from '#shared/i18n/say.ts'
import type { RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { type LabelledObject, type LabelSet, noteIf, type WrittenLabels } from '../interchange/label-set.ts'
import { runCell } from './model-cell.ts'
import type { OpenProject } from './open-project.ts'
import { unseenBy } from './prediction.ts'
import { workbenchTask } from './tasks/registry.ts'

/** The run whose predictions are meant. Throws AppError `no-run`. */
export function runToExport(project: OpenProject, runId: RunId | null): RunId {
  if (runId === null) throw new AppError('no-run', 'No run of predictions was named.', 'Predict first, then export.')
  return project.run(runId).id
}

/** Predictions of a run with the images they lie on. */
export function predictedSet(project: OpenProject, runId: RunId, images: readonly ImageRecord[]): LabelSet {
  const objects: LabelledObject[] = images.flatMap((image) => project.db.predictionsOf(image.id, runId))
  return { images, classes: project.db.classes(), objects }
}

/** Of which run and model predictions are. */
export function runNote(project: OpenProject, runId: RunId): string {
  const run = project.run(runId)
  const model = runCell(run, project.model(run.modelId))
  return say('Of run {{run}} of {{model}}, made {{moment}}.', { run: run.id, model, moment: shownMoment(run.createdAt) })
}

/** Of how many images of a split (null: of all) a run says nothing yet, though it could. */
export function unseenNotes(project: OpenProject, runId: RunId, split: ImageRecord['split']): string[] {
  const unseen = unseenBy(project, runId).filter((id) => split === null || project.image(id).split === split)
  return noteIf(unseen.length, (count) =>
    say('{{count}} images have no predictions of this run: predict the rest, and they join it.', { count }),
  )
}

interface Predicted {
  readonly project: OpenProject
  readonly runId: RunId
  readonly images: readonly ImageRecord[]
}

/** Writes a run's predictions as CSV, in the columns of the project's task. */
export function writePredictionTable(file: string, { project, runId, images }: Predicted): Promise<WrittenLabels> {
  const { db } = project
  return workbenchTask(project.task).writePredictions(file, {
    images,
    classes: db.classes(),
    model: () => project.model(project.run(runId).modelId),
    madeBy: () => runCell(project.run(runId), project.model(project.run(runId).modelId)),
    run: runId,
    annotationsOf: (image) => db.annotationsOf(image.id),
    predictionsOf: (image) => db.predictionsOf(image.id, runId),
    results: () => new Map(db.resultsOf(runId).map((result) => [result.imageId, result])),
  })
}
