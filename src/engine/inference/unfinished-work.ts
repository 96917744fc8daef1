import { createHash } from 'node:crypto'
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { logsIn, type OpenLog } from './work-log.ts'

/** Work that nobody came back to for so long is thrown away. */
const KEPT_DAYS = 14
/** Grows when tiles are laid or kept otherwise: what an older version left is not gone on from. */
const VERSION = 1
const DAY = 24 * 3600 * 1000

/**
 * Where the finished parts of large images are kept until the whole prediction is through: a folder an image, named by everything that the result
 * depends on. A prediction with the same models of the same file in the same way finds what an earlier one left, whatever ended that.
 */
export class UnfinishedWork {
  readonly #folder: string
  readonly #used = new Set<string>()

  /** `folder` need not be there. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** The logs of an image. `ways`: what the result depends on beside the file's content. */
  async logsOf(file: string, ways: unknown): Promise<OpenLog> {
    const { size, mtimeMs } = await stat(file)
    const identity = JSON.stringify([VERSION, path.resolve(file), size, mtimeMs, ways])
    const folder = path.join(this.#folder, createHash('sha256').update(identity).digest('hex').slice(0, 32))
    this.#used.add(folder)
    const openLog = logsIn(folder)
    return async (name) => {
      const log = await openLog(name)
      await utimes(folder, new Date(), new Date())
      return log
    }
  }

  /** All is told: what was kept is needed no more. */
  async finish(): Promise<void> {
    for (const folder of this.#used) await rm(folder, { recursive: true, force: true })
    await this.#forgetOld()
  }

  async #forgetOld(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    for (const name of names) {
      const folder = path.join(this.#folder, name)
      const touched = await stat(folder).catch(() => null)
      if (touched !== null && Date.now() - touched.mtimeMs > KEPT_DAYS * DAY) await rm(folder, { recursive: true, force: true })
    }
  }
}
