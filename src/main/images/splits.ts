import { AppError } from '#shared/errors.ts'
import { groupBy } from '#shared/group-by.ts'
import { createRandom, type Random } from '#shared/random.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Split } from '#shared/records/task.ts'
import { keptTogether, type OriginPatterns } from '#shared/origin.ts'
import { withOrigins } from './grouping.ts'
import { type Alike, kinOf } from './kin.ts'

/** The patterns give images slide, patient and group; where none is given they keep what they have. */
export interface SplitOptions extends OriginPatterns {
  readonly seed: number
  /** Wanted shares of the images, 0..1; the rest is for training. */
  readonly val: number
  readonly test: number
  /** Images beside these that have their split: a group that occurs among them follows them. */
  readonly kept?: readonly ImageRecord[]
  /** Images, of these or of `kept`, that show nearly the same, the surest first: they are not divided either, as far as enough is left to divide (`kinOf`). */
  readonly alike?: readonly Alike[]
}

/**
 * The images with a split each, and what the patterns give. What belongs together (`keptTogether`) is not divided; an image that belongs to none is its own. Within that the
 * shares come as close as the groups' sizes allow, and each wanted part gets a group if there are enough. The same seed gives the same
 * split of the same files, in whatever order they come and whatever ids they have.
 * @throws AppError `bad-shares` or `bad-pattern`.
 */
export function assignSplits(images: readonly ImageRecord[], options: SplitOptions): ImageRecord[] {
  checkShares(options)
  const grouped = withOrigins(images, options)
  const kept = withOrigins(options.kept ?? [], options)
  const key = kinOf([...grouped, ...kept], options.alike ?? [], wantedParts(options))
  const groups = groupBy(grouped, key)
  const splits = splitGroups(groups, followKept(groups, kept, key), options)
  return grouped.map((image) => ({ ...image, split: splits.get(key(image))! }))
}

const wantedParts = ({ val, test }: SplitOptions): number => [val, test, 1 - val - test].filter((share) => share > 0).length

function checkShares({ val, test }: SplitOptions): void {
  const sound = val >= 0 && test >= 0 && val + test <= 1
  if (!sound)
    throw new AppError('bad-shares', `Shares of ${val} for validation and ${test} for test leave nothing to train on.`, 'Try 0.2 and 0.2.')
}

const PARTS: readonly Split[] = ['train', 'val', 'test']

/** `followed`: what is decided already. */
function splitGroups(
  groups: ReadonlyMap<string, readonly ImageRecord[]>,
  followed: ReadonlyMap<string, Split>,
  options: SplitOptions,
): Map<string, Split> {
  const splits = new Map(followed)
  const room = roomOf(groups, splits, options)
  const free = [...groups].filter(([key]) => !splits.has(key)).map(([key, images]) => ({ key, size: images.length }))
  const random = createRandom(options.seed)
  // Large groups first, so that small ones can even out the shares; among equals chance decides.
  const order = random.shuffle(free.sort((a, b) => (a.key < b.key ? -1 : 1))).sort((a, b) => b.size - a.size)
  const wanted = PARTS.filter((part) => room[part] > 0)
  order.forEach(({ key, size }, i) => {
    const empty = wanted.filter((part) => ![...splits.values()].includes(part))
    const part = order.length - i <= empty.length ? mostRoom(empty, room) : choose(room, size, random)
    splits.set(key, part)
    room[part] -= size
  })
  return splits
}

function followKept(
  groups: ReadonlyMap<string, unknown>,
  kept: readonly ImageRecord[],
  keyOf: (image: ImageRecord) => string,
): Map<string, Split> {
  const splits = new Map<string, Split>()
  for (const image of kept) if (image.split !== null && groups.has(keyOf(image))) splits.set(keyOf(image), image.split)
  return splits
}

type Room = Record<Split, number>

/** Images that each part may still take. */
function roomOf(groups: ReadonlyMap<string, readonly ImageRecord[]>, splits: ReadonlyMap<string, Split>, options: SplitOptions): Room {
  const total = [...groups.values()].reduce((sum, images) => sum + images.length, 0)
  const room = sharesOf(total, options)
  for (const [key, split] of splits) room[split] -= groups.get(key)?.length ?? 0
  return room
}

