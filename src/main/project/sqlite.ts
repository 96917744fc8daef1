import Database from 'better-sqlite3'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'

export type Sqlite = Database.Database

/** `Slwr`: tells our files from other SQLite databases (PRAGMA application_id). */
export const APPLICATION_ID = 0x536c7772

export interface SqliteOptions {
  readonly readOnly?: boolean
  /** Milliseconds to wait for another process's lock. */
  readonly timeout?: number
}

/** Opens a database file that exists. SLIDEWRIGHT_SQLITE_BINDING names another build of the native part (a development runtime's). */
export function openSqlite(file: string, options: SqliteOptions = {}): Sqlite {
  return new Database(file, { readonly: options.readOnly ?? false, fileMustExist: true, timeout: options.timeout ?? 5000, ...binding() })
}

/** Opens a database file, making an empty one where there is none. */
export function createSqlite(file: string, timeout = 5000): Sqlite {
  return new Database(file, { timeout, ...binding() })
}

function binding(): { nativeBinding?: string } {
  const nativeBinding = process.env['SLIDEWRIGHT_SQLITE_BINDING']
  return nativeBinding === undefined || nativeBinding === '' ? {} : { nativeBinding }
}

/**
 * Settings of each connection to a project. FULL syncs the log at every commit: what was answered is on the disk (the library's own
 * default for WAL would not). The last two distrust the file: a project may come from anywhere.
 */
export function configure(db: Sqlite): void {
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('temp_store = MEMORY')
  // Kibibytes. With the library's 2 MB an edit of thousands of records writes each page of an index many times over.
  db.pragma('cache_size = -65536')
  // Pages. Large edits then leave the log to grow to 32 MB before it is copied back, a copy that the edit which fills it has to wait for.
  db.pragma('wal_autocheckpoint = 8192')
  db.pragma('journal_size_limit = 67108864')
  db.pragma('trusted_schema = OFF')
  db.pragma('cell_size_check = ON')
}

/** SQLite's result code of an error, with its extension; undefined for any other error. */
export function sqliteCode(thrown: unknown): string | undefined {
  return thrown instanceof Database.SqliteError ? thrown.code : undefined
}

/** A failure of the database as a person should read it; other errors as they are. */
export function explainSqlite(thrown: unknown, project: string): unknown {
  const code = sqliteCode(thrown)
  if (code === undefined) return thrown
  const safe = say('Everything up to here is saved.')
  if (code === 'SQLITE_FULL')
    return new AppError('disk-full', `The disk of ${project} is full.`, `Make room on it, then go on. ${safe}`, thrown)
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(project, thrown)
  if (code.startsWith('SQLITE_IOERR'))
    return new AppError('project-unreachable', `The disk of ${project} does not answer.`, `Check the drive or network. ${safe}`, thrown)
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN' || code === 'SQLITE_PERM')
    return new AppError('project-read-only', `${project} is write-protected.`, `Check the permissions of its folder. ${safe}`, thrown)
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new AppError('project-busy', `${project} is being written by another program.`, 'Try again in a moment.', thrown)
  return thrown
}

/** The database can be opened but not read through. */
export function damaged(project: string | null, cause?: unknown): AppError {
  return new AppError(
    'project-damaged',
    project === null
      ? 'The database of the project is damaged. Nothing in it was changed.'
      : `The database of ${project} is damaged. Nothing in it was changed.`,
    'Bring back one of its backups: Restore a backup on the start screen, or slidewright restore. What is there now is kept among them.',
    cause,
  )
}
