import type { AnnotationColumns } from '#shared/objects/annotation-columns.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { DecisionRecord } from '#shared/records/prediction.ts'
import type { Steps } from '#shared/steps.ts'
import type { Sqlite } from './sqlite.ts'
import { type AnnotationTable, annotationTable } from './tables/annotations.ts'
import { type ClassTable, classTable } from './tables/classes.ts'
import { type DecisionTable, decisionTable } from './tables/decisions.ts'
import { type FlagTable, flagTable } from './tables/flags.ts'
import { type ImageTable, imageTable } from './tables/images.ts'
import { type KeyTable, keyTable } from './tables/keys.ts'
import { type MeasurementTable, measurementTable } from './tables/measurements.ts'
import { type ModelNoteTable, modelNoteTable } from './tables/model-notes.ts'
import { type ModelTable, modelTable } from './tables/models.ts'
import { type PredictionTable, predictionTable } from './tables/predictions.ts'
import { type ReadingTable, readingTable } from './tables/readings.ts'
import { type RegionTable, regionTable } from './tables/regions.ts'
import { type ReviewTable, reviewTable } from './tables/review.ts'
import { type SettingsTable, settingsTable } from './tables/settings.ts'

/** All tables of an open project, their statements prepared once. */
export interface Store {
  readonly db: Sqlite
  readonly images: ImageTable
  readonly classes: ClassTable
  readonly annotations: AnnotationTable
  readonly decisions: DecisionTable
  readonly regions: RegionTable
  readonly flags: FlagTable
  readonly readings: ReadingTable
  readonly measurements: MeasurementTable
  readonly models: ModelTable
  readonly modelNotes: ModelNoteTable
  readonly predictions: PredictionTable
  readonly review: ReviewTable
  readonly settings: SettingsTable
  readonly keys: KeyTable
}

export function openStore(db: Sqlite): Store {
  const keys = keyTable(db)
  return {
    db,
    keys,
    images: imageTable(db),
    classes: classTable(db),
    annotations: annotationTable(db, keys),
    decisions: decisionTable(db, keys),
    regions: regionTable(db),
    flags: flagTable(db),
    readings: readingTable(db),
    measurements: measurementTable(db),
    models: modelTable(db),
    modelNotes: modelNoteTable(db),
    predictions: predictionTable(db, keys),
    review: reviewTable(db, keys),
    settings: settingsTable(db),
  }
}

/** What a window holds of a whole project; what lies on an image is read with it. */
export const recordsIn = (store: Store) => ({
  classes: store.classes.all(),
  images: store.images.all(),
  counts: store.annotations.counts(),
  regions: store.regions.all(),
  flags: store.flags.all(),
  models: store.models.models(),
  modelNotes: store.modelNotes.all(),
  runs: store.models.runs(),
})

/** What lies on an image by columns: annotations, oldest first, with the decisions on its predictions. */
export interface ObjectColumns {
  readonly annotations: AnnotationColumns
  readonly decisions: DecisionRecord[]
}

/** Those of an image, read part by part; the decisions with the last of them, so that nothing comes between the two. */
export function* objectsIn(store: Store, imageId: ImageId): Steps<ObjectColumns> {
  const annotations = yield* store.annotations.columnsOf(imageId)
  return { annotations, decisions: store.decisions.ofImage(imageId) }
}
