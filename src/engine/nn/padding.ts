import type { Padding } from './ops.ts'

/** Zeros (or -infinity for pooling) before and after an axis. */
export type PadAmounts = readonly [before: number, after: number]

/**
 * How an axis of `size` is padded. 'same' is TensorFlow's: the output has ceil(size / stride) elements and an odd rest goes behind.
 * 'ceil' (pooling, as PyTorch's ceil_mode without padding): the last window may hang over the end.
 */
export function padAmounts(size: number, kernel: number, stride: number, dilation: number, pad: Padding | 'ceil'): PadAmounts {
  if (typeof pad === 'number') return [pad, pad]
  if (pad === 'valid') return [0, 0]
  const reach = (kernel - 1) * dilation + 1
  const outputs = pad === 'ceil' ? Math.ceil((size - reach) / stride) + 1 : Math.ceil(size / stride)
  const total = Math.max(0, (outputs - 1) * stride + reach - size)
  const before = pad === 'ceil' ? 0 : Math.floor(total / 2)
  return [before, total - before]
}

/** Elements along an axis after a convolution or pooling; -1 (unknown) stays unknown. */
export function outputSize(size: number, kernel: number, stride: number, dilation: number, pad: Padding | 'ceil'): number {
  if (size < 0) return -1
  const [before, after] = padAmounts(size, kernel, stride, dilation, pad)
  return Math.floor((size + before + after - (kernel - 1) * dilation - 1) / stride) + 1
}
