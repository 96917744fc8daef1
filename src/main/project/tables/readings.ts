import type { AnnotationId, ClassId, ImageId, PredictionId, ReadingId, RunId } from '#shared/records/ids.ts'
import { readingKey, type ReadingRecord } from '#shared/records/reading.ts'
import { type Row, rowReader } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { OF_ANNOTATIONS, type RecordTable, recordTable, type TableSpec } from './record-table.ts'

const read = rowReader('readings')

const spec: TableSpec<ReadingRecord> = {
  table: 'readings',
  columns: ['id', 'image_id', 'annotation_id', 'prediction_id', 'class_id', 'who', 'at'],
  toRow: (record) => [record.id, record.imageId, record.annotationId, record.predictionId, record.classId, record.who, record.at],
  fromRow: (row) => ({
    id: read.text(row, 'id') as ReadingId,
    imageId: read.text(row, 'image_id') as ImageId,
    annotationId: read.textOrNull(row, 'annotation_id') as AnnotationId | null,
    predictionId: read.numberOrNull(row, 'prediction_id') as PredictionId | null,
    classId: read.textOrNull(row, 'class_id') as ClassId | null,
    who: read.text(row, 'who'),
    at: read.text(row, 'at'),
  }),
}

export interface ReadingTable extends RecordTable<ReadingRecord> {
  ofImage(imageId: ImageId): ReadingRecord[]
  ofAnnotations(ids: readonly AnnotationId[]): ReadingRecord[]
  ofClass(classId: ClassId): ReadingRecord[]
  /** Of the predictions of a run. */
  ofRun(runId: RunId): ReadingRecord[]
  /** The same person's of the same thing. */
  like(reading: ReadingRecord): ReadingRecord | undefined
  /** Every one, oldest first. */
  all(): ReadingRecord[]
}

export function readingTable(db: Sqlite): ReadingTable {
  const listed = <P extends unknown[]>(where: string): ((...given: P) => ReadingRecord[]) => {
    const rows = db.prepare<P, Row>(`SELECT readings.* FROM readings ${where} ORDER BY at, readings.id`)
    return (...given) => rows.all(...given).map(spec.fromRow)
  }
  const ofImage = listed<[string]>('WHERE image_id = ?')
  const ofAnnotations = listed<[string]>(`WHERE ${OF_ANNOTATIONS}`)
  return {
    ...recordTable(db, spec),
    ofImage,
    ofAnnotations: (ids) => ofAnnotations(JSON.stringify(ids)),
    ofClass: listed<[string]>('WHERE class_id = ?'),
    ofRun: listed<[string]>('JOIN predictions p ON p.id = prediction_id WHERE p.run = (SELECT key FROM keys WHERE id = ?)'),
    like: (reading) => ofImage(reading.imageId).find((one) => readingKey(one) === readingKey(reading)),
    all: listed<[]>(''),
  }
}
