import { say } from '#shared/i18n/say.ts'
import path from 'node:path'
import type { ImportReport } from '#shared/contracts/project.ts'
import { type SplitRequest, splitRequest } from '#shared/contracts/steps.ts'
import { AppError } from '#shared/errors.ts'
import type { Change } from '#shared/records/edit.ts'
import { isMoved } from '#shared/origin.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Alike } from '../images/kin.ts'
import { withOrigins } from '../images/grouping.ts'
import type { SplitOptions } from '../images/splits.ts'
import type { LookMeans } from './image-looks.ts'
import { alikeAmong } from './look-alikes.ts'
import { imagesNamed } from './named-images.ts'
import { oneGroupNotes, patternNotes, tornGroupWarnings } from './group-notes.ts'
import type { OpenProject } from './open-project.ts'
import type { Workbench } from './workbench.ts'

/** What `split --json` gives. */
export interface SplitReport {
  /** Images that were meant, and those of them whose split, slide, patient or group is another now. */
  readonly images: number
  readonly changed: number
  /** Of all images of the project, as they are now. */
  readonly splits: ImportReport['splits']
  readonly notes: readonly string[]
}

/**
 * Puts images into a split, as one edit that one undo takes back; none where nothing changes.
 * `alike`: images that look nearly the same, which a division by chance keeps on one side.
 * @throws AppError `no-images`, `bad-shares` or `bad-pattern`.
 */
export function splitImages(project: OpenProject, request: SplitRequest, alike: readonly Alike[] = []): SplitReport {
  const { glob, of, patientBy, slideBy, groupBy, seed, val, test } = request
  const patterns = { patientBy, slideBy, groupBy }
  const among = of ? imagesNamed(project, of) : project.db.images()
  const images = among.filter(({ name }) => glob === null || path.matchesGlob(name, glob))
  if (images.length === 0) throw new AppError('no-images', 'No image fits what was asked for.', 'Check --images, or import images first.')
  const { split } = request
  const placed =
    split === 'auto'
      ? project.withSplits(images, { seed, val, test, ...patterns, alike })
      : withOrigins(images, patterns).map((image) => ({ ...image, split }))
  const before = new Map(images.map((image) => [image.id, image]))
  const changed = placed.filter(({ id, ...now }) => now.split !== before.get(id)!.split || isMoved(before.get(id)!, now))
  if (changed.length > 0) project.commit({ label: say('Split images'), put: { images: changed }, remove: {} })
  const all = project.db.images()
  const seen = project.db.models().length === 0 ? 0 : changed.filter((image) => leftTraining(before.get(image.id)!, image)).length
  const notes = [
    ...(split === 'auto' ? oneGroupNotes(placed) : []),
    ...patternNotes(patterns, placed, all),
    ...tornGroupWarnings(all),
    ...seenNotes(seen),
  ]
  return { images: images.length, changed: changed.length, splits: splitsOf(all), notes }
}

/** The same, with the look-alikes found first. */
export async function splitKnown(means: LookMeans, request: SplitRequest): Promise<SplitReport> {
  return splitImages(means.project, request, request.split === 'auto' ? await alikeAmong(means, means.project.db.images()) : [])
}

/** Divides all images by chance, look-alikes together: one edit. */
export async function divideAll(bench: Workbench, options: Omit<SplitOptions, 'kept' | 'alike'>): Promise<Change> {
  const alike = await alikeAmong(bench, bench.project.db.images())
  const change = bench.project.assignSplits(bench.project.db.images(), { ...options, alike })
  bench.steps.note({ kind: 'split', request: splitRequest.parse({ ...options, split: 'auto', glob: null }) })
  return change
}

const leftTraining = (before: ImageRecord, now: ImageRecord): boolean => before.split === 'train' && now.split !== 'train'

function seenNotes(images: number): string[] {
  if (images === 0) return []
  return [
    say(
      '{{count}} images left the training images: models trained before may have learned from them and look better on them than they are. Train again to compare.',
      { count: images },
    ),
  ]
}

export function splitsOf(images: readonly ImageRecord[]): ImportReport['splits'] {
  const count = (split: ImageRecord['split']): number => images.filter((i) => i.split === split).length
  return { train: count('train'), val: count('val'), test: count('test'), none: count(null) }
}
