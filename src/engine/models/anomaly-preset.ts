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

export interface MemorySettings {
  /** Patches of normal images that are looked at, drawn evenly from all images. */
  readonly candidates: number
  /** How far the features' correlations are shrunk before they are taken out: see `whitening`. */
  readonly shrinkage: number
  /** Patches that are kept: this share of them, and at most so many. */
  readonly share: number
  readonly most: number
  /** Patches whose mean distance is an image's score: so many of the farthest. */
  readonly scored: number
}
