import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import { attribute, nativeBackend, T_FLOAT } from '../../backends/native.ts'
import { differentiable } from './differentiable.ts'

const NHWC = attribute.string('data_format', 'NHWC')

/** x[..., c] + bias[c]. BiasAdd, which TensorFlow's graph optimiser can melt into the convolution before it, and BiasAddGrad. */
export function biasAdd(x: Tensor, bias: Tensor1D): Tensor {
  const native = nativeBackend()
  if (native === null) return tf.add(x, bias)
  return differentiable(
    [x, bias],
    () => native.executeSingleOutput('BiasAdd', [T_FLOAT, NHWC], [x, bias]),
    (dy) => [tf.clone(dy), native.executeSingleOutput('BiasAddGrad', [T_FLOAT, NHWC], [dy])],
  )
}
