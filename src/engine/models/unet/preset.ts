import { say } from '#shared/i18n/say.ts'
import { segmentationLoss } from '../../training/losses/label-losses.ts'
import type { TrainingDefaults } from '../preset.ts'
import type { SegmentationPreset } from '../segmentation-preset.ts'
import { unetNetwork } from './network.ts'

/** The study's own settings: Adam, categorical cross-entropy, 256 x 256. Flips and quarter turns, since tissue has no upright. */
const defaults: TrainingDefaults = {
  epochs: 40,
  leastSteps: 600,
  batch: 4,
  learningRate: 1e-3,
  warmupSteps: 0,
  schedule: { kind: 'constant' },
  patience: 0,
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: 0, ema: 0, rateFactors: {} },
  augmentation: {
    sizes: [[256, 256]],
    flips: true,
    quarterTurns: true,
    zoomIn: { probability: 0, max: 1 },
    zoomOut: { probability: 0, max: 1 },
    iouCrops: false,
    minVisible: 0,
    photometric: 'none',
    blur: 0,
    noise: 0,
  },
}

/** The classic U-Net, learned from nothing. `width` is that of its first block, for tests. */
export function createUnetPreset(width = 64): SegmentationPreset {
  return {
    kind: 'learned',
    name: 'unet',
    task: 'segmentation',
    summary: say(
      'The classic network for tissue and cells, learned from nothing: slow without a graphics card, and some hundred labelled areas.',
    ),
    source: 'U-Net (Ronneberger et al. 2015) with batch norm and an encoder like VGG16',
    defaults,
    inferenceSizes: [[256, 256]],
    pixelsPerInput: 'auto',
    distances: false,
    instances: 'auto',
    facts: null,
    network: (classes) => unetNetwork({ outputs: classes + 1, width }),
    pretrained: () => Promise.resolve(new Map()),
    loss: () => segmentationLoss({ kind: 'cross-entropy' }),
  }
}
