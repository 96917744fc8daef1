import path from 'node:path'
import { cacheLimit } from './cache-limit.ts'
import type { FolderLimit } from './folder-limit.ts'
import { isCached, type Pictures } from './pictures.ts'

/** Longest side in pixels: for a row of the image list, and for galleries and as a stand-in while the image loads. */
export const THUMBNAIL_SIDES = { small: 128, large: 512 } as const
export type ThumbnailSize = keyof typeof THUMBNAIL_SIDES

/** An image of which a thumbnail is wanted. */
export interface ThumbnailSource {
  readonly sha256: string
  /** Where its file is now. */
  readonly file: string
}

interface Task {
  readonly source: ThumbnailSource
  /** Hands the work on to whoever asked for it. */
  readonly settle: (work: Promise<void>) => void
}

/** Thumbnails made at a time for somebody who waits; in the background it is one. */
const AT_ONCE = 2

/**
 * Makes thumbnails, `cache/thumbs/<sha256>-<size>.webp`, each once. Those that somebody waits for come first, the last asked for before the
 * others: it is what the list shows now. The rest is filled in the background, one at a time, and only while nobody waits.
 */
export class Thumbnails {
  readonly #folder: string
  readonly #pictures: Pictures
  readonly #limit: FolderLimit
  readonly #waiting: Task[] = []
  readonly #filling: Task[] = []
  readonly #making = new Map<string, Promise<void>>()
  #running = 0

  constructor(cacheFolder: string, pictures: Pictures, limit = cacheLimit(cacheFolder)) {
    this.#folder = path.join(cacheFolder, 'thumbs')
    this.#limit = limit
    this.#pictures = pictures
  }

  /** Where a thumbnail is, or will be. */
  pathOf(sha256: string, size: ThumbnailSize): string {
    return path.join(this.#folder, `${sha256}-${size}.webp`)
  }

  /** The file of a thumbnail, made now if need be. @throws AppError of `ImageFailure`, or the signal's reason if it was not begun. */
  async get(source: ThumbnailSource, size: ThumbnailSize, signal?: AbortSignal): Promise<string> {
    const file = this.pathOf(source.sha256, size)
    if (await isCached(file)) {
      void this.#limit.used(file)
      return file
    }
    signal?.throwIfAborted()
    await this.#enqueue(source, false, signal)
    return file
  }

  /**
   * Makes those that are missing in the background, in order, and tells of each; those that were there already are not told of. Ends when all
   * are done or the signal aborts; an image that can't be read is passed over.
   */
  async fill(sources: readonly ThumbnailSource[], onReady: (source: ThumbnailSource) => void, signal?: AbortSignal): Promise<void> {
    for (const source of sources) {
      if (signal?.aborted === true) return
      if (await this.#has(source.sha256)) continue
      const made = await this.#enqueue(source, true, signal).then(
        () => true,
        () => false,
      )
      if (made) onReady(source)
    }
  }

  async #has(sha256: string): Promise<boolean> {
    return (await isCached(this.pathOf(sha256, 'small'))) && (await isCached(this.pathOf(sha256, 'large')))
  }

  #enqueue(source: ThumbnailSource, background: boolean, signal?: AbortSignal): Promise<void> {
    const queue = background ? this.#filling : this.#waiting
    return new Promise<void>((resolve, reject) => {
      const task: Task = {
        source,
        settle: (work) => {
          signal?.removeEventListener('abort', cancel)
          work.then(resolve, reject)
        },
      }
      const cancel = (): void => {
        const at = queue.indexOf(task)
        // What was begun is finished: the work is short, and somebody else may wait for it.
        if (at >= 0) queue.splice(at, 1)
        if (at >= 0) reject(signal?.reason)
      }
      signal?.addEventListener('abort', cancel, { once: true })
      queue.push(task)
      this.#next()
    })
  }

  #next(): void {
    while (this.#running < AT_ONCE) {
      const task = this.#waiting.pop() ?? (this.#running === 0 ? this.#filling.shift() : undefined)
      if (!task) return
      this.#running++
      void this.#run(task)
    }
  }

  async #run(task: Task): Promise<void> {
    const work = this.#makeOnce(task.source)
    task.settle(work)
    await work.catch(() => undefined)
    this.#running--
    this.#next()
  }

  /** Two who want the same thumbnail wait for the same work. */
  #makeOnce(source: ThumbnailSource): Promise<void> {
    const running = this.#making.get(source.sha256)
    if (running) return running
    const made = this.#make(source).finally(() => this.#making.delete(source.sha256))
    this.#making.set(source.sha256, made)
    return made
  }

  async #make({ sha256, file }: ThumbnailSource): Promise<void> {
    if (await this.#has(sha256)) return
    const target = (size: ThumbnailSize) => ({ target: this.pathOf(sha256, size), side: THUMBNAIL_SIDES[size] })
    const targets = [target('large'), target('small')]
    await this.#pictures.thumbnails({ file, targets })
    for (const made of targets) void this.#limit.added(made.target)
  }
}
