import { type GroupTwins, groupTwins } from '#shared/group-twins.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { say } from '#shared/i18n/say.ts'
import { someNames } from '#shared/some-names.ts'

// What is odd about the groups (slides, patients) that images are held together by, in sentences.

/** So many images may well be one of each patient; with more, a pattern that keeps nothing together is hardly meant. */
const LONE = 10

/** What is odd about groups that a pattern gave; `all` are the images of the project, these among them or not. */
export function patternNotes(pattern: string, images: readonly ImageRecord[], all: readonly ImageRecord[]): string[] {
  const ids = new Set(images.map(({ id }) => id))
  return [
    ...noneNotes(pattern, images),
    ...twinNotes(
      images,
      all.filter(({ id }) => !ids.has(id)),
    ),
    ...loneNotes(images),
  ]
}

/** One slide or patient cannot be divided: then there is nothing to validate or test on, which shows only much later. */
export function oneGroupNotes(images: readonly ImageRecord[]): string[] {
  const groups = new Set(images.map(({ group }) => group))
  const [group] = groups
  if (images.length < 2 || groups.size > 1 || group === null || group === undefined) return []
  return [
    say(
      'All {{count}} images count as one slide or patient ({{group}}), which is never divided: nothing could be held out for validation and test. Check the pattern that groups them.',
      { count: images.length, group },
    ),
  ]
}

/** Groups (slides, patients) that stand on both sides of the split, by one name or by two that look like one. */
export function tornGroupWarnings(images: readonly ImageRecord[]): string[] {
  const sides = sidesOf(images)
  const torn = [...sides].filter(([, splits]) => splits.size > 1).map(([group]) => group)
  const twins = groupTwins(sides.keys()).filter(({ longer, shorter }) => apart(sides.get(longer), sides.get(shorter)))
  return [...tornTexts(torn), ...tornTwinTexts(twins)]
}

function tornTexts(torn: readonly string[]): string[] {
  if (torn.length === 0) return []
  return [
    say('{{count}} groups (slides or patients) stand in more than one split ({{names}}): scores will look better than they are.', {
      count: torn.length,
      names: someNames(torn),
    }),
  ]
}

function tornTwinTexts(twins: readonly GroupTwins[]): string[] {
  if (twins.length === 0) return []
  return [
    say(
      '{{count}} groups (slides or patients) look like another one that stands on the other side of the split ({{names}}): if they are the same, scores will look better than they are.',
      { count: twins.length, names: someNames(twins.map(pair)) },
    ),
  ]
}

function twinNotes(images: readonly ImageRecord[], others: readonly ImageRecord[]): string[] {
  const ours = new Set(images.map(({ group }) => group))
  const twins = groupTwins(groupNames([...images, ...others])).filter(({ longer, shorter }) => ours.has(longer) || ours.has(shorter))
  if (twins.length === 0) return []
  const longer = new Set(twins.map((twin) => twin.longer))
  const within = [...images, ...others].filter(({ group }) => group !== null && longer.has(group)).length
  return [
    say(
      '{{count}} groups hold the name of another ({{names}}; {{images}}): if they are the same slide or patient, a split may part them. Check the pattern that groups them.',
      { count: twins.length, names: someNames(twins.map(pair)), images: say('{{count}} images', { count: within }) },
    ),
  ]
}

function noneNotes(pattern: string, images: readonly ImageRecord[]): string[] {
  if (images.length === 0 || images.some(({ group }) => group !== null)) return []
  return [
    say('No file name fits the pattern {{pattern}}: no image has a group (slide or patient) by it, so each stands for itself.', {
      pattern,
    }),
  ]
}

function loneNotes(images: readonly ImageRecord[]): string[] {
  const grouped = images.filter(({ group }) => group !== null)
  if (grouped.length < LONE || groupNames(grouped).size < grouped.length) return []
  return [
    say(
      'Each of {{count}} images is a group (slide or patient) of its own: the pattern keeps nothing together. Check it if a slide or patient has several images.',
      { count: grouped.length },
    ),
  ]
}

const pair = ({ longer, shorter }: GroupTwins): string => `${longer} – ${shorter}`

const groupNames = (images: readonly ImageRecord[]): Set<string> => new Set(images.flatMap(({ group }) => (group === null ? [] : [group])))

/** The splits that each group stands in. */
function sidesOf(images: readonly ImageRecord[]): Map<string, Set<string>> {
  const sides = new Map<string, Set<string>>()
  for (const { group, split } of images) if (group !== null && split !== null) sides.set(group, (sides.get(group) ?? new Set()).add(split))
  return sides
}

const apart = (a: ReadonlySet<string> = new Set(), b: ReadonlySet<string> = new Set()): boolean => new Set([...a, ...b]).size > 1
