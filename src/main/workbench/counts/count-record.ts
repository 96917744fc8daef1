import type { CountBy, CountColumns } from '#shared/contracts/counts.ts'
import type { CountSource } from '#shared/contracts/project.ts'
import { finalCount, type ReviewedPredictions } from '#shared/counts/final.ts'
import { scoreCurve, CURVE_SCORES } from '#shared/counts/score-curve.ts'
import { type ClassCount, type CountRow, tabulate } from '#shared/counts/tabulate.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { slideOf } from '#shared/origin.ts'
import { statedSize } from '#shared/pixel-size.ts'
import type { ImageId, RunId } from '#shared/records/ids.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { DecisionRecord } from '#shared/records/prediction.ts'
import type { Split } from '#shared/records/task.ts'
import { VERSION } from '#shared/version.ts'
import { orderedClasses } from '../../interchange/label-set.ts'
import { projectName } from '../../project/folder.ts'
import type { ProjectDatabase } from '../../project/database.ts'
import { readModelFile } from '../export-model.ts'
import type { OpenProject } from '../open-project.ts'
import { measuredThereOf, testLooks } from '../test-looks.ts'
import { countColumnsOf } from './count-columns.ts'
import { reviewedPredictions } from './final-count.ts'

export interface Recorded {
  readonly images: readonly ImageRecord[]
  readonly source: CountSource
  readonly by: CountBy
  /** The split that `images` are of; null: all. */
  readonly split: Split | null
}

export type CountRecord = Awaited<ReturnType<typeof countRecord>>

/**
 * Counts with all that they come from: where and when, project, model, run and settings, each image with its hash, every object that may count
 * with its score and size, the decisions and second readings of people, and the numbers that were made of them. tools/evidence/check_counts.py makes the numbers anew
 * from the rest. docs/formats.md tells the fields.
 *
 * @throws AppError `no-such-run`.
 */
export async function countRecord(project: OpenProject, recorded: Recorded) {
  const { source, images } = recorded
  const runId = source.kind === 'truth' ? null : source.runId
  const columns = countColumnsOf(project, runId)
  const run = runId === null ? null : project.run(runId)
  const models = run === null ? [] : await Promise.all(project.modelsOf(run).map((model) => modelFacts(project, model)))
  const review = source.kind === 'corrected' ? reviewedPredictions(project, source.runId, images, source.score) : null
  return {
    ...{ format: 'slidewright counts', version: 3 },
    made: {
      app: 'Slidewright',
      version: VERSION,
      at: new Date().toISOString(),
      by: project.person,
      use: 'For research use, not for diagnosis.',
    },
    project: { name: projectName(project.folder), task: project.task, classes: orderedClasses(project.db.classes()) },
    settings: { source, by: recorded.by, split: recorded.split },
    // Of several that predicted together none stands for the others.
    model: models.length === 1 ? models[0]! : null,
    models,
    run,
    testLooks: testLooks(project),
    ...inputs(project, columns, images),
    review,
    numbers: numbersOf(project, columns, recorded, review),
  }
}

async function modelFacts(project: OpenProject, model: ModelRecord) {
  const { curves, ...facts } = model
  const file = await readModelFile(project, model)
  const weights = { weightsSha256: file?.weightsSha256 ?? null, curvePoints: curves.length }
  return { ...facts, ...weights, measuredThere: measuredThereOf(project, model.id) }
}

/** An image as a record tells it: its pixel size with whose number that is, and what its file states. */
function imageFacts({ id, name, sha256, bytes, width, height, objective, scannedAt, split, state, ...image }: ImageRecord) {
  const { micronsPerPixel, pixelSizeBy, patient, group } = image
  const origin = { slide: slideOf({ ...image, name }), patient, group }
  const size = { micronsPerPixel, pixelSizeBy, statedMicronsPerPixel: statedSize(image) }
  return { ...{ id, name, sha256, bytes, width, height }, ...size, ...{ objective, scannedAt, split, ...origin, state } }
}

