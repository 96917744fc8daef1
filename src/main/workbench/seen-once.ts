import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { isImageError } from '../../imaging/failure.ts'
import { writeWhole } from '../../files/write-whole.ts'
import type { Watch } from './job-book.ts'
import type { OpenProject } from './open-project.ts'

/** A kind of facts that images are looked at for. */
export interface SeenKind<T> {
  /** Its file in the project's cache. */
  readonly file: string
  /** Images looked at together. */
  readonly atOnce: number
  readonly look: (image: ImageRecord) => Promise<T>
  /** What is kept of one, and back; throws or gives null for what is none. */
  readonly pack: (seen: T) => unknown
  readonly unpack: (kept: unknown) => T | null
}

/** One kind of a project: the last question, who hears of each image that was looked at, and the files that could not be read. */
interface Looking {
  last: Promise<Map<string, unknown> | null>
  readonly onLooked: Set<(sha256: string) => void>
  readonly failed: Set<string>
}

const lookings = new WeakMap<OpenProject, Map<string, Looking>>()

function lookingOf(project: OpenProject, file: string): Looking {
  const ofProject = lookings.get(project) ?? new Map<string, Looking>()
  lookings.set(project, ofProject)
  const looking = ofProject.get(file) ?? { last: Promise.resolve(null), onLooked: new Set(), failed: new Set() }
  ofProject.set(file, looking)
  return looking
}

/**
 * Facts of images by the sha256 of their files; kept in the project's cache, so that each is looked at once. Images that cannot be read are left out,
 * and not tried again while the project is open, unless their file changes. `watch` hears how far it is, also while another question is answered
 * first, and may give up. Throws AppError `pictures-stopped` or `engine-stopped` where the project is closed meanwhile, `cancelled` where `watch` gave up.
 */
export function seenOnce<T>(
  project: OpenProject,
  kind: SeenKind<T>,
  asked: { images: readonly ImageRecord[]; watch: Watch | null },
): Promise<Map<string, T>> {
  const { images, watch } = asked
  const looking = lookingOf(project, kind.file)
  const stop = watch ? hearOf(looking, images, watch) : null
  // One after the other: what one question looked at, the next finds without reading the file anew.
  const turn = looking.last
    .then((known) => lookAt(project, kind, { images, looking, known: known as Map<string, T> | null, signal: watch?.signal }))
    .finally(stop)
  looking.last = turn.catch(() => null)
  // Who gives up does not wait for the questions before.
  return watch ? Promise.race([turn, givenUp(watch.signal)]) : turn
}

/** What is known of images already, without looking at any. */
export async function knownSoFar<T>(project: OpenProject, kind: SeenKind<T>): Promise<Map<string, T>> {
  return readKept(path.join(project.paths.cache, kind.file), kind)
}

const givenUp = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as AppError)
    signal.addEventListener('abort', () => { reject(signal.reason as AppError) }, { once: true }) // prettier-ignore
  })

/** Tells `watch` how many of the images were looked at since. */
function hearOf({ onLooked }: Looking, images: readonly ImageRecord[], watch: Watch): () => void {
  const wanted = new Set(images.map(({ sha256 }) => sha256))
  const all = wanted.size
  const hear = (sha256: string): void => {
    if (wanted.delete(sha256)) watch.onShare((all - wanted.size) / all)
  }
  onLooked.add(hear)
  return () => onLooked.delete(hear)
}

interface Question<T> {
  readonly images: readonly ImageRecord[]
  readonly looking: Looking
  readonly known: Map<string, T> | null
  readonly signal: AbortSignal | undefined
}

