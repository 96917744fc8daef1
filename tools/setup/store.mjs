// Big artefacts shared by a user's clones. A folder is made under a temporary name and renamed when it is whole,
// so that a killed set-up leaves no half of one, and of two at once the later simply finds it there.
import {
  copyFileSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { cacheRoot } from './paths.mjs'

const dayMs = 24 * 3600 * 1000

/** Where the artefact of this key lies, or will lie. */
export const placeOf = (key) => join(cacheRoot(), key)

/**
 * The folder of this key, made by `make(folder)` when it is not there yet.
 * @param {string} key
 * @param {(folder: string) => Promise<void>} make
 */
export async function keep(key, make) {
  const place = placeOf(key)
  if (existsSync(place)) return place
  mkdirSync(cacheRoot(), { recursive: true })
  sweep()
  const draft = mkdtempSync(`${place}.draft-`)
  try {
    await make(draft)
    renameSync(draft, place)
  } catch (error) {
    if (!existsSync(place)) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return place
}

/** Drafts of set-ups that were killed; the day's grace spares one that is at work, on another machine even. */
function sweep() {
  for (const name of readdirSync(cacheRoot())) {
    const path = join(cacheRoot(), name)
    if (name.includes('.draft-') && Date.now() - statSync(path).mtimeMs > dayMs) rmSync(path, { recursive: true, force: true })
  }
}

/** Puts a file at `to` at once: a hard link, or a copy where the file system has none across folders. */
export function place(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  const draft = join(dirname(to), `.${basename(to)}.${process.pid}`)
  rmSync(draft, { force: true })
  try {
    linkSync(from, draft)
  } catch {
    copyFileSync(from, draft, constants.COPYFILE_FICLONE)
  }
  renameSync(draft, to)
  rmSync(draft, { force: true }) // renaming one link of a file onto another of the same file does nothing
}

/** Writes a small file whole or not at all. */
export function writeWhole(file, text) {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.draft`
  writeFileSync(draft, text)
  renameSync(draft, file)
}

/** Something that the machine lacks. Finding it out costs nothing, so unlike a failed download it is not remembered. */
export class Lack extends Error {}

const failuresFile = () => join(cacheRoot(), 'failed.json')

function failures() {
  try {
    return JSON.parse(readFileSync(failuresFile(), 'utf8'))
  } catch {
    return {}
  }
}

/** Why this failed within the last day, or null: nobody waits for an unreachable network twice in a row. */
export function recallFailure(what) {
  const past = failures()[what]
  return past && Date.now() - past.at < dayMs ? past.why : null
}

/** @param {string} what @param {Error} error */
export function rememberFailure(what, error) {
  if (error instanceof Lack) return
  writeWhole(failuresFile(), JSON.stringify({ ...failures(), [what]: { at: Date.now(), why: error.message } }, null, 2))
}

export function forgetFailures() {
  rmSync(failuresFile(), { force: true })
}
