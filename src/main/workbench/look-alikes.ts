import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import type { LookAlikes } from '#shared/contracts/work.ts'
import { type Look, LOOK_SIDE, lookIndex } from '#shared/look-alikes.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { writeWhole } from '../../files/write-whole.ts'
import type { Pictures } from '../images/pictures.ts'
import type { OpenProject } from './open-project.ts'
import type { ThumbnailService } from './thumbnail-service.ts'

const FILE = 'looks.json'
/** Images that are compared in one turn of main. */
const TURN = 10
/** Images looked at together. */
const AT_ONCE = 4

/** Grey values of an image by the sha256 of its file, as base64. */
const kept = z.record(z.string(), z.string())

export interface LookMeans {
  readonly project: OpenProject
  readonly thumbnails: Pick<ThumbnailService, 'thumbnail'>
  readonly pictures: Pick<Pictures, 'look'>
}

/**
 * Images that are learned from and look nearly the same as one that is validated or tested on: the scores would be better than they are. What
 * images look like is kept in the project's cache. Images that cannot be read are left out and counted.
 */
export async function findLookAlikes(means: LookMeans): Promise<LookAlikes> {
  const images = means.project.db.images()
  const ours = images.filter(({ split }) => split === 'train')
  const theirs = images.filter(({ split }) => split === 'val' || split === 'test')
  if (ours.length === 0 || theirs.length === 0) return { compared: 0, unread: 0, pairs: [] }
  const looks = await looksOf(means, [...ours, ...theirs])
  const seen = (some: readonly ImageRecord[]): ImageRecord[] => some.filter(({ sha256 }) => looks.has(sha256))
  const [a, b] = [seen(ours), seen(theirs)]
  const lookOf = ({ sha256 }: ImageRecord): Look => looks.get(sha256)!
  const find = lookIndex(b.map(lookOf))
  const pairs: LookAlikes['pairs'] = []
  for (const [i, image] of a.entries()) {
    // Others wait for main too.
    if (i % TURN === 0) await setImmediate()
    for (const { index, correlation } of find(lookOf(image))) pairs.push({ train: image.id, other: b[index]!.id, correlation })
  }
  const compared = a.length + b.length
  return { compared, unread: ours.length + theirs.length - compared, pairs }
}

async function looksOf({ project, thumbnails, pictures }: LookMeans, images: readonly ImageRecord[]): Promise<Map<string, Look>> {
  const file = path.join(project.paths.cache, FILE)
  const looks = await readKept(file)
  const missing = images.filter(({ sha256 }) => !looks.has(sha256))
  const queue = [...missing]
  const work = async (): Promise<void> => {
    for (let image = queue.pop(); image; image = queue.pop()) {
      const { id, sha256 } = image
      // An image that is not there, or cannot be read, is said elsewhere: here it only has no look.
      const made = await thumbnails.thumbnail(id).then((small) => pictures.look({ file: small })).catch(() => null) // prettier-ignore
      if (made) looks.set(sha256, made.look)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (missing.length > 0 && project.readOnly === '') {
    const entries = [...looks].map(([sha256, look]) => [sha256, Buffer.from(look).toString('base64')])
    await writeWhole(file, JSON.stringify(Object.fromEntries(entries))).catch(() => undefined)
  }
  return looks
}

/** A cache that cannot be read is made anew. */
async function readKept(file: string): Promise<Map<string, Look>> {
  try {
    const found = kept.parse(JSON.parse(await readFile(file, 'utf8')))
    const looks = Object.entries(found).map(([sha256, text]): [string, Look] => [sha256, new Uint8Array(Buffer.from(text, 'base64'))])
    return new Map(looks.filter(([, look]) => look.length === LOOK_SIDE ** 2))
  } catch {
    return new Map()
  }
}
