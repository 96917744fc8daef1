import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { ImageId, RunId } from '#shared/records/ids.ts'
import type { OpenProject } from './open-project.ts'

/** Which of the maps that a run drew over an image: its place in `ImageResult.maps`. */
export interface MapPlace {
  readonly runId: RunId
  readonly imageId: ImageId
  readonly place: number
}

/**
 * The file of a map that a run drew, as an absolute path below the run's folder. The names come out of a database that may come from
 * elsewhere, so neither `..` nor a link leads out of that folder. Throws AppError `map-missing`.
 */
export async function resultMapFile(
  { db, paths }: Pick<OpenProject, 'db' | 'paths'>,
  { runId, imageId, place }: MapPlace,
): Promise<string> {
  const map = db.resultOf(imageId, runId)?.maps[place]
  const runs = await real(paths.runs)
  const folder = await real(path.join(paths.runs, runId))
  const file = map === undefined ? null : await real(path.join(paths.runs, runId, map.file))
  if (runs !== null && folder !== null && file !== null && path.dirname(folder) === runs && isBelow(folder, file)) return file
  throw new AppError('map-missing', 'This map of the predictions is not there any more.', 'Predict again to draw it anew.')
}

const real = (file: string): Promise<string | null> => realpath(file).catch(() => null)

function isBelow(folder: string, file: string): boolean {
  const relative = path.relative(folder, file)
  return relative !== '' && relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative)
}
