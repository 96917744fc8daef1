import { say } from '#shared/i18n/say.ts'
import { classificationLoss } from '../../training/losses/label-losses.ts'
import type { ClassificationPreset } from '../classification-preset.ts'
import type { TrainingDefaults } from '../preset.ts'
import { CNN_HEAD, cnnNetwork } from './network.ts'

/** The study's own settings: Adam, binary cross-entropy, batch 64; flips and quarter turns, since a cell has no upright. */
const defaults: TrainingDefaults = {
  epochs: 20,
  leastSteps: 400,
  batch: 64,
  learningRate: 1e-3,
  warmupSteps: 0,
  schedule: { kind: 'constant' },
  patience: 0,
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: 0, ema: 0, rateFactors: {} },
  augmentation: {
    sizes: [[70, 70]],
    flips: true,
    quarterTurns: true,
    zoomIn: { probability: 0, max: 1 },
    zoomOut: { probability: 0, max: 1 },
    iouCrops: false,
    minVisible: 0.5,
    photometric: 'none',
    blur: 0,
    noise: 0,
  },
}

/** The classic small classifier of cut-out cells in grey. */
export function createCnn70Preset(): ClassificationPreset {
  return {
    kind: 'learned',
    name: 'cnn-70',
    task: 'classification',
    summary: say('A small, quick classifier of single cells in grey, learned from nothing: some hundred labelled cells a class.'),
    source: 'Three convolutions and two dense layers, as used for malaria-infected red cells (data: Rajaraman et al., PeerJ 2018)',
    defaults,
    inferenceSizes: [[70, 70]],
    network: (classes) => cnnNetwork({ classes }),
    head: { pool: 'max', layers: [...CNN_HEAD.hidden, CNN_HEAD.last] },
    pretrained: () => Promise.resolve(new Map()),
    loss: () => classificationLoss({ kind: 'cross-entropy' }),
  }
}
