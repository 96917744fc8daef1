import { annotationOrigin, type AnnotationRecord } from '#shared/records/annotation.ts'
import type { AnnotationFacts } from '#shared/records/edit.ts'
import type { AnnotationId, ClassId, ImageId, PredictionId } from '#shared/records/ids.ts'
import { type AnnotationColumns, AnnotationWriter } from '#shared/objects/annotation-columns.ts'
import { type Row, rowReader, type SqlValue } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { type RecordTable, recordTable, type TableSpec } from './record-table.ts'
import { addShapeOf, SHAPE_COLUMNS, shapeColumns, shapeOf } from './shape-columns.ts'

const read = rowReader('annotations')

const amendableOf = (row: Row): AnnotationFacts => ({
  classId: read.text(row, 'class_id') as ClassId,
  crowd: read.flag(row, 'crowd'),
  difficult: read.flag(row, 'difficult'),
  note: read.text(row, 'note'),
  updatedAt: read.text(row, 'updated_at'),
})

const allFactsOf = (row: Row): Omit<AnnotationRecord, 'shape' | 'imageId'> => ({
  id: read.text(row, 'id') as AnnotationId,
  classId: read.text(row, 'class_id') as ClassId,
  origin: read.word(row, 'origin', annotationOrigin.options),
  predictionId: read.numberOrNull(row, 'prediction_id') as PredictionId | null,
  crowd: read.flag(row, 'crowd'),
  difficult: read.flag(row, 'difficult'),
  note: read.text(row, 'note'),
  author: read.text(row, 'author'),
  createdAt: read.text(row, 'created_at'),
  updatedAt: read.text(row, 'updated_at'),
})

const spec: TableSpec<AnnotationRecord> = {
  table: 'annotations',
  columns: [
    'id',
    'image_id',
    'class_id',
    ...SHAPE_COLUMNS,
    'origin',
    'prediction_id',
    'crowd',
    'difficult',
    'note',
    'author',
    'created_at',
    'updated_at',
  ],
  toRow: (record) => [
    record.id,
    record.imageId,
    record.classId,
    ...shapeColumns(record.shape),
    record.origin,
    record.predictionId,
    record.crowd ? 1 : 0,
    record.difficult ? 1 : 0,
    record.note,
    record.author,
    record.createdAt,
    record.updatedAt,
  ],
  fromRow: (row) => {
    const { id, classId, ...facts } = allFactsOf(row)
    return { id, imageId: read.text(row, 'image_id') as ImageId, classId, shape: shapeOf(row, read), ...facts }
  },
}

/** Annotations of one class on one image. */
export interface AnnotationCount {
  readonly imageId: ImageId
  readonly classId: ClassId
  readonly annotations: number
}

export interface AnnotationTable extends RecordTable<AnnotationRecord> {
  /** Of one image, oldest first: the order in which they are drawn. */
  ofImage(imageId: ImageId): AnnotationRecord[]
  /** The same by columns. */
  columnsOf(imageId: ImageId): AnnotationColumns
  ofClass(classId: ClassId): AnnotationRecord[]
  /** Without the shape. */
  factsOf(id: AnnotationId): { readonly imageId: ImageId; readonly facts: AnnotationFacts } | undefined
  /** Throws AppError `history-broken` where the annotation is not there. */
  amend(id: AnnotationId, facts: AnnotationFacts): void
  /** Every one, image by image. */
  all(): AnnotationRecord[]
  /** The label of an image as a whole, if it has one: never more than one where the project is sound. */
  labelsOf(imageId: ImageId): AnnotationRecord[]
  /** The labels of images as wholes. */
  imageLabels(): AnnotationRecord[]
  counts(): AnnotationCount[]
}

export function annotationTable(db: Sqlite): AnnotationTable {
  const ofImage = db.prepare<[string], Row>('SELECT * FROM annotations WHERE image_id = ? ORDER BY created_at, id')
  const ofClass = db.prepare<[string], Row>('SELECT * FROM annotations WHERE class_id = ? ORDER BY image_id, created_at, id')
  const all = db.prepare<[], Row>('SELECT * FROM annotations ORDER BY image_id, created_at, id')
  const imageLabels = db.prepare<[], Row>("SELECT * FROM annotations WHERE kind = 'image' ORDER BY image_id")
  const labelsOf = db.prepare<[string], Row>("SELECT * FROM annotations WHERE image_id = ? AND kind = 'image'")
  const counts = db.prepare<[], Row>('SELECT image_id, class_id, COUNT(*) AS n FROM annotations GROUP BY image_id, class_id')
  const facts = db.prepare<[string], Row>('SELECT id, image_id, class_id, crowd, difficult, note, updated_at FROM annotations WHERE id = ?')
  const amend = db.prepare<SqlValue[]>(
    'UPDATE annotations SET class_id = ?, crowd = ?, difficult = ?, note = ?, updated_at = ? WHERE id = ?',
  )
  const table = recordTable(db, spec)
  return {
    ...table,
    factsOf: (id) => {
      const row = facts.get(id)
      return row && { imageId: read.text(row, 'image_id') as ImageId, facts: amendableOf(row) }
    },
    amend: (id, { classId, crowd, difficult, note, updatedAt }) => {
      table.exactlyOne(amend.run(classId, crowd ? 1 : 0, difficult ? 1 : 0, note, updatedAt, id).changes, id)
    },
    ofImage: (imageId) => ofImage.all(imageId).map(spec.fromRow),
    columnsOf: (imageId) => {
      const writer = new AnnotationWriter(imageId)
      for (const row of ofImage.iterate(imageId)) {
        addShapeOf(row, read, writer.shapes)
        writer.addFacts(allFactsOf(row))
      }
      return writer.columns()
    },
    ofClass: (classId) => ofClass.all(classId).map(spec.fromRow),
    labelsOf: (imageId) => labelsOf.all(imageId).map(spec.fromRow),
    all: () => all.all().map(spec.fromRow),
    imageLabels: () => imageLabels.all().map(spec.fromRow),
    counts: () =>
      counts.all().map((row) => ({
        imageId: read.text(row, 'image_id') as ImageId,
        classId: read.text(row, 'class_id') as ClassId,
        annotations: read.number(row, 'n'),
      })),
  }
}
