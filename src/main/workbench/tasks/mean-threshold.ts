import type { ModelRecord } from '#shared/records/model.ts'

/** Several models as one: the first of them, with the mean of the thresholds of those that have one. */
export function withMeanThreshold(models: readonly ModelRecord[]): ModelRecord {
  const first = models[0]!
  const thresholds = models.flatMap(({ metrics: { threshold } }) => (typeof threshold === 'number' ? [threshold] : []))
  if (thresholds.length === 0) return first
  return { ...first, metrics: { ...first.metrics, threshold: thresholds.reduce((sum, one) => sum + one, 0) / thresholds.length } }
}
