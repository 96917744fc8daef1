import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { depthwiseKernelGradient, type DepthwiseGeometry } from './wasm-depthwise.ts'
import { sliced } from './wasm-heap.ts'

/** How a convolution walked over its input: everything its gradients need; `before` are the zeros above and left of it. */
type Geometry = DepthwiseGeometry

/** Attributes of tfjs-core's convolution gradients. */
interface ConvAttributes {
  readonly strides: number | readonly [number, number]
  readonly pad: 'same' | 'valid' | number
}

type Inputs = Readonly<Record<string, Tensor>>

/**
 * Adds to the `wasm` backend the kernels that it lacks for training (gradients of convolutions, segment sums), and replaces those of
 * its own that are slow (Conv2DBackpropInput, which is also the transposed convolution; Tile of single elements; Slice and SplitV). They are compositions of
 * the backend's fast kernels, but for one loop, and exact.
 */
export function registerTrainingKernels(): void {
  const stockTile = tf.getKernel('Tile', 'wasm').kernelFunc
  register('Conv2DBackpropFilter', ({ x, dy }, attributes: ConvAttributes & { filterShape: number[] }) =>
    kernelGradient(x as Tensor4D, dy as Tensor4D, attributes.filterShape, attributes),
  )
  register('Conv2DBackpropInput', ({ dy, filter }, attributes: ConvAttributes & { inputShape: number[] }) =>
    inputGradient(dy as Tensor4D, filter as Tensor4D, attributes.inputShape, attributes),
  )
  register('DepthwiseConv2dNativeBackpropFilter', ({ x, dy }, attributes: ConvAttributes & { filterShape: number[] }) =>
    depthwiseKernelGradient(x as Tensor4D, dy as Tensor4D, geometryOf(x!.shape, dy!.shape, attributes.filterShape, attributes)),
  )
  register('DepthwiseConv2dNativeBackpropInput', ({ dy, filter }, attributes: ConvAttributes & { inputShape: number[] }) =>
    depthwiseInputGradient(dy as Tensor4D, filter as Tensor4D, attributes.inputShape, attributes),
  )
  replaceSlices()
  register('UnsortedSegmentSum', ({ x, segmentIds }, { numSegments }: { numSegments: number }) => {
    const rows = segmentIds!.size
    return tf.scatterND(tf.reshape(segmentIds!, [rows, 1]), x!, [numSegments, ...x!.shape.slice(1)])
  })
  register(
    'Tile',
    ({ x }, attributes: { reps: number[] }) =>
      tile(x!, attributes.reps) ?? (stockTile({ inputs: { x: x! }, backend: tf.backend(), attrs: { ...attributes } }) as Tensor),
  )
}

function register<A>(kernelName: string, kernel: (inputs: Inputs, attributes: A) => Tensor): void {
  // The engine hands its own tensors over as inputs, and takes a tensor as a result.
  replaceKernel(kernelName, ({ inputs, attrs }) => tf.tidy(() => kernel(inputs as unknown as Inputs, attrs as A)))
}

function replaceKernel(kernelName: string, kernelFunc: KernelFunc): void {
  if (tf.getKernel(kernelName, 'wasm') != null) tf.unregisterKernel(kernelName, 'wasm')
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc })
}

/** Slice and SplitV without a copy of the whole tensor; text goes to the backend's own kernels. */
function replaceSlices(): void {
  const stock = { slice: tf.getKernel('Slice', 'wasm').kernelFunc, split: tf.getKernel('SplitV', 'wasm').kernelFunc }
  replaceKernel('Slice', (call) => {
    const x = call.inputs['x'] as Tensor
    const { begin, size } = call.attrs as unknown as { begin: number | number[]; size: number | number[] }
    if (x.dtype === 'string') return stock.slice(call)
    const [from, extent] = tf.slice_util.parseSliceParams(x, begin, size)
    return sliced(x, from!, extent!)
  })
  replaceKernel('SplitV', (call) => {
    const x = call.inputs['x'] as Tensor
    const { numOrSizeSplits, axis } = call.attrs as unknown as { numOrSizeSplits: number | number[]; axis: number }
    if (x.dtype === 'string') return stock.split(call)
    const along = axis < 0 ? axis + x.rank : axis
    let next = 0
    return tf.backend_util.prepareSplitSize(x, numOrSizeSplits, along).map((extent) => {
      const from = x.shape.map((_, i) => (i === along ? next : 0))
      next += extent
      return sliced(x, from, x.shape.with(along, extent))
    })
  })
}

