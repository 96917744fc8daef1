import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { attribute, nativeBackend, T_FLOAT, type OpAttribute } from '../../backends/native.ts'

/**
 * The kernel gradient of a depthwise convolution of width 5 and 'same' padding, worked out in two bands of columns. oneDNN has a fast
 * routine for that gradient up to width 3 only; a wider kernel falls into the one for grouped convolutions, which works on blocks of 16 x 16
 * channels of which a depthwise kernel needs the diagonal. Two bands of three and two columns give the same sums in under half the time:
 * one column of zeros on either side of x moves a 'same' kernel of width 3 to the left-most three of five columns; shifting dy by two
 * input columns as well moves it to the right-most three, of which the last two are new.
 * Null where it does not apply (another backend, a GPU, an input that the stride does not divide).
 */
export function bandedKernelGradient(
  x: Tensor4D,
  shape: readonly number[],
  dy: Tensor4D,
  { stride, pad }: { readonly stride: number; readonly pad: 'same' | 'valid' },
): Tensor | null {
  const native = nativeBackend()
  const [rows = 1, columns = 1, channels = 1] = shape
  const [, height, width] = x.shape
  if (native === null || native.binding.isUsingGpuDevice() || columns !== 5 || pad !== 'same') return null
  if (stride > 2 || height % stride !== 0 || width % stride !== 0) return null
  const size = tf.tensor1d([rows, 3, channels, 1], 'int32')
  const padded = padColumns(x, 1, 1)
  const shift = 2 / stride
  const band = (gradient: Tensor) =>
    native.executeSingleOutput('DepthwiseConv2dNativeBackpropFilter', attributes(stride), [padded, size, gradient])
  const left = band(padColumns(dy, 0, shift))
  const right = band(padColumns(dy, shift, 0))
  return tf.concat([left, tf.slice(right, [0, 1, 0, 0], [rows, 2, channels, 1])], 1)
}

function attributes(stride: number): OpAttribute[] {
  return [
    T_FLOAT,
    attribute.ints('strides', [1, stride, stride, 1]),
    attribute.string('padding', 'SAME'),
    attribute.string('data_format', 'NHWC'),
    attribute.ints('dilations', [1, 1, 1, 1]),
  ]
}

function padColumns(x: Tensor4D, before: number, after: number): Tensor4D {
  return tf.pad(x, [[0, 0], [0, 0], [before, after], [0, 0]]) // prettier-ignore
}
