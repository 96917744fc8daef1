import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import type {
  BatchNormSpec,
  ConvSpec,
  ConvTransposeSpec,
  DenseSpec,
  DropSpec,
  LayerSpec,
  Ops,
  Padding,
} from '../../../src/engine/nn/ops.ts'
import { padAmounts } from '../../../src/engine/nn/padding.ts'

/** What a walk over plain layers needs: all tensors by name, and the random factors of the step. */
export interface PlainTensors {
  tensor(name: string): Tensor
  random(name: string): Tensor
  /** Hears the running averages after this step. */
  updated(name: string, value: Tensor): void
}

/**
 * A network in training as TensorFlow.js has it: its own operations with its own gradients, one after the other, nothing folded, fused or let go of
 * early. What src/engine/nn/kernels does faster is held against this. Call it inside tf.tidy().
 */
export class PlainOps implements Ops<Tensor> {
  readonly #tensors: PlainTensors

  constructor(tensors: PlainTensors) {
    this.#tensors = tensors
  }

  shapeOf(x: Tensor): readonly number[] {
    return x.shape
  }

  conv(x: Tensor, spec: ConvSpec): Tensor {
    const y = tf.conv2d(padded(x, spec, 0), this.#kernel(spec), spec.stride ?? 1, 'valid', 'NHWC', spec.dilation ?? 1)
    return this.#biased(y, spec)
  }

  depthwiseConv(x: Tensor, spec: Omit<ConvSpec, 'filters'>): Tensor {
    const y = tf.depthwiseConv2d(padded(x, spec, 0), this.#kernel(spec), spec.stride ?? 1, 'valid', 'NHWC', spec.dilation ?? 1)
    return this.#biased(y, spec)
  }

  convTranspose(x: Tensor, spec: ConvTransposeSpec): Tensor {
    const [batch, height, width] = (x as Tensor4D).shape
    const shape: [number, number, number, number] = [batch, height * spec.kernel, width * spec.kernel, spec.filters]
    return this.#biased(tf.conv2dTranspose(x as Tensor4D, this.#kernel(spec), shape, spec.kernel, 'valid'), spec)
  }

  dense(x: Tensor, spec: DenseSpec): Tensor {
    return this.#biased(tf.matMul(x, this.#tensors.tensor(`${spec.name}/kernel`)), spec)
  }

  batchNorm(x: Tensor, { name, epsilon, momentum, frozen = false }: BatchNormSpec): Tensor {
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((part) => this.#tensors.tensor(`${name}/${part}`))
    if (frozen) return scaledTo(x, { mean: mean!, variance: variance!, gamma: gamma!, beta: beta! }, epsilon)
    const { mean: m, variance: v } = tf.moments(x, [0, 1, 2])
    const count = x.size / x.shape.at(-1)!
    this.#tensors.updated(`${name}/mean`, moved(mean!, m, momentum))
    this.#tensors.updated(`${name}/variance`, moved(variance!, tf.mul(v, count / (count - 1)), momentum))
    return scaledTo(x, { mean: m, variance: v, gamma: gamma!, beta: beta! }, epsilon)
  }

  relu(x: Tensor): Tensor {
    return tf.relu(x)
  }

  relu6(x: Tensor): Tensor {
    return tf.relu6(x)
  }

  sigmoid(x: Tensor): Tensor {
    return tf.sigmoid(x)
  }

  swish(x: Tensor): Tensor {
    return tf.mul(x, tf.sigmoid(x))
  }

  exp(x: Tensor): Tensor {
    return tf.exp(x)
  }

  clip(x: Tensor, low: number, high: number): Tensor {
    return tf.clipByValue(x, low, high)
  }

  affine(x: Tensor, a: number, b: number): Tensor {
    return tf.add(tf.mul(x, a), b)
  }

  scale(x: Tensor, name: string): Tensor {
    return tf.mul(x, this.#tensors.tensor(`${name}/scale`))
  }

  add(a: Tensor, b: Tensor): Tensor {
    return tf.add(a, b)
  }

  multiply(x: Tensor, gate: Tensor): Tensor {
    return tf.mul(x, gate)
  }

  globalAveragePool(x: Tensor): Tensor {
    return tf.mean(x, [1, 2], true)
  }

  dropout(x: Tensor, { name, rate }: DropSpec): Tensor {
    return rate === 0 ? x : tf.mul(x, this.#tensors.random(name))
  }

  dropConnect(x: Tensor, spec: DropSpec): Tensor {
    return this.dropout(x, spec)
  }

  concat(xs: readonly Tensor[]): Tensor {
    return tf.concat([...xs], -1)
  }

  concatRows(xs: readonly Tensor[]): Tensor {
    return tf.concat([...xs], 1)
  }

  maxPool(x: Tensor, size: number, stride: number, pad: Padding | 'ceil'): Tensor {
    return tf.maxPool(padded(x, { kernel: size, stride, pad }, -1e30), size, stride, 'valid')
  }

  upsampleBilinear(x: Tensor): Tensor {
    return doubled(doubled(x, 1), 2)
  }

  upsampleNearest(x: Tensor, factor: number): Tensor {
    const copies = Array<Tensor>(factor).fill(x)
    const [batch, height, width, channels] = (x as Tensor4D).shape
    const wide = tf.reshape(tf.stack(copies, 3), [batch, height, width * factor, channels])
    return tf.reshape(tf.stack(Array<Tensor>(factor).fill(wide), 2), [batch, height * factor, width * factor, channels])
  }

  l2Normalize(x: Tensor): Tensor {
    return tf.div(x, tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-24)))
  }

  flatten(x: Tensor): Tensor {
    return tf.reshape(x, [x.shape[0]!, -1])
  }

  toRows(x: Tensor, values: number): Tensor {
    return tf.reshape(x, [x.shape[0]!, -1, values])
  }

  #kernel({ name }: Pick<LayerSpec, 'name'>): Tensor4D {
    return this.#tensors.tensor(`${name}/kernel`) as Tensor4D
  }

  #biased(y: Tensor, { name, bias = false }: Pick<LayerSpec, 'name' | 'bias'>): Tensor {
    return bias ? tf.add(y, this.#tensors.tensor(`${name}/bias`)) : y
  }
}

interface Norm {
  readonly mean: Tensor
  readonly variance: Tensor
  readonly gamma: Tensor
  readonly beta: Tensor
}

function scaledTo(x: Tensor, { mean, variance, gamma, beta }: Norm, epsilon: number): Tensor {
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), gamma), beta)
}

