import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { attribute, nativeBackend, T_FLOAT, type OpAttribute } from '../../backends/native.ts'
import { differentiable } from './differentiable.ts'
import { matrixOf, product } from './product.ts'

/**
 * Transposed convolution whose stride is its kernel's size, NHWC by [size, size, filters, channels] (Keras's Conv2DTranspose). Its blocks lie
 * side by side, so it is one product of matrices and a rearrangement, and so are its gradients: faster than TensorFlow's own kernels, which
 * treat it as the gradient of a convolution.
 */
export function convTranspose2d(x: Tensor4D, kernel: Tensor4D): Tensor {
  const [size, , filters, channels] = kernel.shape
  const columns = size * size * filters
  const [batch, height, width] = x.shape
  return differentiable(
    [x, kernel],
    (save) => {
      save([x, kernel])
      const blocks = product(matrixOf(x, channels), matrixOf(kernel, channels), 'b')
      return fromBlocks(tf.reshape(blocks, [batch, height, width, columns]), size)
    },
    (dy, [saved, weights]) => {
      const blocks = matrixOf(toBlocks(dy as Tensor4D, size), columns)
      const dx = product(blocks, matrixOf(weights!, channels), 'neither')
      const dKernel = product(blocks, matrixOf(saved!, channels), 'a')
      return [tf.reshape(dx, x.shape), tf.reshape(dKernel, kernel.shape)]
    },
  )
}

/** [n, h, w, size * size * c] -> [n, h * size, w * size, c]: a pixel's channels hold its block, row by row. */
function fromBlocks(x: Tensor4D, size: number): Tensor {
  const native = nativeBackend()
  if (native !== null) return native.executeSingleOutput('DepthToSpace', blockAttributes(size), [x])
  const [batch, height, width, columns] = x.shape
  const row = columns / size
  const rows = tf.transpose(tf.reshape(x, [batch * height, width, size, row]), [0, 2, 1, 3])
  return tf.reshape(rows, [batch, height * size, width * size, row / size])
}

/** The other way round. */
function toBlocks(x: Tensor4D, size: number): Tensor {
  const native = nativeBackend()
  if (native !== null) return native.executeSingleOutput('SpaceToDepth', blockAttributes(size), [x])
  const [batch, height, width, channels] = x.shape
  const rows = tf.reshape(x, [(batch * height) / size, size, width / size, size * channels])
  return tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [batch, height / size, width / size, size * size * channels])
}

function blockAttributes(size: number): OpAttribute[] {
  return [T_FLOAT, attribute.int('block_size', size), attribute.string('data_format', 'NHWC')]
}
