import path from 'node:path'
import { assertNever } from '#shared/assert.ts'
import {
  type CountSource,
  type ExportPreview,
  exportRequest,
  type exportReport,
  labelFormatName,
  type LabelFormatName,
} from '#shared/contracts/project.ts'
import type { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import type { ClassId, ImageId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { EngineSupervisor } from '../engine/supervisor.ts'
import type { Pictures } from '../images/pictures.ts'
import { writeAgreement } from '../interchange/agreement-out.ts'
import { writeDecisions } from '../interchange/decisions-out.ts'
import { EXPORT_FORMATS } from '../interchange/export-formats.ts'
import { isWritten, lossNotes } from '../interchange/format-limits.ts'
import { type LabelSet, noteIf, type WrittenLabels } from '../interchange/label-set.ts'
import { annotatedSet } from './annotated-set.ts'
import { countedOf } from './counted-of.ts'
import { countImage } from './counting.ts'
import { exportMasks, previewMasks } from './export-masks.ts'
import { predictedSet, runNote, runToExport, unseenNotes, writePredictionTable } from './export-predictions.ts'
import { cardFacts, exportForKeras, exportModel, isModelFormat } from './export-model.ts'
import { exportCounts } from './counts/export-counts.ts'
import { exportMeasurements } from './counts/export-measurements.ts'
import { exportTemplate, writeReport } from './counts/export-report.ts'
import { exportPackage } from './library/export-package.ts'
import type { LookMeans } from './image-looks.ts'
import type { FeatureMeans } from './image-features.ts'
import { learnedLooks } from './learned-looks.ts'
import { imagesNamed } from './named-images.ts'
import { countsAsObject } from '#shared/records/shape.ts'
import type { OpenProject } from './open-project.ts'
import { readersOf } from './readers.ts'
import { runNotes } from './told-run.ts'
import { runCell, togetherNotes } from './model-cell.ts'
import { wrongFormat } from './wrong-format.ts'

export type ExportReport = z.output<typeof exportReport>
type ExportRequest = z.output<typeof exportRequest>

export interface ExportTools {
  readonly pictures: Pictures
  /** A file that shows an image and can be decoded whole; null where it is gone. Left out: reports have no pictures. */
  readonly pictureFor?: (image: ImageRecord) => Promise<string | null>
  /** Prints an HTML page on A4; left out: there is nothing here that can. */
  readonly printPdf?: PrintPdf
  /** By which the colours that a model learned from are told; left out: a package of it does not tell them. */
  readonly thumbnails?: LookMeans['thumbnails']
  /** Where the project's images lie; left out: as `thumbnails`. */
  readonly files?: FeatureMeans['files']
  /** Looks whether a model's folder is sound, and writes weights for Keras; left out: a model cannot be written as one file or for Keras. */
  readonly engine?: Pick<EngineSupervisor, 'describeModel' | 'exportKeras' | 'imageFeatures'>
  /** Where people see that the images which a model learned from are looked at, and can cancel it. */
  readonly jobs?: LookMeans['jobs']
}

/** An HTML page that needs nothing else, as PDF. */
export type PrintPdf = (page: string) => Promise<Uint8Array>

/** Objects a class on each image, by the source that was asked for. */
export function countImages(project: OpenProject, images: readonly ImageRecord[], source: CountSource): Map<ImageId, Map<ClassId, number>> {
  return new Map(images.map((image) => [image.id, countImage(countedOf(project, image, source), source)]))
}

/** Writes what was asked for, whole or not at all, and says what the format could not hold. */
export async function exportFrom(project: OpenProject, given: z.input<typeof exportRequest>, tools: ExportTools): Promise<ExportReport> {
  const request = exportRequest.parse(given)
  const file = path.resolve(request.file)
  const images = imagesOf(project, request)
  const written = await write({ project, request, file, images, tools })
  const runId = runOf(request)
  const unseen = runId === null || request.of !== null ? [] : unseenNotes(project, runId, request.split)
  const explained = runId === null ? [] : [...unseen, ...runNotes(images, project.db.resultsOf(runId))]
  // Of counts and masks the source is said by who asked for it.
  const of = request.what === 'predictions' && runId !== null ? [runNote(project, runId)] : []
  const none = images.length === 0 && request.split !== null && written.notes.length === 0 ? [say('No image is in this split.')] : []
  const makers = runId === null ? [] : togetherNotes(project.modelsOf(project.run(runId)))
  return { file, rows: written.rows, notes: [...of, ...makers, ...none, ...written.notes, ...explained] }
}

/** The run that is written of; null: none. */
function runOf({ what, runId, source }: ExportRequest): RunId | null {
  if (what === 'predictions') return runId
  return source === null || source.kind === 'truth' ? null : source.runId
}

/** Counts of predictions are given for the images that the run looked at: elsewhere a 0 would be a guess. */
function imagesOf(project: OpenProject, request: ExportRequest): ImageRecord[] {
  const runId = runOf(request)
  const seen = runId === null ? null : new Set(project.db.imagesOfRun(runId))
  const meant = request.of && new Set(imagesNamed(project, request.of).map(({ id }) => id))
  return project.db
    .images()
    .filter(({ id, split }) => (request.split === null || split === request.split) && (seen?.has(id) ?? true) && (meant?.has(id) ?? true))
}

export interface Export {
  readonly project: OpenProject
  readonly request: ExportRequest
  readonly file: string
  readonly images: readonly ImageRecord[]
  readonly tools: ExportTools
}

/**
 * What would be written, and what the format cannot hold of it; nothing is written. Of all but annotations, predictions and masks it has nothing to
 * say.
 *
 * @throws AppError `no-run` or `wrong-format`.
 */
export function previewExport(project: OpenProject, given: Omit<z.input<typeof exportRequest>, 'file'>): ExportPreview {
  const request = exportRequest.parse({ ...given, file: '' })
  const images = imagesOf(project, request)
  if (request.what === 'masks') return previewMasks({ project, request, images })
  if (request.what !== 'annotations' && request.what !== 'predictions') return { images: images.length, objects: 0, notes: [] }
  const format = labelFormatName.safeParse(request.format)
  if (!format.success) throw wrongFormat(request)
  const { set, notes } =
    request.what === 'annotations'
      ? annotatedSet(project, images, format.data)
      : { set: predictedSet(project, runToExport(project, request.runId), images), notes: [] }
  refuseImageLabels(request, format.data, set)
  // A run's table has columns of its own, which hold what there is.
  const isTable = request.what === 'predictions' && format.data === 'csv'
  const losses = isTable ? [] : lossNotes(format.data, set)
  const objects = set.objects.filter(({ shape }) => countsAsObject(shape))
  const along = set.objects.filter(({ shape }) => !countsAsObject(shape) && isWritten(format.data, shape)).length
  const rulers = noteIf(along, (count) => say('{{count}} rulers go along, which are no objects.', { count }))
  return { images: new Set(objects.map(({ imageId }) => imageId)).size, objects: objects.length, notes: [...notes, ...rulers, ...losses] }
}

async function write(wanted: Export): Promise<WrittenLabels> {
  switch (wanted.request.what) {
    case 'counts':
      return exportCounts(wanted)
    case 'measurements':
      return exportMeasurements(wanted)
    case 'report':
      return writeReport(wanted)
    case 'report-template':
      return exportTemplate(wanted)
    case 'annotations':
      return exportAnnotations(wanted)
    case 'predictions':
      return exportPredictions(wanted)
    case 'decisions':
      return exportDecisions(wanted)
    case 'agreement':
      return exportAgreement(wanted)
    case 'masks':
      return exportMasks(wanted)
    case 'model':
      return exportModelAs(wanted)
    default:
      return assertNever(wanted.request.what)
  }
}

async function exportModelAs({ project, request, file, tools }: Export): Promise<WrittenLabels> {
  const { format } = request
  const model = project.model(request.modelId ?? 'latest')
  const { engine } = tools
  const folder = path.join(project.paths.models, model.id)
  if (isModelFormat(format)) return exportModel(project, model, { file, format })
  if (!engine || (format !== 'package' && format !== 'h5')) throw wrongFormat(request)
  if (format === 'h5') return exportForKeras(project, model, { file, write: () => engine.exportKeras(folder, file) })
  const describe = (of: string) => engine.describeModel(of)
  const looks = await learnedLooks(project, model, { ...tools, engine })
  return exportPackage(file, { model, folder, card: await cardFacts(project, model), describe, ...looks })
}

function exportPredictions(wanted: Export): Promise<WrittenLabels> {
  const { project, request, file, images } = wanted
  const runId = runToExport(project, request.runId)
  return request.format === 'csv'
    ? writePredictionTable(file, { project, runId, images })
    : exportLabels(wanted, predictedSet(project, runId, images))
}

function exportAgreement({ project, request, file, images }: Export): Promise<WrittenLabels> {
  if (request.format !== 'csv') throw wrongFormat(request)
  const runId = runToExport(project, request.runId)
  return writeAgreement(file, { images, agreement: readersOf(project, runId).agreement })
}

function exportDecisions({ project, request, file, images }: Export): Promise<WrittenLabels> {
  if (request.format !== 'csv') throw wrongFormat(request)
  const { db } = project
  const models = new Map(db.runs().map((run) => [run.id, runCell(run, project.model(run.modelId))]))
  return writeDecisions(file, {
    images,
    classes: db.classes(),
    decisionsOf: (image) => db.decisionsOf(image.id),
    modelOf: ({ predictionId }) => models.get(db.prediction(predictionId)?.runId ?? NO_RUN) ?? '',
    annotation: (id) => db.annotation(id),
    prediction: ({ predictionId }) => (predictionId === null ? undefined : db.prediction(predictionId)),
    flags: db.flags(),
  })
}

const NO_RUN = 'none' as RunId

/** Formats of objects alone would give a file that says of every image that it has no label. */
function refuseImageLabels({ what }: Pick<ExportRequest, 'what'>, format: LabelFormatName, { objects }: LabelSet): void {
  if (isWritten(format, { type: 'image' }) || objects.length === 0 || objects.some(({ shape }) => shape.type !== 'image')) return
  throw new AppError(
    'wrong-format',
    `The format ${format} holds objects within images; these ${what} are classes of whole images. Nothing was written.`,
    'Choose csv, cvat, labelstudio, labelme or w3c.',
  )
}

async function exportAnnotations(wanted: Export): Promise<WrittenLabels> {
  const format = labelFormatName.safeParse(wanted.request.format)
  if (!format.success) throw wrongFormat(wanted.request)
  const { set, notes } = annotatedSet(wanted.project, wanted.images, format.data)
  const written = await exportLabels(wanted, set)
  return { ...written, notes: [...notes, ...written.notes] }
}

async function exportLabels({ request, file }: Export, set: LabelSet): Promise<WrittenLabels> {
  const format = labelFormatName.safeParse(request.format)
  if (!format.success) throw wrongFormat(request)
  refuseImageLabels(request, format.data, set)
  return EXPORT_FORMATS[format.data](file, set)
}
