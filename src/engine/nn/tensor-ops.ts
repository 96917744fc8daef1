import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { batchNormAffine, foldBias, scaleKernel, type ChannelAffine } from './fold.ts'
import { relu, relu6, sigmoid } from './kernels/activations.ts'
import { batchNormTraining, type Activation } from './kernels/batch-norm.ts'
import { biasAdd } from './kernels/bias.ts'
import { conv2d, depthwiseConv2d, type ConvGeometry } from './kernels/conv.ts'
import { maxPool } from './kernels/pool.ts'
import { upsampleBilinear, upsampleNearest } from './kernels/resize.ts'
import type { Network } from './network.ts'
import { normalizationAffine } from './normalization.ts'
import type { BatchNormSpec, ConvSpec, Ops, Padding } from './ops.ts'
import { enlargedShape, joinedShape, rowsShape, windowShape, type WindowSpec } from './shapes.ts'
import type { TensorConstants } from './tensor-constants.ts'

/** What a convolution is made of, as long as nothing has asked for its result: a batch norm right behind can still be folded into it. */
interface PendingConv {
  readonly input: Value
  readonly spec: Omit<ConvSpec, 'filters'>
  readonly depthwise: boolean
}

/** A live batch norm, as long as nothing has asked for its result: an activation right behind can still be worked out with it. */
interface PendingNorm {
  readonly input: Value
  readonly spec: BatchNormSpec
}

interface Pending {
  readonly conv?: PendingConv
  readonly norm?: PendingNorm
}

/** A tensor of the walk, computed when first used. */
export class Value {
  readonly shape: readonly number[]
  readonly #pending: Pending
  #make: (() => Tensor) | null
  #tensor: Tensor | null = null

  constructor(shape: readonly number[], make: () => Tensor, pending: Pending = {}) {
    this.shape = shape
    this.#make = make
    this.#pending = pending
  }

  static of(tensor: Tensor): Value {
    return new Value(tensor.shape, () => tensor)
  }

  /** The convolution, or live batch norm, that this will be; null once it is computed. */
  get conv(): PendingConv | null {
    return this.#tensor === null ? (this.#pending.conv ?? null) : null
  }

  get norm(): PendingNorm | null {
    return this.#tensor === null ? (this.#pending.norm ?? null) : null
  }

  get tensor(): Tensor {
    if (this.#tensor === null) {
      this.#tensor = this.#make!()
      this.#make = null
    }
    return this.#tensor
  }
}

/** Where a walk in training gets what changes, and where it leaves the new running averages. */
export interface TrainingParameters {
  /** The tensor of a trainable parameter or of a live running average. */
  tensor(name: string): Tensor
  /** Takes over a kept tensor: the running average after this step. */
  updated(name: string, tensor: Tensor): void
}

/**
 * Computes a network with TensorFlow.js, on whichever backend is in use. With `training`, live batch norms use the batch's statistics and
 * gradients flow to the trainable parameters; without it, everything is a constant and every batch norm is folded. Call it inside
 * tf.tidy(): it disposes of nothing itself.
 */
export class TensorOps implements Ops<Value> {
  readonly #constants: TensorConstants
  readonly #training: TrainingParameters | null

  constructor(constants: TensorConstants, training: TrainingParameters | null) {
    this.#constants = constants
    this.#training = training
  }

  shapeOf(x: Value): readonly number[] {
    return x.shape
  }

  conv(x: Value, spec: ConvSpec): Value {
    return this.#pending({ input: x, spec, depthwise: false }, spec.filters)
  }

  depthwiseConv(x: Value, spec: Omit<ConvSpec, 'filters'>): Value {
    return this.#pending({ input: x, spec, depthwise: true }, x.shape.at(-1)!)
  }

