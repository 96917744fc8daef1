import { say } from '#shared/i18n/say.ts'
import { segmentationLoss } from '../../training/losses/label-losses.ts'
import type { TrainingDefaults } from '../preset.ts'
import type { SegmentationPreset } from '../segmentation-preset.ts'
import { unetEfficientNet } from './network.ts'
import type { EfficientNetVariant } from './variants.ts'

/** About what each variant was made for (Tan & Le 2019), in multiples of 32; the glomeruli study had B5 at 512. */
const SIDES: Readonly<Record<EfficientNetVariant, number>> = { b0: 256, b1: 256, b2: 256, b3: 320, b4: 384, b5: 512, b6: 512, b7: 512 }

/**
 * The glomeruli study's own settings: Dice loss, Adam 2.5e-4, the checkpoint of the best Dice, stop after 15 epochs without a better one,
 * a tenth of the rate after 8; flips, quarter turns, saturation, contrast and brightness.
 */
function defaultsFor(side: number): TrainingDefaults {
  return {
    epochs: 60,
    leastSteps: 600,
    batch: side > 256 ? 4 : 8,
    learningRate: 2.5e-4,
    warmupSteps: 0,
    schedule: { kind: 'plateau', factor: 0.1, patience: 8, minDelta: 1e-4 },
    patience: 15,
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: 0, ema: 0, rateFactors: {} },
    augmentation: {
      sizes: [[side, side]],
      flips: true,
      quarterTurns: true,
      zoomIn: { probability: 0, max: 1 },
      zoomOut: { probability: 0, max: 1 },
      iouCrops: false,
      minVisible: 0,
      photometric: 'jitter',
      blur: 0,
      noise: 0,
    },
  }
}

/** The glomeruli study's network. Its encoder's ImageNet weights are not shipped: a person may point to a Keras file. */
export function createUnetEfficientNetPreset(variant: EfficientNetVariant): SegmentationPreset {
  const side = SIDES[variant]
  return {
    kind: 'learned',
    name: `unet-efficientnet-${variant}`,
    task: 'segmentation',
    summary: say(
      'Tissue on slides, as published for glomeruli; the larger, the slower. Best started from a weight file of EfficientNet-{{size}}.',
      { size: variant.toUpperCase() },
    ),
    source: 'U-Net (Ronneberger et al. 2015) on EfficientNet (Tan & Le 2019), as segmentation_models builds it',
    defaults: defaultsFor(side),
    inferenceSizes: [[side, side]],
    pixelsPerInput: 'auto',
    distances: false,
    instances: 'auto',
    facts: null,
    // One class has one sigmoid, as in the study; several compete with the background.
    network: (classes) => unetEfficientNet({ variant, outputs: classes === 1 ? 1 : classes + 1 }),
    pretrained: () => Promise.resolve(new Map()),
    loss: (classes) =>
      segmentationLoss({ kind: 'dice', ...(classes === 1 ? {} : { classWeights: [0, ...Array<number>(classes).fill(1)] }) }),
  }
}
