import { say } from '#shared/i18n/say.ts'
import { reconstructionLoss } from '../../training/losses/squared-error.ts'
import type { ReconstructionPreset } from '../anomaly-preset.ts'
import type { TrainingDefaults } from '../preset.ts'
import { autoencoderNetwork, type AutoencoderOptions } from './network.ts'

/** The study's settings: Adam and mean squared error; flips and quarter turns, since a cell has no upright. The epoch that validates best is kept. */
const defaults: TrainingDefaults = {
  epochs: 30,
  leastSteps: 600,
  batch: 32,
  learningRate: 1e-3,
  warmupSteps: 0,
  schedule: { kind: 'constant' },
  patience: 0,
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: 0, ema: 0, rateFactors: {} },
  augmentation: {
    sizes: [[128, 128]],
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

/** The classic way to find what is not normal: a network that can draw normal images only. */
export function createAutoencoder128Preset(options: AutoencoderOptions = {}): ReconstructionPreset {
  return {
    kind: 'learned',
    name: 'autoencoder-128',
    task: 'anomaly',
    summary: say(
      'Learns to redraw normal images and marks what it cannot redraw. The classic way, learned from nothing: needs a thousand normal images and time; patch-memory-lite0 finds more.',
    ),
    source: 'Convolutional autoencoder (Hinton & Salakhutdinov 2006), as used for malaria-infected red cells',
    defaults,
    inferenceSizes: [[128, 128]],
    network: () => autoencoderNetwork(options),
    pretrained: () => Promise.resolve(new Map()),
    loss: () => reconstructionLoss(autoencoderNetwork(options)),
  }
}
