import { type ModelFamily, modelFamilies } from '#shared/fold-names.ts'
import { type ModelRecord } from '#shared/records/model.ts'

/** Models in families, the newest first. */
export const newestFamilies = (models: readonly ModelRecord[]): ModelFamily[] =>
  modelFamilies(models).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
