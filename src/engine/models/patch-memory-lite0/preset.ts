import { say } from '#shared/i18n/say.ts'
import type { MemoryPreset, MemorySettings } from '../anomaly-preset.ts'
import type { InputSize } from '../preset.ts'
import { FEATURES, patchMemoryNetwork, patchMemoryWeights } from './network.ts'

/** Cut-out cells are enlarged to this, fields and patches are reduced to the other. */
const CELL: InputSize = [160, 160]
const PATCH: InputSize = [256, 256]
/** Images whose longer side is at most this are cut-out cells. */
const CELL_SIDE = 160

export const PATCH_MEMORY: MemorySettings = { candidates: 60_000, rim: 8, shrinkage: 0.05, share: 0.1, most: 10_000, scored: 16 }

/** The strong option for anomalies: remembers what normal patches look like. */
export function createPatchMemoryLite0Preset(settings: MemorySettings = PATCH_MEMORY): MemoryPreset {
  return sized(PATCH, settings)
}

function sized(size: InputSize, memory: MemorySettings): MemoryPreset {
  return {
    kind: 'fitted',
    name: 'patch-memory-lite0',
    task: 'anomaly',
    summary: say(
      'Remembers how small patches of normal images look to a pretrained encoder and marks those that look like none of them. Minutes instead of a training; some hundred normal images are enough.',
    ),
    source: 'PatchCore (Roth et al., CVPR 2022) on EfficientNet-Lite0 (Tan & Le 2019), pretrained on ImageNet',
    features: FEATURES,
    inferenceSizes: [size],
    suited: (longestSide) => sized(longestSide <= CELL_SIDE ? CELL : PATCH, memory),
    network: patchMemoryNetwork,
    pretrained: patchMemoryWeights,
    memory,
  }
}
