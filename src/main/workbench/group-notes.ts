import { groupBy } from '#shared/group-by.ts'
import { type GroupTwins, groupTwins } from '#shared/group-twins.ts'
import { say } from '#shared/i18n/say.ts'
import { heldBy, keptTogether, ORIGIN_FACTS, type OriginFact, type OriginPatterns, PATTERN_OF } from '#shared/origin.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { someNames } from '#shared/some-names.ts'

// What is odd about the groups (slides, patients) that images are held together by, in sentences.

/** So many images may well be one of each patient; with more, a pattern that keeps nothing together is hardly meant. */
const LONE = 10

/** What is odd about what patterns gave, none where none is given; `all` are the images of the project, these among them or not. */
export function patternNotes(patterns: OriginPatterns, images: readonly ImageRecord[], all: readonly ImageRecord[]): string[] {
  const given = ORIGIN_FACTS.filter((fact) => typeof patterns[PATTERN_OF[fact]] === 'string')
  if (given.length === 0) return []
  const ids = new Set(images.map(({ id }) => id))
  return [
    ...given.flatMap((fact) => noneNotes(fact, patterns[PATTERN_OF[fact]] ?? '', images)),
    ...twinNotes(
      images,
      all.filter(({ id }) => !ids.has(id)),
    ),
    ...loneNotes(images),
  ]
}

/** One slide or patient cannot be divided: then there is nothing to validate or test on, which shows only much later. */
export function oneGroupNotes(images: readonly ImageRecord[]): string[] {
  const groups = new Set(images.map(keptTogether))
  const [group] = groups
  if (images.length < 2 || groups.size > 1 || group === null || group === undefined) return []
  return [
    say(
      'All {{count}} images count as one slide or patient ({{group}}), which is never divided: nothing could be held out for validation and test. Check the pattern that groups them.',
      { count: images.length, group },
    ),
  ]
}

/** Patients, slides or groups that stand on both sides of the split, by one name or by two that look like one: each told as what it is. */
export function tornGroupWarnings(images: readonly ImageRecord[]): string[] {
  const sides = sidesOf(images)
  const torn = ORIGIN_FACTS.flatMap((fact) => {
    const names = [...sides].filter(([, side]) => side.fact === fact && side.splits.size > 1).map(([name]) => name)
    return tornTexts(fact, fact === 'slide' ? [...names, ...halfKnown(images)] : names)
  })
  const twins = groupTwins(sides.keys()).filter(({ longer, shorter }) => apart(sides.get(longer)?.splits, sides.get(shorter)?.splits))
  return [...torn, ...tornTwinTexts(twins)]
}

function tornTexts(fact: OriginFact, torn: readonly string[]): string[] {
  if (torn.length === 0) return []
  const [count, names] = [torn.length, someNames(torn)]
  switch (fact) {
    case 'patient':
      return [say('{{count}} patients stand in more than one split ({{names}}): scores will look better than they are.', { count, names })]
    case 'slide':
      return [say('{{count}} slides stand in more than one split ({{names}}): scores will look better than they are.', { count, names })]
    case 'group':
      return [
        say('{{count}} groups (slides or patients) stand in more than one split ({{names}}): scores will look better than they are.', {
          count,
          names,
        }),
      ]
  }
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

/** Slides on both sides of the split, since of some of their images the patient is known and of others not. */
function halfKnown(images: readonly ImageRecord[]): string[] {
  const slides = groupBy(
    images.filter(({ slide, split }) => slide !== null && split !== null),
    ({ slide }) => slide ?? '',
  )
  return [...slides].flatMap(([name, own]) => {
    const loose = own.filter(({ patient }) => patient === null).map(({ split }) => split)
    const bound = own.filter(({ patient }) => patient !== null).map(({ split }) => split)
    return loose.length > 0 && bound.length > 0 && new Set([...loose, ...bound]).size > 1 && new Set(loose).size === 1 ? [name] : []
  })
}

function twinNotes(images: readonly ImageRecord[], others: readonly ImageRecord[]): string[] {
  const ours = new Set(images.map(keptTogether))
  const twins = groupTwins(groupNames([...images, ...others])).filter(({ longer, shorter }) => ours.has(longer) || ours.has(shorter))
  if (twins.length === 0) return []
  const longer = new Set(twins.map((twin) => twin.longer))
  const within = [...images, ...others].filter((image) => longer.has(keptTogether(image) ?? '')).length
  return [
    say(
      '{{count}} groups hold the name of another ({{names}}; {{images}}): if they are the same slide or patient, a split may part them. Check the pattern that groups them.',
      { count: twins.length, names: someNames(twins.map(pair)), images: say('{{count}} images', { count: within }) },
    ),
  ]
}

function noneNotes(fact: OriginFact, pattern: string, images: readonly ImageRecord[]): string[] {
  if (images.length === 0 || images.some((image) => image[fact] !== null)) return []
  switch (fact) {
    case 'patient':
      return [say('No file name fits the pattern {{pattern}}: no image has a patient by it.', { pattern })]
    case 'slide':
      return [say('No file name fits the pattern {{pattern}}: no image has a slide by it.', { pattern })]
    case 'group':
      return [
        say('No file name fits the pattern {{pattern}}: no image has a group (slide or patient) by it, so each stands for itself.', {
          pattern,
        }),
      ]
  }
}

function loneNotes(images: readonly ImageRecord[]): string[] {
  const grouped = images.filter((image) => keptTogether(image) !== null)
  if (grouped.length < LONE || groupNames(grouped).size < grouped.length) return []
  return [
    say(
      'Each of {{count}} images is a group (slide or patient) of its own: the pattern keeps nothing together. Check it if a slide or patient has several images.',
      { count: grouped.length },
    ),
  ]
}

const pair = ({ longer, shorter }: GroupTwins): string => `${longer} – ${shorter}`

const groupNames = (images: readonly ImageRecord[]): Set<string> => new Set(images.flatMap((image) => keptTogether(image) ?? []))

interface Sides {
  readonly fact: OriginFact
  readonly splits: Set<string>
}

/** What is kept together, by name: as what, and in which splits it stands. */
function sidesOf(images: readonly ImageRecord[]): Map<string, Sides> {
  const sides = new Map<string, Sides>()
  for (const image of images) {
    const [name, fact] = [keptTogether(image), heldBy(image)]
    if (name === null || fact === null || image.split === null) continue
    const side = sides.get(name) ?? { fact, splits: new Set() }
    side.splits.add(image.split)
    sides.set(name, side)
  }
  return sides
}

const apart = (a: ReadonlySet<string> = new Set(), b: ReadonlySet<string> = new Set()): boolean => new Set([...a, ...b]).size > 1
