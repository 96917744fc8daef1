import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/** How far below its limit a folder is brought once it has passed it, so that it is not swept at every file. */
const DOWN_TO = 0.8

/** Holds the files of a folder (one level of folders within) below a number of bytes: the oldest go first. Counts what is added by itself. */
export class FolderLimit {
  readonly #folder: string
  readonly #limit: number
  #bytes: Promise<number> | null = null
  #sweeping: Promise<void> | null = null

  constructor(folder: string, limit: number) {
    this.#folder = folder
    this.#limit = limit
  }

  /** To be told of each new file; what is too much is removed in the background. */
  async added(file: string): Promise<void> {
    const known = this.#bytes
    const size = known === null ? 0 : ((await stat(file).catch(() => null))?.size ?? 0)
    this.#bytes = (known ?? filesOf(this.#folder).then(bytesOf)).then((bytes) => bytes + size)
    if ((await this.#bytes) > this.#limit) this.#sweeping ??= this.#sweep().finally(() => (this.#sweeping = null))
    await this.#sweeping
  }

  async #sweep(): Promise<void> {
    const files = (await filesOf(this.#folder)).sort((a, b) => a.at - b.at)
    let bytes = bytesOf(files)
    for (const file of files) {
      if (bytes <= this.#limit * DOWN_TO) break
      await rm(file.file, { force: true }).catch(() => undefined)
      bytes -= file.bytes
    }
    this.#bytes = Promise.resolve(bytes)
  }
}

interface Found {
  readonly file: string
  readonly bytes: number
  /** When it was written, milliseconds. */
  readonly at: number
}

const bytesOf = (files: readonly Found[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0)

async function filesOf(folder: string): Promise<Found[]> {
  const files: Found[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    const what = await stat(file).catch(() => null)
    if (what) files.push({ file, bytes: what.size, at: what.mtimeMs })
  }
  return files
}
