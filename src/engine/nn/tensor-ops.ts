import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { batchNormAffine, foldBias, scaleKernel, type ChannelAffine } from './fold.ts'
import { relu, relu6, sigmoid, swish, type Activation } from './kernels/activations.ts'
import { batchNormTraining } from './kernels/batch-norm.ts'
import { biasAdd } from './kernels/bias.ts'
import { convTranspose2d } from './kernels/conv-transpose.ts'
import { conv2d, depthwiseConv2d, type ConvGeometry } from './kernels/conv.ts'
import { dense } from './kernels/dense.ts'
import { gated, globalAverage } from './kernels/gate.ts'
import { maxPool } from './kernels/pool.ts'
import { upsampleBilinear, upsampleNearest } from './kernels/resize.ts'
import type { Network } from './network.ts'
import { normalizationAffine } from './normalization.ts'
import type { BatchNormSpec, ConvSpec, ConvTransposeSpec, DenseSpec, DropSpec, LayerSpec, Ops, Padding } from './ops.ts'
import {
  blocksShape,
  denseShape,
  enlargedShape,
  flatShape,
  joinedShape,
  pooledShape,
  rowsShape,
  windowShape,
  type WindowSpec,
} from './shapes.ts'
import type { TensorConstants } from './tensor-constants.ts'
import { consumeAll, Value, type ConvKind, type PendingConv, type PendingNorm } from './value.ts'

/** Where a walk in training gets what changes, and where it leaves the new running averages. */
export interface TrainingParameters {
  /** The tensor of a trainable parameter or of a live running average. */
  tensor(name: string): Tensor
  /** Takes over a kept tensor: the running average after this step. */
  updated(name: string, tensor: Tensor): void
  /** The step's random factors of a name (see DeclaredRandom), [batch, ...shape of a sample]. */
  random(name: string): Tensor
}