  batchNorm(x: Value, spec: BatchNormSpec): Value {
    if (this.#training !== null && spec.frozen !== true) {
      const norm = { input: x, spec }
      return new Value(x.shape, () => this.#liveBatchNorm(norm, 'none'), { norm })
    }
    const affine = this.#affineOf(spec)
    const { conv } = x
    if (conv !== null) return new Value(x.shape, () => this.#convolve(conv, spec.name, affine))
    const { factor, offset } = this.#channelAffine(spec.name, affine)
    return new Value(x.shape, () => biasAdd(tf.mul(x.tensor, factor), offset))
  }

  relu(x: Value): Value {
    return this.#activated(x, 'relu')
  }

  relu6(x: Value): Value {
    return this.#activated(x, 'relu6')
  }

  sigmoid(x: Value): Value {
    return new Value(x.shape, () => sigmoid(x.tensor))
  }

  exp(x: Value): Value {
    return new Value(x.shape, () => tf.exp(x.tensor))
  }

  clip(x: Value, low: number, high: number): Value {
    return new Value(x.shape, () => tf.clipByValue(x.tensor, low, high))
  }

  affine(x: Value, a: number, b: number): Value {
    return new Value(x.shape, () => tf.add(tf.mul(x.tensor, a), b))
  }

  scale(x: Value, name: string, _init: number, _perChannel: boolean): Value {
    return new Value(x.shape, () => tf.mul(x.tensor, this.#parameter(`${name}/scale`, false)))
  }

  add(a: Value, b: Value): Value {
    return new Value(a.shape, () => tf.add(a.tensor, b.tensor))
  }

  concat(xs: readonly Value[]): Value {
    return joined(xs, -1)
  }

  concatRows(xs: readonly Value[]): Value {
    return joined(xs, 1)
  }

  maxPool(x: Value, size: number, stride: number, pad: Padding | 'ceil'): Value {
    const spec: WindowSpec = { kernel: size, stride, pad }
    return new Value(windowShape(x.shape, spec, x.shape.at(-1)!), () => maxPool(x.tensor as Tensor4D, size, stride, pad))
  }

  upsampleBilinear(x: Value): Value {
    return new Value(enlargedShape(x.shape, 2), () => upsampleBilinear(x.tensor as Tensor4D))
  }

  upsampleNearest(x: Value, factor: number): Value {
    return new Value(enlargedShape(x.shape, factor), () => upsampleNearest(x.tensor as Tensor4D, factor))
  }

  l2Normalize(x: Value): Value {
    return new Value(x.shape, () => {
      const squares = tf.sum(tf.square(x.tensor), -1, true)
      return tf.div(x.tensor, tf.sqrt(tf.maximum(squares, 1e-24)))
    })
  }

  toRows(x: Value, values: number): Value {
    const shape = rowsShape(x.shape, values)
    return new Value(shape, () => tf.reshape(x.tensor, [...shape]))
  }

  #pending(conv: PendingConv, filters: number): Value {
    return new Value(windowShape(conv.input.shape, conv.spec, filters), () => this.#convolve(conv, '', null), { conv })
  }

  /** A convolution, with the batch norm `norm` behind it folded in where `affine` is given. */
  #convolve({ input, spec, depthwise }: PendingConv, norm: string, affine: ChannelAffine | null): Tensor {
    const kernel = this.#kernel(spec, norm, affine) as Tensor4D
    const geometry: ConvGeometry = { stride: spec.stride ?? 1, dilation: spec.dilation ?? 1, pad: spec.pad ?? 'same' }
    const y = (depthwise ? depthwiseConv2d : conv2d)(input.tensor as Tensor4D, kernel, geometry)
    const bias = this.#bias(spec, norm, affine)
    return bias === null ? y : biasAdd(y, bias as Tensor1D)
  }

  #kernel(spec: Omit<ConvSpec, 'filters'>, norm: string, affine: ChannelAffine | null): Tensor {
    const name = `${spec.name}/kernel`
    if (affine === null) return this.#parameter(name, spec.frozen === true)
    if (this.#isConstant(spec.frozen === true)) {
      return this.#constants.derived(`${name}@${norm}`, () => {
        const { shape, data } = this.#constants.array(name)
        return { shape, data: scaleKernel(data, affine.factor) }
      })
    }
    // A learnt kernel before a frozen batch norm: the few weights are scaled in place of the many pixels.
    const kernel = this.#parameter(name, false)
    const { factor } = this.#channelAffine(norm, affine)
    return tf.mul(kernel, kernel.shape[3] === 1 && kernel.shape[2] === factor.size ? tf.reshape(factor, [-1, 1]) : factor)
  }

