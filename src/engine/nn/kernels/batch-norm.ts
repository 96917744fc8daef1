import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { channelMeans } from '../../backends/channel-means.ts'
import { attribute, nativeBackend, T_FLOAT, type NativeBackend } from '../../backends/native.ts'
import { relu, relu6, slope, type Activation } from './activations.ts'
import { differentiable } from './differentiable.ts'

export interface BatchNormState {
  readonly gamma: Tensor1D
  readonly beta: Tensor1D
  /** Running averages before this step. */
  readonly mean: Tensor1D
  readonly variance: Tensor1D
}

export interface BatchNormOptions {
  readonly epsilon: number
  /** Share of the running averages that this batch replaces. */
  readonly momentum: number
  /** Applied to the result. */
  readonly activation: Activation
}

export interface BatchNormResult {
  readonly y: Tensor
  /** Running averages after this step: kept (tf.keep), the caller disposes of them. No gradient flows through them. */
  readonly mean: Tensor
  readonly variance: Tensor
}

/**
 * Batch normalisation in training (Ioffe & Szegedy 2015) over batch, height and width of an NHWC tensor, and an activation behind it. The
 * batch is normalised with its biased variance; the running variance takes the unbiased one, as PyTorch and TensorFlow's fused kernel do.
 */
export function batchNormTraining(x: Tensor4D, state: BatchNormState, options: BatchNormOptions): BatchNormResult {
  const native = nativeBackend()
  return native === null ? composed(x, state, options) : fused(native, x, state, options)
}

function fused(
  native: NativeBackend,
  x: Tensor4D,
  state: BatchNormState,
  { epsilon, momentum, activation }: BatchNormOptions,
): BatchNormResult {
  const attributes = [
    T_FLOAT,
    attribute.type('U'),
    attribute.float('epsilon', epsilon),
    attribute.string('data_format', 'NHWC'),
    attribute.bool('is_training', true),
  ]
  let running: readonly [Tensor, Tensor] | null = null
  const y = differentiable(
    [x, state.gamma, state.beta],
    (save) => {
      const averaging = [...attributes, attribute.float('exponential_avg_factor', momentum)]
      const inputs = [x, state.gamma, state.beta, state.mean, state.variance]
      const [value, mean, variance, r1, r2, r3] = native.executeMultipleOutputs('FusedBatchNormV3', averaging, inputs, 6)
      running = [tf.keep(mean!), tf.keep(variance!)]
      save([x, state.gamma, r1!, r2!, r3!])
      return value!
    },
    (dy, saved) => native.executeMultipleOutputs('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3),
  )
  const [mean, variance] = running!
  if (activation === 'none') return { y, mean, variance }
  const result = (activation === 'relu' ? relu : relu6)(y)
  // The activation's gradient needs its result only.
  y.dispose()
  return { y: result, mean, variance }
}

/**
 * The same from elementary operations, with the gradient in closed form (Ioffe & Szegedy 2015, section 3). Norm and activation are one
 * step of the tape, which so keeps two pictures a layer, not four.
 */
function composed(x: Tensor4D, state: BatchNormState, { epsilon, momentum, activation }: BatchNormOptions): BatchNormResult {
  const count = x.size / x.shape[3]
  let running: readonly [Tensor, Tensor] | null = null
  const y = differentiable(
    [x, state.gamma, state.beta],
    (save) => {
      const mean = channelMeans(x)
      const centred = tf.sub(x, mean)
      const variance = channelMeans(tf.square(centred) as Tensor4D)
      const unbiased = tf.mul(variance, count / Math.max(1, count - 1))
      running = [tf.keep(average(state.mean, mean, momentum)), tf.keep(average(state.variance, unbiased, momentum))]
      const inverse = tf.rsqrt(tf.add(variance, epsilon))
      const normal = tf.mul(centred, inverse)
      const result = activated(tf.add(tf.mul(normal, state.gamma), state.beta), activation)
      save(activation === 'none' ? [normal, inverse, state.gamma] : [normal, inverse, state.gamma, result])
      return result
    },
    (dResult, [normal, inverse, gamma, result]) => {
      const dy = result === undefined || activation === 'none' ? dResult : tf.mul(dResult, slope(result, activation))
      const meanOfDy = channelMeans(dy as Tensor4D)
      const meanOfProduct = channelMeans(tf.mul(dy as Tensor4D, normal as Tensor4D))
      const rest = tf.add(meanOfDy, tf.mul(normal!, meanOfProduct))
      return [tf.mul(tf.sub(dy, rest), tf.mul(gamma!, inverse!)), tf.mul(meanOfProduct, count), tf.mul(meanOfDy, count)]
    },
  )
  const [mean, variance] = running!
  return { y, mean, variance }
}

function activated(x: Tensor, activation: Activation): Tensor {
  if (activation === 'none') return x
  return activation === 'relu' ? tf.relu(x) : tf.relu6(x)
}

function average(running: Tensor, batch: Tensor, momentum: number): Tensor {
  return tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum))
}
