import { say } from '#shared/i18n/say.ts'
import path from 'node:path'
import type { ImportReport } from '#shared/contracts/project.ts'
import type { SplitRequest } from '#shared/contracts/steps.ts'
import { AppError } from '#shared/errors.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { withGroups } from '../images/splits.ts'
import { oneGroupNotes, patternNotes, tornGroupWarnings } from './group-notes.ts'
import type { OpenProject } from './open-project.ts'

/** What `split --json` gives. */
export interface SplitReport {
  /** Images that were meant, and those of them whose split or group is another now. */
  readonly images: number
  readonly changed: number
  /** Of all images of the project, as they are now. */
  readonly splits: ImportReport['splits']
  readonly notes: readonly string[]
}

/**
 * Puts images into a split, as one edit that one undo takes back; none where nothing changes.
 * @throws AppError `no-images`, `bad-shares` or `bad-pattern`.
 */
export function splitImages(project: OpenProject, request: SplitRequest): SplitReport {
  const { glob, groupBy, seed, val, test } = request
  const images = project.db.images().filter(({ name }) => glob === null || path.matchesGlob(name, glob))
  if (images.length === 0) throw new AppError('no-images', 'No image fits what was asked for.', 'Check --images, or import images first.')
  const { split } = request
  const placed =
    split === 'auto'
      ? project.withSplits(images, { seed, val, test, groupBy })
      : withGroups(images, groupBy).map((image) => ({ ...image, split }))
  const before = new Map(images.map((image) => [image.id, image]))
  const changed = placed.filter(({ id, ...now }) => now.split !== before.get(id)!.split || now.group !== before.get(id)!.group)
  if (changed.length > 0) project.commit({ label: say('Split images'), put: { images: changed }, remove: {} })
  const all = project.db.images()
  const seen = project.db.models().length === 0 ? 0 : changed.filter((image) => leftTraining(before.get(image.id)!, image)).length
  const notes = [
    ...(split === 'auto' ? oneGroupNotes(placed) : []),
    ...(groupBy === null ? [] : patternNotes(groupBy, placed, all)),
    ...tornGroupWarnings(all),
    ...seenNotes(seen),
  ]
  return { images: images.length, changed: changed.length, splits: splitsOf(all), notes }
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