  #bias(spec: Omit<ConvSpec, 'filters'>, norm: string, affine: ChannelAffine | null): Tensor | null {
    const name = `${spec.name}/bias`
    const has = spec.bias === true
    if (affine === null) return has ? this.#parameter(name, spec.frozen === true) : null
    if (!has || this.#isConstant(spec.frozen === true)) {
      const stored = has ? this.#constants.array(name).data : null
      const data = foldBias(stored, affine)
      return this.#constants.derived(`${spec.name}/bias@${norm}`, () => ({ shape: [data.length], data }))
    }
    const { factor, offset } = this.#channelAffine(norm, affine)
    return tf.add(tf.mul(this.#parameter(name, false), factor), offset)
  }

  #activated(x: Value, activation: 'relu' | 'relu6'): Value {
    const { norm } = x
    if (norm !== null) return new Value(x.shape, () => this.#liveBatchNorm(norm, activation))
    return new Value(x.shape, () => (activation === 'relu' ? relu : relu6)(x.tensor))
  }

  #liveBatchNorm({ input, spec: { name, epsilon, momentum } }: PendingNorm, activation: Activation): Tensor {
    const training = this.#training!
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(
      (part) => training.tensor(`${name}/${part}`) as Tensor1D,
    )
    const state = { gamma: gamma!, beta: beta!, mean: mean!, variance: variance! }
    // A convolution's result that only this norm sees is let go at once: without it, the tape would hold one more picture a layer.
    const { conv } = input
    const x = conv === null ? input.tensor : this.#convolve(conv, '', null)
    const result = batchNormTraining(x as Tensor4D, state, { epsilon, momentum, activation })
    if (conv !== null) x.dispose()
    training.updated(`${name}/mean`, result.mean)
    training.updated(`${name}/variance`, result.variance)
    return result.y
  }

  #affineOf({ name, epsilon }: BatchNormSpec): ChannelAffine {
    const part = (key: string) => this.#constants.array(`${name}/${key}`).data
    return batchNormAffine({ gamma: part('gamma'), beta: part('beta'), mean: part('mean'), variance: part('variance') }, epsilon)
  }

  #channelAffine(norm: string, { factor, offset }: ChannelAffine): { factor: Tensor1D; offset: Tensor1D } {
    const tensor = (key: string, data: Float32Array) =>
      this.#constants.derived(`${norm}/@${key}`, () => ({ shape: [data.length], data })) as Tensor1D
    return { factor: tensor('factor', factor), offset: tensor('offset', offset) }
  }

  #isConstant(frozen: boolean): boolean {
    return frozen || this.#training === null
  }

  #parameter(name: string, frozen: boolean): Tensor {
    return this.#training === null || frozen ? this.#constants.tensor(name) : this.#training.tensor(name)
  }
}

/** The network's input from pixels 0..255. */
export function normalized(network: Network, image: Tensor): Tensor4D {
  const { factor, offset } = normalizationAffine(network)
  const operand = (values: readonly number[]) => (values.length === 1 ? tf.scalar(values[0]!) : tf.tensor1d([...values]))
  return tf.add(tf.mul(tf.cast(image, 'float32'), operand(factor)), operand(offset))
}

function joined(xs: readonly Value[], axis: 1 | -1): Value {
  const shape = joinedShape(
    xs.map((x) => x.shape),
    axis,
  )
  const tensors = () => xs.map((x) => x.tensor)
  return new Value(shape, () => tf.concat(tensors(), axis))
}
