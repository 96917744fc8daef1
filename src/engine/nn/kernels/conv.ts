import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import type { Padding } from '../ops.ts'
import { padAmounts } from '../padding.ts'
import { bandedKernelGradient } from './depthwise.ts'
import { differentiable } from './differentiable.ts'
import { matrixKernelGradient } from './pointwise.ts'

export interface ConvGeometry {
  readonly stride: number
  readonly dilation: number
  readonly pad: Padding
}

/** What TensorFlow's convolutions and their gradients know. */
interface PlainConv {
  readonly input: Tensor4D
  readonly stride: number
  readonly pad: 'same' | 'valid'
}

/** 2-D convolution, NHWC by HWIO. Every combination of stride, dilation and padding has a gradient, which tf.conv2d alone does not give. */
export function conv2d(x: Tensor4D, kernel: Tensor4D, geometry: ConvGeometry): Tensor4D {
  if (geometry.dilation > 1) return dilated(x, kernel, geometry)
  return plainConv(explicitPadding(x, kernel, geometry), kernel)
}

/** Depthwise convolution, NHWC by HWC1. */
export function depthwiseConv2d(x: Tensor4D, kernel: Tensor4D, geometry: ConvGeometry): Tensor4D {
  const conv = explicitPadding(x, kernel, geometry)
  if (geometry.dilation > 1) return tf.depthwiseConv2d(conv.input, kernel, 1, conv.pad, 'NHWC', geometry.dilation)
  const { input, stride, pad } = conv
  const attributes = { strides: [stride, stride], dilations: [1, 1], pad, inputShape: input.shape, filterShape: kernel.shape }
  return differentiable(
    [input, kernel],
    (save) => {
      save([input, kernel])
      return tf.depthwiseConv2d(input, kernel, stride, pad)
    },
    (dy, [saved, weights]) => [
      run('DepthwiseConv2dNativeBackpropInput', { dy, filter: weights! }, attributes),
      bandedKernelGradient(saved as Tensor4D, kernel.shape, dy as Tensor4D, conv) ??
        run('DepthwiseConv2dNativeBackpropFilter', { x: saved!, dy }, attributes),
    ],
  ) as Tensor4D
}

function plainConv({ input, stride, pad }: PlainConv, kernel: Tensor4D): Tensor4D {
  const attributes = { strides: [stride, stride], pad, dataFormat: 'NHWC', inputShape: input.shape, filterShape: kernel.shape }
  return differentiable(
    [input, kernel],
    (save) => {
      save([input, kernel])
      return tf.conv2d(input, kernel, stride, pad)
    },
    (dy, [saved, weights]) => [
      run('Conv2DBackpropInput', { dy, filter: weights! }, attributes),
      matrixKernelGradient(saved!, kernel.shape, dy, stride) ?? run('Conv2DBackpropFilter', { x: saved!, dy }, attributes),
    ],
  ) as Tensor4D
}

/** A kernel of TensorFlow.js that has no function of its own: the gradients of convolutions. */
function run(name: string, inputs: Record<string, Tensor>, attributes: Record<string, unknown>): Tensor {
  return tf.engine().runKernel<Tensor>(name, inputs, attributes as never)
}

/** TensorFlow's gradients know 'same' and 'valid' only: other paddings become 'same' where that is equal, else zeros around the input. */
function explicitPadding(x: Tensor4D, kernel: Tensor4D, { stride, dilation, pad }: ConvGeometry): PlainConv {
  if (typeof pad !== 'number') return { input: x, stride, pad }
  const [, height, width] = x.shape
  const same = [height, width].every((size, axis) => {
    const [before, after] = padAmounts(size, kernel.shape[axis]!, stride, dilation, 'same')
    return before === pad && after === pad
  })
  if (same) return { input: x, stride, pad: 'same' }
  return { input: tf.pad(x, [[0, 0], [pad, pad], [pad, pad], [0, 0]]), stride, pad: 'valid' } // prettier-ignore
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
  const result = plainConv({ input: pictures, stride: 1, pad: 'valid' }, kernel)
  const crops = extra.map((size) => [0, size])
  return tf.batchToSpaceND(result, [dilation, dilation], crops)
}
