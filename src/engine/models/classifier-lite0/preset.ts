import { say } from '#shared/i18n/say.ts'
import { classificationLoss } from '../../training/losses/label-losses.ts'
import type { ClassificationPreset } from '../classification-preset.ts'
import { efficientNetLite0Weights } from '../efficientnet-lite0.ts'
import type { InputSize, TrainingDefaults } from '../preset.ts'
import { CLASSIFIER, classifierLite0Network, type ClassifierSettings, encoderOptions } from './network.ts'

/** Cut-out cells are enlarged to this, fields and patches are reduced to the other. */
const CELL: InputSize = [128, 128]
const PATCH: InputSize = [224, 224]
/** Images whose longer side is at most this are cut-out cells. */
const CELL_SIDE = 160

const defaults: TrainingDefaults = {
  epochs: 12,
  leastSteps: 300,
  batch: 32,
  learningRate: 1e-3,
  warmupSteps: 40,
  patience: 0,
  schedule: { kind: 'cosine', final: 0.02 },
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.05, clipNorm: 10, ema: 0.99, rateFactors: { 'encoder/': 0.3 } },
  augmentation: {
    sizes: [PATCH],
    flips: true,
    quarterTurns: true,
    zoomIn: { probability: 0.4, max: 1.2 },
    zoomOut: { probability: 0, max: 1 },
    iouCrops: false,
    minVisible: 0,
    photometric: 'stain',
    blur: 0.1,
    noise: 0.1,
  },
}

/** The strong option for whole images and patches. */
export function createClassifierLite0Preset(settings: ClassifierSettings = CLASSIFIER): ClassificationPreset {
  return sized(PATCH, settings)
}

function sized(size: InputSize, settings: ClassifierSettings): ClassificationPreset {
  return {
    kind: 'learned',
    name: 'classifier-lite0',
    task: 'classification',
    summary: say(
      'Tells any number of classes apart, in colour: cut-out cells and whole patches. Starts from a pretrained encoder: some dozen labelled images a class are enough.',
    ),
    source: 'EfficientNet-Lite0 (Tan & Le 2019), pretrained on ImageNet, with a new last layer; AdamW (Loshchilov & Hutter 2019)',
    defaults: { ...defaults, augmentation: { ...defaults.augmentation, sizes: [size] } },
    inferenceSizes: [size],
    suited: (longestSide) => sized(longestSide <= CELL_SIDE ? CELL : PATCH, settings),
    network: (classes) => classifierLite0Network(classes, settings),
    head: { pool: 'mean', layers: ['head/class'] },
    pretrained: () => efficientNetLite0Weights(encoderOptions(settings)),
    loss: () => classificationLoss({ kind: 'cross-entropy', labelSmoothing: 0.05 }),
  }
}
