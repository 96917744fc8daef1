import path from 'node:path'
import { FolderLimit } from './folder-limit.ts'

/** Bytes that the pictures in a project's cache may take on disk together. */
export const CACHE_BYTES = 2 * 2 ** 30

/** Where a project keeps the pyramids of its large flat images. */
export const pyramidFolder = (cacheFolder: string): string => path.join(cacheFolder, 'pyramids')

/** The limit of a project's cache: over all that can be made again at once. Checkpoints and unfinished predictions lie there too and are never removed. */
export function cacheLimit(cacheFolder: string, bytes = CACHE_BYTES): FolderLimit {
  const files = ['thumbs', 'display', 'tiles'].map((name) => ({ folder: path.join(cacheFolder, name) }))
  return new FolderLimit([...files, { folder: pyramidFolder(cacheFolder), whole: true }], bytes)
}
