import { type NewLabels } from '#shared/contracts/work.ts'
import { type ModelRecord } from '#shared/records/model.ts'

/** Corrections, or labels at all, from which another training is worth its time. */
const CORRECTIONS = 20
const LABELS = 100

export const pays = ({ corrections, annotations }: NewLabels): boolean => corrections >= CORRECTIONS || annotations >= LABELS

/** What training on brought, in a sentence; null where a score is missing, or the validation images were others in number. */
export function scoreChange(before: ModelRecord, after: ModelRecord): string | null {
  if (before.best === null || after.best === null || before.valImages !== after.valImages) return null
  const images = after.valImages === 1 ? 'the same validation image' : `the same ${String(after.valImages)} validation images`
  return `Its score is ${after.best.toFixed(3)}, that of ${before.name} was ${before.best.toFixed(3)}, each at its best on ${images}.`
}
