import { z } from 'zod'
import type { Network } from '../nn/network.ts'
import type { Weights } from '../nn/weights.ts'
import type { InputSize, LearnedPreset, PresetFacts } from './preset.ts'

/** Learns to draw normal images; what it draws wrongly is not normal. Its network gives `reconstruction` [batch, h, w, channels] of the normalised input, the sigmoid inside. */
export interface ReconstructionPreset extends LearnedPreset {
  readonly task: 'anomaly'
}

/**
 * Remembers patches of normal images by the features of a frozen network, without a training loop (PatchCore, Roth et al. 2022). Its network
 * gives `features` [batch, h, w, c].
 */
export interface MemoryPreset extends PresetFacts {
  readonly kind: 'fitted'
  readonly task: 'anomaly'
  /** Numbers that describe a patch. */
  readonly features: number
  /** One: the size at which a frame is looked at. */
  readonly inferenceSizes: readonly InputSize[]
  /** The preset for images whose middle longer side is so many pixels. */
  suited(longestSide: number): MemoryPreset
  /** Its parameters are the frozen encoder's, and the affine map that standardises the features, which fitting sets. */
  network(): Network
  /** All of the network's weights; the features as the encoder gives them. */
  pretrained(): Promise<Weights>
  readonly memory: MemorySettings
}

/** How a memory is made and compared with. A model keeps those that it was made with among its settings, and predicts by them. */
export const memorySettings = z
  .object({
    /** Patches of normal images that are looked at, drawn evenly from all images. */
    candidates: z.number().int().positive(),
    /** Input pixels beside the black ground of a cut-out cell that count to it: what a patch sees there is how the cell was cut out. */
    rim: z.number().int().nonnegative().max(1000),
    /** How far the features' correlations are shrunk before they are taken out: see `whitening`. */
    shrinkage: z.number().positive(),
    /** Patches that are kept: this share of the candidates, and at most so many. */
    share: z.number().positive().max(1),
    most: z.number().int().positive(),
    /** Places whose mean smoothed distance is an image's score: so many of the farthest. */
    scored: z.number().int().positive().max(100_000),
  })
  .readonly()
export type MemorySettings = z.infer<typeof memorySettings>
