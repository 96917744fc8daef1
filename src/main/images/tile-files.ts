import { createHash } from 'node:crypto'
import path from 'node:path'
import { type ChannelLook, looksText } from '#shared/channels/look.ts'
import { AppError } from '#shared/errors.ts'
import type { TilePlace } from '#shared/geometry/tile-grid.ts'
import { pyramidFolder } from '../../imaging/slides/pyramid-layout.ts'
import { CACHE_BYTES } from './cache-limit.ts'
import { FolderLimit } from './folder-limit.ts'
import { isCached, type Pictures } from './pictures.ts'
import type { ThumbnailSource } from './thumbnails.ts'

export interface TileFilesOptions {
  /** What holds the cache below its size, or bytes that the tiles alone may take on disk. */
  readonly limit?: FolderLimit | number
  /** Tiles made at a time. */
  readonly atOnce?: number
  /** Tiles that may wait; the longest waiting give way, since the view has gone on. */
  readonly waiting?: number
}

interface Task {
  readonly name: string
  readonly make: () => Promise<string>
  readonly settle: (work: Promise<string>) => void
  readonly drop: () => void
}

/** A tile, and how the channels of its image are laid over each other; left out: as the image is read. */
export interface WantedTile extends TilePlace {
  readonly looks?: readonly ChannelLook[] | undefined
}

/** What is made by other looks is another file. */
const nameOf = (looks: readonly ChannelLook[]): string => createHash('sha256').update(looksText(looks)).digest('hex').slice(0, 16)

/**
 * Tiles of images as files, `cache/tiles/<sha256>/<level>-<column>-<row>.jpg` (with the name of the looks of its channels behind, where a person set some), made when they are asked for: the last asked for first, since that is
 * what the view shows now. Those whose asker has gone, and the longest waiting of too many, are dropped.
 */
export class TileFiles {
  readonly #folder: string
  readonly #pyramids: string
  readonly #pictures: Pick<Pictures, 'tile'>
  readonly #limit: FolderLimit
  readonly #atOnce: number
  readonly #most: number
  /** The last asked for at the end. */
  readonly #waiting: Task[] = []
  readonly #making = new Map<string, Promise<string>>()
  #running = 0

  constructor(
    cacheFolder: string,
    pictures: Pick<Pictures, 'tile'>,
    { limit = CACHE_BYTES, atOnce = 4, waiting = 256 }: TileFilesOptions = {},
  ) {
    this.#folder = path.join(cacheFolder, 'tiles')
    this.#pyramids = pyramidFolder(cacheFolder)
    this.#pictures = pictures
    this.#limit = typeof limit === 'number' ? new FolderLimit(this.#folder, limit) : limit
    this.#atOnce = atOnce
    this.#most = waiting
  }

  /** Tiles that are asked for and not there yet: those being made and those waiting. */
  get pending(): number {
    return this.#running + this.#waiting.length
  }

  /** The file of a tile. @throws AppError of `ImageFailure`, or `cancelled` where the signal fired or others were wanted more. */
  async get({ sha256, file }: ThumbnailSource, { looks, ...place }: WantedTile, signal?: AbortSignal): Promise<string> {
    const name = path.join(sha256, `${place.level}-${place.column}-${place.row}${looks === undefined ? '' : `-${nameOf(looks)}`}.jpg`)
    const target = path.join(this.#folder, name)
    if (await isCached(target)) {
      void this.#limit.used(target)
      return target
    }
    if (signal?.aborted === true) throw cancelled()
    return this.#making.get(name) ?? this.#enqueue(name, () => this.#make({ file, place, target, looks }), signal)
  }

  #enqueue(name: string, make: () => Promise<string>, signal?: AbortSignal): Promise<string> {
    return new Promise<string>((resolve, reject) => {
      const drop = (): void => {
        const at = this.#waiting.indexOf(task)
        if (at < 0) return // Begun: the work is short, and its tile may be wanted again.
        this.#waiting.splice(at, 1)
        signal?.removeEventListener('abort', drop)
        reject(cancelled())
      }
      const settle = (work: Promise<string>): void => {
        signal?.removeEventListener('abort', drop)
        work.then(resolve, reject)
      }
      const task: Task = { name, make, settle, drop }
      signal?.addEventListener('abort', drop, { once: true })
      this.#waiting.push(task)
      if (this.#waiting.length > this.#most) this.#waiting[0]?.drop()
      this.#next()
    })
  }

  #next(): void {
    while (this.#running < this.#atOnce) {
      const task = this.#waiting.pop()
      if (!task) return
      void this.#run(task)
    }
  }

  async #run(task: Task): Promise<void> {
    this.#running++
    const work = this.#making.get(task.name) ?? task.make()
    this.#making.set(task.name, work)
    task.settle(work)
    await work.catch(() => undefined)
    this.#making.delete(task.name)
    this.#running--
    this.#next()
  }

  async #make({
    looks,
    ...wanted
  }: Omit<Parameters<Pictures['tile']>[0], 'pyramids' | 'looks'> & Pick<WantedTile, 'looks'>): Promise<string> {
    const { target } = wanted
    // Somebody else may have waited for it too, and had it made in the meantime.
    if (await isCached(target)) return target
    const request = { ...wanted, pyramids: this.#pyramids, ...(looks === undefined ? {} : { looks }) }
    const made = await this.#pictures.tile(request)
    void (made.file === target ? this.#limit.added(target) : this.#limit.used(made.file))
    return made.file
  }
}

const cancelled = (): AppError => new AppError('cancelled', 'The tile is not needed any more.')
