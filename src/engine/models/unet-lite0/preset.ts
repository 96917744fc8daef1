import { say } from '#shared/i18n/say.ts'
import type { LossSettings } from '../../training/losses/label-losses.ts'
import { objectLoss } from '../../training/losses/object-loss.ts'
import { efficientNetLite0Weights } from '../efficientnet-lite0.ts'
import type { TrainingDefaults } from '../preset.ts'
import type { SegmentationPreset } from '../segmentation-preset.ts'
import { encoderOptions, UNET_LITE0, type UnetLite0Settings, unetLite0Network } from './network.ts'

const defaults: TrainingDefaults = {
  epochs: 40,
  leastSteps: 400,
  batch: 8,
  learningRate: 2e-3,
  warmupSteps: 40,
  patience: 0,
  schedule: { kind: 'cosine', final: 0.02 },
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.05, clipNorm: 10, ema: 0.99, rateFactors: { 'encoder/': 0.2 } },
  augmentation: {
    sizes: [[256, 256]],
    flips: true,
    quarterTurns: true,
    zoomIn: { probability: 0.4, max: 1.4 },
    // Shows what lies around the frame, too: no frame is seen twice at the same place.
    zoomOut: { probability: 0.5, max: 1.35 },
    iouCrops: false,
    minVisible: 0,
    photometric: 'stain',
    blur: 0.15,
    noise: 0.15,
  },
}

/** Cross-entropy for every pixel and Dice for every class, so that small classes count as much as large ones. */
export const UNET_LITE0_LOSS: LossSettings = {
  kind: 'combined',
  parts: [
    { weight: 1, loss: { kind: 'cross-entropy' } },
    { weight: 1, loss: { kind: 'dice', smooth: 1 } },
  ],
}

/** What the distances count beside the areas. */
const DISTANCE_WEIGHT = 1

/** The strong option for areas: tissue, cells, parts of cells. */
export function createUnetLite0Preset(settings: UnetLite0Settings = UNET_LITE0, distanceWeight = DISTANCE_WEIGHT): SegmentationPreset {
  return {
    kind: 'learned',
    name: 'unet-lite0',
    task: 'segmentation',
    summary: say(
      'Outlines tissue and cells at any size, and tells touching ones apart. Starts from a pretrained encoder: a dozen labelled images are enough.',
    ),
    source:
      'U-Net (Ronneberger et al. 2015) on EfficientNet-Lite0 (Tan & Le 2019), which also learns the distance to the edge of each object (StarDist, Schmidt et al. 2018)',
    defaults,
    inferenceSizes: [[512, 512]],
    pixelsPerInput: 'auto',
    distances: true,
    instances: 'auto',
    facts: null,
    network: (classes) => unetLite0Network(classes + 2, settings),
    pretrained: () => efficientNetLite0Weights(encoderOptions(settings)),
    loss: (classes) => objectLoss(UNET_LITE0_LOSS, classes, distanceWeight),
  }
}
