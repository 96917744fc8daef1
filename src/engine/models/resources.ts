import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '#shared/errors.ts'

/**
 * A file of the folder resources/ that is shipped with the application: found upwards from here, so alike from the sources and from the
 * built program. Throws AppError `resource-missing` where an installation is incomplete.
 */
export function resourceFile(name: string, from = fileURLToPath(import.meta.url)): string {
  for (let folder = path.dirname(from); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'resources', name)
    if (existsSync(candidate)) return candidate
    if (folder === path.dirname(folder)) break
  }
  throw new AppError('resource-missing', `A part of Slidewright is missing: resources/${name}.`, 'Install Slidewright again.')
}
