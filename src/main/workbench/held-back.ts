import type { JobSamples } from '#shared/contracts/job.ts'
import { say } from '#shared/i18n/say.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Alike } from '../images/kin.ts'
import { assignSplits } from '../images/splits.ts'
import type { WorkbenchTask } from './tasks/workbench-task.ts'

/** With fewer training images all are learned from: none can be spared. */
export const LEAST_TO_HOLD_BACK = 10
const SHARE = 0.2
/** Always the same: what is held back of one training is not learned from by the one that goes on from it. */
const SEED = 0

export interface HeldBack {
  readonly samples: JobSamples
  /** For the person who trained; none where nothing was held back. */
  readonly notes: readonly string[]
}

/** Which of the training images are held back: none where all are of one slide or patient, which is never divided. */
export function heldOf(train: readonly ImageRecord[], alike: readonly Alike[] = []): ReadonlySet<string> {
  const assigned = assignSplits(train, { seed: SEED, val: SHARE, test: 0, alike })
  const held = assigned.flatMap(({ id, split }) => (split === 'val' ? [id] : []))
  return new Set<string>(held.length === train.length ? [] : held)
}

/**
 * Of a task whose threshold comes from validation images of the kind that is learned: where there is none, one in five training images (whole slides
 * and patients, look-alikes together) is validated on instead of learned from. Of what a model has learned by heart no threshold can be told, and the usual folders of such
 * studies (`train/good`, `test/...`) bring no validation images.
 */
export function holdBack(
  task: WorkbenchTask,
  samples: JobSamples,
  imageOf: (id: string) => ImageRecord,
  alike: readonly Alike[] = [],
): HeldBack {
  const { train, val } = samples
  const none = { samples, notes: [] }
  if (task.holdsBack !== true || train.length < LEAST_TO_HOLD_BACK || val.some(({ labels }) => task.learnsFrom(labels))) return none
  const held = heldOf(
    train.map(({ id }) => imageOf(id)),
    alike,
  )
  if (held.size === 0) return none
  return {
    samples: {
      ...samples,
      train: train.filter(({ id }) => !held.has(id)),
      val: [...val, ...train.filter(({ id }) => held.has(id))],
    },
    notes: [
      say('There are no normal validation images: {{count}} training images were held back, to take the threshold from.', {
        count: held.size,
      }),
    ],
  }
}
