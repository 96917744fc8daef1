import { type FlagRecord, flagKey } from '#shared/records/flag.ts'
import type { AnnotationId, FlagId, ImageId, PredictionId } from '#shared/records/ids.ts'
import { type Row, rowReader } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { OF_ANNOTATIONS, type RecordTable, recordTable, type TableSpec } from './record-table.ts'

const read = rowReader('flags')

const spec: TableSpec<FlagRecord> = {
  table: 'flags',
  columns: ['id', 'image_id', 'annotation_id', 'prediction_id', 'note', 'author', 'created_at', 'updated_at'],
  toRow: (record) => [
    record.id,
    record.imageId,
    record.annotationId,
    record.predictionId,
    record.note,
    record.author,
    record.createdAt,
    record.updatedAt,
  ],
  fromRow: (row) => ({
    id: read.text(row, 'id') as FlagId,
    imageId: read.text(row, 'image_id') as ImageId,
    annotationId: read.textOrNull(row, 'annotation_id') as AnnotationId | null,
    predictionId: read.numberOrNull(row, 'prediction_id') as PredictionId | null,
    note: read.text(row, 'note'),
    author: read.text(row, 'author'),
    createdAt: read.text(row, 'created_at'),
    updatedAt: read.text(row, 'updated_at'),
  }),
}

export interface FlagTable extends RecordTable<FlagRecord> {
  /** Of one image, oldest first. */
  ofImage(imageId: ImageId): FlagRecord[]
  ofAnnotations(ids: readonly AnnotationId[]): FlagRecord[]
  /** The one that is set on the same as this. */
  like(flag: FlagRecord): FlagRecord | undefined
  /** Every one, oldest first. */
  all(): FlagRecord[]
}

export function flagTable(db: Sqlite): FlagTable {
  const ofImage = db.prepare<[string], Row>('SELECT * FROM flags WHERE image_id = ? ORDER BY created_at, id')
  const ofAnnotations = db.prepare<[string], Row>(`SELECT * FROM flags WHERE ${OF_ANNOTATIONS}`)
  const all = db.prepare<[], Row>('SELECT * FROM flags ORDER BY created_at, id')
  const flagsOf = (imageId: ImageId): FlagRecord[] => ofImage.all(imageId).map(spec.fromRow)
  return {
    ...recordTable(db, spec),
    ofImage: flagsOf,
    ofAnnotations: (ids) => ofAnnotations.all(JSON.stringify(ids)).map(spec.fromRow),
    like: (flag) => flagsOf(flag.imageId).find((one) => flagKey(one) === flagKey(flag)),
    all: () => all.all().map(spec.fromRow),
  }
}
