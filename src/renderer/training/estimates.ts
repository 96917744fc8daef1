import { type ModelRecord } from '#shared/records/model.ts'

/**
 * Seconds that a training will last, from the newest earlier one with the same preset on this project: time an epoch grows with the
 * number of training images. Null where there was none.
 */
export function estimatedSeconds(models: readonly ModelRecord[], preset: string, epochs: number, trainImages: number): number | null {
  const before = models.filter((model) => model.preset === preset && model.epochs > 0 && model.seconds > 0 && model.trainImages > 0)
  const last = before.reduce<ModelRecord | null>((newest, model) => (newest && newest.createdAt > model.createdAt ? newest : model), null)
  return last === null ? null : (last.seconds / last.epochs) * epochs * (trainImages / last.trainImages)
}
