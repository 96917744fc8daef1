import { z } from 'zod'
import type { JobSamples } from '#shared/contracts/job.ts'
import { keptTogether } from '#shared/origin.ts'
import { imageId, type ModelId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { SeenBefore } from '#shared/seen-before.ts'
import type { OpenProject } from './open-project.ts'

/** Ids of the images that a model learned from, and was validated on. Kept apart from the model's record, which goes to the window whole. */
export const learnedImages = z.object({ train: z.array(imageId), val: z.array(imageId) })
export type LearnedImages = z.infer<typeof learnedImages>

const keyOf = (model: ModelId): string => `learned-images ${model}`

export const imagesOfSamples = ({ train, val }: JobSamples): LearnedImages => {
  const ids = (part: JobSamples['train']) => part.map(({ id }) => imageId.parse(id))
  return { train: ids(train), val: ids(val) }
}

export function keepLearnedImages({ db }: OpenProject, model: ModelId, learned: LearnedImages): void {
  db.setSetting(keyOf(model), learned)
}

/**
 * How many of the images any of these models, or a model that one went on from, has learned from or was chosen by, or knows a patient or slide of. Models that were imported tell
 * nothing of that; for those of an older version the splits as they are now are taken for those of then.
 */
export function seenBefore(project: OpenProject, models: readonly ModelRecord[], images: readonly ImageRecord[]): SeenBefore {
  const learned = new Set<string>()
  const chosen = new Set<string>()
  for (const model of withAncestors(project, models)) {
    const { train, val } = learnedBy(project, model, images)
    for (const id of train) learned.add(id)
    for (const id of val) chosen.add(id)
  }
  const together = new Set(project.db.images().flatMap((image) => (learned.has(image.id) ? (keptTogether(image) ?? []) : [])))
  const unseen = images.filter(({ id }) => !learned.has(id))
  return {
    learned: images.length - unseen.length,
    chosen: unseen.filter(({ id }) => chosen.has(id)).length,
    kin: unseen.filter((image) => !chosen.has(image.id) && together.has(keptTogether(image) ?? '')).length,
  }
}

/** The images of the project that any of these models, or a model that one went on from, has learned from or was validated on. */
export function learnedFrom(project: OpenProject, models: readonly ModelRecord[]): ImageRecord[] {
  const images = project.db.images()
  const ids = new Set<string>()
  for (const model of withAncestors(project, models)) {
    const { train, val } = learnedBy(project, model, images)
    for (const id of [...train, ...val]) ids.add(id)
  }
  return images.filter(({ id }) => ids.has(id))
}

function learnedBy({ db }: OpenProject, model: ModelRecord, images: readonly ImageRecord[]): LearnedImages {
  const kept = db.setting(keyOf(model.id), (value) => learnedImages.parse(value))
  if (kept !== undefined) return kept
  if (model.origin !== null) return { train: [], val: [] }
  const idsOf = (fits: (image: ImageRecord) => boolean) => images.filter(fits).map(({ id }) => id)
  // Of the folds of a cross-validation all but the test images are learned from by one or another.
  if (model.fold !== null) return { train: idsOf(({ split }) => split !== 'test'), val: [] }
  return { train: idsOf(({ split }) => split === 'train'), val: idsOf(({ split }) => split === 'val') }
}

/** These models and all that they went on from. */
export function withAncestors({ db }: OpenProject, models: readonly ModelRecord[]): Set<ModelRecord> {
  const known = new Map(db.models().map((model) => [model.id, model]))
  const all = new Set<ModelRecord>()
  for (const model of models)
    for (
      let at: ModelRecord | undefined = model;
      at !== undefined && !all.has(at);
      at = at.parent === null ? undefined : known.get(at.parent)
    )
      all.add(at)
  return all
}
