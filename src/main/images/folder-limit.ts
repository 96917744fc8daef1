import { type Dirent } from 'node:fs'
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'

/** How far below its limit a folder is brought once it has passed it, so that it is not swept at every file. */
const DOWN_TO = 0.8
/** That something is used is noted down at most so often, milliseconds. */
const NOTED_EVERY = 10 * 60_000

/** A folder whose files may be removed, each by itself or, where its entries only mean something as they are, each entry as a whole. */
export interface LimitedFolder {
  readonly folder: string
  /** An entry goes with all that is in it, and not while it was used in the last minutes: somebody may be reading it. */
  readonly whole?: boolean
}

/** What is removed at a time. */
interface Unit {
  readonly path: string
  readonly bytes: number
  /** When it was last used, milliseconds. */
  readonly at: number
  readonly whole: boolean
}

/**
 * Holds folders together below a number of bytes: what was used longest ago goes first. When that was is the time that the file system keeps of
 * its last change, which `used` moves on; so it is known over restarts, also where the system keeps no time of reading.
 */
export class FolderLimit {
  readonly #folders: readonly LimitedFolder[]
  readonly #limit: number
  readonly #noted = new Map<string, number>()
  /** Bytes counted once; what came since is in `#since`. A file may be in both for a while: too much is counted then, never too little. */
  #counted: Promise<number> | null = null
  #since = 0
  #sweeping: Promise<boolean> | null = null

  constructor(folders: string | readonly LimitedFolder[], limit: number) {
    this.#folders = typeof folders === 'string' ? [{ folder: folders }] : folders
    this.#limit = limit
  }

  /** To be told of each new file, or whole entry; what is too much is removed in the background. */
  async added(file: string): Promise<void> {
    if (this.#counted !== null) {
      const bytes = await sizeOf(file)
      this.#since += bytes
    }
    await this.check()
  }

  /** To be told of what is used, for it to stay. */
  async used(file: string): Promise<void> {
    const unit = this.#unitOf(file)
    const now = Date.now()
    if (unit === null || now - (this.#noted.get(unit) ?? 0) < NOTED_EVERY) return
    this.#noted.set(unit, now)
    const known = (await stat(unit).catch(() => null))?.mtimeMs ?? now
    if (now - known < NOTED_EVERY) return
    await utimes(unit, now / 1000, now / 1000).catch(() => undefined)
  }

  /** Removes what is too much now; what comes while it does so is looked at once more. */
  async check(): Promise<void> {
    while ((await (this.#counted ??= this.#units().then(bytesOf))) + this.#since > this.#limit) {
      this.#sweeping ??= this.#sweep().finally(() => (this.#sweeping = null))
      if (!(await this.#sweeping)) return
    }
  }

  /** @returns Whether anything could be removed. */
  async #sweep(): Promise<boolean> {
    this.#since = 0
    const units = (await this.#units()).sort((a, b) => a.at - b.at)
    const all = bytesOf(units)
    let bytes = all
    const recent = Date.now() - NOTED_EVERY
    for (const unit of units) {
      if (bytes <= this.#limit * DOWN_TO) break
      if (unit.whole && unit.at > recent) continue
      const removed = await rm(unit.path, { force: true, recursive: unit.whole }).then(
        () => true,
        () => false,
      )
      if (removed) bytes -= unit.bytes
    }
    this.#counted = Promise.resolve(bytes)
    return bytes < all
  }

  #unitOf(file: string): string | null {
    for (const { folder, whole } of this.#folders) {
      const inside = path.relative(folder, file)
      if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) continue
      return whole === true ? path.join(folder, inside.split(path.sep)[0]!) : file
    }
    return null
  }

  async #units(): Promise<Unit[]> {
    const lists = await Promise.all(this.#folders.map(({ folder, whole }) => (whole === true ? wholeEntries(folder) : filesOf(folder))))
    return lists.flat()
  }
}

const bytesOf = (units: readonly { readonly bytes: number }[]): number => units.reduce((sum, { bytes }) => sum + bytes, 0)

async function sizeOf(file: string): Promise<number> {
  const what = await stat(file).catch(() => null)
  return what?.isDirectory() === true ? bytesOf(await filesOf(file)) : (what?.size ?? 0)
}

const entriesOf = (folder: string, recursive: boolean): Promise<Dirent[]> =>
  readdir(folder, { recursive, withFileTypes: true }).catch(() => [])

async function filesOf(folder: string): Promise<Unit[]> {
  const files: Unit[] = []
  for (const entry of await entriesOf(folder, true)) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    const what = await stat(file).catch(() => null)
    if (what) files.push({ path: file, bytes: what.size, at: what.mtimeMs, whole: false })
  }
  return files
}

async function wholeEntries(folder: string): Promise<Unit[]> {
  const units: Unit[] = []
  for (const { name } of await entriesOf(folder, false)) {
    const entry = path.join(folder, name)
    const at = (await stat(entry).catch(() => null))?.mtimeMs
    if (at !== undefined) units.push({ path: entry, bytes: await sizeOf(entry), at, whole: true })
  }
  return units
}
