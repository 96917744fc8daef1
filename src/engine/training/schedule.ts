import { assertNever } from '#shared/assert.ts'

/** How the learning rate goes on after its warm-up. */
export type Schedule =
  | { readonly kind: 'constant' }
  /** Half a cosine down to `final` x peak at the last step. */
  | { readonly kind: 'cosine'; readonly final: number }
  | { readonly kind: 'step'; readonly everyEpochs: number; readonly factor: number }
  /** By `factor` whenever the validation score has not risen by more than `minDelta` for `patience` epochs; plateau.ts counts. */
  | { readonly kind: 'plateau'; readonly factor: number; readonly patience: number; readonly minDelta: number }

export interface RateSettings {
  /** Learning rate at its peak. */
  readonly peak: number
  readonly warmupSteps: number
  readonly schedule: Schedule
  readonly epochs: number
  readonly batchesPerEpoch: number
}

/**
 * Learning rate of a step (from 0): rises linearly from peak / warm-up steps (Goyal et al. 2017), then falls by half a cosine to
 * `final` x peak at the last step (Loshchilov & Hutter 2017, one cycle), or by a factor every so many epochs, or by a factor for each of
 * the plateaus that there were so far (`reductions`), or not at all. The warm-up takes at most a fifth of a short run.
 */
export function learningRate(settings: RateSettings, step: number, reductions = 0): number {
  const { peak, warmupSteps, schedule, epochs, batchesPerEpoch } = settings
  const steps = epochs * batchesPerEpoch
  const warmup = Math.min(warmupSteps, Math.floor(steps / 5))
  if (step < warmup) return (peak * (step + 1)) / warmup
  switch (schedule.kind) {
    case 'constant':
      return peak
    case 'plateau':
      return peak * schedule.factor ** reductions
    case 'cosine': {
      const progress = Math.min(1, (step - warmup) / Math.max(1, steps - 1 - warmup))
      return peak * (schedule.final + (1 - schedule.final) * 0.5 * (1 + Math.cos(Math.PI * progress)))
    }
    case 'step':
      return peak * schedule.factor ** Math.floor(step / batchesPerEpoch / schedule.everyEpochs)
    default:
      return assertNever(schedule)
  }
}
