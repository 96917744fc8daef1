import { z } from 'zod'
import type { AnnotationOrigin, AnnotationRecord } from '../records/annotation.ts'
import { type AnnotationId, type ClassId, imageId, type ImageId, type PredictionId } from '../records/ids.ts'
import { codedColumn, codedInOrder, wordAt, WordColumn, type CodedColumn } from './coded.ts'
import { Growing } from './growing.ts'
import { countIds, idAt, type IdColumn, idColumn, idOrder, idsInOrder, IdWriter } from './id-column.ts'
import { inOrder, isInPlace } from './row-order.ts'
import { shapeAt, shapeColumns, shapesInOrder, ShapeWriter, type ShapeColumns } from './shape-columns.ts'

/** Annotations of one image by columns, as main gives them oldest first: what many of them are read, sent and drawn from. */
export interface AnnotationColumns {
  readonly imageId: ImageId
  readonly shapes: ShapeColumns
  readonly ids: IdColumn
  readonly classes: CodedColumn
  readonly origins: CodedColumn
  readonly notes: CodedColumn
  readonly names: CodedColumn
  readonly authors: CodedColumn
  readonly createdAt: CodedColumn
  readonly updatedAt: CodedColumn
  /** NaN where it came from no prediction. */
  readonly predictionIds: Float64Array<ArrayBuffer>
  /** 1: crowd, 2: difficult, 4: locked. */
  readonly flags: Uint8Array<ArrayBuffer>
  readonly levels: Int32Array<ArrayBuffer>
}

const CROWD = 1
const DIFFICULT = 2
export const LOCKED = 4

export const annotationColumns = z
  .object({
    imageId,
    shapes: shapeColumns,
    ids: idColumn,
    classes: codedColumn,
    origins: codedColumn,
    notes: codedColumn,
    names: codedColumn,
    authors: codedColumn,
    createdAt: codedColumn,
    updatedAt: codedColumn,
    predictionIds: z.instanceof(Float64Array),
    flags: z.instanceof(Uint8Array),
    levels: z.instanceof(Int32Array),
  })
  .refine(
    ({ shapes: { count }, ids, predictionIds, flags, levels, ...words }) =>
      countIds(ids) === count &&
      [predictionIds, flags, levels].every(({ length }) => length === count) &&
      [words.classes, words.origins, words.notes, words.names, words.authors, words.createdAt, words.updatedAt].every(
        ({ codes }) => codes.length === count,
      ),
    'Columns of annotations that do not belong together',
  ) as unknown as z.ZodType<AnnotationColumns>

/** Collects annotations of one image row by row: each one's shape first (`shapes`), then what else is known of it. */
export class AnnotationWriter {
  readonly shapes = new ShapeWriter()
  readonly #imageId: ImageId
  readonly #ids = new IdWriter()
  readonly #classes = new WordColumn()
  readonly #origins = new WordColumn()
  readonly #notes = new WordColumn()
  readonly #names = new WordColumn()
  readonly #authors = new WordColumn()
  readonly #createdAt = new WordColumn()
  readonly #updatedAt = new WordColumn()
  readonly #predictionIds = new Growing(new Float64Array(256))
  readonly #flags = new Growing(new Uint8Array(256))
  readonly #levels = new Growing(new Int32Array(256))

  constructor(imageId: ImageId) {
    this.#imageId = imageId
  }

  addFacts(record: Omit<AnnotationRecord, 'shape' | 'imageId'>): void {
    this.#ids.push(record.id)
    this.#classes.push(record.classId)
    this.#origins.push(record.origin)
    this.#notes.push(record.note)
    this.#names.push(record.name)
    this.#authors.push(record.author)
    this.#createdAt.push(record.createdAt)
    this.#updatedAt.push(record.updatedAt)
    this.#predictionIds.push(record.predictionId ?? NaN)
    this.#flags.push((record.crowd ? CROWD : 0) | (record.difficult ? DIFFICULT : 0) | (record.locked ? LOCKED : 0))
    this.#levels.push(record.level)
  }

  columns(): AnnotationColumns {
    return {
      imageId: this.#imageId,
      shapes: this.shapes.columns(),
      ids: this.#ids.column(),
      classes: this.#classes.column(),
      origins: this.#origins.column(),
      notes: this.#notes.column(),
      names: this.#names.column(),
      authors: this.#authors.column(),
      createdAt: this.#createdAt.column(),
      updatedAt: this.#updatedAt.column(),
      predictionIds: this.#predictionIds.taken(),
      flags: this.#flags.taken(),
      levels: this.#levels.taken(),
    }
  }
}

/** The annotation of a row, as it was added. */
export function annotationAt(columns: AnnotationColumns, row: number): AnnotationRecord {
  const predictionId = columns.predictionIds[row]!
  return {
    id: idAt(columns.ids, row) as AnnotationId,
    imageId: columns.imageId,
    classId: wordAt(columns.classes, row) as ClassId,
    shape: shapeAt(columns.shapes, row),
    origin: wordAt(columns.origins, row) as AnnotationOrigin,
    predictionId: Number.isNaN(predictionId) ? null : (predictionId as PredictionId),
    crowd: (columns.flags[row]! & CROWD) !== 0,
    difficult: (columns.flags[row]! & DIFFICULT) !== 0,
    note: wordAt(columns.notes, row),
    name: wordAt(columns.names, row),
    locked: (columns.flags[row]! & LOCKED) !== 0,
    level: columns.levels[row]!,
    author: wordAt(columns.authors, row),
    createdAt: wordAt(columns.createdAt, row),
    updatedAt: wordAt(columns.updatedAt, row),
  }
}

/** All annotations, in their order. */
export const annotationsOf = (columns: AnnotationColumns): AnnotationRecord[] =>
  Array.from(columns.levels, (_, row) => annotationAt(columns, row))

/** The same with the oldest first; those made at the same moment in the order of their ids. */
export function oldestFirst(columns: AnnotationColumns): AnnotationColumns {
  const order = idOrder(columns.ids, columns.createdAt)
  if (isInPlace(order)) return columns
  const { shapes, ids, predictionIds, flags, levels, imageId, ...words } = columns
  const coded = Object.fromEntries(Object.entries(words).map(([name, column]) => [name, codedInOrder(column, order)])) as typeof words
  return {
    imageId,
    shapes: shapesInOrder(shapes, order),
    ids: idsInOrder(ids, order),
    ...coded,
    predictionIds: inOrder(predictionIds, order),
    flags: inOrder(flags, order),
    levels: inOrder(levels, order),
  }
}
