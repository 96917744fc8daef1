import type { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { originRequest, type OriginReport, type OriginRequest } from '#shared/contracts/origin.ts'
import { say } from '#shared/i18n/say.ts'
import { heldBy, type ImageOrigin, isMoved, ORIGIN_FACTS, type OriginFact, PATTERN_OF } from '#shared/origin.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { originsOf } from '../images/grouping.ts'
import { patternNotes, tornGroupWarnings } from './group-notes.ts'
import { imagesNamed, noImages } from './named-images.ts'
import type { OpenProject } from './open-project.ts'
import type { Workbench } from './workbench.ts'

type Changed = readonly [before: ImageRecord, after: ImageRecord]

/**
 * Says which slide, patient and group images are of, by name or by a pattern on their names, as one edit that one undo takes back; none where
 * nothing changes. Splits stay as they are; what they tear is told.
 * @throws AppError `no-images`, `no-such-image`, `bad-pattern`, `pattern-fits-none` where patterns are all that is said and none fits any name, or
 * `project-read-only`.
 */
export function setOrigin({ project, steps }: Workbench, asked: z.input<typeof originRequest>): OriginReport {
  const request = originRequest.parse(asked)
  const images = request.of === 'all' ? project.db.images() : imagesNamed(project, request.of)
  if (images.length === 0) throw noImages()
  const read = originsOf(
    images.map(({ name }) => name),
    request,
  )
  const fitted = fittedBy(request, read)
  const fits = Object.values(fitted)
  if (Object.keys(request.set).length === 0 && fits.length > 0 && fits.every((count) => count === 0)) throw fitsNone(request, images)
  const after = images.map((image, i) => ({ ...image, ...said(request.set), ...told(read[i]!) }))
  const changed = images.flatMap((before, i): Changed[] => (isMoved(before, after[i]!) ? [[before, after[i]!]] : []))
  if (changed.length > 0) {
    project.commit({ label: say('Set slide, patient, group'), put: { images: changed.map(([, image]) => image) }, remove: {} })
    steps.note({ kind: 'origin', request })
  }
  return { images: images.length, changed: changed.length, fitted, ...reportOf(project, request, after, changed) }
}

/** Of the facts by whose pattern names were read: how many fit it. */
function fittedBy(request: OriginRequest, read: readonly Partial<ImageOrigin>[]): OriginReport['fitted'] {
  const given = ORIGIN_FACTS.filter((fact) => request[PATTERN_OF[fact]] !== null)
  return Object.fromEntries(given.map((fact) => [fact, read.filter((one) => typeof one[fact] === 'string').length]))
}

function fitsNone(request: OriginRequest, images: readonly ImageRecord[]): AppError {
  const patterns = ORIGIN_FACTS.flatMap((fact) => request[PATTERN_OF[fact]] ?? []).join(', ')
  return new AppError(
    'pattern-fits-none',
    say('The pattern {{pattern}} fits none of {{count}} images.', { pattern: patterns, count: images.length }),
    say('They are called such as {{name}}. Nothing was changed.', { name: images[0]?.name ?? '' }),
  )
}

/** An empty name is none. */
const said = (set: OriginRequest['set']): Partial<ImageOrigin> =>
  Object.fromEntries(Object.entries(set).map(([fact, name]) => [fact, name?.trim() ? name.trim() : null]))

/** Where a name does not fit a pattern, what is known stays. */
const told = (read: Partial<ImageOrigin>): Partial<ImageOrigin> =>
  Object.fromEntries(Object.entries(read).filter(([, name]) => name !== null))

function reportOf({ db }: OpenProject, request: OriginRequest, after: readonly ImageRecord[], changed: readonly Changed[]) {
  const all = db.images()
  const each = (count: (names: readonly string[]) => number): Record<OriginFact, number> => {
    const of = (fact: OriginFact): number => count(all.flatMap((image) => image[fact] ?? []))
    return { patient: of('patient'), slide: of('slide'), group: of('group') }
  }
  const freed = changed.filter(([before, now]) => heldBy(before) === 'group' && heldBy(now) === 'slide' && now.group !== null).length
  const notes = [
    ...patternNotes(request, after, all),
    ...(freed === 0
      ? []
      : [
          say(
            '{{count}} images are now held together by their slide and no longer by their group: where the group is the patient, say it as the patient.',
            { count: freed },
          ),
        ]),
    ...tornGroupWarnings(all),
  ]
  return { known: each((names) => names.length), names: each((names) => new Set(names).size), notes }
}

/** Of images, for a sentence: how many patients, slides and groups there are, and of how many images each is known. */
export function originsText({ known, names }: Pick<OriginReport, 'known' | 'names'>): string {
  return ORIGIN_FACTS.map((fact) => `${names[fact]} ${fact}${names[fact] === 1 ? '' : 's'} of ${known[fact]} images`).join(', ')
}
