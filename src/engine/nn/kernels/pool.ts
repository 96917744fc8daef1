import * as tf from '@tensorflow/tfjs-core'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { Padding } from '../ops.ts'
import { padAmounts, type PadAmounts } from '../padding.ts'

/** Lower than any activation, and finite so that nothing turns into NaN. */
const LOWEST = -3.4e38

/** Max pooling of an NHWC tensor; what lies outside never wins. 'ceil' lets the last window hang over the end (PyTorch's ceil_mode). */
export function maxPool(x: Tensor4D, size: number, stride: number, pad: Padding | 'ceil'): Tensor4D {
  if (pad === 'same' || pad === 'valid') return tf.maxPool(x, size, stride, pad)
  const wanted = [x.shape[1], x.shape[2]].map((length) => padAmounts(length, size, stride, 1, pad))
  const offered = [x.shape[1], x.shape[2]].map((length) => padAmounts(length, size, stride, 1, 'same'))
  if (wanted.every((amounts, axis) => equal(amounts, offered[axis]!))) return tf.maxPool(x, size, stride, 'same')
  const padded = tf.pad(x, [[0, 0], [...wanted[0]!], [...wanted[1]!], [0, 0]], LOWEST)
  return tf.maxPool(padded, size, stride, 'valid')
}

function equal(a: PadAmounts, b: PadAmounts): boolean {
  return a[0] === b[0] && a[1] === b[1]
}
