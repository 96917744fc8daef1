import { FlatSource } from './flat-source.ts'
import type { ImageSource } from './image-source.ts'
import { openImageSource, type OpenSourceOptions } from './open-source.ts'

export interface SourceStoreOptions {
  /** Sources kept open while nobody uses them, at most. */
  readonly most?: number
  /** Bytes of memory that those may hold together, at most. */
  readonly bytes?: number
  /** How a file is opened; for tests. */
  readonly open?: (file: string, options: OpenSourceOptions) => Promise<ImageSource>
}

interface Entry {
  readonly source: Promise<ImageSource>
  users: number
  bytes: number
}

/** What OpenSlide and libvips keep of an open slide (OpenSlide caches 32 MB of tiles). */
const OPEN_BYTES = 40 * 2 ** 20

/**
 * Keeps some image sources open, so that tile after tile is read without opening the file anew. The longest unused are closed when there are
 * too many or they hold too much; those in use never.
 */
export class SourceStore {
  readonly #most: number
  readonly #bytes: number
  readonly #open: (file: string, options: OpenSourceOptions) => Promise<ImageSource>
  /** In the order of use, the longest unused first. */
  readonly #entries = new Map<string, Entry>()
  readonly #closing = new Set<Promise<void>>()

  constructor({ most = 16, bytes = 512 * 2 ** 20, open = openImageSource }: SourceStoreOptions = {}) {
    this.#most = most
    this.#bytes = bytes
    this.#open = open
  }

  /** Files that are open at the moment. */
  get size(): number {
    return this.#entries.size
  }

  /** Works with the source of a file, opened if need be. Throws what opening and the work throw. */
  async use<T>(file: string, options: OpenSourceOptions, work: (source: ImageSource) => Promise<T>): Promise<T> {
    const entry = this.#entryOf(file, options)
    entry.users++
    try {
      const source = await entry.source
      entry.bytes = source instanceof FlatSource ? source.bytes : OPEN_BYTES
      return await work(source)
    } catch (thrown) {
      // A file that could not be opened is tried anew by the next.
      await entry.source.catch(() => this.#forget(file, entry))
      throw thrown
    } finally {
      entry.users--
      this.#trim()
    }
  }

  #entryOf(file: string, options: OpenSourceOptions): Entry {
    const entry = this.#entries.get(file) ?? { source: this.#open(file, options), users: 0, bytes: OPEN_BYTES }
    this.#entries.delete(file)
    this.#entries.set(file, entry)
    return entry
  }

  #forget(file: string, entry: Entry): void {
    if (this.#entries.get(file) === entry) this.#entries.delete(file)
  }

  #trim(): void {
    let held = 0
    for (const entry of this.#entries.values()) held += entry.bytes
    for (const [file, entry] of this.#entries) {
      if (this.#entries.size <= this.#most && held <= this.#bytes) return
      if (entry.users > 0) continue
      held -= entry.bytes
      this.#close(file, entry)
    }
  }

  #close(file: string, entry: Entry): void {
    this.#forget(file, entry)
    const closing = entry.source.then(
      (source) => source.close(),
      () => undefined,
    )
    this.#closing.add(closing)
    void closing.finally(() => this.#closing.delete(closing))
  }

  /** Closes all, those in use too once their reads are done. */
  async close(): Promise<void> {
    for (const [file, entry] of [...this.#entries]) this.#close(file, entry)
    await Promise.all(this.#closing)
  }
}