/** A wanted part is never rounded away while there are images for it; training comes first, then validation. */
function sharesOf(total: number, { val, test }: SplitOptions): Room {
  const atLeastOne = (share: number): number => (share > 0 ? Math.max(1, Math.round(total * share)) : 0)
  const room = { train: 0, val: Math.min(atLeastOne(val), total), test: atLeastOne(test) }
  const needed = val + test < 1 && total > 0 ? 1 : 0
  if (room.val + room.test > total - needed) room.test = Math.max(0, total - needed - room.val)
  if (room.val + room.test > total - needed) room.val = total - needed
  room.train = total - room.val - room.test
  return room
}

const mostRoom = (parts: readonly Split[], room: Readonly<Room>): Split => parts.reduce((a, b) => (room[b] > room[a] ? b : a))

/** By chance among the parts that the group fits into, weighted by their room; where it fits nowhere, the part with most room. */
function choose(room: Readonly<Room>, size: number, random: Random): Split {
  const fitting = PARTS.filter((part) => room[part] >= size)
  if (fitting.length === 0) return mostRoom(PARTS, room)
  let at = random.int(fitting.reduce((sum, part) => sum + room[part], 0))
  return fitting.find((part) => (at -= room[part]) < 0)!
}

/**
 * Which of `folds` parts each image falls into (0-based), by id: groups stay whole, parts are as equal in images as the groups' sizes allow, and
 * an image without a group is its own; look-alikes (`alike`, the surest first) stay together as far as there is something for each fold. The same seed
 * gives the same folds of the same files.
 * @throws AppError `too-few-groups` where there are fewer slides, patients or lone images than folds.
 */
export function assignFolds(
  images: readonly ImageRecord[],
  folds: number,
  { seed, alike = [] }: { readonly seed: number; readonly alike?: readonly Alike[] | undefined },
): Map<ImageRecord['id'], number> {
  const groups = groupBy(images, kinOf(images, alike, folds))
  if (groups.size < folds)
    throw new AppError(
      'too-few-groups',
      `${folds} folds need ${folds} slides or patients at least; there are ${groups.size}.`,
      'Ask for fewer folds, or check what --patient-by, --slide-by or --group-by takes for a patient or slide.',
    )
  const free = [...groups].map(([key, members]) => ({ key, members })).sort((a, b) => (a.key < b.key ? -1 : 1))
  const order = createRandom(`${seed}/folds`)
    .shuffle(free)
    .sort((a, b) => b.members.length - a.members.length)
  const sizes = new Array<number>(folds).fill(0)
  const fold = new Map<ImageRecord['id'], number>()
  for (const { members } of order) {
    const smallest = sizes.indexOf(Math.min(...sizes))
    sizes[smallest]! += members.length
    for (const { id } of members) fold.set(id, smallest)
  }
  return fold
}

/** How many slides, patients and lone images these are of, which is as many folds as they can be divided into, and how many of them are lone ones. */
export function foldGroups(images: readonly ImageRecord[]): { groups: number; alone: number } {
  return { groups: groupBy(images, kinOf(images, [], 0)).size, alone: images.filter((image) => keptTogether(image) === null).length }
}

/** With so many images beside the held-out part, this share of them chooses the best epoch and the threshold; with fewer all are learned from. */
const CHOOSING = { least: 60, share: 0.12 } as const

/** One part of a cross-validation. */
export interface FoldPart {
  /** What the fold's model does not see. */
  readonly held: readonly ImageRecord[]
  /** What the other images are to it, by id: train or val. */
  readonly splits: ReadonlyMap<ImageRecord['id'], Split>
}

/**
 * The parts of a cross-validation, by `assignFolds`. The held-out images take no part in anything that is chosen: where the others are many,
 * some of them (whole groups) are for validation; where they are few, all are learned from.
 * @throws AppError `too-few-groups`.
 */
export function foldParts(images: readonly ImageRecord[], folds: number, seed: number, alike: readonly Alike[] = []): FoldPart[] {
  const foldOf = assignFolds(images, folds, { seed, alike })
  return Array.from({ length: folds }, (_, fold) => {
    const others = images.filter(({ id }) => foldOf.get(id) !== fold)
    const val = others.length < CHOOSING.least ? 0 : CHOOSING.share
    const assigned = assignSplits(others, { seed, val, test: 0, alike })
    return {
      held: images.filter(({ id }) => foldOf.get(id) === fold),
      splits: new Map(assigned.map(({ id, split }) => [id, split ?? 'train'])),
    }
  })
}