function geometryOf(x: readonly number[], dy: readonly number[], kernel: readonly number[], { strides, pad }: ConvAttributes): Geometry {
  const stride = typeof strides === 'number' ? ([strides, strides] as const) : strides
  const before = (axis: 0 | 1) => {
    if (typeof pad === 'number') return pad
    const needed = (dy[axis + 1]! - 1) * stride[axis] + kernel[axis]!
    return pad === 'same' ? Math.max(0, needed - x[axis + 1]!) >> 1 : 0
  }
  return {
    batch: x[0]!,
    input: [x[1]!, x[2]!, x[3]!],
    output: [dy[1]!, dy[2]!, dy[3]!],
    kernel: [kernel[0]!, kernel[1]!],
    stride,
    before: [before(0), before(1)],
  }
}

/** x with zeros around and cut to exactly what the windows touch: [batch, (rows - 1) * stride + kernel, ...]. */
function touched(x: Tensor4D, { batch, input, output, kernel, stride, before }: Geometry): Tensor4D {
  const needed = [0, 1].map((axis) => (output[axis as 0 | 1] - 1) * stride[axis as 0 | 1] + kernel[axis as 0 | 1]) as [number, number]
  const after = [0, 1].map((axis) => Math.max(0, needed[axis]! - input[axis]! - before[axis]!)) as [number, number]
  const padded = [...before, ...after].some((zeros) => zeros > 0)
    ? tf.pad(x, [[0, 0], [before[0], after[0]], [before[1], after[1]], [0, 0]]) // prettier-ignore
    : x
  const fits = padded.shape[1] === needed[0] && padded.shape[2] === needed[1]
  return fits ? padded : tf.slice(padded, [0, 0, 0, 0], [batch, needed[0], needed[1], input[2]])
}

/** What tap (i, j) of the kernel saw: [batch, output height, output width, channels]. */
function tap(x: Tensor4D, { batch, input, output, stride }: Geometry, i: number, j: number): Tensor4D {
  if (stride[0] === 1 && stride[1] === 1) return tf.slice(x, [0, i, j, 0], [batch, output[0], output[1], input[2]])
  const end = [batch, i + (output[0] - 1) * stride[0] + 1, j + (output[1] - 1) * stride[1] + 1, input[2]]
  return tf.stridedSlice(x, [0, i, j, 0], end, [1, stride[0], stride[1], 1]) as Tensor4D
}

function kernelGradient(x: Tensor4D, dy: Tensor4D, shape: number[], attributes: ConvAttributes): Tensor {
  const geometry = geometryOf(x.shape, dy.shape, shape, attributes)
  const [rows = 1, columns = 1, channels = 1, filters = 1] = shape
  const input = touched(x, geometry)
  const pixels = dy.size / filters
  // matMul's own transposition is a slow loop on this backend.
  if (rows === 1 && columns === 1) return tf.reshape(tf.matMul(tf.transpose(matrix(tap(input, geometry, 0, 0))), matrix(dy)), shape)
  if (channels > 4) return byConvolution(input, dy, geometry)
  // Few input channels: all taps side by side, and one product whose packed side is the small one.
  const taps = Array.from({ length: rows * columns }, (_, k) => tap(input, geometry, Math.floor(k / columns), k % columns))
  const seen = tf.concat(taps.map((t) => tf.reshape(t, [pixels, channels])) as Tensor2D[], 1)
  return tf.reshape(tf.transpose(tf.matMul(tf.transpose(matrix(dy)), seen)), shape)
}

/** The kernel gradient is a convolution of x with dy once batch and channels change places; the stride becomes a dilation. */
function byConvolution(x: Tensor4D, dy: Tensor4D, { stride }: Geometry): Tensor {
  const input: Tensor4D = tf.transpose(x, [3, 1, 2, 0])
  const kernel: Tensor4D = tf.transpose(dy, [1, 2, 0, 3])
  return tf.transpose(tf.conv2d(input, kernel, [1, 1], 'valid', 'NHWC', [...stride]), [1, 2, 0, 3])
}

function matrix(x: Tensor): Tensor2D {
  return tf.reshape(x, [-1, x.shape[3]!])
}