/** What the numbers are made of; images by their place in the list, objects as columns. */
function inputs({ db }: OpenProject, columns: CountColumns, images: readonly ImageRecord[]) {
  const place = new Map(images.map(({ id }, at) => [id, at]))
  const placeOf = columns.imageIds.map((id) => place.get(id) ?? -1)
  const rows = Array.from(columns.images.keys()).filter((row) => placeOf[columns.images[row]!]! >= 0)
  const rowOf = new Map(rows.map((row, at) => [row, at]))
  const regions = columns.regions.flatMap((region, at) =>
    placeOf[region.image]! < 0 ? [] : [{ ...region, image: placeOf[region.image]!, at }],
  )
  const regionPlace = new Map(regions.map(({ at }, own) => [at, own]))
  const inside = Array.from(columns.insideObjects.entries()).flatMap(([pair, row]) => (rowOf.has(row) ? [[rowOf.get(row)!, regionPlace.get(columns.insideRegions[pair]!)!]] : [])) // prettier-ignore
  const within = Array.from(columns.areaObjects.entries()).flatMap(([pair, row]) => (rowOf.has(row) ? [[rowOf.get(row)!, regionPlace.get(columns.areaRegions[pair]!)!, columns.areaPixels[pair]!]] : [])) // prettier-ignore
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value)
  return {
    images: images.map((image) => ({ ...imageFacts(image), seen: columns.seen[columns.imageIds.indexOf(image.id)] === 1 })),
    regions: regions.map(({ id, image, name, pixels, fullyLabelled, looked }) => ({ id, image, name, pixels, fullyLabelled, looked })),
    parts: columns.parts.flatMap((part) => (placeOf[part.image]! < 0 ? [] : [{ ...part, image: placeOf[part.image]! }])),
    objects: {
      image: rows.map((row) => placeOf[columns.images[row]!]!),
      class: rows.map((row) => columns.classes[row]!),
      score: rows.map((row) => known(columns.scores[row]!)),
      standing: rows.map((row) => columns.standing[row]!),
      size: rows.map((row) => known(columns.sizes[row]!)),
      inside,
      // Only where there are regions: elsewhere all of an object lies in none.
      ...(regions.length === 0 ? {} : { within, outside: rows.map((row) => known(columns.outside[row]!)) }),
    },
    corrections: columns.runId === null ? [] : decisionsOn(db, [columns.runId], place).map(plainDecision),
    otherCorrections: columns.runId === null ? [] : decisionsOn(db, otherRuns(db, columns.runId), place).map(plainDecision),
    readings: columns.runId === null ? [] : db.readings({ runId: columns.runId }).filter(({ imageId }) => place.has(imageId)).map(({ predictionId, imageId, who, at, classId }) => ({ predictionId, imageId, who, at, classId })), // prettier-ignore
  }
}

/** What people decided on predictions of these runs, on some images. */
export const decisionsOn = (db: ProjectDatabase, runs: readonly RunId[], images: { has(id: ImageId): boolean }): DecisionRecord[] =>
  runs.flatMap((id) => db.decisionsOfRun(id)).filter(({ imageId }) => images.has(imageId))

/** The runs beside one: what people made of their predictions stands among the labels. */
export const otherRuns = (db: ProjectDatabase, runId: RunId): RunId[] => db.runs().flatMap(({ id }) => (id === runId ? [] : [id]))

const plainDecision = ({ predictionId, imageId, kind, who, at, from, to }: DecisionRecord) => ({
  ...{ predictionId, imageId, kind, who, at },
  ...{ from: { classId: from.classId, score: from.score }, to: to && { classId: to.classId } },
})

function numbersOf({ db }: OpenProject, columns: CountColumns, { images, source, by }: Recorded, review: ReviewedPredictions | null) {
  const classes = orderedClasses(db.classes())
  const asked = { kind: source.kind, score: source.kind === 'truth' ? 0 : source.score }
  const table = tabulate(columns, { images, classes }, { by, ...asked })
  const curve = source.kind === 'truth' ? null : scoreCurve(columns, source.kind, new Set(images.map(({ id }) => id)))
  return {
    rows: table.rows.map(plainRow),
    all: plainRow(table.all),
    beside: table.beside,
    curve: curve && { scores: CURVE_SCORES, perClass: classes.map(({ id }) => curve.get(id) ?? []) },
    final: review && finalCount(review),
  }
}

function plainRow({ images, region, shares, perClass, ...row }: CountRow) {
  return { ...row, images: images.map(({ id }) => id), region: region?.id ?? null, perClass: perClass.map(plainCount), shares }
}

const plainCount = ({ density, ...count }: ClassCount) => ({
  ...count,
  density: density && { perMm2: density.perMm2, low: density.interval.lower, high: density.interval.upper },
})
