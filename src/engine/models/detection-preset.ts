import type { RawOutputs } from '../inference/session.ts'
import type { BatchArray } from '../training/step.ts'
import type { DetectionLabel, LearnedPreset } from './preset.ts'
import type { Box } from '#shared/geometry/box.ts'

/** What a network found, in pixels of its input. */
export interface Detection {
  readonly box: Box
  readonly classIndex: number
  readonly score: number
}

export interface DecodeOptions {
  readonly height: number
  readonly width: number
  readonly minScore: number
  readonly maxDetections: number
}

/** A detector: its network, how it learns, and how its raw outputs become boxes. What several inference sizes find goes through NMS together. */
export interface DetectionPreset extends LearnedPreset {
  readonly task: 'detection'
  /**
   * Fixed-size arrays fed beside `image`, for a batch of label lists at one input size. `inside`: of each image where something is to be learned
   * (1, a map of the input row by row); undefined or left out: everywhere.
   */
  targets(
    labels: readonly (readonly DetectionLabel[])[],
    height: number,
    width: number,
    inside?: readonly (Uint8Array | undefined)[],
  ): Readonly<Record<string, BatchArray>>
  /** Boxes of one image of the batch, per-class NMS done, best score first. */
  decode(outputs: RawOutputs, index: number, options: DecodeOptions): Detection[]
}