function inputGradient(dy: Tensor4D, kernel: Tensor4D, shape: number[], attributes: ConvAttributes): Tensor {
  const geometry = geometryOf(shape, dy.shape, kernel.shape, attributes)
  if (tiles(geometry)) return byBlocks(dy, kernel, geometry)
  const turned: Tensor4D = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2])
  const { input, same } = correlationInput(dy, geometry)
  return tf.conv2d(input, turned, 1, same ? 'same' : 'valid')
}

function depthwiseInputGradient(dy: Tensor4D, kernel: Tensor4D, shape: number[], attributes: ConvAttributes): Tensor {
  const { input, same } = correlationInput(dy, geometryOf(shape, dy.shape, kernel.shape, attributes))
  return tf.depthwiseConv2d(input, tf.reverse(kernel, [0, 1]), 1, same ? 'same' : 'valid')
}

/** dy made ready for the full correlation with the turned kernel: zeros between its pixels for the stride, and around. */
function correlationInput(dy: Tensor4D, { batch, input, kernel, stride, before }: Geometry): { input: Tensor4D; same: boolean } {
  const spread = dilated(dy, stride)
  const around = ([0, 1] as const).map((axis) => {
    const first = kernel[axis] - 1 - before[axis]
    return [first, input[axis] + kernel[axis] - 1 - spread.shape[axis + 1]! - first] as const
  })
  const same = kernel[0] === kernel[1] && around.every(([first, last]) => first === last && 2 * first === kernel[0] - 1)
  if (same) return { input: spread, same }
  // A stride can leave rows at the end of the input that no window saw: then there is more to pad, never less than nothing to cut.
  const [top, left] = [around[0]![0], around[1]![0]]
  if (top < 0 || left < 0) throw new Error('Padding wider than the kernel has no gradient here')
  const ends = around.map(([, last]) => Math.max(0, last))
  const padded = tf.pad(spread, [[0, 0], [top, ends[0]!], [left, ends[1]!], [0, 0]]) // prettier-ignore
  return { input: tf.slice(padded, [0, 0, 0, 0], [batch, input[0] + kernel[0] - 1, input[1] + kernel[1] - 1, dy.shape[3]]), same }
}

/** Zeros between rows and columns: [n, h, w, c] as [n, (h - 1) * stride + 1, (w - 1) * stride + 1, c]. */
function dilated(x: Tensor4D, [down, across]: readonly [number, number]): Tensor4D {
  const [batch, height, width, channels] = x.shape
  if (down === 1 && across === 1) return x
  const columns = tf.pad(tf.reshape(x, [batch * height * width, 1, channels]), [[0, 0], [0, across - 1], [0, 0]]) // prettier-ignore
  const rows = tf.pad(tf.reshape(columns, [batch * height, 1, width * across * channels]), [[0, 0], [0, down - 1], [0, 0]]) // prettier-ignore
  const full: Tensor4D = tf.reshape(rows, [batch, height * down, width * across, channels])
  return tf.slice(full, [0, 0, 0, 0], [batch, (height - 1) * down + 1, (width - 1) * across + 1, channels])
}

/** Windows side by side without gap or overlap, as in a 2 x 2 transposed convolution of stride 2. */
function tiles({ input, output, kernel, stride, before }: Geometry): boolean {
  return ([0, 1] as const).every(
    (axis) => kernel[axis] === stride[axis] && before[axis] === 0 && output[axis] * stride[axis] === input[axis],
  )
}

function byBlocks(dy: Tensor4D, kernel: Tensor4D, { batch, input, output, kernel: [rows, columns] }: Geometry): Tensor {
  const [height, width, channels] = input
  const filters = tf.transpose(tf.reshape(kernel, [rows * columns * channels, output[2]]))
  const blocks = tf.matMul(matrix(dy), filters as Tensor2D)
  const apart = tf.reshape(blocks, [batch * output[0], output[1], rows, columns * channels])
  return tf.reshape(tf.transpose(apart, [0, 2, 1, 3]), [batch, height, width, channels])
}

/** Tile along axes of one element by a broadcasting addition; null where that does not apply. */
function tile(x: Tensor, reps: number[]): Tensor | null {
  const single = x.dtype === 'float32' && x.rank === reps.length && reps.every((times, axis) => times === 1 || x.shape[axis] === 1)
  if (!single) return null
  return tf.tidy(() => tf.add(tf.zeros(x.shape.map((size, axis) => size * reps[axis]!)), x))
}