async function lookAt<T>(
  project: OpenProject,
  kind: SeenKind<T>,
  { images, looking, known, signal }: Question<T>,
): Promise<Map<string, T>> {
  const file = path.join(project.paths.cache, kind.file)
  const seen = known ?? (await readKept(file, kind))
  const tell = (sha256: string): void => {
    for (const hear of looking.onLooked) hear(sha256)
  }
  // Who compares images among themselves names each twice.
  const missing = new Map(images.flatMap((image) => (seen.has(image.sha256) ? [] : [[image.sha256, image]])))
  const before = seen.size
  for (const { sha256 } of images) if (seen.has(sha256)) tell(sha256)
  const take = ({ sha256 }: ImageRecord, made: T | null): void => {
    if (made !== null) seen.set(sha256, made)
    tell(sha256)
  }
  const queue = [...missing.values()]
  const crashed: ImageRecord[] = []
  const work = async (): Promise<void> => {
    for (let image = queue.pop(); image && signal?.aborted !== true; image = queue.pop()) {
      const made = await lookedAtOnce(kind, looking.failed, image)
      if (made === CRASHED) crashed.push(image)
      else take(image, made)
    }
  }
  await Promise.all(Array.from({ length: kind.atOnce }, work))
  await lookAlone(kind, { images: crashed, failed: looking.failed, signal, take })
  if (seen.size > before && project.readOnly === '') {
    const entries = [...seen].map(([sha256, one]) => [sha256, kind.pack(one)])
    await writeWhole(file, JSON.stringify(Object.fromEntries(entries))).catch(() => undefined)
  }
  signal?.throwIfAborted()
  return seen
}

/** Images over which whatever looks broke down: any of those that were in work may have been the one. */
interface Crashed<T> {
  readonly images: readonly ImageRecord[]
  readonly failed: Set<string>
  readonly signal: AbortSignal | undefined
  readonly take: (image: ImageRecord, made: T | null) => void
}

/**
 * Each by itself, so that just the one that breaks what looks has no facts, and is not tried again. Where it breaks down over one after the other, no
 * image is to blame.
 */
async function lookAlone<T>(kind: SeenKind<T>, { images, failed, signal, take }: Crashed<T>): Promise<void> {
  let blamed: string[] = []
  for (const image of images) {
    if (signal?.aborted === true) return
    const made = await lookedAtOnce(kind, failed, image)
    const state = made === CRASHED ? await fileState(image) : null
    if (state !== null) failed.add(state)
    blamed = state === null ? [] : [...blamed, state]
    take(image, made === CRASHED ? null : made)
    if (blamed.length === IN_A_ROW) {
      for (const one of blamed) failed.delete(one)
      return
    }
  }
}

const CRASHED = Symbol('crashed')
/** Breakdowns in a row, each over one image alone, from which whatever looks is itself held to be broken. */
const IN_A_ROW = 3

/**
 * An image that is not there, or cannot be read, is said elsewhere: here it only has no facts. What has nothing to do with its file is forgotten.
 * @throws AppError where the project is being closed.
 */
async function lookedAtOnce<T>({ look }: SeenKind<T>, failed: Set<string>, image: ImageRecord): Promise<T | null | typeof CRASHED> {
  const state = await fileState(image)
  if (state !== null && failed.has(state)) return null
  try {
    return await look(image)
  } catch (thrown) {
    // Then nobody is to take what was not looked at for unlike the rest.
    if (thrown instanceof AppError && STOPPED.has(thrown.code)) throw thrown
    if (thrown instanceof AppError && thrown.code === 'engine-crashed') return CRASHED
    if (state !== null && isImageError(thrown)) failed.add(state)
    return null
  }
}

const STOPPED: ReadonlySet<string> = new Set(['pictures-stopped', 'engine-stopped'])

/** By what a file that could not be read is known again; null: it is not where it was. */
async function fileState({ absolutePath, sha256 }: ImageRecord): Promise<string | null> {
  const found = await stat(absolutePath).catch(() => null)
  return found && `${sha256} ${found.mtimeMs} ${found.size}`
}

/** A cache that cannot be read is made anew. */
async function readKept<T>(file: string, { unpack }: SeenKind<T>): Promise<Map<string, T>> {
  try {
    const kept = Object.entries(JSON.parse(await readFile(file, 'utf8')) as object)
    return new Map(
      kept.flatMap(([sha256, one]): [string, T][] => {
        const seen = unpack(one)
        return seen === null ? [] : [[sha256, seen]]
      }),
    )
  } catch {
    return new Map()
  }
}
