import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import type { JobSamples, TrainJob } from '#shared/contracts/job.ts'
import { createRandom } from '#shared/random.ts'
import { imageId, jobId } from '#shared/records/ids.ts'
import { decodeCells } from '../../../src/engine/models/cells-lite0/decode.ts'
import { cellLoss } from '../../../src/engine/models/cells-lite0/loss.ts'
import { CELL_DETECTOR } from '../../../src/engine/models/cells-lite0/settings.ts'
import { cellTargets } from '../../../src/engine/models/cells-lite0/targets.ts'
import type { DetectionPreset } from '../../../src/engine/models/detection-preset.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Ops } from '../../../src/engine/nn/ops.ts'

// A detector small enough to be trained in a test, and pictures of dark squares and discs for it to find.

const settings = { ...CELL_DETECTOR, strides: [8] }

function tinyNetwork(classes: number): Network {
  return {
    name: 'tiny',
    channels: 3,
    normalization: { mean: [127], scale: [64] },
    multiple: 8,
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T) {
      let x = input
      for (const [i, filters] of [12, 16, 24].entries()) {
        const spec = { name: `conv${i}`, filters, kernel: 3, stride: 2 }
        x = ops.relu(ops.batchNorm(ops.conv(x, spec), { name: `norm${i}`, epsilon: 1e-3, momentum: 0.1 }))
      }
      const out = (name: string, values: number, biasInit: number): T =>
        ops.toRows(ops.conv(x, { name, filters: values, kernel: 3, bias: true, biasInit, init: { kind: 'normal', std: 0.01 } }), values)
      return { class: out('class', classes, -2), box: out('box', 4, 0.3) }
    },
  }
}

export const tinyPreset: DetectionPreset = {
  name: 'tiny',
  kind: 'learned',
  task: 'detection',
  summary: '',
  source: '',
  defaults: {
    epochs: 4,
    batch: 4,
    learningRate: 5e-3,
    leastSteps: 0,
    warmupSteps: 4,
    patience: 0,
    schedule: { kind: 'cosine', final: 0.05 },
    optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 10, ema: 0.9, rateFactors: {} },
    augmentation: {
      sizes: [
        [48, 64],
        [64, 64],
      ],
      flips: true,
      quarterTurns: false,
      zoomIn: { probability: 0.3, max: 1.2 },
      zoomOut: { probability: 0, max: 1 },
      iouCrops: false,
      minVisible: 0.8,
      photometric: 'stain',
      blur: 0.1,
      noise: 0.1,
    },
  },
  inferenceSizes: [[64, 64]],
  network: tinyNetwork,
  pretrained: () => Promise.resolve(new Map()),
  targets: (labels, height, width) => cellTargets(labels, height, width, settings.strides),
  loss: (_classes, height, width) => cellLoss(height, width, settings),
  decode: (outputs, index, options) => decodeCells(outputs, index, options, settings),
}

type Sample = JobSamples['train'][number]

async function picture(folder: string, name: string, seed: number): Promise<Sample> {
  const random = createRandom(seed)
  const [width, height] = [72, 72]
  const data = new Uint8Array(width * height * 3).fill(230)
  const labels = Array.from({ length: 3 }, (_, i) => {
    const side = 14 + random.int(8)
    const box = {
      type: 'box' as const,
      x: 2 + (i % 2) * 36 + random.int(10),
      y: 2 + Math.floor(i / 2) * 36 + random.int(10),
      width: side,
      height: side,
    }
    const classIndex = random.int(2)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const inside = classIndex === 0 || Math.hypot(x + 0.5 - side / 2, y + 0.5 - side / 2) < side / 2
        if (inside) data.fill(classIndex === 0 ? 60 : 110, ((box.y + y) * width + box.x + x) * 3, ((box.y + y) * width + box.x + x) * 3 + 3)
      }
    return { shape: box, classIndex, ignore: false }
  })
  const file = path.join(folder, `${name}.png`)
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file)
  return { id: imageId.parse(name), path: file, width, height, labels }
}

/** Pictures and a job folder with its samples.json. */
export async function tinyJob(folder: string, more: Partial<TrainJob> = {}, counts = { train: 12, val: 4 }): Promise<TrainJob> {
  const images = path.join(folder, 'images')
  await mkdir(images, { recursive: true })
  const part = (name: string, count: number, seed: number): Promise<Sample[]> =>
    Promise.all(Array.from({ length: count }, (_, i) => picture(images, `${name}-${i}`, seed + i)))
  const samples: JobSamples = {
    task: 'detection',
    classes: ['square', 'disc'],
    train: await part('train', counts.train, 0),
    val: await part('val', counts.val, 1000),
  }
  const job: TrainJob = {
    kind: 'train',
    id: jobId.parse('tiny-job'),
    preset: 'tiny',
    folder: path.join(folder, 'job'),
    modelFolder: path.join(folder, 'model'),
    from: null,
    seed: 7,
    backend: 'tensorflow',
    settings: {},
    ...more,
  }
  await mkdir(job.folder, { recursive: true })
  await writeFile(path.join(job.folder, 'samples.json'), JSON.stringify(samples))
  return job
}
