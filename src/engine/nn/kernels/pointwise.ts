import * as tf from '@tensorflow/tfjs-core'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { attribute, nativeBackend, T_FLOAT } from '../../backends/native.ts'
import { differentiable } from './differentiable.ts'

const ATTRIBUTES = [
  T_FLOAT,
  attribute.ints('strides', [1, 1, 1, 1]),
  attribute.string('padding', 'SAME'),
  attribute.string('data_format', 'NHWC'),
  attribute.ints('dilations', [1, 1, 1, 1]),
]

const TRANSPOSED = [T_FLOAT, attribute.bool('transpose_a', true), attribute.bool('transpose_b', false)]

/**
 * A 1 x 1 convolution whose kernel gradient is written as what it is, a product of two matrices: on processors that is a fifth to a third
 * faster than TensorFlow's convolution gradient. Null where it does not apply (another backend, a GPU).
 */
export function pointwise(x: Tensor4D, kernel: Tensor4D): Tensor4D | null {
  const native = nativeBackend()
  if (native === null || native.binding.isUsingGpuDevice()) return null
  const y = differentiable(
    [x, kernel],
    (save) => {
      save([x, kernel])
      return tf.conv2d(x, kernel, 1, 'same')
    },
    (dy, [input, weights]) => {
      const size = tf.tensor1d(input!.shape, 'int32')
      const dx = native.executeSingleOutput('Conv2DBackpropInput', ATTRIBUTES, [size, weights!, dy])
      const [, , inputs, filters] = (weights as Tensor4D).shape
      const rows = tf.reshape(input!, [-1, inputs])
      const product = native.executeSingleOutput('MatMul', TRANSPOSED, [rows, tf.reshape(dy, [-1, filters])])
      return [dx, tf.reshape(product, [1, 1, inputs, filters])]
    },
  )
  return y as Tensor4D
}
