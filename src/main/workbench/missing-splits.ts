import type { ImageRecord } from '#shared/records/image.ts'
import type { Alike } from '../images/kin.ts'
import type { OpenProject } from './open-project.ts'
import { splitsOf } from './splitting.ts'
import { reviewedInPart } from './unfinished-images.ts'

/** Of images that no split was given, one in five is held out for validation. */
const VAL_SHARE = 0.2

/** Labelled images that had no split and got one before a training: how many went where. To test none but those whose slide, or look-alike, is there already. */
export interface AssignedSplits {
  readonly train: number
  readonly val: number
  readonly test: number
}

export const NONE_ASSIGNED: AssignedSplits = { train: 0, val: 0, test: 0 }

/** Which of some images look nearly the same. */
export type AlikeAmong = (images: readonly ImageRecord[]) => Promise<readonly Alike[]>

type IsLabelled = (image: ImageRecord) => boolean

/** Labelled images without a split. */
const missing = ({ db }: OpenProject, isLabelled: IsLabelled): ImageRecord[] =>
  db.images().filter((image) => image.split === null && isLabelled(image))

/** The images that will have a split with the next training, to be compared before some get one; none where all have it. */
export const toCompare = (project: OpenProject, isLabelled: IsLabelled): ImageRecord[] =>
  missing(project, isLabelled).length === 0 ? [] : project.db.images().filter((image) => image.split !== null || isLabelled(image))

interface Means {
  readonly seed: number
  readonly isLabelled: IsLabelled
  readonly alike: readonly Alike[]
}

/**
 * Splits labelled images that have no split by slide or patient where groups are known, look-alikes together; stored, so that the held-out images
 * stay the same from training to training.
 */
export function assignMissingSplits(project: OpenProject, { seed, isLabelled, alike }: Means): AssignedSplits {
  const without = missing(project, isLabelled)
  if (without.length === 0) return NONE_ASSIGNED
  const begun = reviewedInPart(project)
  // No score is taken on what is reviewed in part: held out it would be of no use.
  for (const val of [VAL_SHARE, 0]) {
    const images = without.filter(({ id }) => begun.has(id) === (val === 0))
    if (images.length > 0) project.assignSplits(images, { seed, val, test: 0, alike })
  }
  const { train, val, test } = splitsOf(without.map(({ id }) => project.image(id)))
  return { train, val, test }
}
