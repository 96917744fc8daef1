import type { Init, Ops } from '../../nn/ops.ts'
import { type BlockPlan, encoderPlan, type EfficientNetVariant } from './variants.ts'

/** Keras's epsilon, and not its momentum of 0.99 (0.01 here), for the reason that keras-blocks.ts gives. */
export const BATCH_NORM = { epsilon: 1e-3, momentum: 0.1 } as const

/** Squeeze-and-excite narrows to this share of the block's input channels. */
const SQUEEZE = 0.25

export interface EncoderOptions {
  readonly variant: EfficientNetVariant
  /** Probability that the last block is left out of a training sample; earlier ones less, linearly down to 0 (Huang et al. 2016). */
  readonly dropConnect: number
}

export interface EncoderMaps<T> {
  /** What stages 6, 4, 3 and 2 are expanded to before their stride, so at strides 16, 8, 4 and 2. */
  readonly skips: readonly T[]
  /** The last map, stride 32. */
  readonly top: T
}

/** Stages whose expansion a decoder takes over, coarsest first. */
const SKIPS = ['block6a', 'block4a', 'block3a', 'block2a']

/**
 * EfficientNet (Tan & Le 2019) without its classifier over a normalised image: inverted-residual blocks (Sandler et al. 2018) with
 * squeeze-and-excite (Hu et al. 2018), swish and stochastic depth. Padding is TensorFlow's 'same', as in the authors' code and in the
 * package `efficientnet` that segmentation_models uses; keras.applications pads by hand before its strides and comes to the same zeros at
 * every size. The share of a block that stochastic depth leaves out is that of the authors and of keras.applications (block index over the
 * number of blocks; the package `efficientnet` divides by the number of B0's blocks, whatever the variant).
 */
export function buildEfficientNet<T>(ops: Ops<T>, input: T, options: EncoderOptions): EncoderMaps<T> {
  const plan = encoderPlan(options.variant)
  let x = ops.swish(convNorm(ops, input, { name: 'encoder/stem', filters: plan.stem, kernel: 3, stride: 2 }))
  const expanded = new Map<string, T>()
  for (const block of plan.blocks) {
    const wide = expansion(ops, x, block)
    expanded.set(block.name, wide)
    x = residual(ops, x, wide, block, options.dropConnect * block.depth)
  }
  const top = ops.swish(convNorm(ops, x, { name: 'encoder/top', filters: plan.top, kernel: 1 }))
  return { skips: SKIPS.map((name) => expanded.get(name)!), top }
}

function expansion<T>(ops: Ops<T>, x: T, { name, expand }: BlockPlan): T {
  if (expand === 1) return x
  return ops.swish(convNorm(ops, x, { name: `encoder/${name}/expand`, filters: channelsOf(ops, x) * expand, kernel: 1 }))
}

/** What comes behind the expansion: depthwise convolution, squeeze-and-excite, projection, and the way around it all where shapes agree. */
function residual<T>(ops: Ops<T>, input: T, wide: T, { name, kernel, stride, filters }: BlockPlan, dropRate: number): T {
  const at = `encoder/${name}`
  const seen = ops.swish(convNorm(ops, wide, { name: `${at}/depthwise`, kernel, stride }))
  const squeezed = Math.max(1, Math.floor(channelsOf(ops, input) * SQUEEZE))
  const weighed = ops.multiply(seen, excitation(ops, seen, `${at}/squeeze`, squeezed))
  const x = convNorm(ops, weighed, { name: `${at}/project`, filters, kernel: 1 })
  if (stride !== 1 || channelsOf(ops, input) !== filters) return x
  return ops.add(ops.dropConnect(x, { name: `${at}/depth`, rate: dropRate }), input)
}

/** One factor in 0..1 a channel, from the means of all channels. */
function excitation<T>(ops: Ops<T>, x: T, name: string, squeezed: number): T {
  const layer = (y: T, part: string, filters: number) =>
    ops.conv(y, { name: `${name}/${part}`, filters, kernel: 1, bias: true, init: fanOut(1, filters) })
  const narrow = ops.swish(layer(ops.globalAveragePool(x), 'reduce', squeezed))
  return ops.sigmoid(layer(narrow, 'expand', channelsOf(ops, x)))
}

interface ConvNorm {
  readonly name: string
  /** Left out: depthwise. */
  readonly filters?: number
  readonly kernel: number
  readonly stride?: number
}

function convNorm<T>(ops: Ops<T>, x: T, { name, filters, kernel, stride = 1 }: ConvNorm): T {
  const conv = { name: `${name}/conv`, kernel, stride, init: fanOut(kernel, filters ?? 1) }
  const y = filters === undefined ? ops.depthwiseConv(x, conv) : ops.conv(x, { ...conv, filters })
  return ops.batchNorm(y, { name: `${name}/norm`, ...BATCH_NORM })
}

/** The authors' initial kernels: normal with variance 2 / fan-out. */
function fanOut(kernel: number, filters: number): Init {
  return { kind: 'normal', std: Math.sqrt(2 / (kernel * kernel * filters)) }
}

function channelsOf<T>(ops: Ops<T>, x: T): number {
  return ops.shapeOf(x).at(-1)!
}
