import { z } from 'zod'
import { curvePoint } from '#shared/records/model.ts'
import { freshPlateau, plateauState } from './plateau.ts'

/** Where a training run stands between two steps, beside weights and optimizer: plain data, stored in its checkpoints. */
export const loopState = z.object({
  /** Epochs that are done. */
  epoch: z.number().int().nonnegative(),
  /** Batches that are done of the epoch under way. All random draws follow from seed, epoch and position. */
  position: z.number().int().nonnegative(),
  step: z.number().int().nonnegative(),
  /** Best validation so far; `file` holds its averaged weights. */
  best: z
    .object({
      epoch: z.number().int(),
      score: z.number().nullable(),
      rank: z.number().optional(),
      file: z.string(),
      metrics: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  /** Parts that a batch is worked through in: more where memory ran out. */
  accumulate: z.number().int().positive().default(1),
  plateau: plateauState.default(freshPlateau),
  /** Sums of the logged scalars since the last point of the curves. */
  sums: z.record(z.string(), z.number()),
  summed: z.number().int().nonnegative(),
  curves: z.array(curvePoint),
  clock: z.object({ steps: z.number(), seconds: z.number(), waited: z.number() }),
  /** Seconds of work so far, pauses left out. */
  elapsed: z.number().nonnegative(),
  validationSeconds: z.number().nonnegative(),
  validations: z.number().int().nonnegative(),
  notes: z.array(z.string()),
})
export type LoopState = z.infer<typeof loopState>

export function freshLoopState(): LoopState {
  return {
    epoch: 0,
    position: 0,
    step: 0,
    best: null,
    accumulate: 1,
    plateau: freshPlateau(),
    sums: {},
    summed: 0,
    curves: [],
    clock: { steps: 0, seconds: 0, waited: 0 },
    elapsed: 0,
    validationSeconds: 0,
    validations: 0,
    notes: [],
  }
}
