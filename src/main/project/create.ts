import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { TaskKind } from '#shared/records/task.ts'
import type { ProjectDatabase } from './database.ts'
import { newProjectFolder, type ProjectPaths, projectPaths } from './folder.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { newClasses } from './new-classes.ts'
import { openProject } from './open.ts'
import { writeProjectFacts } from './project-facts.ts'
import { APPLICATION_ID, configure, createSqlite } from './sqlite.ts'
import { openStore } from './store.ts'

/** What a new project is. */
export interface NewProject {
  readonly task: TaskKind
  /** Names, in order; they get colours and digits. */
  readonly classes: readonly string[]
}

/**
 * Makes a project folder (the ending `.slidewright` is added where it is missing) and opens it. It is made beside its place and moved there
 * whole, so that a crash leaves no half project, and nothing that is there is ever written over.
 * @throws AppError `project-exists`, `class-name-taken`, `edit-invalid`, `cannot-create`.
 */
export async function createProject(given: string, wanted: NewProject): Promise<ProjectDatabase> {
  const folder = newProjectFolder(given)
  await refuseExisting(folder)
  checkNames(wanted.classes)
  const building = await buildingFolder(folder)
  try {
    await build(projectPaths(building), wanted)
    await moveIntoPlace(building, folder)
  } catch (thrown) {
    await rm(building, { recursive: true, force: true })
    throw thrown
  }
  return openProject(folder)
}

async function refuseExisting(folder: string): Promise<void> {
  const names = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => (thrown.code === 'ENOENT' ? [] : null))
  if (names === null) throw exists(`${path.basename(folder)} is there already and is no folder.`)
  if (names.length > 0) throw exists(`${path.basename(folder)} is there already.`)
}

const exists = (message: string): AppError =>
  new AppError('project-exists', message, 'Choose another name, or open the project that is there.')

function checkNames(names: readonly string[]): void {
  const trimmed = names.map((name) => name.trim())
  const wrong = trimmed.find((name) => name === '' || name.length > 120)
  if (wrong !== undefined) throw new AppError('edit-invalid', 'A class needs a name of 1 to 120 letters.', 'Name each class.')
  const twice = trimmed.find((name, i) => trimmed.indexOf(name) !== i)
  if (twice !== undefined) throw new AppError('class-name-taken', `The class "${twice}" is named twice.`, 'Name each class once.')
}

async function buildingFolder(folder: string): Promise<string> {
  try {
    await mkdir(path.dirname(folder), { recursive: true })
    return await mkdtemp(`${folder}.new-`)
  } catch (thrown) {
    throw new AppError(
      'cannot-create',
      `No project can be made in ${path.dirname(folder)}.`,
      'Choose a folder that you may write to.',
      thrown,
    )
  }
}

async function build(paths: ProjectPaths, { task, classes }: NewProject): Promise<void> {
  for (const folder of [paths.models, paths.cache, paths.backups]) await mkdir(folder)
  const db = createSqlite(paths.database)
  try {
    configure(db)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    migrate(db, MIGRATIONS)
    fill(db, task, newClasses(classes))
    // Last: the header that tells a project from another file is in the file itself then, not in a log beside it.
    db.pragma('journal_mode = WAL')
  } finally {
    db.close()
  }
  await syncFile(paths.database)
}

function fill(db: Parameters<typeof openStore>[0], task: TaskKind, classes: readonly ClassRecord[]): void {
  const store = openStore(db)
  const write = db.transaction(() => {
    writeProjectFacts(store, task, new Date().toISOString())
    for (const record of classes) store.classes.insert(record)
  })
  write.immediate()
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.sync()
  await handle.close()
}

async function moveIntoPlace(building: string, folder: string): Promise<void> {
  // An empty folder may stand there (the person made it); Windows does not rename over it. A folder with anything in it makes this fail.
  await rmdir(folder).catch(() => undefined)
  await rename(building, folder).catch((thrown: unknown) => {
    throw new AppError('cannot-create', `${path.basename(folder)} could not be made.`, 'Choose another name or folder.', thrown)
  })
  const parent = await open(path.dirname(folder), 'r').catch(() => null)
  await parent?.sync().catch(() => undefined)
  await parent?.close()
}
