import path from 'node:path'
import { cacheLimit } from './cache-limit.ts'
import type { FolderLimit } from './folder-limit.ts'
import { isCached, type Pictures } from './pictures.ts'
import type { ThumbnailSource } from './thumbnails.ts'

/**
 * Files that Chromium can show with the very pixels that training sees: the original where that is so, else a PNG
 * `cache/display/<sha256>.png`, made once (`src/imaging/display.ts` says which).
 */
export class DisplayFiles {
  readonly #folder: string
  readonly #pictures: Pictures
  readonly #limit: FolderLimit
  readonly #making = new Map<string, Promise<string>>()

  constructor(cacheFolder: string, pictures: Pictures, limit = cacheLimit(cacheFolder)) {
    this.#folder = path.join(cacheFolder, 'display')
    this.#limit = limit
    this.#pictures = pictures
  }

  /** The file to show for an image. @throws AppError of `ImageFailure`. */
  async get({ file, sha256 }: ThumbnailSource): Promise<string> {
    const target = path.join(this.#folder, `${sha256}.png`)
    if (await isCached(target)) {
      void this.#limit.used(target)
      return target
    }
    const running = this.#making.get(sha256) ?? this.#make(file, target).finally(() => this.#making.delete(sha256))
    this.#making.set(sha256, running)
    return running
  }

  async #make(file: string, target: string): Promise<string> {
    const made = (await this.#pictures.display({ file, target })).file
    if (made === target) void this.#limit.added(target)
    return made
  }
}
