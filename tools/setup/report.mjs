// What set-up says: one line for each step that did work, with its size and time.
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** @param {number} bytes */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
/** @param {number} since from performance.now() */
export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Bytes in a file or a whole folder; a file with several hard links counts once. */
export function sizeOf(path, seen = new Set()) {
  const info = lstatSync(path, { throwIfNoEntry: false })
  if (!info) return 0
  if (info.isDirectory()) return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name), seen), 0)
  if (seen.has(info.ino)) return 0
  seen.add(info.ino)
  return info.size
}

/** Prints the lines; on a terminal a passing line names the steps under way. */
export class Report {
  #running = new Set()
  lines = 0

  say(text) {
    this.#clear()
    process.stderr.write(`set-up  ${text}\n`)
    this.lines++
    this.#show()
  }

  /**
   * Runs one step. `work` returns what to say of it.
   * @param {string} title
   * @param {() => Promise<{ size?: number, note?: string } | void>} work
   */
  async step(title, work) {
    const since = performance.now()
    this.#running.add(title)
    this.#show()
    try {
      const { size, note } = (await work()) ?? {}
      this.#running.delete(title)
      this.say(
        [title.padEnd(34), (size ? megabytes(size) : '').padStart(8), seconds(since).padStart(8), note ? `  ${note}` : '']
          .join('')
          .trimEnd(),
      )
    } finally {
      this.#running.delete(title)
      this.#clear()
    }
  }

  #show() {
    if (process.stderr.isTTY && this.#running.size) process.stderr.write(`set-up  ${[...this.#running].join(', ')} ...`)
  }

  #clear() {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  }
}
