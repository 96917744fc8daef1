import path from 'node:path'
import { cacheLimit } from './cache-limit.ts'
import type { FolderLimit } from './folder-limit.ts'
import { isCached, type Pictures } from './pictures.ts'
import type { ThumbnailSource } from './thumbnails.ts'

/**
 * Files that Chromium can show with the very pixels that training sees: the original where that is so, else a PNG
 * `cache/display/<sha256>.png`, made once (`src/imaging/display.ts` says which). Beside them the numbers of channels that a person looks at by
 * themselves (`src/imaging/channels.ts`).
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
    return this.#once(target, async () => (await this.#pictures.display({ file, target })).file)
  }

  /** The numbers of a channel. @throws AppError of `ImageFailure`. */
  async channel({ file, sha256 }: ThumbnailSource, channel: number): Promise<string> {
    const target = path.join(this.#folder, `${sha256}-${channel}.png`)
    if (await isCached(target)) {
      void this.#limit.used(target)
      return target
    }
    return this.#once(target, async () => {
      await this.#pictures.channel({ file, channel, target })
      return target
    })
  }

  /** Makes a file once, however many ask for it meanwhile. */
  #once(target: string, make: () => Promise<string>): Promise<string> {
    const running = this.#making.get(target) ?? this.#make(target, make).finally(() => this.#making.delete(target))
    this.#making.set(target, running)
    return running
  }

  async #make(target: string, make: () => Promise<string>): Promise<string> {
    const made = await make()
    if (made === target) void this.#limit.added(target)
    return made
  }
}
