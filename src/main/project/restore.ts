import { existsSync } from 'node:fs'
import { copyFile, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { BackupFacts } from '#shared/records/backup.ts'
import { backupName, type Backup, listBackups, readsThrough } from './backup.ts'
import { findProjectFolder, projectName, type ProjectPaths, projectPaths } from './folder.ts'
import { describeHolder, takeLock, type WriterLock } from './lock.ts'
import { latestVersion } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { APPLICATION_ID, openSqlite } from './sqlite.ts'

/** All backups of a project, newest first. @throws AppError `project-missing`, `project-incomplete`. */
export async function projectBackups(given: string): Promise<BackupFacts[]> {
  const paths = projectPaths(await folderToRestore(given))
  return Promise.all((await listBackups(paths.backups)).map(factsOf))
}

async function factsOf({ file, at, reason }: Backup): Promise<BackupFacts> {
  const { size } = await stat(file)
  return { name: path.basename(file), at: at.toISOString(), reason, bytes: size, holds: contentsOf(file) }
}

function contentsOf(file: string): BackupFacts['holds'] {
  try {
    const db = openSqlite(file, { readOnly: true })
    try {
      const count = (table: string): number => db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() as number
      return { images: count('images'), annotations: count('annotations'), decisions: count('decisions') }
    } finally {
      db.close()
    }
  } catch {
    return null
  }
}

export interface RestoreWish {
  /** A backup's file name, or `latest` for the newest that was not itself replaced by a restore. */
  readonly backup: string
  /** Also where what is there now was made by a newer version of the program. */
  readonly force?: boolean
  readonly now?: Date
}

export interface Restored {
  readonly folder: string
  /** File name of the backup that is the project again. */
  readonly restored: string
  /** File name, among the backups, of what was there before; null where nothing was. */
  readonly kept: string | null
}

/**
 * Makes a project again what it was in a backup. The backup is copied beside the database and read through first; only then it takes its place,
 * and what was there, sound or not, is kept among the backups, so that a restore can be taken back by another. Models and maps stay as they are.
 * The project must not be open anywhere.
 * @throws AppError `project-missing`, `project-incomplete`, `project-busy`, `project-read-only`, `no-such-backup`, `backup-damaged`,
 * `project-newer` where `force` is wanted.
 */
export async function restoreBackup(given: string, { backup, force = false, now = new Date() }: RestoreWish): Promise<Restored> {
  const paths = projectPaths(await folderToRestore(given))
  const lock = lockOf(paths, now)
  const copy = `${paths.database}.restoring`
  try {
    const chosen = await chooseBackup(paths, backup)
    if (!force && (await versionIn(paths.database)) > latestVersion(MIGRATIONS)) throw newer(paths)
    await soundCopy(chosen, copy)
    const kept = existsSync(paths.database) ? await putAside(paths, now) : null
    await rename(copy, paths.database)
    return { folder: paths.folder, restored: path.basename(chosen), kept }
  } finally {
    await rm(copy, { force: true })
    lock.release()
  }
}

/** The database may be gone: then a folder with backups is a project too. */
async function folderToRestore(given: string): Promise<string> {
  const named = path.resolve(given)
  const bare = [named, `${named}.slidewright`].find(
    (folder) => !existsSync(projectPaths(folder).database) && existsSync(projectPaths(folder).backups),
  )
  return bare ?? findProjectFolder(given)
}

function lockOf(paths: ProjectPaths, now: Date): WriterLock {
  const result = takeLock(paths.lock, now)
  if (result.kind === 'held') return result.lock
  const name = projectName(paths.folder)
  throw result.kind === 'taken'
    ? new AppError('project-busy', `${name} can't be restored now: ${describeHolder(result.by)}.`, 'Close it there first.')
    : new AppError('project-read-only', `The folder of ${name} is write-protected.`, 'Copy it elsewhere and restore it there.')
}

async function chooseBackup(paths: ProjectPaths, wanted: string): Promise<string> {
  const all = await listBackups(paths.backups)
  const found =
    wanted === 'latest'
      ? all.find(({ reason }) => reason !== 'replaced')
      : all.find(({ file }) => path.basename(file) === path.basename(wanted))
  if (found) return found.file
  throw new AppError(
    'no-such-backup',
    wanted === 'latest' ? `${projectName(paths.folder)} has no backup yet.` : `${projectName(paths.folder)} has no backup ${wanted}.`,
    'Choose one of those that it has: slidewright restore, or Restore a backup in the window, lists them.',
  )
}

/** Where the schema's version stands in a SQLite file (PRAGMA user_version), and the bytes before it. */
const VERSION_AT = 60

/** The version that a database's header tells, also of one that cannot be read any further; 0 where there is none. */
async function versionIn(file: string): Promise<number> {
  const handle = await open(file, 'r').catch(() => null)
  if (!handle) return 0
  try {
    const head = Buffer.alloc(VERSION_AT + 12)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    const isOurs = bytesRead === head.length && head.readUInt32BE(VERSION_AT + 8) === APPLICATION_ID
    return isOurs ? head.readInt32BE(VERSION_AT) : 0
  } finally {
    await handle.close()
  }
}

const newer = (paths: ProjectPaths): AppError =>
  new AppError(
    'project-newer',
    `${projectName(paths.folder)} was made by a newer version of Slidewright: a backup may lack what that version added.`,
    'Update this one and open it. It can be restored all the same (--force): what is there now is kept among the backups.',
  )

async function soundCopy(backup: string, copy: string): Promise<void> {
  await copyFile(backup, copy)
  const version = await versionIn(copy)
  if (version === 0 || version > latestVersion(MIGRATIONS) || !readsThrough(copy)) {
    const why = version > latestVersion(MIGRATIONS) ? 'was made by a newer version' : 'is damaged'
    throw new AppError('backup-damaged', `The backup ${path.basename(backup)} ${why}. Nothing was changed.`, 'Choose another one.')
  }
  const handle = await open(copy, 'r+')
  await handle.sync()
  await handle.close()
}

/** Moves the database among the backups, with its log where that cannot be written back into it. */
async function putAside(paths: ProjectPaths, now: Date): Promise<string> {
  const name = backupName(now, 'replaced')
  const target = path.join(paths.backups, name)
  finishLog(paths.database)
  for (const ending of ['-wal', '-shm']) {
    const beside = paths.database + ending
    if (existsSync(beside)) await rename(beside, target + ending)
  }
  await rename(paths.database, target)
  return name
}

/** Closing the last connection writes the log into the database; of a damaged one it stays beside it. */
function finishLog(database: string): void {
  try {
    const db = openSqlite(database)
    try {
      db.pragma('journal_mode = DELETE')
    } finally {
      db.close()
    }
  } catch {
    // It is kept as it is.
  }
}
