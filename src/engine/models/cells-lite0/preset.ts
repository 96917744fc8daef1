import { say } from '#shared/i18n/say.ts'
import type { DetectionPreset } from '../detection-preset.ts'
import type { TrainingDefaults } from '../preset.ts'
import { efficientNetLite0Weights } from '../efficientnet-lite0.ts'
import { decodeCells } from './decode.ts'
import { cellLoss } from './loss.ts'
import { cellDetectorNetwork, encoderOptions } from './network.ts'
import { CELL_DETECTOR, type CellDetectorSettings } from './settings.ts'
import { cellTargets } from './targets.ts'

const defaults: TrainingDefaults = {
  epochs: 36,
  leastSteps: 400,
  batch: 8,
  learningRate: 2e-3,
  warmupSteps: 60,
  patience: 0,
  schedule: { kind: 'cosine', final: 0.02 },
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.05, clipNorm: 10, ema: 0.998, rateFactors: { 'encoder/': 0.2 } },
  augmentation: {
    // Whole frames: crops would teach that a cut cell is a label, though cells at the border often have none.
    sizes: [
      [352, 448],
      [384, 512],
      [448, 576],
    ],
    flips: true,
    quarterTurns: true,
    zoomIn: { probability: 0.4, max: 1.25 },
    zoomOut: { probability: 0, max: 1 },
    iouCrops: false,
    minVisible: 0.9,
    photometric: 'stain',
    blur: 0.15,
    noise: 0.15,
  },
}

/** The strong option for cells: many small, dense objects on whole fields of view. */
export function createCellsLite0Preset(settings: CellDetectorSettings = CELL_DETECTOR): DetectionPreset {
  return {
    name: 'cells-lite0',
    kind: 'learned',
    task: 'detection',
    summary: say(
      'Finds and counts cells, small ones too, in fields of view that are full of them. Starts from a pretrained encoder: a few dozen labelled images are enough.',
    ),
    source:
      'Anchor-free pyramid detector (FCOS, Tian et al. 2019) with task-aligned assignment (TOOD, Feng et al. 2021) on EfficientNet-Lite0 (Tan & Le 2019)',
    defaults,
    inferenceSizes: [
      [448, 576],
      [384, 512],
    ],
    network: (classes) => cellDetectorNetwork(classes, settings),
    pretrained: () => efficientNetLite0Weights(encoderOptions(settings)),
    targets: (labels, height, width, inside) => cellTargets(labels, height, width, settings.strides, inside),
    loss: (_classes, height, width) => cellLoss(height, width, settings),
    decode: (outputs, index, options) => decodeCells(outputs, index, options, settings),
  }
}
