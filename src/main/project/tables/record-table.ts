import { AppError } from '#shared/errors.ts'
import type { Row, SqlValue } from '../rows.ts'
import type { Sqlite } from '../sqlite.ts'

/** How a kind of record lies in its table. */
export interface TableSpec<R extends { readonly id: string }> {
  readonly table: string
  /** In the order of `toRow`; the first is `id`. */
  readonly columns: readonly string[]
  readonly toRow: (record: R) => readonly SqlValue[]
  readonly fromRow: (row: Row) => R
}

/** A table whose records are put, replaced whole and removed by id: what edits and their inverses need. */
export interface RecordTable<R extends { readonly id: string }> {
  readonly name: string
  get(id: string): R | undefined
  /** Those of them that are there, by one query. */
  getAll(ids: readonly string[]): R[]
  insert(record: R): void
  /** Adds many: a third faster than one by one. */
  insertAll(records: readonly R[]): void
  /** Throws AppError `history-broken` where the record is not there. */
  update(record: R): void
  /** Removes some, each named once, by one statement. As `update`. */
  removeAll(ids: readonly string[]): void
  /** Whether both would be the same row. */
  same(a: R, b: R): boolean
}

/** Rows that one statement adds. */
const TOGETHER = 20

export function recordTable<R extends { readonly id: string }>(db: Sqlite, spec: TableSpec<R>): RecordTable<R> {
  const { table, columns } = spec
  const others = columns.slice(1)
  const select = db.prepare<[string], Row>(`SELECT ${columns.join(', ')} FROM ${table} WHERE id = ?`)
  const insertRows = rowInserter(db, table, columns)
  const update = db.prepare<SqlValue[]>(`UPDATE ${table} SET ${others.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`)
  const selectAll = db.prepare<[string], Row>(`SELECT ${columns.join(', ')} FROM ${table} WHERE ${NAMED}`)
  const removeAll = rowRemover(db, table)
  return {
    name: table,
    get: (id) => {
      const row = select.get(id)
      return row && spec.fromRow(row)
    },
    getAll: (ids) => selectAll.all(JSON.stringify(ids)).map(spec.fromRow),
    insert: (record) => {
      insertRows([spec.toRow(record)])
    },
    insertAll: (records) => {
      insertRows(records.map(spec.toRow))
    },
    update: (record) => {
      const [id, ...rest] = spec.toRow(record)
      exactlyOne(table, record.id, update.run(...rest, id!))
    },
    removeAll,
    same: (a, b) => sameRow(spec.toRow(a), spec.toRow(b)),
  }
}

/** Adds rows, many by one statement. */
export function rowInserter(db: Sqlite, table: string, columns: readonly string[]): (rows: readonly (readonly SqlValue[])[]) => void {
  const values = `(${columns.map(() => '?').join(', ')})`
  const inserting = `INSERT INTO ${table} (${columns.join(', ')}) VALUES`
  const insert = db.prepare<SqlValue[]>(`${inserting} ${values}`)
  const insertSome = db.prepare<SqlValue[]>(`${inserting} ${Array<string>(TOGETHER).fill(values).join(', ')}`)
  return (rows) => {
    let at = 0
    for (; at + TOGETHER <= rows.length; at += TOGETHER) insertSome.run(...rows.slice(at, at + TOGETHER).flat())
    for (; at < rows.length; at++) insert.run(...rows[at]!)
  }
}

/** Of which ids a statement speaks: the value is bound as a JSON list of them. */
export const NAMED = 'id IN (SELECT value FROM json_each(?))'

/** As `NAMED`, of what hangs on annotations. */
export const OF_ANNOTATIONS = 'annotation_id IN (SELECT value FROM json_each(?))'

/** Removes rows by their ids, each named once. Its function throws AppError `history-broken` where one is not there. */
export function rowRemover(db: Sqlite, table: string): (ids: readonly string[]) => void {
  // What is removed is answered, so that one that was not there can be named.
  const remove = db.prepare<[string], string>(`DELETE FROM ${table} WHERE ${NAMED} RETURNING id`).pluck()
  return (ids) => {
    if (ids.length === 0) return
    const removed = new Set(remove.all(JSON.stringify(ids)))
    const missing = ids.find((id) => !removed.has(id))
    if (missing !== undefined) throw notThere(table, missing)
  }
}

/** @throws AppError `history-broken` where a statement changed not one row, but none. */
export function exactlyOne(table: string, id: string, { changes }: { readonly changes: number }): void {
  if (changes !== 1) throw notThere(table, id)
}

export const sameRow = (a: readonly SqlValue[], b: readonly SqlValue[]): boolean => a.every((value, i) => sameValue(value, b[i]!))

const sameValue = (a: SqlValue, b: SqlValue): boolean =>
  a === b || (a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0)

function notThere(table: string, id: string): AppError {
  return new AppError(
    'history-broken',
    `This step can't be taken: ${table} "${id}" is not there any more.`,
    'Nothing was changed. Close the project and open it again; if it happens again, restore a backup.',
  )
}
