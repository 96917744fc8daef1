import { must } from '#shared/assert.ts'
import { readSafetensors } from '../data/weight-files/safetensors.ts'
import { batchNormAffine, foldBias, scaleKernel } from '../nn/fold.ts'
import type { ConvSpec, Ops } from '../nn/ops.ts'
import type { WeightArray, Weights } from '../nn/weights.ts'
import { resourceFile } from './resources.ts'

interface Block {
  readonly kernel: number
  readonly stride: number
  readonly filters: number
  /** Factor by which the block widens its input; 1 = it has no expansion. */
  readonly expand: number
}

/** The inverted-residual blocks (Tan & Le 2019; the Lite variant has ReLU6, no squeeze-and-excite). Strides 2, 4, 4, 8, 8, 16... */
const BLOCKS: readonly Block[] = [
  { kernel: 3, stride: 1, filters: 16, expand: 1 },
  ...repeated(2, { kernel: 3, stride: 2, filters: 24, expand: 6 }),
  ...repeated(2, { kernel: 5, stride: 2, filters: 40, expand: 6 }),
  ...repeated(3, { kernel: 3, stride: 2, filters: 80, expand: 6 }),
  ...repeated(3, { kernel: 5, stride: 1, filters: 112, expand: 6 }),
  ...repeated(4, { kernel: 5, stride: 2, filters: 192, expand: 6 }),
  { kernel: 3, stride: 1, filters: 320, expand: 6 },
]

/** The encoder was trained on (pixel - 127) / 128. */
export const EFFICIENTNET_LITE0_NORMALIZATION = { mean: [127, 127, 127], scale: [128, 128, 128] } as const

const EPSILON = 1e-3

export interface EncoderOptions {
  /** Parameter names begin with this. */
  readonly name: string
  /** How many blocks are built, 0 to 16. */
  readonly blocks: number
  /** The stem and so many blocks never change, and carry their batch norm folded into the kernels: no gradient has to reach them. */
  readonly frozenBlocks: number
  /** Momentum of the batch norms that are trained. */
  readonly momentum: number
  /** The 1x1 convolution to 1280 channels behind the last block. */
  readonly head?: boolean
}

/**
 * EfficientNet-Lite0's trunk over a normalised image: the output of each block, and of the head where it is asked for.
 * Blocks 0; 2; 4; 10; 14; 15 end the strides 2 (16 channels), 4 (24), 8 (40), 16 (112), 32 (192), 32 (320).
 */
export function buildEfficientNetLite0<T>(
  ops: Ops<T>,
  input: T,
  options: EncoderOptions,
): { readonly blocks: readonly T[]; readonly head?: T } {
  const stem = { name: 'stem', filters: 32, kernel: 3, stride: 2 }
  let x = ops.relu6(convNorm(ops, input, options, stem, true))
  const blocks: T[] = []
  for (const [index, block] of BLOCKS.slice(0, options.blocks).entries()) {
    x = residualBlock(ops, x, options, block, index)
    blocks.push(x)
  }
  if (options.head !== true) return { blocks }
  return { blocks, head: ops.relu6(convNorm(ops, x, options, { name: 'head', filters: 1280, kernel: 1 }, false)) }
}

function repeated(times: number, block: Block): Block[] {
  return Array.from({ length: times }, (_, i) => (i === 0 ? block : { ...block, stride: 1 }))
}

function residualBlock<T>(ops: Ops<T>, input: T, options: EncoderOptions, { kernel, stride, filters, expand }: Block, index: number): T {
  const frozen = index < options.frozenBlocks
  const channels = ops.shapeOf(input).at(-1)!
  const layer = (name: string) => `block${index}/${name}`
  let x = input
  if (expand > 1) x = ops.relu6(convNorm(ops, x, options, { name: layer('expand'), filters: channels * expand, kernel: 1 }, frozen))
  x = ops.relu6(convNorm(ops, x, options, { name: layer('depthwise'), kernel, stride }, frozen))
  x = convNorm(ops, x, options, { name: layer('project'), filters, kernel: 1 }, frozen)
  return stride === 1 && channels === filters ? ops.add(x, input) : x
}

/** Convolution (depthwise where no filters are named) and batch norm; frozen ones are a convolution with a bias. */
function convNorm<T>(
  ops: Ops<T>,
  x: T,
  options: EncoderOptions,
  spec: Partial<ConvSpec> & { name: string; kernel: number },
  frozen: boolean,
): T {
  const name = `${options.name}/${spec.name}`
  const full = { stride: 1, ...spec, name: `${name}/conv`, bias: frozen, frozen }
  const { filters } = spec
  const y = filters === undefined ? ops.depthwiseConv(x, full) : ops.conv(x, { ...full, filters })
  return frozen ? y : ops.batchNorm(y, { name: `${name}/norm`, epsilon: EPSILON, momentum: options.momentum })
}

/**
 * The ImageNet weights of the trunk that `buildEfficientNetLite0` builds with the same options, from resources/efficientnet-lite0.
 */
export async function efficientNetLite0Weights(options: EncoderOptions): Promise<Weights> {
  const { weights: stored } = await readSafetensors(resourceFile('efficientnet-lite0/weights.safetensors'))
  const weights = new Map<string, WeightArray>()
  for (const { ours, conv, norm, frozen } of storedLayers(options))
    for (const [name, array] of layerWeights(stored, conv, norm, frozen)) weights.set(`${options.name}/${ours}/${name}`, array)
  return weights
}

interface StoredLayer {
  readonly ours: string
  readonly conv: string
  readonly norm: string
  readonly frozen: boolean
}

/** Our layers and what the file calls their convolution and batch norm. */
function storedLayers({ blocks, frozenBlocks, head }: EncoderOptions): StoredLayer[] {
  const layers: StoredLayer[] = [{ ours: 'stem', conv: 'conv_stem', norm: 'bn0', frozen: true }]
  for (const [index, { expand }] of BLOCKS.slice(0, blocks).entries()) {
    const layer = (kind: string, norm: number) => ({
      ours: `block${index}/${kind}`,
      conv: `blocks.${index}.${kind}_conv`,
      norm: `blocks.${index}.bn${norm}`,
      frozen: index < frozenBlocks,
    })
    if (expand > 1) layers.push(layer('expand', 0))
    layers.push(layer('depthwise', 1), layer('project', 2))
  }
  if (head === true) layers.push({ ours: 'head', conv: 'conv_head', norm: 'bn1', frozen: false })
  return layers
}

function layerWeights(stored: Weights, conv: string, norm: string, frozen: boolean): (readonly [string, WeightArray])[] {
  const array = (name: string) => must(stored.get(name), `${name} in the encoder's weights`)
  const kernel = array(`${conv}.weight`)
  const norms = { gamma: 'weight', beta: 'bias', mean: 'running_mean', variance: 'running_var' } as const
  const arrays = Object.entries(norms).map(([ours, theirs]) => [ours, array(`${norm}.${theirs}`)] as const)
  if (!frozen) return [['conv/kernel', kernel], ...arrays.map(([ours, value]) => [`norm/${ours}`, value] as const)]
  const [gamma, beta, mean, variance] = arrays.map(([, { data }]) => data) as [Float32Array, Float32Array, Float32Array, Float32Array]
  const affine = batchNormAffine({ gamma, beta, mean, variance }, EPSILON)
  const bias = { shape: [affine.offset.length], data: foldBias(null, affine) }
  return [
    ['conv/kernel', { shape: kernel.shape, data: scaleKernel(kernel.data, affine.factor) }],
    ['conv/bias', bias],
  ]
}
