import path from 'node:path'
import { pyramidFolder } from '../../imaging/slides/pyramid-layout.ts'
import { FolderLimit } from './folder-limit.ts'

/** Bytes that the pictures in a project's cache may take on disk together. */
export const CACHE_BYTES = 2 * 2 ** 30

/** The limit of a project's cache: over all that can be made again at once. Checkpoints and unfinished predictions lie there too and are never removed. */
export function cacheLimit(cacheFolder: string, bytes = CACHE_BYTES): FolderLimit {
  const files = ['thumbs', 'display', 'tiles'].map((name) => ({ folder: path.join(cacheFolder, name) }))
  return new FolderLimit([...files, { folder: pyramidFolder(cacheFolder), whole: true }], bytes)
}
