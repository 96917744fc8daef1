import path from 'node:path'
import type { NamedImages } from '#shared/contracts/named-images.ts'
import { AppError } from '#shared/errors.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { OpenProject } from './open-project.ts'

/** The images that a request names; those of all that have no name are told by `project` itself. Throws AppError `no-images` or `no-such-image`. */
export function imagesNamed(project: OpenProject, of: NamedImages): readonly ImageRecord[] {
  if ('images' in of) return [...new Set(of.images)].map((id) => project.image(id))
  const contents = new Set('sha256' in of ? of.sha256 : [])
  const meant = project.db.images().filter(({ name, sha256 }) => ('glob' in of ? path.matchesGlob(name, of.glob) : contents.has(sha256)))
  if (meant.length === 0) throw noImages()
  return meant
}

export const noImages = (): AppError =>
  new AppError('no-images', 'No image fits what was asked for.', 'Check which images are meant, or import images first.')

/** As a log keeps it: single images by what is in their files, since ids are those of this project. A word stays. */
export function lastingNames<T extends string>(project: OpenProject, of: T | NamedImages): T | NamedImages {
  return typeof of === 'object' && 'images' in of ? { sha256: of.images.map((id) => project.image(id).sha256) } : of
}

/** Whether the project has any of the images that are named by what is in their files; those of a word or a glob are there by it. */
export function isAnyThere(project: OpenProject, of: string | NamedImages): boolean {
  const named = typeof of === 'object' && 'sha256' in of ? new Set(of.sha256) : null
  return named === null || project.db.images().some(({ sha256 }) => named.has(sha256))
}
