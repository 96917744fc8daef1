import { assertNever } from '#shared/assert.ts'
import type { DetectionTrainingDefaults } from '../models/detection-preset.ts'

export interface RateSettings {
  /** Learning rate at its peak. */
  readonly peak: number
  readonly warmupSteps: number
  readonly schedule: DetectionTrainingDefaults['schedule']
  readonly epochs: number
  readonly batchesPerEpoch: number
}

/**
 * Learning rate of a step (from 0): rises linearly from peak / warm-up steps (Goyal et al. 2017), then falls by half a cosine to
 * `final` x peak at the last step (Loshchilov & Hutter 2017, one cycle), or by a factor every so many epochs. The warm-up takes at most a
 * fifth of a short run.
 */
export function learningRate({ peak, warmupSteps, schedule, epochs, batchesPerEpoch }: RateSettings, step: number): number {
  const steps = epochs * batchesPerEpoch
  const warmup = Math.min(warmupSteps, Math.floor(steps / 5))
  if (step < warmup) return (peak * (step + 1)) / warmup
  switch (schedule.kind) {
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
