import { AppError } from '#shared/errors.ts'
import type { RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { ImageResult } from '#shared/records/prediction.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { writeAnomaliesCsv, writeAreasCsv, writeClassesCsv, writePredictionsCsv } from '../interchange/csv.ts'
import type { LabelledObject, LabelSet, WrittenLabels } from '../interchange/label-set.ts'
import type { OpenProject } from './open-project.ts'

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

interface Predicted {
  readonly project: OpenProject
  readonly runId: RunId
  readonly images: readonly ImageRecord[]
}

/** The table of predictions of each task, columns as the command line promises them. */
const TABLES: Readonly<Record<TaskKind, (file: string, predicted: Predicted) => Promise<WrittenLabels>>> = {
  detection: (file, { project, runId, images }) => writePredictionsCsv(file, predictedSet(project, runId, images)),
  segmentation: (file, { project, runId, images }) => writeAreasCsv(file, predictedSet(project, runId, images)),
  classification: writeClassification,
  anomaly: writeAnomalies,
}

/** Writes a run's predictions as CSV, in the columns of the project's task. */
export function writePredictionTable(file: string, predicted: Predicted): Promise<WrittenLabels> {
  return TABLES[predicted.project.task](file, predicted)
}

function resultsByImage({ project, runId, images }: Predicted): { image: ImageRecord; result: ImageResult }[] {
  const results = new Map(project.db.resultsOf(runId).map((result) => [result.imageId, result]))
  return images.flatMap((image) => {
    const result = results.get(image.id)
    return result === undefined ? [] : [{ image, result }]
  })
}

async function writeClassification(file: string, predicted: Predicted): Promise<WrittenLabels> {
  const { project, runId } = predicted
  const model = project.model(project.run(runId).modelId)
  const rows = resultsByImage(predicted).flatMap(({ image, result: { scores } }) =>
    scores === null ? [] : [{ image, scores, className: saidClass(predicted, image, scores, model) }],
  )
  const names = model.classes.map(({ name }) => name)
  return writeClassesCsv(file, names, rows)
}

/** The class that the run gave the image: a threshold may have chosen another than the most probable. */
function saidClass({ project, runId }: Predicted, image: ImageRecord, scores: readonly number[], { classes }: ModelRecord): string {
  const said = project.db.predictionsOf(image.id, runId).find(({ shape }) => shape.type === 'image')
  const named = said && (classes.find(({ id }) => id === said.classId) ?? project.db.classes().find(({ id }) => id === said.classId))
  return named?.name ?? classes[scores.indexOf(Math.max(...scores))]?.name ?? ''
}

async function writeAnomalies(file: string, predicted: Predicted): Promise<WrittenLabels> {
  const rows = resultsByImage(predicted).flatMap(({ image, result: { anomaly } }) => (anomaly === null ? [] : [{ image, score: anomaly }]))
  return writeAnomaliesCsv(file, rows)
}
