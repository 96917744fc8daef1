import { AppError } from '#shared/errors.ts'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { COLOR_FACTS, type ColorFacts } from '#shared/color-domain.ts'
import { type Look, LOOK_SIDE } from '#shared/look-alikes.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { writeWhole } from '../../files/write-whole.ts'
import type { Pictures } from '../images/pictures.ts'
import type { JobBook, Watch } from './job-book.ts'
import type { OpenProject } from './open-project.ts'
import type { ThumbnailService } from './thumbnail-service.ts'

const FILE = 'looks.json'
/** Images looked at together. */
const AT_ONCE = 4

/** By the sha256 of an image's file: its grey values as base64, its colours. */
const kept = z.record(z.string(), z.object({ look: z.string(), colors: z.array(z.number()).length(COLOR_FACTS) }))

/** What an image looks like, in little. */
export interface Seen {
  readonly look: Look
  readonly colors: ColorFacts
}

export interface LookMeans {
  readonly project: OpenProject
  readonly thumbnails: Pick<ThumbnailService, 'thumbnail'>
  readonly pictures: Pick<Pictures, 'look'>
  /** Where people see that images are compared, and can cancel it. */
  readonly jobs?: Pick<JobBook, 'beside'>
}

/**
 * What images look like, by the sha256 of their files; kept in the project's cache, so that each is looked at once. Images that cannot be read are
 * left out. `watch` hears how far it is, also while another question is answered first, and may give up.
 * Throws AppError `pictures-stopped` where the project is closed meanwhile, `cancelled` where `watch` gave up.
 */
export function looksOf(means: LookMeans, images: readonly ImageRecord[], watch: Watch | null = null): Promise<Map<string, Seen>> {
  const looking = lookings.get(means.project) ?? { last: Promise.resolve(null), onLooked: new Set() }
  lookings.set(means.project, looking)
  const stop = watch ? hearOf(looking, images, watch) : null
  // One after the other: what one question looked at, the next finds without reading the file anew.
  const turn = looking.last.then((known) => lookAt(means, { images, looking, known, signal: watch?.signal })).finally(stop)
  looking.last = turn.catch(() => null)
  // Who gives up does not wait for the questions before.
  return watch ? Promise.race([turn, givenUp(watch.signal)]) : turn
}

const givenUp = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => { reject(signal.reason as AppError) }, { once: true }) // prettier-ignore
  })

/** The looks of a project: the last question, and who hears of each image that was looked at. */
interface Looking {
  last: Promise<Map<string, Seen> | null>
  readonly onLooked: Set<(sha256: string) => void>
}

const lookings = new WeakMap<OpenProject, Looking>()

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

interface Question {
  readonly images: readonly ImageRecord[]
  readonly looking: Looking
  readonly known: Map<string, Seen> | null
  readonly signal: AbortSignal | undefined
}

async function lookAt({ project, thumbnails, pictures }: LookMeans, { images, looking, known, signal }: Question) {
  const file = path.join(project.paths.cache, FILE)
  const looks = known ?? (await readKept(file))
  const tell = (sha256: string): void => {
    for (const hear of looking.onLooked) hear(sha256)
  }
  const missing = images.filter(({ sha256 }) => !looks.has(sha256))
  for (const { sha256 } of images) if (looks.has(sha256)) tell(sha256)
  const queue = [...missing]
  const work = async (): Promise<void> => {
    for (let image = queue.pop(); image && signal?.aborted !== true; image = queue.pop()) {
      const { id, sha256 } = image
      // An image that is not there, or cannot be read, is said elsewhere: here it only has no look.
      const made = await thumbnails.thumbnail(id).then((small) => pictures.look({ file: small })).catch(noLook) // prettier-ignore
      if (made) looks.set(sha256, { look: lookOf(made.look), colors: made.colors })
      tell(sha256)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (missing.length > 0 && project.readOnly === '') {
    const entries = [...looks].map(([sha256, { look, colors }]) => [sha256, { look: Buffer.from(look).toString('base64'), colors }])
    await writeWhole(file, JSON.stringify(Object.fromEntries(entries))).catch(() => undefined)
  }
  signal?.throwIfAborted()
  return looks
}

/** @throws AppError `pictures-stopped` where the project is being closed: then nobody is to take what was not looked at for unlike the rest. */
function noLook(thrown: unknown): null {
  if (thrown instanceof AppError && thrown.code === 'pictures-stopped') throw thrown
  return null
}

const lookOf = (base64: string): Look => new Uint8Array(Buffer.from(base64, 'base64'))

/** A cache that cannot be read is made anew. */
async function readKept(file: string): Promise<Map<string, Seen>> {
  try {
    const found = kept.parse(JSON.parse(await readFile(file, 'utf8')))
    const looks = Object.entries(found).map(([sha256, { look, colors }]): [string, Seen] => [sha256, { look: lookOf(look), colors }])
    return new Map(looks.filter(([, { look }]) => look.length === LOOK_SIDE ** 2))
  } catch {
    return new Map()
  }
}
