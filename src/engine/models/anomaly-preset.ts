import type { LearnedPreset, PresetFacts, InputSize } from './preset.ts'
import type { Network } from '../nn/network.ts'
import type { Weights } from '../nn/weights.ts'

/** Learns to draw normal images; what it draws wrongly is not normal. Its network gives `image` [batch, h, w, channels], logits of 0..1. */
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
  readonly inputSize: InputSize
  network(): Network
  pretrained(): Promise<Weights>
  /** Patches kept, about; 0..1 of those seen, and the most. */
  readonly memory: { readonly share: number; readonly most: number }
}
