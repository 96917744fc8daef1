import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { nativeBackend, T_FLOAT } from '../../backends/native.ts'
import { differentiable } from './differentiable.ts'

// TensorFlow has one kernel for each of these gradients; TensorFlow.js builds them of several elementwise operations.

export function relu(x: Tensor): Tensor {
  const native = nativeBackend()
  if (native === null) return tf.relu(x)
  return fromOutput(x, tf.relu, (dy, y) => native.executeSingleOutput('ReluGrad', [T_FLOAT], [dy, y]))
}

export function relu6(x: Tensor): Tensor {
  const native = nativeBackend()
  if (native === null) return tf.relu6(x)
  return fromOutput(x, tf.relu6, (dy, y) => native.executeSingleOutput('Relu6Grad', [T_FLOAT], [dy, y]))
}

export function sigmoid(x: Tensor): Tensor {
  const native = nativeBackend()
  if (native === null) return tf.sigmoid(x)
  return fromOutput(x, tf.sigmoid, (dy, y) => native.executeSingleOutput('SigmoidGrad', [T_FLOAT], [y, dy]))
}

/** An activation whose gradient needs its output only, so that its input can be freed. */
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
