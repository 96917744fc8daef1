import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { nativeBackend, T_FLOAT } from '../../backends/native.ts'
import { differentiable } from './differentiable.ts'

// Gradients from the results, so that the inputs can be freed. TensorFlow has one kernel for each; TensorFlow.js builds them of several.

export type Activation = 'none' | 'relu' | 'relu6'

export function relu(x: Tensor): Tensor {
  return fromOutput(x, tf.relu, (dy, y) => single('ReluGrad', [dy, y]) ?? tf.mul(dy, slope(y, 'relu')))
}

export function relu6(x: Tensor): Tensor {
  return fromOutput(x, tf.relu6, (dy, y) => single('Relu6Grad', [dy, y]) ?? tf.mul(dy, slope(y, 'relu6')))
}

export function sigmoid(x: Tensor): Tensor {
  return fromOutput(x, tf.sigmoid, (dy, y) => single('SigmoidGrad', [y, dy]) ?? tf.mul(dy, tf.mul(y, tf.sub(1, y))))
}

/**
 * x * sigmoid(x) = y. Its derivative is sigmoid(x) * (1 + x - y): no sigmoid is kept, only x and y, which the layers around it keep anyway.
 * TensorFlow's SoftplusGrad(g, x) is g * sigmoid(x) in one pass.
 */
export function swish(x: Tensor): Tensor {
  return differentiable(
    [x],
    (save) => {
      const y = timesSigmoid(x, x)
      save([x, y])
      return y
    },
    (dy, [saved, y]) => [tf.mul(timesSigmoid(dy, saved!), tf.add(tf.sub(saved!, y!), 1))],
  )
}

/** g * sigmoid(x). */
function timesSigmoid(g: Tensor, x: Tensor): Tensor {
  return single('SoftplusGrad', [g, x]) ?? tf.mul(g, tf.sigmoid(x))
}

/** The activation's derivative, told from its result: 1 where it let the number through. */
export function slope(result: Tensor, activation: 'relu' | 'relu6'): Tensor {
  const positive = tf.cast(tf.greater(result, 0), 'float32')
  return activation === 'relu' ? positive : tf.mul(positive, tf.cast(tf.less(result, 6), 'float32'))
}

function single(op: string, inputs: readonly Tensor[]): Tensor | null {
  return nativeBackend()?.executeSingleOutput(op, [T_FLOAT], inputs) ?? null
}

function fromOutput(x: Tensor, activation: (x: Tensor) => Tensor, gradient: (dy: Tensor, y: Tensor) => Tensor): Tensor {
  return differentiable(
    [x],
    (save) => {
      const y = activation(x)
      save([y])
      return y
    },
    (dy, [y]) => [gradient(dy, y!)],
  )
}
