import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { attribute, nativeBackend, T_FLOAT } from '../../backends/native.ts'
import { differentiable } from './differentiable.ts'

/** Doubles height and width, bilinear with half-pixel centres (align_corners false). */
export function upsampleBilinear(x: Tensor4D): Tensor {
  const [, height, width] = x.shape
  return differentiable(
    [x],
    (save) => {
      save([x])
      return tf.image.resizeBilinear(x, [2 * height, 2 * width], false, true)
    },
    (dy, [saved]) => [bilinearGradient(dy as Tensor4D, saved as Tensor4D)],
  )
}

function bilinearGradient(dy: Tensor4D, x: Tensor4D): Tensor {
  const native = nativeBackend()
  if (native === null) return foldAxis(foldAxis(dy, 1), 2)
  const attributes = [T_FLOAT, attribute.bool('align_corners', false), attribute.bool('half_pixel_centers', true)]
  return native.executeSingleOutput('ResizeBilinearGrad', attributes, [dy, x])
}

/**
 * The transpose of doubling one axis: input i got out[2i - 1] and out[2i + 2] with weight 1/4 and out[2i] and out[2i + 1] with 3/4;
 * at the ends the neighbour beyond is the element itself, whose quarter comes back to it.
 */
function foldAxis(dy: Tensor4D, axis: 1 | 2): Tensor4D {
  const length = dy.shape[axis] / 2
  const apart = [...dy.shape.slice(0, axis), length, 2, ...dy.shape.slice(axis + 1)]
  const pairs = tf.reshape(dy, apart)
  const part = (index: number) =>
    tf.reshape(
      slice(pairs, axis + 1, index, 1),
      dy.shape.map((size, i) => (i === axis ? length : size)),
    )
  const even = part(0)
  const odd = part(1)
  const fromBefore = tf.concat([slice(even, axis, 0, 1), slice(odd, axis, 0, length - 1)], axis)
  const fromBehind = tf.concat([slice(even, axis, 1, length - 1), slice(odd, axis, length - 1, 1)], axis)
  return tf.add(tf.mul(tf.add(even, odd), 0.75), tf.mul(tf.add(fromBefore, fromBehind), 0.25)) as Tensor4D
}

function slice(x: Tensor, axis: number, from: number, length: number): Tensor {
  const begin = x.shape.map((_, i) => (i === axis ? from : 0))
  const size = x.shape.map((extent, i) => (i === axis ? length : extent))
  return tf.slice(x, begin, size)
}

/** Repeats each pixel `factor` times along height and width; its gradient sums them (average pooling times factor squared). */
export function upsampleNearest(x: Tensor4D, factor: number): Tensor {
  const [, height, width] = x.shape
  return differentiable(
    [x],
    () => tf.image.resizeNearestNeighbor(x, [factor * height, factor * width]),
    (dy) => [tf.mul(tf.avgPool(dy as Tensor4D, factor, factor, 'valid'), factor * factor)],
  )
}
