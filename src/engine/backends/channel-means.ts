import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'

/**
 * Means over batch, height and width of an NHWC tensor, one a channel. By average pooling over whole pictures: on `wasm` that is one pass
 * over the memory as it lies, where a reduction of leading axes transposes first.
 */
export function channelMeans(x: Tensor4D): Tensor {
  const [, height, width, channels] = x.shape
  const pictures = tf.avgPool(x, [height, width], 1, 'valid')
  return tf.mean(tf.reshape(pictures, [-1, channels]), 0)
}
