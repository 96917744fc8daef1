import { must } from '#shared/assert.ts'
import type { StoredArray, WeightFile } from '../../data/weight-files/weight-file.ts'
import type { WeightArray } from '../../nn/weights.ts'
import { ssd300Network } from './network.ts'

const KERNEL = 'backbone/conv1_1/kernel'
const BIAS = 'backbone/conv1_1/bias'
/** torchvision's ImageNet normalisation, of images in 0..1. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }

/**
 * Foreign VGG16 weights were learned on pixels prepared otherwise; the first layer is changed so that it gives the same on ours (RGB less
 * the mean, 0..255). Keras's (from Caffe) expect blue first. torchvision's IMAGENET1K_V1 expect division by the deviation; its
 * IMAGENET1K_FEATURES and SSD do not, and are told by what only V1 has: a classifier with numbers in it. Changes `weights` in place.
 */
export async function adaptFirstKernel(file: WeightFile, weights: Map<string, WeightArray>): Promise<void> {
  const kernel = weights.get(KERNEL)
  if (kernel === undefined) return
  if (file.format === 'keras' && !file.arrays.has(KERNEL)) weights.set(KERNEL, { ...kernel, data: withRedFirst(kernel) })
  if (await isImageNetV1(file)) divideByDeviation(weights, kernel)
}

function withRedFirst({ data, shape }: WeightArray): Float32Array {
  const filters = shape[3]!
  return data.map((_, i) => data[i + (2 - 2 * (Math.floor(i / filters) % 3)) * filters]!)
}

async function isImageNetV1({ arrays }: WeightFile): Promise<boolean> {
  const bias: StoredArray | undefined = arrays.get('classifier.6.bias')
  if (bias === undefined) return false
  const values = await bias.read()
  return values.every((value) => Number.isFinite(value)) && new Set(values).size > 1
}

/** (p - m) / d = ((p - m') + (m' - m)) / d: the kernel takes the division, the bias the difference of the means. */
function divideByDeviation(weights: Map<string, WeightArray>, { data, shape }: WeightArray): void {
  const filters = shape[3]!
  const bias = must(weights.get(BIAS), 'a bias beside the kernel')
  const { mean } = ssd300Network(1).normalization
  const shifted = bias.data.slice()
  const scaled = data.map((value, i) => {
    const channel = Math.floor(i / filters) % 3
    const weight = value / (255 * IMAGENET.std[channel]!)
    shifted[i % filters]! += weight * (mean[channel]! - 255 * IMAGENET.mean[channel]!)
    return weight
  })
  weights.set(KERNEL, { shape, data: scaled })
  weights.set(BIAS, { shape: bias.shape, data: shifted })
}