/**
 * Computes a network with TensorFlow.js, on whichever backend is in use. With `training`, live batch norms use the batch's statistics and
 * gradients flow to the trainable parameters; without it, everything is a constant and every batch norm is folded. Call it inside
 * tf.tidy().
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
    return this.#conv({ input: x, spec, kind: 'plain' }, windowShape(x.shape, spec, spec.filters))
  }

  depthwiseConv(x: Value, spec: Omit<ConvSpec, 'filters'>): Value {
    return this.#conv({ input: x, spec, kind: 'depthwise' }, windowShape(x.shape, spec, x.shape.at(-1)!))
  }

  convTranspose(x: Value, spec: ConvTransposeSpec): Value {
    return this.#conv({ input: x, spec, kind: 'transposed' }, blocksShape(x.shape, spec.kernel, spec.filters))
  }

  dense(x: Value, spec: DenseSpec): Value {
    return made(denseShape(x.shape, spec.units), [x], ([t]) => {
      const y = dense(t as Tensor2D, this.#kernel(spec, '', null) as Tensor2D)
      return biased(y, this.#bias(spec, '', null))
    })
  }

  batchNorm(x: Value, spec: BatchNormSpec): Value {
    x.reserve()
    const training = this.#training
    if (training !== null && spec.frozen !== true) {
      const norm = { input: x, spec }
      return new Value(x.shape, () => liveBatchNorm(norm, training, 'none'), { norm })
    }
    return new Value(x.shape, () => this.#foldedBatchNorm(x, spec))
  }

  relu(x: Value): Value {
    return this.#activated(x, 'relu')
  }

  relu6(x: Value): Value {
    return this.#activated(x, 'relu6')
  }

  sigmoid(x: Value): Value {
    return made(x.shape, [x], ([t]) => sigmoid(t!))
  }

  swish(x: Value): Value {
    return made(x.shape, [x], ([t]) => swish(t!))
  }

  exp(x: Value): Value {
    return made(x.shape, [x], ([t]) => tf.exp(t!))
  }

  clip(x: Value, low: number, high: number): Value {
    return made(x.shape, [x], ([t]) => tf.clipByValue(t!, low, high))
  }

  affine(x: Value, a: number, b: number): Value {
    return made(x.shape, [x], ([t]) => tf.add(tf.mul(t!, a), b))
  }

  scale(x: Value, name: string, _init: number, _perChannel: boolean): Value {
    return made(x.shape, [x], ([t]) => tf.mul(t!, this.#parameter(`${name}/scale`, false)))
  }

  add(a: Value, b: Value): Value {
    return made(a.shape, [a, b], ([ta, tb]) => tf.add(ta!, tb!))
  }

  multiply(x: Value, gate: Value): Value {
    return made(x.shape, [x, gate], ([t, factors]) => gated(t as Tensor4D, factors as Tensor4D))
  }

  globalAveragePool(x: Value): Value {
    return made(pooledShape(x.shape), [x], ([t]) => globalAverage(t as Tensor4D))
  }

  dropout(x: Value, spec: DropSpec): Value {
    return this.#dropped(x, spec)
  }

  dropConnect(x: Value, spec: DropSpec): Value {
    return this.#dropped(x, spec)
  }

  concat(xs: readonly Value[]): Value {
    return joined(xs, -1)
  }

  concatRows(xs: readonly Value[]): Value {
    return joined(xs, 1)
  }

  maxPool(x: Value, size: number, stride: number, pad: Padding | 'ceil'): Value {
    const spec: WindowSpec = { kernel: size, stride, pad }
    return made(windowShape(x.shape, spec, x.shape.at(-1)!), [x], ([t]) => maxPool(t as Tensor4D, size, stride, pad))
  }

  upsampleBilinear(x: Value): Value {
    return made(enlargedShape(x.shape, 2), [x], ([t]) => upsampleBilinear(t as Tensor4D))
  }

  upsampleNearest(x: Value, factor: number): Value {
    return made(enlargedShape(x.shape, factor), [x], ([t]) => upsampleNearest(t as Tensor4D, factor))
  }

  l2Normalize(x: Value): Value {
    return made(x.shape, [x], ([t]) => {
      const squares = tf.sum(tf.square(t!), -1, true)
      return tf.div(t!, tf.sqrt(tf.maximum(squares, 1e-24)))
    })
  }

  flatten(x: Value): Value {
    const shape = flatShape(x.shape)
    return made(shape, [x], ([t]) => tf.reshape(t!, [...shape]))
  }

  toRows(x: Value, values: number): Value {
    const shape = rowsShape(x.shape, values)
    return made(shape, [x], ([t]) => tf.reshape(t!, [...shape]))
  }

  #conv(conv: PendingConv, shape: readonly number[]): Value {
    conv.input.reserve()
    return new Value(shape, () => conv.input.consume((x) => this.#convolve(x, conv, '', null)), { conv })
  }

  #activated(x: Value, activation: 'relu' | 'relu6'): Value {
    x.reserve()
    return new Value(x.shape, () => {
      const { norm } = x.replaceable
      if (norm !== undefined) return liveBatchNorm(norm, this.#training!, activation)
      return x.consume(activation === 'relu' ? relu : relu6)
    })
  }

  /** The factors' shape says whether single numbers or whole samples are left out. */
  #dropped(x: Value, { name, rate }: DropSpec): Value {
    const training = this.#training
    if (training === null || rate === 0) return x
    return made(x.shape, [x], ([t]) => tf.mul(t!, training.random(name)))
  }

  #foldedBatchNorm(x: Value, spec: BatchNormSpec): Tensor {
    const affine = this.#affineOf(spec)
    const { conv } = x.replaceable
    if (conv !== undefined) return conv.input.consume((input) => this.#convolve(input, conv, spec.name, affine))
    const { factor, offset } = this.#channelAffine(spec.name, affine)
    return x.consume((t) => biasAdd(tf.mul(t, factor) as Tensor4D, offset))
  }

  /** A convolution, with the batch norm `norm` behind it folded in where `affine` is given. */
  #convolve(x: Tensor, { spec, kind }: PendingConv, norm: string, affine: ChannelAffine | null): Tensor {
    const kernel = this.#kernel(spec, norm, affine, kind) as Tensor4D
    const geometry: ConvGeometry = { stride: spec.stride ?? 1, dilation: spec.dilation ?? 1, pad: spec.pad ?? 'same' }
    const y = CONVOLUTIONS[kind](x as Tensor4D, kernel, geometry)
    return biased(y, this.#bias(spec, norm, affine))
  }

  #kernel(spec: LayerSpec, norm: string, affine: ChannelAffine | null, kind: ConvKind = 'plain'): Tensor {
    const name = `${spec.name}/kernel`
    if (affine === null) return this.#parameter(name, spec.frozen === true)
    if (this.#isConstant(spec.frozen === true)) {
      return this.#constants.derived(`${name}@${norm}`, () => {
        const { shape, data } = this.#constants.array(name)
        return { shape, data: scaleKernel(data, affine.factor, kind === 'plain' ? 1 : shape[3]) }
      })
    }
    // A learnt kernel before a frozen batch norm: the few weights are scaled in place of the many pixels.
    const kernel = this.#parameter(name, false)
    const { factor } = this.#channelAffine(norm, affine)
    return tf.mul(kernel, kind === 'plain' ? factor : tf.reshape(factor, [-1, 1]))
  }

  #bias(spec: LayerSpec, norm: string, affine: ChannelAffine | null): Tensor | null {
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

const CONVOLUTIONS = { plain: conv2d, depthwise: depthwiseConv2d, transposed: convTranspose2d } as const

/** y + bias; y is disposed of. */
function biased(y: Tensor, bias: Tensor | null): Tensor {
  if (bias === null) return y
  const result = biasAdd(y as Tensor2D | Tensor4D, bias as Tensor1D)
  y.dispose()
  return result
}

/** The network's input from pixels 0..255. */
export function normalized(network: Network, image: Tensor): Tensor4D {
  const { factor, offset } = normalizationAffine(network)
  const operand = (values: readonly number[]) => (values.length === 1 ? tf.scalar(values[0]!) : tf.tensor1d([...values]))
  return tf.add(tf.mul(tf.cast(image, 'float32'), operand(factor)), operand(offset))
}

function liveBatchNorm({ input, spec }: PendingNorm, training: TrainingParameters, activation: Activation): Tensor {
  const { name, epsilon, momentum } = spec
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((part) => training.tensor(`${name}/${part}`) as Tensor1D)
  const state = { gamma: gamma!, beta: beta!, mean: mean!, variance: variance! }
  const result = input.consume((x) => batchNormTraining(x as Tensor4D, state, { epsilon, momentum, activation }))
  training.updated(`${name}/mean`, result.mean)
  training.updated(`${name}/variance`, result.variance)
  return result.y
}

function made(shape: readonly number[], inputs: readonly Value[], compute: (tensors: Tensor[]) => Tensor): Value {
  for (const input of inputs) input.reserve()
  return new Value(shape, () => consumeAll(inputs, compute))
}

function joined(xs: readonly Value[], axis: 1 | -1): Value {
  const shapes = xs.map((x) => x.shape)
  return made(joinedShape(shapes, axis), xs, (tensors) => tf.concat(tensors, axis))
}
