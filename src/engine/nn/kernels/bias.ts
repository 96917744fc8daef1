import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { channelMeans } from '../../backends/channel-means.ts'
import { attribute, nativeBackend, T_FLOAT } from '../../backends/native.ts'
import { differentiable } from './differentiable.ts'

const NHWC = attribute.string('data_format', 'NHWC')

/** x[..., c] + bias[c] for an image or for features. BiasAdd, which TensorFlow's graph optimiser can melt into the convolution before it, and BiasAddGrad. */
export function biasAdd(x: Tensor4D | Tensor2D, bias: Tensor1D): Tensor {
  const native = nativeBackend()
  return differentiable(
    [x, bias],
    () => native?.executeSingleOutput('BiasAdd', [T_FLOAT, NHWC], [x, bias]) ?? tf.add(x, bias),
    (dy) => [tf.clone(dy), native?.executeSingleOutput('BiasAddGrad', [T_FLOAT, NHWC], [dy]) ?? channelSums(dy as Tensor4D | Tensor2D)],
  )
}

function channelSums(x: Tensor4D | Tensor2D): Tensor {
  return isImage(x) ? tf.mul(channelMeans(x), x.size / x.shape[3]) : tf.sum(x, 0)
}

function isImage(x: Tensor4D | Tensor2D): x is Tensor4D {
  return x.shape.length === 4
}
