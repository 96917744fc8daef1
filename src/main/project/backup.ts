import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { BackupReason } from '#shared/records/backup.ts'
import { damaged, openSqlite, type Sqlite } from './sqlite.ts'

export interface Backup {
  readonly file: string
  readonly at: Date
  readonly reason: BackupReason
}

const DAY = 24 * 60 * 60 * 1000
const NAME = /^project-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)(\d{3})-(daily|replaced|before-v\d+)\.db$/

/** Daily backups kept: the newest, and beyond them the newest of each month. */
const KEEP_DAILY = 5
const KEEP_MONTHS = 3
const KEEP_BEFORE = 3
const KEEP_REPLACED = 3

/** All backups of a project, newest first. */
export async function listBackups(folder: string): Promise<Backup[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .flatMap((name) => {
      const match = NAME.exec(name)
      return match ? [backupOf(path.join(folder, name), match)] : []
    })
    .sort((a, b) => b.at.getTime() - a.at.getTime())
}

function backupOf(file: string, match: RegExpExecArray): Backup {
  const [year, month, day, hour, minute, second, ms] = match.slice(1, 8).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return { file, at: new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms)), reason: match[8] as BackupReason }
}

/** The file name of a backup. */
export function backupName(at: Date, reason: BackupReason): string {
  const stamp = at
    .toISOString()
    .replace(/[-:.Z]/g, '')
    .replace('T', '-')
  return `project-${stamp}-${reason}.db`
}

/** Whether the last backup is older than a day. */
export async function backupDue(folder: string, now: Date): Promise<boolean> {
  // What was put aside was not sound, or not wanted.
  const newest = (await listBackups(folder)).find(({ reason }) => reason !== 'replaced')
  return newest === undefined || now.getTime() - newest.at.getTime() >= DAY
}

/**
 * Copies the database with SQLite's backup API (sound while it is written), reads the copy through, and only then gives it its name and
 * lets old ones go: a damaged database never pushes out its sound backups.
 * @throws AppError `project-damaged` where the copy does not read through; errors of the file system as they are.
 */
export async function makeBackup(db: Sqlite, folder: string, { now, reason }: { now: Date; reason: BackupReason }): Promise<Backup> {
  await mkdir(folder, { recursive: true })
  await removeParts(folder)
  const file = path.join(folder, backupName(now, reason))
  const part = file + '.part'
  // 1000 pages a turn: other work gets its turn between.
  await db.backup(part, { progress: () => 1000 })
  if (!readsThrough(part)) {
    await rm(part, { force: true })
    throw damaged(path.basename(path.dirname(folder)))
  }
  await rename(part, file)
  await prune(folder)
  return { file, at: now, reason }
}

async function removeParts(folder: string): Promise<void> {
  const names = await readdir(folder)
  for (const name of names.filter((name) => name.includes('.db.part'))) await rm(path.join(folder, name), { force: true })
}

/** SQLite's own check of the file's structure; makes a plain file of it that needs no others beside it. */
export function readsThrough(file: string): boolean {
  const db = openSqlite(file)
  try {
    // A copy of a WAL database is one too; as a plain file it needs no companions beside it.
    db.pragma('journal_mode = DELETE')
    return db.pragma('quick_check(1)', { simple: true }) === 'ok'
  } catch {
    return false
  } finally {
    db.close()
  }
}

async function prune(folder: string): Promise<void> {
  const backups = await listBackups(folder)
  const kept = new Set(toKeep(backups))
  for (const backup of backups)
    if (!kept.has(backup)) for (const ending of ['', '-wal', '-shm']) await rm(backup.file + ending, { force: true })
}

/** Which of the backups (newest first) stay. */
export function toKeep(backups: readonly Backup[]): Backup[] {
  const replaced = backups.filter(({ reason }) => reason === 'replaced').slice(0, KEEP_REPLACED)
  const before = backups.filter(({ reason }) => reason !== 'daily' && reason !== 'replaced').slice(0, KEEP_BEFORE)
  const daily = backups.filter(({ reason }) => reason === 'daily')
  const older = daily.slice(KEEP_DAILY)
  const months = new Map<string, Backup>()
  for (const backup of older) {
    const month = backup.at.toISOString().slice(0, 7)
    if (!months.has(month)) months.set(month, backup)
  }
  return [...replaced, ...before, ...daily.slice(0, KEEP_DAILY), ...[...months.values()].slice(0, KEEP_MONTHS)]
}
