// One set-up at a time in one clone: two would pull node_modules from under each other.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Runs `work` while holding the lock file; waits for another holder as long as its process lives.
 * @param {string} file
 * @param {(text: string) => void} say
 * @param {() => Promise<T>} work
 * @template T
 */
export async function withLock(file, say, work) {
  mkdirSync(dirname(file), { recursive: true })
  let told = false
  // Twice: the first try clears the lock of a set-up that was killed.
  while (!take(file) && !take(file)) {
    if (!told) say(`waiting for another set-up of this folder (if there is none, delete ${file})`)
    told = true
    await sleep(500)
  }
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    release()
    process.off('exit', release)
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    clearIfDead(file)
    return false
  }
}

function clearIfDead(file) {
  const holder = holderOf(file)
  if (holder === null || lives(holder)) return
  // Renamed first: of several that find the holder dead one gets the file, and gives it back if it was a new holder's.
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
    if (holderOf(aside) !== holder) renameSync(aside, file)
    rmSync(aside, { force: true })
  } catch {
    // another was quicker
  }
}

/** The process id in the lock file; 0 for a file left empty by a holder killed while writing it; null when there is none. */
function holderOf(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    if (pid > 0) return pid
    return Date.now() - statSync(file).mtimeMs > 10_000 ? 0 : null
  } catch {
    return null
  }
}

function lives(pid) {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code !== 'ESRCH'
  }
}
