import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'

/** Ending of a project's folder. */
export const PROJECT_SUFFIX = '.slidewright'

/** Where things lie in a project's folder. */
export interface ProjectPaths {
  readonly folder: string
  readonly database: string
  /** Held by the process that may write; see lock.ts. */
  readonly lock: string
  readonly models: string
  /** What runs drew over images, a folder a run. */
  readonly runs: string
  /** Whatever can be made again: thumbnails, converted images. Elsewhere where the project's folder is write-protected. */
  readonly cache: string
  readonly backups: string
}

export function projectPaths(folder: string): ProjectPaths {
  const inside = (name: string): string => path.join(folder, name)
  return {
    folder,
    database: inside('project.db'),
    lock: inside('project.lock'),
    models: inside('models'),
    runs: inside('runs'),
    cache: inside('cache'),
    backups: inside('backups'),
  }
}

/** What a person calls the project: the folder's name without its ending. */
export function projectName(folder: string): string {
  return path.basename(folder).replace(new RegExp(`\\${PROJECT_SUFFIX}$`, 'i'), '')
}

/** The folder that a new project gets: absolute, with the ending. */
export function newProjectFolder(given: string): string {
  const folder = path.resolve(given)
  return folder.toLowerCase().endsWith(PROJECT_SUFFIX) ? folder : folder + PROJECT_SUFFIX
}

/**
 * The project's folder where a person named the folder, its project.db, or left the ending out.
 * @throws AppError `project-missing`, or `project-incomplete` where a folder is there without a database.
 */
export async function findProjectFolder(given: string): Promise<string> {
  const start = path.resolve(given)
  const named = path.basename(start) === 'project.db' ? path.dirname(start) : start
  const candidates = [named, named + PROJECT_SUFFIX]
  for (const folder of candidates) if (await isFile(projectPaths(folder).database)) return folder
  for (const folder of candidates) if (await isFolder(folder)) throw incomplete(folder)
  throw new AppError('project-missing', `There is no project at ${named}.`, 'Check the path, or connect the drive that it lies on.')
}

function incomplete(folder: string): AppError {
  return new AppError(
    'project-incomplete',
    `The folder ${path.basename(folder)} holds no project.db, so it is not a whole project.`,
    `Choose a folder that ends in ${PROJECT_SUFFIX}. If the file was deleted, bring a backup back: Restore a backup on the start screen, or slidewright restore.`,
  )
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isFile() ?? false
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null))?.isDirectory() ?? false
}
