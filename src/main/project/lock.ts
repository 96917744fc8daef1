import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { z } from 'zod'
import { say } from '#shared/i18n/say.ts'
import { createSqlite, type Sqlite, sqliteCode } from './sqlite.ts'

/** Who holds a project's lock. */
const holder = z.object({ pid: z.number().int(), host: z.string(), user: z.string(), since: z.iso.datetime() })
export type LockHolder = z.infer<typeof holder>

export type LockResult =
  | { readonly kind: 'held'; readonly lock: WriterLock }
  /** `by` is null in the moment before the holder has written its name down. */
  | { readonly kind: 'taken'; readonly by: LockHolder | null }
  /** The folder can't be written to. */
  | { readonly kind: 'write-protected' }

/**
 * The right to write to a project, of one process at a time.
 *
 * It is an open exclusive transaction on a second, empty SQLite file: a lock of the operating system (fcntl, LockFileEx) that ends with the
 * process however it ends, so it never stays behind after a crash or kill -9, and needs no guess whether a process id still lives.
 * Nothing else may open that file: closing any handle on it would drop a POSIX lock. Hence the holder's name stands in a file beside it.
 */
export class WriterLock {
  readonly #db: Sqlite
  readonly #note: string

  constructor(db: Sqlite, note: string) {
    this.#db = db
    this.#note = note
  }

  release(): void {
    if (!this.#db.open) return
    rmSync(this.#note, { force: true })
    this.#db.close()
  }
}

const noteOf = (file: string): string => file + '.json'

/** Tries to take the lock; never waits for long. */
export function takeLock(file: string, now: Date): LockResult {
  let db: Sqlite | null = null
  try {
    db = createSqlite(file, 200)
    db.pragma('journal_mode = MEMORY')
    db.exec('BEGIN EXCLUSIVE')
    writeNote(noteOf(file), now)
    return { kind: 'held', lock: new WriterLock(db, noteOf(file)) }
  } catch (thrown) {
    db?.close()
    if (sqliteCode(thrown)?.startsWith('SQLITE_BUSY')) return { kind: 'taken', by: readNote(noteOf(file)) }
    if (isWriteProtected(thrown)) return { kind: 'write-protected' }
    throw thrown
  }
}

function isWriteProtected(thrown: unknown): boolean {
  const code = sqliteCode(thrown) ?? (thrown as NodeJS.ErrnoException | null)?.code ?? ''
  return /^(SQLITE_CANTOPEN|SQLITE_READONLY|SQLITE_PERM|EACCES|EPERM|EROFS)/.test(code)
}

/** For people only: without it the lock still holds. */
function writeNote(file: string, now: Date): void {
  const note: LockHolder = { pid: process.pid, host: hostname(), user: userName(), since: now.toISOString() }
  try {
    writeFileSync(file, JSON.stringify(note))
  } catch {
    rmSync(file, { force: true })
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return '' // a user id without an account, as in containers
  }
}

function readNote(file: string): LockHolder | null {
  try {
    return holder.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/** For the window: who has the project. */
export function describeHolder(by: LockHolder | null): string {
  if (by === null) return say('another Slidewright has it open')
  const who = by.user === '' ? say('another Slidewright') : by.user
  const facts = { who, pid: String(by.pid), since: by.since.slice(0, 16).replace('T', ' ') }
  if (by.host === hostname()) return say('{{who}} has it open on this computer (process {{pid}}, since {{since}} UTC)', facts)
  return say('{{who}} has it open on {{host}} (process {{pid}}, since {{since}} UTC)', { ...facts, host: by.host })
}
