import { annotationOrigin, type AnnotationRecord } from '#shared/records/annotation.ts'
import type { AnnotationFacts } from '#shared/records/edit.ts'
import type { AnnotationId, ClassId, ImageId, PredictionId } from '#shared/records/ids.ts'
import { type AnnotationColumns, AnnotationWriter, oldestFirst } from '#shared/objects/annotation-columns.ts'
import type { Steps } from '#shared/steps.ts'
import { type Row, rowReader, type SqlValue } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { PART } from '../in-parts.ts'
import type { KeyTable } from './keys.ts'
import { exactlyOne, NAMED, type RecordTable, rowInserter, rowRemover, sameRow } from './record-table.ts'
import { addShapeOf, SHAPE_COLUMNS, shapeColumns, shapeOf } from './shape-columns.ts'

// Two tables, a row each for an annotation, joined by a number: see migrations/0027-facts-apart.ts.
const TABLE = 'annotations'
const OWN = ['id', 'image_id', ...SHAPE_COLUMNS, 'origin', 'prediction_id', 'author', 'created_at'] as const
const FACTS = ['class_id', 'crowd', 'difficult', 'note', 'name', 'locked', 'level', 'updated_at'] as const
const JOINED = 'annotations LEFT JOIN annotation_facts ON annotation = "key"'

// Rulers have an index of their own, which is hardly ever more than a page: the wide table is not read for it.
const IS_RULER =
  'EXISTS (SELECT 1 FROM annotations INDEXED BY annotations_that_measure WHERE kind = \'ruler\' AND "key" = annotation_facts.annotation)'

const read = rowReader(TABLE)

const amendableOf = (row: Row): AnnotationFacts => ({
  classId: read.text(row, 'class_id') as ClassId,
  crowd: read.flag(row, 'crowd'),
  difficult: read.flag(row, 'difficult'),
  note: read.text(row, 'note'),
  name: read.text(row, 'name'),
  locked: read.flag(row, 'locked'),
  level: read.number(row, 'level'),
  updatedAt: read.text(row, 'updated_at'),
})

const allFactsOf = (row: Row): Omit<AnnotationRecord, 'shape' | 'imageId'> => {
  const { classId, updatedAt, ...facts } = amendableOf(row)
  return {
    id: read.text(row, 'id') as AnnotationId,
    classId,
    origin: read.word(row, 'origin', annotationOrigin.options),
    predictionId: read.numberOrNull(row, 'prediction_id') as PredictionId | null,
    ...facts,
    author: read.text(row, 'author'),
    createdAt: read.text(row, 'created_at'),
    updatedAt,
  }
}

/** Its fields in the order that the record's schema gives them, so that a record written down as JSON is always the same text. */
const recordOf = (row: Row): AnnotationRecord => {
  const { id, classId, ...facts } = allFactsOf(row)
  return { id, imageId: read.text(row, 'image_id') as ImageId, classId, shape: shapeOf(row, read), ...facts }
}

const recordIn = (row: Row | undefined): AnnotationRecord | undefined => row && recordOf(row)

/** In the order of `OWN`. */
const ownRow = (record: AnnotationRecord): SqlValue[] => [
  record.id,
  record.imageId,
  ...shapeColumns(record.shape),
  record.origin,
  record.predictionId,
  record.author,
  record.createdAt,
]

/** In the order of `FACTS`. */
const factsRow = ({ classId, crowd, difficult, note, name, locked, level, updatedAt }: AnnotationFacts): SqlValue[] => [
  classId,
  crowd ? 1 : 0,
  difficult ? 1 : 0,
  note,
  name,
  locked ? 1 : 0,
  level,
  updatedAt,
]

/** Annotations of one class on one image. */
export interface AnnotationCount {
  readonly imageId: ImageId
  readonly classId: ClassId
  readonly annotations: number
}

export interface StoredFacts {
  readonly imageId: ImageId
  readonly ruler: boolean
  readonly facts: AnnotationFacts
}

export interface AnnotationTable extends RecordTable<AnnotationRecord> {
  /** Of one image, oldest first: the order in which those of one level are drawn. */
  ofImage(imageId: ImageId): AnnotationRecord[]
  /** The same by columns, read part by part. */
  columnsOf(imageId: ImageId): Steps<AnnotationColumns>
  ofClass(classId: ClassId): AnnotationRecord[]
  /** Those of them that are there, without their shapes. */
  factsOf(ids: readonly AnnotationId[]): ReadonlyMap<AnnotationId, StoredFacts>
  /** Gives annotations, each named once, the same facts. Throws AppError `history-broken` where one is not there. */
  amend(ids: readonly AnnotationId[], facts: AnnotationFacts): void
  /** Every one, image by image. */
  all(): AnnotationRecord[]
  /** The label of an image as a whole, if it has one: never more than one where the project is sound. */
  labelsOf(imageId: ImageId): AnnotationRecord[]
  /** The labels of images as wholes. */
  imageLabels(): AnnotationRecord[]
  counts(): AnnotationCount[]
}

export function annotationTable(db: Sqlite, keys: KeyTable): AnnotationTable {
  return { ...writing(db, keys), ...reading(db, keys) }
}

type Writing = Pick<AnnotationTable, 'name' | 'insert' | 'insertAll' | 'update' | 'removeAll' | 'same' | 'amend'>

