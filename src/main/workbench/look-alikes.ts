import type { LookAlikes } from '#shared/contracts/work.ts'
import { say } from '#shared/i18n/say.ts'
import { lookIndex } from '#shared/look-alikes.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { someNames } from '#shared/some-names.ts'
import type { Alike } from '../images/kin.ts'
import { type LookMeans, looksOf } from './image-looks.ts'
import type { Watch } from './job-book.ts'
import type { JobHooks } from './outcomes.ts'
import { turns } from './turns.ts'

interface Pair {
  readonly one: ImageRecord
  readonly other: ImageRecord
  readonly correlation: number
}

interface Sides {
  readonly ours: readonly ImageRecord[]
  readonly theirs: readonly ImageRecord[]
}

/** Share of a comparison's time that the looks at the images take; the rest finds pairs. */
const LOOKING = 0.9

/** Pairs of an image of ours and one of theirs that look nearly the same; how many of either have been compared. Unreadable ones are left out. */
async function pairsBetween(means: LookMeans, { ours, theirs }: Sides, watch: Watch | null = null) {
  const known = watch && { ...watch, onShare: (share: number) => { watch.onShare(LOOKING * share) } } // prettier-ignore
  const looks = await looksOf(means, [...ours, ...theirs], known)
  const seen = (some: readonly ImageRecord[]) => some.flatMap((image) => looks.get(image.sha256)?.look ?? []).length
  const read = theirs.filter(({ sha256 }) => looks.has(sha256))
  const find = lookIndex(read.map(({ sha256 }) => looks.get(sha256)!.look))
  const pairs: Pair[] = []
  const turn = turns()
  for (const [at, one] of ours.entries()) {
    await turn()
    watch?.signal.throwIfAborted()
    watch?.onShare(LOOKING + (1 - LOOKING) * (at / ours.length))
    const look = looks.get(one.sha256)?.look
    for (const { index, correlation } of look ? find(look) : []) pairs.push({ one, other: read[index]!, correlation })
  }
  return { pairs, seen }
}

/**
 * Images that are learned from and look nearly the same as one that is validated or tested on: the scores would be better than they are; and of
 * labelled images without a split how many look like another, which a training will keep on one side. What images look like is kept in the project's
 * cache. Images that cannot be read are left out and counted.
 */
export async function findLookAlikes(means: LookMeans): Promise<LookAlikes> {
  const images = means.project.db.images()
  const ours = images.filter(({ split }) => split === 'train')
  const theirs = images.filter(({ split }) => split === 'val' || split === 'test')
  const open = images.filter(({ split, state }) => split === null && state !== 'unlabelled')
  const together = open.length === 0 ? [] : await pairsAmong(means, [...ours, ...theirs, ...open])
  const inPairs = new Set(together.flat())
  const unsplit = { images: open.length, alike: open.filter(({ id }) => inPairs.has(id)).length }
  if (ours.length === 0 || theirs.length === 0) return { compared: 0, unread: 0, pairs: [], unsplit }
  const { pairs, seen } = await pairsBetween(means, { ours, theirs })
  const compared = seen(ours) + seen(theirs)
  return {
    compared,
    unread: ours.length + theirs.length - compared,
    pairs: pairs.map(({ one, other, correlation }) => ({ train: one.id, other: other.id, correlation })),
    unsplit,
  }
}

/**
 * Pairs among images that look nearly the same, the surest first; the same for the same files, in whatever order they come. Where it lasts, it is seen
 * as a job. Throws AppError `cancelled` where that is cancelled.
 */
export function alikeAmong(means: LookMeans, images: readonly ImageRecord[]): Promise<Alike[]> {
  if (!means.jobs) return pairsAmong(means, images)
  return means.jobs.comparing((watch) => pairsAmong(means, images, watch))
}

async function pairsAmong(means: LookMeans, images: readonly ImageRecord[], watch: Watch | null = null): Promise<Alike[]> {
  // Of many copies each finds the first few: by their contents, since an import in another order lists them otherwise.
  const sorted = images.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : Number(a.sha256 > b.sha256)))
  const { pairs } = await pairsBetween(means, { ours: sorted, theirs: sorted }, watch)
  const order = ({ one, other }: Pair): string => [one.sha256, other.sha256].sort().join(' ')
  return pairs
    .filter(({ one, other }) => one.id !== other.id)
    .sort((a, b) => b.correlation - a.correlation || (order(a) < order(b) ? -1 : 1))
    .map(({ one, other }) => [one.id, other.id])
}

/** What a training gives; while it is under way it is told which look-alikes stand on both sides of the split, if any do. To look never makes it fail. */
export async function tellingLookAlikes<T>(means: LookMeans, hooks: Pick<JobHooks, 'onNote'>, training: Promise<T>): Promise<T> {
  const [made] = await Promise.all([training, tellLookAlikes(means, hooks)])
  return made
}

async function tellLookAlikes(means: LookMeans, { onNote }: Pick<JobHooks, 'onNote'>): Promise<void> {
  const note = await acrossNote(means).catch(() => '')
  if (note !== '') onNote?.(note)
}

/** Which look-alikes stand on both sides of the split; empty where none do. */
async function acrossNote(means: LookMeans): Promise<string> {
  const { pairs } = await findLookAlikes(means)
  if (pairs.length === 0) return ''
  const names = someNames(pairs.map(({ train, other }) => `${means.project.image(train).name} / ${means.project.image(other).name}`))
  return say(
    '{{count}} pairs of images that look nearly the same stand on both sides of the split, so scores will look better than they are: {{names}}',
    { count: pairs.length, names },
  )
}
