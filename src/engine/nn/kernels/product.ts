import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { attribute, nativeBackend, T_FLOAT } from '../../backends/native.ts'

/** The product of two matrices, of which one may be taken transposed. */
export function product(a: Tensor2D, b: Tensor2D, transposed: 'neither' | 'a' | 'b'): Tensor2D {
  const native = nativeBackend()
  if (native !== null) {
    const flags = [attribute.bool('transpose_a', transposed === 'a'), attribute.bool('transpose_b', transposed === 'b')]
    return native.executeSingleOutput('MatMul', [T_FLOAT, ...flags], [a, b]) as Tensor2D
  }
  // On wasm matMul's own transposition is a slow loop.
  return tf.matMul(transposed === 'a' ? turned(a) : a, transposed === 'b' ? turned(b) : b)
}

/** x as a matrix of so many columns. */
export function matrixOf(x: Tensor, columns: number): Tensor2D {
  return tf.reshape(x, [-1, columns])
}

function turned(x: Tensor2D): Tensor2D {
  return tf.transpose(x)
}
