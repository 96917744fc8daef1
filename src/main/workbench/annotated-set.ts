import type { LabelFormatName } from '#shared/contracts/project.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import { holdsRegions } from '../interchange/format-limits.ts'
import { type LabelSet, noteIf } from '../interchange/label-set.ts'
import { measuredObjects } from './measured-objects.ts'
import type { OpenProject } from './open-project.ts'

export interface AnnotatedSet {
  readonly set: LabelSet
  /** Of images that are not in the set, in sentences. */
  readonly notes: readonly string[]
}

/**
 * The annotations of images as they go out. An image that says nothing stays behind: an empty file or entry of it would say that there is nothing on
 * it, which only the one who declares it done can say. With regions of interest it goes along where the format holds those.
 *
 * @throws AppError `nothing-labelled` where all images stay behind.
 */
export function annotatedSet({ db }: OpenProject, images: readonly ImageRecord[], format: LabelFormatName): AnnotatedSet {
  const lists = new Map(images.map(({ id }) => [id, db.annotationsOf(id)]))
  const regions = images.flatMap(({ id }) => db.regionsOf(id))
  const marked = new Set(holdsRegions(format) ? regions.map(({ imageId }) => imageId) : [])
  const told = images.filter((image) => isFinished(image) || lists.get(image.id)!.length > 0 || marked.has(image.id))
  const left = images.length - told.length
  if (told.length === 0 && left > 0)
    throw new AppError(
      'nothing-labelled',
      'Nobody labelled any of these images, so there are no annotations. Nothing was written.',
      'Label some first, or mark those as done on which there is nothing.',
    )
  return {
    set: { images: told, classes: db.classes(), objects: told.flatMap(({ id }) => lists.get(id)!), regions, measured: measuredObjects(db) },
    notes: noteIf(left, (count) => say('{{count}} images that nobody labelled are left out.', { count })),
  }
}
