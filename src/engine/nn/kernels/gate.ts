import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { differentiable } from './differentiable.ts'

// The two ends of squeeze-and-excite (Hu et al. 2018): a picture's mean a channel, and a factor a channel for all of its pixels.

/** Means over height and width of an NHWC tensor, [batch, 1, 1, channels]. */
export function globalAverage(x: Tensor4D): Tensor {
  const [, height, width] = x.shape
  return differentiable(
    [x],
    () => picturesMean(x),
    (dy) => [tf.broadcastTo(tf.mul(dy, 1 / (height * width)), x.shape)],
  )
}

/** An NHWC tensor times a gate [batch, 1, 1, channels]. */
export function gated(x: Tensor4D, gate: Tensor4D): Tensor {
  return differentiable(
    [x, gate],
    (save) => {
      save([x, gate])
      return tf.mul(x, gate)
    },
    (dy, [saved, factors]) => {
      const [, height, width] = dy.shape
      return [tf.mul(dy, factors!), tf.mul(picturesMean(tf.mul(dy, saved!) as Tensor4D), height! * width!)]
    },
  )
}

function picturesMean(x: Tensor4D): Tensor {
  return tf.avgPool(x, [x.shape[1], x.shape[2]], 1, 'valid')
}
