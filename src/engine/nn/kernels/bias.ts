import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { channelMeans } from '../../backends/channel-means.ts'
import { attribute, nativeBackend, T_FLOAT } from '../../backends/native.ts'
import { differentiable } from './differentiable.ts'

const NHWC = attribute.string('data_format', 'NHWC')

/** x[..., c] + bias[c]. BiasAdd, which TensorFlow's graph optimiser can melt into the convolution before it, and BiasAddGrad. */
export function biasAdd(x: Tensor4D, bias: Tensor1D): Tensor {
  const native = nativeBackend()
  return differentiable(
    [x, bias],
    () => native?.executeSingleOutput('BiasAdd', [T_FLOAT, NHWC], [x, bias]) ?? tf.add(x, bias),
    (dy) => [tf.clone(dy), native?.executeSingleOutput('BiasAddGrad', [T_FLOAT, NHWC], [dy]) ?? channelSums(dy as Tensor4D)],
  )
}

function channelSums(x: Tensor4D): Tensor {
  return tf.mul(channelMeans(x), x.size / x.shape[3])
}
