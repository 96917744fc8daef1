import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { backupDue, makeBackup } from './backup.ts'
import { ProjectDatabase } from './database.ts'
import { findProjectFolder, projectName, type ProjectPaths, projectPaths } from './folder.ts'
import { describeHolder, takeLock, type WriterLock } from './lock.ts'
import { latestVersion, migrate, schemaVersion } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { APPLICATION_ID, configure, damaged, explainSqlite, openSqlite, type Sqlite } from './sqlite.ts'

export interface OpenOptions {
  /** Only looks: takes no lock, changes nothing. */
  readonly readOnly?: boolean
  readonly now?: Date
  /** Other than the app's own, for tests. */
  readonly migrations?: readonly Migration[]
}

/**
 * Opens a project. It is read-only, with the reason in `readOnly`, where another process has it, where a newer version made it, or where its
 * folder is write-protected. A backup is made before the schema is changed, and in the background where the last is older than a day.
 * A file that is no project is left as it is.
 * @throws AppError `project-missing`, `project-incomplete`, `not-a-project`, `project-damaged`, `project-older-and-busy`, `project-newer`.
 */
export async function openProject(given: string, options: OpenOptions = {}): Promise<ProjectDatabase> {
  const paths = projectPaths(await findProjectFolder(given))
  await checkHeader(paths)
  const now = options.now ?? new Date()
  try {
    if (options.readOnly === true) return openToRead(paths, { reason: say('it was opened to look at'), options })
    const lock = takeLock(paths.lock, now)
    if (lock.kind === 'taken')
      return openToRead(paths, {
        reason: say('{{who}}; close it there, then open it again to change it', { who: describeHolder(lock.by) }),
        options,
      })
    if (lock.kind === 'write-protected')
      return openToRead(paths, {
        reason: say('its folder is write-protected; copy the project to another folder to change it'),
        options,
        copy: true,
      })
    return await openToWrite(paths, { lock: lock.lock, now, options })
  } catch (thrown) {
    throw explainSqlite(thrown, projectName(paths.folder))
  }
}

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1')

/** Looks at the file's first bytes before SQLite does: an empty or foreign file must not be taken for a new database. */
async function checkHeader(paths: ProjectPaths): Promise<void> {
  const handle = await openFile(paths.database, 'r').catch((thrown: unknown) => {
    throw new AppError('project-unreachable', `${projectName(paths.folder)} can't be read.`, 'Check the permissions of its folder.', thrown)
  })
  try {
    const head = Buffer.alloc(100)
    const { bytesRead } = await handle.read(head, 0, 100, 0)
    if (bytesRead < 100 || !head.subarray(0, 16).equals(MAGIC)) throw damaged(projectName(paths.folder))
    if (head.readUInt32BE(68) !== APPLICATION_ID)
      throw new AppError(
        'not-a-project',
        `The project.db of ${path.basename(paths.folder)} belongs to another program.`,
        'Choose a Slidewright project.',
      )
  } finally {
    await handle.close()
  }
}

interface WriteOpening {
  readonly lock: WriterLock
  readonly now: Date
  readonly options: OpenOptions
}

async function openToWrite(paths: ProjectPaths, { lock, now, options }: WriteOpening): Promise<ProjectDatabase> {
  const migrations = options.migrations ?? MIGRATIONS
  let db: Sqlite | null = null
  try {
    // Empty folders get lost where a project travels by archive.
    for (const folder of [paths.models, paths.cache]) mkdirSync(folder, { recursive: true })
    const unclean = existsSync(paths.database + '-wal')
    db = openSqlite(paths.database)
    configure(db)
    db.pragma('journal_mode = WAL')
    if (unclean) checkAfterCrash(db, paths)
    const version = schemaVersion(db)
    if (version > latestVersion(migrations)) {
      db.close()
      lock.release()
      return openToRead(paths, { reason: NEWER, options })
    }
    if (version < latestVersion(migrations)) {
      await makeBackup(db, paths.backups, { now, reason: `before-v${latestVersion(migrations)}` })
      migrate(db, migrations)
    }
    const project = new ProjectDatabase({ db, paths, readOnly: '', release: () => lock.release() })
    // A failure is not the person's business now: the next one is due at the next opening.
    if (await backupDue(paths.backups, now)) void project.backup().catch(() => undefined)
    return project
  } catch (thrown) {
    db?.close()
    lock.release()
    throw thrown
  }
}

const NEWER = say('a newer version of Slidewright made it; update this one to change it')

/** Files larger than this are not read through at opening: it would take more than a second. */
const CHECK_UP_TO = 256 * 2 ** 20

/** A log beside the database tells that it was not closed in order: what SQLite has recovered is read through before it is trusted. */
function checkAfterCrash(db: Sqlite, paths: ProjectPaths): void {
  if (statSync(paths.database).size > CHECK_UP_TO) return
  if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw damaged(projectName(paths.folder))
}

interface ReadOpening {
  readonly reason: string
  readonly options: OpenOptions
  /** SQLite needs to write beside a WAL database even to read it: on a protected disk a copy elsewhere is read. */
  readonly copy?: boolean
}

function openToRead(paths: ProjectPaths, { reason, options, copy = false }: ReadOpening): ProjectDatabase {
  const copied = copy ? copyAway(paths.database) : null
  let db: Sqlite | null = null
  let newer = false
  try {
    db = openSqlite(copied?.file ?? paths.database, { readOnly: copied === null })
    configure(db)
    const latest = latestVersion(options.migrations ?? MIGRATIONS)
    const version = schemaVersion(db)
    newer = version > latest
    if (version < latest) throw older(paths, reason)
    // Nor can thumbnails be written there.
    const reading = copied ? { ...paths, cache: copied.cache } : paths
    return new ProjectDatabase({ db, paths: reading, readOnly: newer ? NEWER : reason, release: () => copied?.remove() })
  } catch (thrown) {
    db?.close()
    copied?.remove()
    throw newer ? tooNew(paths, thrown) : thrown
  }
}

const older = (paths: ProjectPaths, reason: string): AppError =>
  new AppError(
    'project-older-and-busy',
    `${projectName(paths.folder)} was made by an older version and can't be brought up to date now: ${reason}.`,
  )

/** Tables or columns that this version asks for are not there any more. */
const tooNew = (paths: ProjectPaths, cause: unknown): AppError =>
  new AppError(
    'project-newer',
    `${projectName(paths.folder)} was made by a newer version of Slidewright.`,
    'Update this one to open it.',
    cause,
  )

function copyAway(database: string): { file: string; cache: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
  const file = path.join(folder, 'project.db')
  copyFileSync(database, file)
  if (existsSync(database + '-wal')) copyFileSync(database + '-wal', file + '-wal')
  return { file, cache: path.join(folder, 'cache'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
