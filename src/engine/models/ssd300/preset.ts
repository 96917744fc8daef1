import { say } from '#shared/i18n/say.ts'
import type { DetectionPreset } from '../detection-preset.ts'
import type { DetectionLabel, TrainingDefaults } from '../preset.ts'
import { cornersAt } from './box-coding.ts'
import { decodeSsd } from './decode.ts'
import { DEFAULT_BOX_COUNT, defaultBoxes, SSD_SIZE } from './default-boxes.ts'
import { ssdLoss } from './loss.ts'
import { matchLabels } from './matching.ts'
import { ssd300Network } from './network.ts'

const defaults: TrainingDefaults = {
  epochs: 10,
  leastSteps: 0,
  batch: 8,
  learningRate: 1e-4,
  warmupSteps: 0,
  patience: 0,
  schedule: { kind: 'step', everyEpochs: 3, factor: 0.1 },
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4, clipNorm: 0, ema: 0, rateFactors: {} },
  augmentation: {
    sizes: [[SSD_SIZE, SSD_SIZE]],
    flips: true,
    quarterTurns: false,
    zoomIn: { probability: 0, max: 1 },
    zoomOut: { probability: 0.5, max: 4 },
    iouCrops: true,
    minVisible: 0,
    photometric: 'ssd',
    blur: 0,
    noise: 0,
  },
}

/** SSD300-VGG16 (Liu et al., ECCV 2016) as torchvision has it: the reference detector, whole frames at 300x300. */
export function createSsd300Preset(): DetectionPreset {
  const priors = defaultBoxes()
  return {
    name: 'ssd300-vgg16',
    kind: 'learned',
    task: 'detection',
    summary: say('The classic SSD300 detector, for comparison with published work; better with pretrained weights from a file.'),
    source: 'Liu et al., "SSD: Single Shot MultiBox Detector", ECCV 2016; topology of torchvision ssd300_vgg16',
    defaults,
    inferenceSizes: [[SSD_SIZE, SSD_SIZE]],
    network: ssd300Network,
    pretrained: () => Promise.resolve(new Map()),
    targets: (labels, _height, _width, inside) => ssdTargets(labels, priors, inside),
    loss: () => ssdLoss,
    decode: (outputs, index, options) => decodeSsd(outputs, index, priors, options),
  }
}

function ssdTargets(batch: readonly (readonly DetectionLabel[])[], priors: Float32Array, inside: readonly (Uint8Array | undefined)[] = []) {
  const classes = new Int32Array(batch.length * DEFAULT_BOX_COUNT)
  const offsets = new Float32Array(batch.length * priors.length)
  for (const [image, labels] of batch.entries()) {
    const matches = matchLabels(labels, priors, closedPriors(priors, inside[image]))
    classes.set(matches.classes, image * DEFAULT_BOX_COUNT)
    offsets.set(matches.offsets, image * priors.length)
  }
  return {
    classes: { shape: [batch.length, DEFAULT_BOX_COUNT], data: classes },
    offsets: { shape: [batch.length, DEFAULT_BOX_COUNT, 4], data: offsets },
  }
}

/** Default boxes whose centre lies where nothing is to be learned, by an input's map; null: none does. */
function closedPriors(priors: Float32Array, inside: Uint8Array | undefined): Uint8Array | null {
  if (inside === undefined) return null
  return Uint8Array.from({ length: DEFAULT_BOX_COUNT }, (_, i) => {
    const [left, top, right, bottom] = cornersAt(priors, i)
    const [x, y] = [(left + right) / 2, (top + bottom) / 2].map((at) => Math.min(SSD_SIZE - 1, Math.max(0, Math.floor(at))))
    return inside[y! * SSD_SIZE + x!] === 0 ? 1 : 0
  })
}