function moved(running: Tensor, batch: Tensor, momentum: number): Tensor1D {
  return tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum))
}

interface Window {
  readonly kernel: number
  readonly stride?: number
  readonly dilation?: number
  readonly pad?: Padding | 'ceil'
}

function padded(x: Tensor, { kernel, stride = 1, dilation = 1, pad = 'same' }: Window, value: number): Tensor4D {
  const [, height, width] = (x as Tensor4D).shape
  const [rows, columns] = [height, width].map((size): [number, number] => [...padAmounts(size, kernel, stride, dilation, pad)])
  return tf.pad(x as Tensor4D, [[0, 0], rows!, columns!, [0, 0]], value)
}

/** Twice as many along an axis, half-pixel centres: each new one is three quarters of its own and a quarter of its neighbour. */
function doubled(x: Tensor, axis: 1 | 2): Tensor {
  const size = x.shape[axis]!
  const [first, ...rest] = tf.split(x, size, axis)
  const all = [first!, ...rest]
  const before = tf.concat([first!, ...all.slice(0, -1)], axis)
  const after = tf.concat([...rest, all.at(-1)!], axis)
  const mixed = (other: Tensor) => tf.add(tf.mul(x, 0.75), tf.mul(other, 0.25))
  const shape = x.shape.map((side, i) => (i === axis ? 2 * side : side))
  return tf.reshape(tf.stack([mixed(before), mixed(after)], axis + 1), shape)
}
