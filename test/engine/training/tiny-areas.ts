import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import type { JobSamples, TrainJob } from '#shared/contracts/job.ts'
import { createRandom } from '#shared/random.ts'
import { imageId, jobId } from '#shared/records/ids.ts'
import type { SegmentationPreset } from '../../../src/engine/models/segmentation-preset.ts'
import { UNET_LITE0_LOSS } from '../../../src/engine/models/unet-lite0/preset.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Ops } from '../../../src/engine/nn/ops.ts'
import { load } from '../../../src/engine/backends/probe.ts'
import { objectLoss } from '../../../src/engine/training/losses/object-loss.ts'
import type { TrainEnvironment } from '../../../src/engine/training/train-prepare.ts'

// A segmenter small enough to be trained in a test, and pictures of dark squares and lighter discs for it to outline.

function tinyNetwork(outputs: number): Network {
  return {
    name: 'tiny-areas',
    channels: 3,
    normalization: { mean: [127], scale: [64] },
    multiple: 4,
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T) {
      const layer = (x: T, name: string, filters: number): T =>
        ops.relu(ops.batchNorm(ops.conv(x, { name, filters, kernel: 3 }), { name: `${name}/norm`, epsilon: 1e-3, momentum: 0.1 }))
      const fine = layer(input, 'fine', 12)
      const coarse = layer(ops.maxPool(fine, 2, 2, 'valid'), 'coarse', 16)
      const x = layer(ops.concat([ops.upsampleBilinear(coarse), fine]), 'joined', 12)
      return { logits: ops.conv(x, { name: 'out', filters: outputs, kernel: 3, bias: true }) }
    },
  }
}

export const tinyAreas: SegmentationPreset = {
  kind: 'learned',
  name: 'tiny-areas',
  task: 'segmentation',
  summary: '',
  source: '',
  defaults: {
    epochs: 60,
    leastSteps: 0,
    batch: 4,
    learningRate: 1e-2,
    warmupSteps: 4,
    patience: 0,
    schedule: { kind: 'cosine', final: 0.05 },
    optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clipNorm: 10, ema: 0.9, rateFactors: {} },
    augmentation: {
      sizes: [[48, 48]],
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
  },
  inferenceSizes: [[64, 64]],
  pixelsPerInput: 1,
  distances: true,
  instances: 'auto',
  facts: null,
  network: (classes) => tinyNetwork(classes + 2),
  pretrained: () => Promise.resolve(new Map()),
  loss: (classes) => objectLoss(UNET_LITE0_LOSS, classes, 2),
}

export const tinyAreasEnvironment: TrainEnvironment = {
  preset: () => tinyAreas,
  openBackend: async (name) => {
    await load(name ?? 'tensorflow')
    return { name: name ?? 'tensorflow', note: '' }
  },
  workerEntry: new URL('../../../src/engine/data/worker.ts', import.meta.url),
  checkpointSeconds: 1000,
}

type Sample = JobSamples['train'][number]

/** Pictures of odd sizes: two squares side by side that touch, and discs. */
async function picture(folder: string, name: string, seed: number): Promise<Sample> {
  const random = createRandom(seed)
  const [width, height] = [67 + random.int(9), 61 + random.int(9)]
  const data = new Uint8Array(width * height * 3).fill(230)
  const [left, top] = [4 + random.int(8), 4 + random.int(8)]
  const shapes = [
    { classIndex: 0, x: left, y: top, side: 14 },
    { classIndex: 0, x: left + 14, y: top, side: 14 },
    { classIndex: 1, x: 5 + random.int(10), y: 36 + random.int(6), side: 16 },
    { classIndex: 1, x: 38 + random.int(8), y: 36 + random.int(6), side: 16 },
  ]
  const labels = shapes.map(({ classIndex, x, y, side }) => {
    const radius = side / 2
    const edge = classIndex === 0 ? 0 : 8
    const corners = edge === 0 ? [0, 0, side, 0, side, side, 0, side] : circle(radius)
    const ring = corners.map((value, i) => value + (i % 2 === 0 ? x : y))
    for (let v = 0; v < side; v++)
      for (let u = 0; u < side; u++) {
        const inside = classIndex === 0 || Math.hypot(u + 0.5 - radius, v + 0.5 - radius) < radius
        // The squares' rims are darker, so that two of them can be told apart.
        const rim = classIndex === 0 && (u < 2 || u > side - 3) ? 0 : 80
        if (inside) data.fill(classIndex === 0 ? rim : 130, ((y + v) * width + x + u) * 3, ((y + v) * width + x + u) * 3 + 3)
      }
    return { shape: { type: 'polygon' as const, rings: [ring] }, classIndex, ignore: false }
  })
  const file = path.join(folder, `${name}.png`)
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file)
  return { id: imageId.parse(name), path: file, width, height, labels }
}

function circle(radius: number): number[] {
  return Array.from({ length: 48 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 48
    return [radius + radius * Math.cos(angle), radius + radius * Math.sin(angle)]
  }).flat()
}

/** Pictures and a job folder with its samples.json. */
export async function tinyAreasJob(folder: string, more: Partial<TrainJob> = {}, counts = { train: 8, val: 3 }): Promise<TrainJob> {
  const images = path.join(folder, 'images')
  await mkdir(images, { recursive: true })
  const part = (name: string, count: number, seed: number): Promise<Sample[]> =>
    Promise.all(Array.from({ length: count }, (_, i) => picture(images, `${name}-${i}`, seed + i)))
  const samples: JobSamples = {
    task: 'segmentation',
    classes: ['square', 'disc'],
    train: await part('train', counts.train, 0),
    val: await part('val', counts.val, 1000),
  }
  const job: TrainJob = {
    kind: 'train',
    id: jobId.parse('tiny-areas-job'),
    preset: 'tiny-areas',
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
