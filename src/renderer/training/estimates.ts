import { type PresetInfo } from '#shared/contracts/engine.ts'
import { type ModelRecord } from '#shared/records/model.ts'

/** Epochs that a training will have: as many as a person said, else the preset's, or more where learning takes more steps than those give. */
export function plannedEpochs(
  preset: Pick<PresetInfo, 'epochs' | 'leastSteps' | 'batch'>,
  chosen: { readonly epochs: number | null; readonly batch: number | null },
  trainImages: number,
): number {
  if (chosen.epochs !== null) return chosen.epochs
  const batch = chosen.batch ?? preset.batch
  if (batch === undefined || preset.leastSteps === undefined || trainImages === 0) return preset.epochs
  return Math.max(preset.epochs, Math.ceil(preset.leastSteps / Math.ceil(trainImages / batch)))
}

/**
 * Seconds that a training will last, from the newest earlier one with the same preset in this project (not of a model that was imported): time an epoch grows with the
 * number of training images. Null where there was none.
 */
export function estimatedSeconds(models: readonly ModelRecord[], preset: string, epochs: number, trainImages: number): number | null {
  const before = models.filter(
    (model) => model.origin === null && model.preset === preset && model.epochs > 0 && model.seconds > 0 && model.trainImages > 0,
  )
  const last = before.reduce<ModelRecord | null>((newest, model) => (newest && newest.createdAt > model.createdAt ? newest : model), null)
  return last === null ? null : (last.seconds / last.epochs) * epochs * (trainImages / last.trainImages)
}
