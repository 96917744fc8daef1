import type { LookAlikes } from '#shared/contracts/work.ts'
import { type Look, lookIndex } from '#shared/look-alikes.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { type LookMeans, looksOf } from './image-looks.ts'
import { turns } from './turns.ts'

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
  const lookOf = ({ sha256 }: ImageRecord): Look => looks.get(sha256)!.look
  const find = lookIndex(b.map(lookOf))
  const pairs: LookAlikes['pairs'] = []
  const turn = turns()
  for (const image of a) {
    await turn()
    for (const { index, correlation } of find(lookOf(image))) pairs.push({ train: image.id, other: b[index]!.id, correlation })
  }
  const compared = a.length + b.length
  return { compared, unread: ours.length + theirs.length - compared, pairs }
}
