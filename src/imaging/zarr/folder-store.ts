import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import type { AsyncReadable, RangeQuery } from 'zarrita'

/** Most bytes of one file of it that are read: chunks are megabytes, and what is larger would only fill the memory. */
const MOST_BYTES = 2 ** 29

/** A file of the folder is larger than anything that belongs there. */
export class TooLargeFile extends Error {}

/**
 * The files of a Zarr folder, for reading. Keys come out of the files' own metadata: none leads out of the folder. What is not there is
 * undefined. Throws `TooLargeFile`, or an error of the file system.
 */
export class FolderStore implements AsyncReadable {
  readonly #root: string
  readonly #indexAt: 'end' | 'start'

  /** `indexAt`: on which side of a file that holds several chunks its index lies. It is all that zarrita asks for as the last bytes of a file. */
  constructor(root: string, indexAt: 'end' | 'start' = 'end') {
    this.#root = path.resolve(root)
    this.#indexAt = indexAt
  }

  /** The same folder with the indices elsewhere. */
  withIndexAt(indexAt: 'end' | 'start'): FolderStore {
    return new FolderStore(this.#root, indexAt)
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#read(key, (bytes) => ({ from: 0, length: bytes }))
  }

  getRange(key: string, range: RangeQuery): Promise<Uint8Array | undefined> {
    return this.#read(key, (bytes) => {
      if ('suffixLength' in range) {
        const length = Math.min(bytes, range.suffixLength)
        return { from: this.#indexAt === 'start' ? 0 : bytes - length, length }
      }
      return { from: range.offset, length: Math.max(0, Math.min(range.length, bytes - range.offset)) }
    })
  }

  async #read(key: string, part: (bytes: number) => { from: number; length: number }): Promise<Uint8Array | undefined> {
    const file = path.join(this.#root, ...key.split('/'))
    if (!file.startsWith(this.#root + path.sep) || key.includes('\0')) return undefined
    // A folder stands where another layout of keys has a file: nothing is there, then.
    if ((await stat(file).catch(noEntry))?.isFile() !== true) return undefined
    const handle = await open(file, 'r')
    try {
      const { from, length } = part((await handle.stat()).size)
      if (length > MOST_BYTES) throw new TooLargeFile(`${path.basename(file)} has ${length} bytes`)
      const bytes = new Uint8Array(length)
      const { bytesRead } = await handle.read(bytes, 0, length, from)
      return bytes.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  }
}

function noEntry(thrown: unknown): null {
  const code = (thrown as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOENT' || code === 'ENOTDIR') return null
  throw thrown
}
