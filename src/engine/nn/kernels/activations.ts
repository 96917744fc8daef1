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
 * x * sigmoid(x). Only x is kept: with s = sigmoid(x), worked out anew, the derivative is s + x * s * (1 - s), of which TensorFlow's
 * kernel for the sigmoid's gradient does the second half.
 */
export function swish(x: Tensor): Tensor {
  return differentiable(
    [x],
    (save) => {
      save([x])
      return tf.mul(x, tf.sigmoid(x))
    },
    (dy, [saved]) => [swishGradient(dy, saved!)],
  )
}

function swishGradient(dy: Tensor, x: Tensor): Tensor {
  const s = tf.sigmoid(x)
  const curved = single('SigmoidGrad', [s, tf.mul(dy, x)])
  if (curved !== null) return tf.add(tf.mul(dy, s), curved)
  return tf.mul(dy, tf.mul(s, tf.add(tf.mul(x, tf.sub(1, s)), 1)))
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
