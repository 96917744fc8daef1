import path from 'node:path'
import type { NamedImages } from '#shared/contracts/named-images.ts'
import { AppError } from '#shared/errors.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { OpenProject } from './open-project.ts'

/** The images that a request names; those of all that have no name are told by `project` itself. Throws AppError `no-images` or `no-such-image`. */
export function imagesNamed(project: OpenProject, of: NamedImages): readonly ImageRecord[] {
  if ('images' in of) return [...new Set(of.images)].map((id) => project.image(id))
  const meant = project.db.images().filter(isNamed(of))
  if (meant.length === 0) throw noImages()
  return meant
}

/** Whether an image is among those that a request names. */
export function isNamed(of: NamedImages): (image: ImageRecord) => boolean {
  if ('glob' in of) return ({ name }) => path.matchesGlob(name, of.glob)
  if ('images' in of) return ({ id }) => of.images.includes(id)
  const contents = new Set(of.sha256)
  return ({ sha256 }) => contents.has(sha256)
}

export const noImages = (): AppError =>
  new AppError('no-images', 'No image fits what was asked for.', 'Check which images are meant, or import images first.')

/** As a log keeps it: single images by what is in their files, since ids are those of this project. A word stays, and none. */
export function lastingNames<T extends string | null>(project: OpenProject, of: T | NamedImages): T | NamedImages {
  return of !== null && typeof of === 'object' && 'images' in of ? { sha256: of.images.map((id) => project.image(id).sha256) } : of
}
