import { z } from 'zod'

/** A plateau: the score has not risen by more than `minDelta` for `patience` epochs. */
export interface PlateauSettings {
  readonly patience: number
  readonly minDelta: number
}

/** What a run knows of its plateaus: plain data, stored in its checkpoints. */
export const plateauState = z.object({
  /** The score that the next one has to beat; null before the first validation. */
  best: z.number().nullable(),
  /** Epoch from which the patience counts: of the best score, or of the last plateau. */
  since: z.number().int().nonnegative(),
  /** Plateaus so far. */
  reductions: z.number().int().nonnegative(),
})
export type PlateauState = z.output<typeof plateauState>

export function freshPlateau(): PlateauState {
  return { best: null, since: 0, reductions: 0 }
}

/**
 * After a validation with a score at the end of `epoch` (from 1; higher scores are better): Keras's ReduceLROnPlateau without cooldown, where
 * every epoch is validated; where not, the patience runs out at the first validation that is late enough.
 */
export function afterScore(state: PlateauState, { patience, minDelta }: PlateauSettings, score: number, epoch: number): PlateauState {
  if (state.best === null || score > state.best + minDelta) return { ...state, best: score, since: epoch }
  if (epoch - state.since < patience) return state
  return { ...state, since: epoch, reductions: state.reductions + 1 }
}
