import type { Sqlite } from '../sqlite.ts'

/**
 * One step of the database's schema, upwards only. A migration that was ever released is never changed: what must become different
 * becomes so in the next one. Numbers go up in tens so that a repair can stand between.
 */
export interface Migration {
  /** Becomes PRAGMA user_version. */
  readonly version: number
  readonly name: string
  /** Runs inside a transaction with foreign keys off; they are checked as a whole before it ends. */
  readonly up: (db: Sqlite) => void
}
