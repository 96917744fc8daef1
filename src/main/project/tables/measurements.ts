import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { AnnotationId } from '#shared/records/ids.ts'
import type { NamedNumbers } from '#shared/records/measurement.ts'
import type { Shape } from '#shared/records/shape.ts'
import { numbersIn, packNumbers } from '../geometry.ts'
import { type Row, rowReader } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'
import { rowInserter } from './record-table.ts'
import { shapeColumns } from './shape-columns.ts'

const read = rowReader('measurements')

/** What a file had measured of an annotation that it brings. */
export interface Measured {
  readonly annotationId: AnnotationId
  /** The shape that was measured. */
  readonly shape: Shape
  readonly measured: NamedNumbers
}

/** What there is of an annotation, without its numbers. */
export interface MeasuredShape {
  /** `shapeMark` of the shape that was measured. */
  readonly mark: number
  /** By what its names are found in `names`. */
  readonly names: number
}

/**
 * Measurements from files. They are no part of an edit and its diff: a hundred thousand objects would bring millions of numbers into the history and
 * into every view. So a row stays when its annotation is deleted, for undo brings that back by the same id and with it what was measured; it goes when
 * the step that brought the annotation leaves the history, after which nothing brings it back.
 */
export interface MeasurementTable {
  /** Keeps what came with a step of the history; call inside its transaction. */
  add(measured: Iterable<Measured>, step: number): void
  /** Forgets what came with steps after one. */
  forgetAfter(step: number): void
  get(id: AnnotationId): (MeasuredShape & { readonly measured: NamedNumbers }) | undefined
  /** Of every annotation that has any, also of deleted ones. */
  shapes(): Map<AnnotationId, MeasuredShape>
  /** A list of names. */
  names(key: number): readonly string[]
}

export function measurementTable(db: Sqlite): MeasurementTable {
  const insertNames = db.prepare<[number, string]>('INSERT INTO measurement_names (step, names) VALUES (?, ?)')
  const insertRows = rowInserter(db, 'measurements', ['annotation_id', 'names', 'shape', 'numbers'])
  const after = db.prepare<[number], Row>('SELECT "key" FROM measurement_names WHERE step > ? LIMIT 1')
  const dropRows = db.prepare<[number]>('DELETE FROM measurements WHERE names IN (SELECT "key" FROM measurement_names WHERE step > ?)')
  const dropNames = db.prepare<[number]>('DELETE FROM measurement_names WHERE step > ?')
  const row = db.prepare<[string], Row>('SELECT annotation_id AS id, names, shape, numbers FROM measurements WHERE annotation_id = ?')
  const all = db.prepare<[], Row>('SELECT annotation_id, names, shape FROM measurements')
  const namesRow = db.prepare<[number], Row>('SELECT "key", names FROM measurement_names WHERE "key" = ?')
  const namesOf = (key: number): readonly string[] => {
    const found = namesRow.get(key) ?? { key }
    return read.json(found, 'names', (value) => nameList.parse(value))
  }
  return {
    add: (measured, step) => {
      const keys = new NameKeys((names) => Number(insertNames.run(step, JSON.stringify(names)).lastInsertRowid))
      insertRows(
        Array.from(measured, (one) => [
          one.annotationId,
          keys.of(one.measured.names),
          shapeMark(one.shape),
          packNumbers(one.measured.numbers),
        ]),
      )
    },
    forgetAfter: (step) => {
      // Asked by every edit, and hardly ever so: the wide table is not looked through for it.
      if (after.get(step) === undefined) return
      dropRows.run(step)
      dropNames.run(step)
    },
    get: (id) => {
      const found = row.get(id)
      if (found === undefined) return undefined
      const key = read.number(found, 'names')
      const names = namesOf(key)
      const numbers = read.bytes(found, 'numbers', (bytes) => unpacked(bytes, names.length))
      return { mark: read.number(found, 'shape'), names: key, measured: { names, numbers } }
    },
    shapes: () =>
      new Map(
        all
          .all()
          .map((one) => [
            read.text(one, 'annotation_id') as AnnotationId,
            { mark: read.number(one, 'shape'), names: read.number(one, 'names') },
          ]),
      ),
    names: namesOf,
  }
}

const nameList = z.array(z.string())

/** Keys of lists of names, each written once. */
class NameKeys {
  readonly #byList = new Map<readonly string[], number>()
  readonly #byText = new Map<string, number>()
  readonly #write: (names: readonly string[]) => number

  constructor(write: (names: readonly string[]) => number) {
    this.#write = write
  }

  of(names: readonly string[]): number {
    const known = this.#byList.get(names)
    if (known !== undefined) return known
    const text = JSON.stringify(names)
    const key = this.#byText.get(text) ?? this.#write(names)
    this.#byText.set(text, key)
    this.#byList.set(names, key)
    return key
  }
}

/** A number that two shapes share where they are the same, and otherwise but once in 2^48. */
export function shapeMark(shape: Shape): number {
  const [kind, x, y, width, height, geometry] = shapeColumns(shape)
  const hash = createHash('sha256').update(String(kind))
  hash.update(packNumbers([x, y, width, height].map(Number)))
  return hash
    .update(geometry instanceof Uint8Array ? geometry : '')
    .digest()
    .readUIntBE(0, 6)
}

function unpacked(bytes: Uint8Array, count: number): Float64Array {
  const numbers = numbersIn(bytes)
  if (numbers.length !== count) throw new RangeError('A number stands at the place of each name')
  return Float64Array.from(numbers)
}