function writing(db: Sqlite, keys: KeyTable): Writing {
  const assignments = (columns: readonly string[]): string => columns.map((column) => `${column} = ?`).join(', ')
  const lastKey = db.prepare<[], number>('SELECT COALESCE(MAX("key"), 0) FROM annotations').pluck()
  const insertOwn = rowInserter(db, TABLE, ['"key"', ...OWN])
  const insertFacts = rowInserter(db, 'annotation_facts', ['annotation', 'image', ...FACTS])
  const update = db.prepare<SqlValue[]>(`UPDATE annotations SET ${assignments(OWN.slice(1))} WHERE id = ?`)
  // All who get the same in one statement.
  const amend = db.prepare<SqlValue[]>(
    `UPDATE annotation_facts SET ${assignments(FACTS)} WHERE annotation IN (SELECT "key" FROM annotations WHERE ${NAMED})`,
  )
  const has = db.prepare<[string], number>('SELECT 1 FROM annotations WHERE id = ?').pluck()
  const place = db.prepare<[number, string]>(
    'UPDATE annotation_facts SET image = ? WHERE annotation = (SELECT "key" FROM annotations WHERE id = ?)',
  )
  const insertAll = (records: readonly AnnotationRecord[]): void => {
    if (records.length === 0) return
    const first = lastKey.get()! + 1
    insertOwn(records.map((record, i) => [first + i, ...ownRow(record)]))
    insertFacts(records.map((record, i) => [first + i, keys.of(record.imageId), ...factsRow(record)]))
  }
  const giveFacts = (ids: readonly AnnotationId[], facts: AnnotationFacts): void => {
    if (amend.run(...factsRow(facts), JSON.stringify(ids)).changes === ids.length) return
    for (const id of ids) exactlyOne(TABLE, id, { changes: has.get(id) ?? 0 })
  }
  return {
    name: TABLE,
    insert: (record) => {
      insertAll([record])
    },
    insertAll,
    update: (record) => {
      exactlyOne(TABLE, record.id, update.run(...ownRow(record).slice(1), record.id))
      exactlyOne(TABLE, record.id, place.run(keys.of(record.imageId), record.id))
      giveFacts([record.id], record)
    },
    removeAll: rowRemover(db, TABLE),
    same: (a, b) => sameRow(ownRow(a), ownRow(b)) && sameRow(factsRow(a), factsRow(b)),
    amend: giveFacts,
  }
}

function reading(db: Sqlite, keys: KeyTable): Omit<AnnotationTable, keyof Writing> {
  const rows = <P extends unknown[]>(where: string) => db.prepare<P, Row>(`SELECT ${[...OWN, ...FACTS].join(', ')} FROM ${JOINED} ${where}`)
  const get = rows<[string]>('WHERE id = ?')
  const getAll = rows<[string]>(`WHERE ${NAMED}`)
  const ofImage = rows<[string]>('WHERE image_id = ? ORDER BY created_at, id')
  // In the order in which they lie there: sorting the wide rows takes longer than reading them.
  const part = db.prepare<[string, number, number], Row>(
    `SELECT "key", ${[...OWN, ...FACTS].join(', ')} FROM ${JOINED} WHERE image_id = ? AND "key" > ? ORDER BY "key" LIMIT ?`,
  )
  const ofClass = rows<[string]>('WHERE class_id = ? ORDER BY image_id, created_at, id')
  const all = rows('ORDER BY image_id, created_at, id')
  const imageLabels = rows("WHERE kind = 'image' ORDER BY image_id")
  const labelsOf = rows<[string]>("WHERE image_id = ? AND kind = 'image'")
  const counts = db.prepare<[], Row>(
    `SELECT image, class_id, COUNT(*) AS n FROM annotation_facts WHERE NOT ${IS_RULER} GROUP BY image, class_id`,
  )
  // Nothing of it is read from the wide table: the number of an id stands in the index over ids.
  const facts = db.prepare<[string], Row>(
    `SELECT named.id AS id, image, ${FACTS.join(', ')}, ${IS_RULER} AS ruler FROM json_each(?) AS wanted
      CROSS JOIN annotations AS named ON named.id = wanted.value CROSS JOIN annotation_facts ON annotation = named."key"`,
  )
  return {
    get: (id) => recordIn(get.get(id)),
    getAll: (ids) => getAll.all(JSON.stringify(ids)).map(recordOf),
    factsOf: (ids) => {
      const found = new Map<AnnotationId, StoredFacts>()
      for (const row of facts.iterate(JSON.stringify(ids))) {
        const imageId = keys.idOf(read.number(row, 'image')) as ImageId
        found.set(read.text(row, 'id') as AnnotationId, { imageId, ruler: read.flag(row, 'ruler'), facts: amendableOf(row) })
      }
      return found
    },
    ofImage: (imageId) => ofImage.all(imageId).map(recordOf),
    columnsOf: function* (imageId) {
      const writer = new AnnotationWriter(imageId)
      for (let after = 0, more = true; more; yield) {
        const found = part.all(imageId, after, PART)
        for (const row of found) {
          addShapeOf(row, read, writer.shapes)
          writer.addFacts(allFactsOf(row))
        }
        after = read.number(found.at(-1) ?? { key: after }, 'key')
        more = found.length === PART
      }
      return oldestFirst(writer.columns())
    },
    ofClass: (classId) => ofClass.all(classId).map(recordOf),
    labelsOf: (imageId) => labelsOf.all(imageId).map(recordOf),
    all: () => all.all().map(recordOf),
    imageLabels: () => imageLabels.all().map(recordOf),
    counts: () =>
      counts.all().map((row) => ({
        imageId: keys.idOf(read.number(row, 'image')) as ImageId,
        classId: read.text(row, 'class_id') as ClassId,
        annotations: read.number(row, 'n'),
      })),
  }
}
