import { AppError } from '#shared/errors.ts'

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>

/** What is bound to a statement. */
export type SqlValue = string | number | null | Uint8Array

/**
 * Reads columns of a table with the cheapest check that still tells a broken row: the type, and the value where few are allowed. STRICT
 * tables and their CHECKs hold what was written; this is for files that were tampered with or damaged.
 */
export interface RowReader {
  text(row: Row, column: string): string
  textOrNull(row: Row, column: string): string | null
  number(row: Row, column: string): number
  numberOrNull(row: Row, column: string): number | null
  flag(row: Row, column: string): boolean
  /** One of a few words. */
  word<W extends string>(row: Row, column: string, words: readonly W[]): W
  /** What `make` makes of the row; where that fails, the column is told to make no sense. */
  made<T>(row: Row, column: string, make: () => T): T
  /** Bytes that `check` makes sense of. */
  bytes<T>(row: Row, column: string, check: (value: Uint8Array) => T): T
  /** JSON that `check` accepts. */
  json<T>(row: Row, column: string, check: (value: unknown) => T): T
}

export function rowReader(table: string): RowReader {
  const broken = (row: Row, column: string, cause?: unknown): AppError =>
    new AppError(
      'project-damaged',
      `A row of the project's database makes no sense: ${column} of ${table} "${String(row['id'] ?? row['key'] ?? row['number'] ?? '?')}".`,
      'Bring back one of its backups: Restore a backup on the start screen, or slidewright restore. What is there now is kept among them.',
      cause,
    )
  const text = (row: Row, column: string): string => {
    const value = row[column]
    if (typeof value === 'string') return value
    throw broken(row, column)
  }
  const number = (row: Row, column: string): number => {
    const value = row[column]
    if (typeof value === 'number') return value
    throw broken(row, column)
  }
  return {
    text,
    number,
    textOrNull: (row, column) => (row[column] === null ? null : text(row, column)),
    numberOrNull: (row, column) => (row[column] === null ? null : number(row, column)),
    flag: (row, column) => number(row, column) !== 0,
    word: (row, column, words) => {
      const value = text(row, column)
      const found = words.find((word) => word === value)
      if (found === undefined) throw broken(row, column)
      return found
    },
    made: (row, column, make) => {
      try {
        return make()
      } catch (thrown) {
        throw thrown instanceof AppError ? thrown : broken(row, column, thrown)
      }
    },
    bytes: (row, column, check) => {
      const value = row[column]
      try {
        if (value instanceof Uint8Array) return check(value)
      } catch (thrown) {
        throw broken(row, column, thrown)
      }
      throw broken(row, column)
    },
    json: (row, column, check) => {
      const value = text(row, column)
      try {
        return check(JSON.parse(value))
      } catch (thrown) {
        throw broken(row, column, thrown)
      }
    },
  }
}
