import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { assertNever } from '#shared/assert.ts'
import type { CountSource, ExportRequest, exportReport } from '#shared/contracts/project.ts'
import type { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import type { ClassId, ImageId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { writeCoco } from '../interchange/coco.ts'
import { writeAnnotationsCsv, writeCounts, writePredictionsCsv, type CountedSource } from '../interchange/csv.ts'
import type { LabelledObject, LabelSet, WrittenLabels } from '../interchange/label-set.ts'
import { writeVoc } from '../interchange/voc-out.ts'
import { countImage } from './counting.ts'
import type { OpenProject } from './open-project.ts'

export type ExportReport = z.output<typeof exportReport>

/** Objects a class on each image, by the source that was asked for. */
export function countImages(project: OpenProject, images: readonly ImageRecord[], source: CountSource): Map<ImageId, Map<ClassId, number>> {
  const { db } = project
  const counts = new Map<ImageId, Map<ClassId, number>>()
  for (const image of images) {
    const predictions = source.kind === 'truth' ? [] : db.predictionsOf(image.id, source.runId)
    const decisions = source.kind === 'corrected' ? db.decisionsOf(image.id) : []
    counts.set(image.id, countImage({ image, annotations: db.annotationsOf(image.id), predictions, decisions }, source))
  }
  return counts
}

/** Writes what was asked for, whole or not at all, and says what the format could not hold. */
export async function exportFrom(project: OpenProject, request: ExportRequest): Promise<ExportReport> {
  const file = path.resolve(request.file)
  const images = imagesOf(project, request)
  const written = await write(project, request, file, images)
  return { file, rows: written.rows, notes: [...written.notes] }
}

/** Counts of predictions are given for the images that the run looked at: elsewhere a 0 would be a guess. */
function imagesOf(project: OpenProject, request: ExportRequest): ImageRecord[] {
  const runId = request.what === 'predictions' ? request.runId : request.source?.kind === 'truth' ? null : (request.source?.runId ?? null)
  const seen = runId === null ? null : new Set(project.db.imagesOfRun(runId))
  return project.db.images().filter((i) => (request.split === null || i.split === request.split) && (seen === null || seen.has(i.id)))
}

async function write(project: OpenProject, request: ExportRequest, file: string, images: readonly ImageRecord[]): Promise<WrittenLabels> {
  switch (request.what) {
    case 'counts':
      return exportCounts(project, request, file, images)
    case 'annotations':
      return exportLabels(request, file, {
        images,
        classes: project.db.classes(),
        objects: images.flatMap((i) => project.db.annotationsOf(i.id)),
      })
    case 'predictions':
      return exportLabels(request, file, { images, classes: project.db.classes(), objects: predictionsOf(project, request.runId, images) })
    case 'model':
      return exportModel(project, request, file)
    default:
      return assertNever(request.what)
  }
}

function exportCounts(project: OpenProject, request: ExportRequest, file: string, images: readonly ImageRecord[]): Promise<WrittenLabels> {
  if (request.format !== 'csv') throw wrongFormat(request)
  const source = request.source ?? { kind: 'truth' as const }
  return writeCounts(file, {
    images,
    classes: project.db.classes(),
    counts: countImages(project, images, source),
    source: described(project, source),
  })
}

/** The source in words that a reader of the file can follow: the model's name beside the run. */
function described(project: OpenProject, source: CountSource): CountedSource {
  if (source.kind === 'truth') return source
  const run = project.run(source.runId)
  return { kind: source.kind, run: run.id, model: `${project.model(run.modelId).name} (${run.modelId})`, score: source.score }
}

function predictionsOf(project: OpenProject, runId: RunId | null, images: readonly ImageRecord[]): LabelledObject[] {
  if (runId === null) throw new AppError('no-run', 'No run of predictions was named.', 'Predict first, then export.')
  return images.flatMap((image) => project.db.predictionsOf(image.id, project.run(runId).id))
}

function exportLabels(request: ExportRequest, file: string, set: LabelSet): Promise<WrittenLabels> {
  switch (request.format) {
    case 'csv':
      return request.what === 'predictions' ? writePredictionsCsv(file, set) : writeAnnotationsCsv(file, set)
    case 'coco':
      return writeCoco(file, set)
    case 'voc':
      return writeVoc(file, set)
    case 'onnx':
    case 'safetensors':
      throw wrongFormat(request)
    default:
      return assertNever(request.format)
  }
}

const MODEL_FILES = { onnx: 'model.onnx', safetensors: 'weights.safetensors' } as const

async function exportModel(project: OpenProject, request: ExportRequest, file: string): Promise<WrittenLabels> {
  if (request.format !== 'onnx' && request.format !== 'safetensors') throw wrongFormat(request)
  const model = project.model(request.modelId ?? 'latest')
  const source = path.join(project.paths.models, model.id, MODEL_FILES[request.format])
  await writeWhole(file, async (handle) => {
    for await (const chunk of createReadStream(source)) await handle.write(chunk as Uint8Array)
  })
  await writeWhole(`${file}.json`, await readFile(path.join(project.paths.models, model.id, 'model.json')))
  return { rows: 1, notes: [`Beside it, ${path.basename(file)}.json tells classes, normalisation and input.`] }
}

function wrongFormat(request: ExportRequest): AppError {
  return new AppError(
    'wrong-format',
    `${request.what} cannot be written as ${request.format}.`,
    'Counts go to csv; annotations and predictions to csv, coco or voc; a model to onnx or safetensors.',
  )
}
