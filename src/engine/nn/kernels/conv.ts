import * as tf from '@tensorflow/tfjs-core'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { padAmounts } from '../padding.ts'
import type { Padding } from '../ops.ts'
import { bandedDepthwise } from './depthwise.ts'
import { pointwise } from './pointwise.ts'

export interface ConvGeometry {
  readonly stride: number
  readonly dilation: number
  readonly pad: Padding
}

/** 2-D convolution, NHWC by HWIO. Every combination of stride, dilation and padding has a gradient, which tf.conv2d alone does not give. */
export function conv2d(x: Tensor4D, kernel: Tensor4D, geometry: ConvGeometry): Tensor4D {
  const { stride, dilation } = geometry
  if (kernel.shape[0] === 1 && stride === 1 && (geometry.pad === 0 || typeof geometry.pad === 'string')) {
    const y = pointwise(x, kernel)
    if (y !== null) return y
  }
  if (dilation > 1) return dilated(x, kernel, geometry)
  const { input, pad } = explicitPadding(x, kernel, geometry)
  return tf.conv2d(input, kernel, stride, pad)
}

/** Depthwise convolution, NHWC by HWC1. */
export function depthwiseConv2d(x: Tensor4D, kernel: Tensor4D, geometry: ConvGeometry): Tensor4D {
  if (geometry.pad === 'same' && geometry.dilation === 1) {
    const y = bandedDepthwise(x, kernel, geometry.stride)
    if (y !== null) return y
  }
  const { input, pad } = explicitPadding(x, kernel, geometry)
  return tf.depthwiseConv2d(input, kernel, geometry.stride, pad, 'NHWC', geometry.dilation)
}

/** TensorFlow's gradients know 'same' and 'valid' only: other paddings become 'same' where that is equal, else zeros around the input. */
function explicitPadding(
  x: Tensor4D,
  kernel: Tensor4D,
  { stride, dilation, pad }: ConvGeometry,
): { input: Tensor4D; pad: 'same' | 'valid' } {
  if (typeof pad !== 'number') return { input: x, pad }
  const [, height, width] = x.shape
  const same = [height, width].every((size, axis) => {
    const [before, after] = padAmounts(size, kernel.shape[axis]!, stride, dilation, 'same')
    return before === pad && after === pad
  })
  if (same) return { input: x, pad: 'same' }
  return { input: tf.pad(x, [[0, 0], [pad, pad], [pad, pad], [0, 0]]), pad: 'valid' } // prettier-ignore
}

/**
 * A dilated convolution has no gradient kernel on every backend. Taking every d-th pixel to a picture of its own turns it into a plain
 * one over d * d smaller pictures (Yu & Koltun 2016; TensorFlow's own with_space_to_batch), exactly.
 */
function dilated(x: Tensor4D, kernel: Tensor4D, { stride, dilation, pad }: ConvGeometry): Tensor4D {
  if (stride !== 1) throw new Error('A convolution is either strided or dilated, not both')
  const sizes = [x.shape[1], x.shape[2]]
  const around = sizes.map((size, axis) => padAmounts(size, kernel.shape[axis]!, 1, dilation, pad))
  const extra = sizes.map((size, axis) => {
    const [before, after] = around[axis]!
    return (dilation - ((size + before + after) % dilation)) % dilation
  })
  const paddings = around.map(([before, after], axis) => [before, after + extra[axis]!])
  const pictures: Tensor4D = tf.spaceToBatchND(x, [dilation, dilation], paddings)
  const result = tf.conv2d(pictures, kernel, 1, 'valid')
  return tf.batchToSpaceND(
    result,
    [dilation, dilation],
    extra.map((size) => [0, size]),
  )
}
