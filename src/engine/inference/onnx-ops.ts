import { batchNormAffine, foldBias, scaleKernel, type ChannelAffine } from '../nn/fold.ts'
import type { BatchNormSpec, ConvSpec, ConvTransposeSpec, DenseSpec, Ops, Padding } from '../nn/ops.ts'
import { padAmounts } from '../nn/padding.ts'
import { blocksShape, denseShape, enlargedShape, flatShape, joinedShape, pooledShape, rowsShape, windowShape } from '../nn/shapes.ts'
import type { ConvKind } from '../nn/value.ts'
import type { WeightArray, Weights } from '../nn/weights.ts'
import type { OnnxAttribute, OnnxGraph } from './onnx-model.ts'

interface PendingConv {
  readonly input: OnnxValue
  readonly spec: Omit<ConvSpec, 'filters'>
  readonly kind: ConvKind
}

/** A value of the graph, emitted when first used: a batch norm right behind a convolution is folded into it. */
export class OnnxValue {
  /** NHWC as the network sees it (the graph itself holds NCHW), rows [batch, n, values] or features [batch, n]; -1 where open. */
  readonly shape: readonly number[]
  /** A number that certainly divides height and width (0 where they are known or not meant). */
  readonly divisor: number
  readonly conv: PendingConv | null
  #emit: (() => string) | null
  #name = ''

  constructor(shape: readonly number[], divisor: number, emit: () => string, conv: PendingConv | null = null) {
    this.shape = shape
    this.divisor = divisor
    this.conv = conv
    this.#emit = emit
  }

  get name(): string {
    if (this.#emit !== null) {
      const emit = this.#emit
      this.#emit = null
      this.#name = emit()
    }
    return this.#name
  }
}

/** Writes a network as ONNX operators. Inside, images are NCHW; everything is a constant and every batch norm is folded. */
export class OnnxOps implements Ops<OnnxValue> {
  readonly #graph: OnnxGraph
  readonly #weights: Weights

  constructor(graph: OnnxGraph, weights: Weights) {
    this.#graph = graph
    this.#weights = weights
  }

  shapeOf(x: OnnxValue): readonly number[] {
    return x.shape
  }

  conv(x: OnnxValue, spec: ConvSpec): OnnxValue {
    return this.#windowed({ input: x, spec, kind: 'plain' }, spec.filters)
  }

  depthwiseConv(x: OnnxValue, spec: Omit<ConvSpec, 'filters'>): OnnxValue {
    return this.#windowed({ input: x, spec, kind: 'depthwise' }, channels(x))
  }

  convTranspose(x: OnnxValue, spec: ConvTransposeSpec): OnnxValue {
    const conv: PendingConv = { input: x, spec, kind: 'transposed' }
    const shape = blocksShape(x.shape, spec.kernel, spec.filters)
    return new OnnxValue(shape, x.divisor * spec.kernel, () => this.#convolve(conv, '', null), conv)
  }

  dense(x: OnnxValue, { name, units, bias = false }: DenseSpec): OnnxValue {
    const parameter = (part: string) => this.#graph.initializer(`${name}/${part}`, () => this.#array(`${name}/${part}`))
    return new OnnxValue(denseShape(x.shape, units), 0, () =>
      this.#graph.node('Gemm', [x.name, parameter('kernel'), ...(bias ? [parameter('bias')] : [])]),
    )
  }

  batchNorm(x: OnnxValue, { name, epsilon }: BatchNormSpec): OnnxValue {
    const part = (key: string) => this.#array(`${name}/${key}`).data
    const affine = batchNormAffine({ gamma: part('gamma'), beta: part('beta'), mean: part('mean'), variance: part('variance') }, epsilon)
    if (x.conv !== null) return new OnnxValue(x.shape, x.divisor, () => this.#convolve(x.conv!, name, affine))
    const stored = (key: string, data: Float32Array) =>
      this.#graph.initializer(`${name}/${key}`, () => ({ shape: [data.length, 1, 1], data }))
    return same(x, () => this.#graph.node('Add', [this.#graph.node('Mul', [x.name, stored('factor', affine.factor)]), stored('offset', affine.offset)])) // prettier-ignore
  }

  relu(x: OnnxValue): OnnxValue {
    return same(x, () => this.#graph.node('Relu', [x.name]))
  }

  relu6(x: OnnxValue): OnnxValue {
    return this.clip(x, 0, 6)
  }

  sigmoid(x: OnnxValue): OnnxValue {
    return same(x, () => this.#graph.node('Sigmoid', [x.name]))
  }

  /** ONNX Runtime recognises the pair and runs it as one operator. */
  swish(x: OnnxValue): OnnxValue {
    return same(x, () => this.#graph.node('Mul', [x.name, this.#graph.node('Sigmoid', [x.name])]))
  }

  exp(x: OnnxValue): OnnxValue {
    return same(x, () => this.#graph.node('Exp', [x.name]))
  }

  clip(x: OnnxValue, low: number, high: number): OnnxValue {
    return same(x, () => this.#graph.node('Clip', [x.name, this.#scalar(low), this.#scalar(high)]))
  }

  affine(x: OnnxValue, a: number, b: number): OnnxValue {
    return same(x, () => this.#graph.node('Add', [this.#graph.node('Mul', [x.name, this.#scalar(a)]), this.#scalar(b)]))
  }

  scale(x: OnnxValue, name: string): OnnxValue {
    const { shape, data } = this.#array(`${name}/scale`)
    // One a channel: the channel is the second axis of an image here, and the last one of rows.
    const spread = shape.length === 1 && isImage(x) ? [...shape, 1, 1] : shape
    const factor = () => this.#graph.initializer(`${name}/scale`, () => ({ shape: spread, data }))
    return same(x, () => this.#graph.node('Mul', [x.name, factor()]))
  }

  add(a: OnnxValue, b: OnnxValue): OnnxValue {
    return same(a, () => this.#graph.node('Add', [a.name, b.name]))
  }

  multiply(x: OnnxValue, gate: OnnxValue): OnnxValue {
    return same(x, () => this.#graph.node('Mul', [x.name, gate.name]))
  }

  globalAveragePool(x: OnnxValue): OnnxValue {
    return new OnnxValue(pooledShape(x.shape), 0, () => this.#graph.node('GlobalAveragePool', [x.name]))
  }

  dropout(x: OnnxValue): OnnxValue {
    return x
  }

  dropConnect(x: OnnxValue): OnnxValue {
    return x
  }

  concat(xs: readonly OnnxValue[]): OnnxValue {
    return this.#joined(xs, -1, channelAxis(xs[0]!))
  }

  concatRows(xs: readonly OnnxValue[]): OnnxValue {
    return this.#joined(xs, 1, 1)
  }

  maxPool(x: OnnxValue, size: number, stride: number, pad: Padding | 'ceil'): OnnxValue {
    const shape = windowShape(x.shape, { kernel: size, stride, pad }, channels(x))
    const window = { kernel_shape: [size, size], strides: [stride, stride], ...padding(x, size, stride, 1, pad) }
    return new OnnxValue(shape, reduced(x, stride, pad), () => this.#graph.node('MaxPool', [x.name], window))
  }

  upsampleBilinear(x: OnnxValue): OnnxValue {
    return this.#resized(x, 2, { mode: 'linear', coordinate_transformation_mode: 'half_pixel' })
  }

  upsampleNearest(x: OnnxValue, factor: number): OnnxValue {
    return this.#resized(x, factor, { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' })
  }

  l2Normalize(x: OnnxValue): OnnxValue {
    return same(x, () => {
      const norm = this.#graph.node('ReduceL2', [x.name], { axes: [channelAxis(x)], keepdims: 1 })
      return this.#graph.node('Div', [x.name, this.#graph.node('Max', [norm, this.#scalar(1e-12)])])
    })
  }

  flatten(x: OnnxValue): OnnxValue {
    return new OnnxValue(flatShape(x.shape), 0, () => {
      const nhwc = isImage(x) ? this.#graph.node('Transpose', [x.name], { perm: [0, 2, 3, 1] }) : x.name
      return this.#graph.node('Reshape', [nhwc, this.#graph.integers([0, -1])])
    })
  }

  toRows(x: OnnxValue, values: number): OnnxValue {
    return new OnnxValue(rowsShape(x.shape, values), 0, () => {
      const nhwc = this.#graph.node('Transpose', [x.name], { perm: [0, 2, 3, 1] })
      return this.#graph.node('Reshape', [nhwc, this.#graph.integers([0, -1, values])])
    })
  }

  #windowed(conv: PendingConv, filters: number): OnnxValue {
    const { input, spec } = conv
    const divisor = reduced(input, spec.stride ?? 1, spec.pad ?? 'same')
    return new OnnxValue(windowShape(input.shape, spec, filters), divisor, () => this.#convolve(conv, '', null), conv)
  }

  #convolve(conv: PendingConv, norm: string, affine: ChannelAffine | null): string {
    const { input, spec, kind } = conv
    const op = kind === 'transposed' ? 'ConvTranspose' : 'Conv'
    const kernel = this.#graph.initializer(`${spec.name}/kernel${norm}`, () => {
      const { shape, data } = this.#array(`${spec.name}/kernel`)
      const run = kind === 'plain' ? 1 : shape[3]
      return kernelFirst(shape, affine === null ? data : scaleKernel(data, affine.factor, run), kind)
    })
    const bias = spec.bias === true ? this.#array(`${spec.name}/bias`).data : null
    const offset = affine === null ? bias : foldBias(bias, affine)
    if (offset === null) return this.#graph.node(op, [input.name, kernel], windowOf(conv))
    const stored = this.#graph.initializer(`${spec.name}/bias${norm}`, () => ({ shape: [offset.length], data: offset }))
    return this.#graph.node(op, [input.name, kernel, stored], windowOf(conv))
  }

  #joined(xs: readonly OnnxValue[], axis: number, graphAxis: number): OnnxValue {
    const shape = joinedShape(xs.map((x) => x.shape), axis) // prettier-ignore
    const emit = () => this.#graph.node('Concat', xs.map((x) => x.name), { axis: graphAxis }) // prettier-ignore
    return new OnnxValue(shape, xs[0]!.divisor, emit)
  }

  #resized(x: OnnxValue, factor: number, attributes: Readonly<Record<string, OnnxAttribute>>): OnnxValue {
    const scales = () => this.#graph.floats([1, 1, factor, factor])
    return new OnnxValue(enlargedShape(x.shape, factor), x.divisor * factor, () =>
      this.#graph.node('Resize', [x.name, '', scales()], attributes),
    )
  }

  #scalar(value: number): string {
    return this.#graph.floats([value], [])
  }

  #array(name: string): WeightArray {
    const array = this.#weights.get(name)
    if (array === undefined) throw new Error(`The weights lack ${name}`)
    return array
  }
}

function same(x: OnnxValue, emit: () => string): OnnxValue {
  return new OnnxValue(x.shape, x.divisor, emit)
}

function channels(x: OnnxValue): number {
  return x.shape.at(-1)!
}

function isImage(x: OnnxValue): boolean {
  return x.shape.length === 4
}

/** Where the graph has the channels: behind the batch, but last in rows. */
function channelAxis(x: OnnxValue): number {
  return x.shape.length === 3 ? 2 : 1
}

/** The attributes of a convolution. */
function windowOf({ input, spec, kind }: PendingConv): Readonly<Record<string, OnnxAttribute>> {
  const { kernel: size, stride = 1, dilation = 1, pad = 'same' } = spec
  if (kind === 'transposed') return { kernel_shape: [size, size], strides: [size, size] }
  return {
    kernel_shape: [size, size],
    strides: [stride, stride],
    dilations: [dilation, dilation],
    group: kind === 'depthwise' ? channels(input) : 1,
    ...padding(input, size, stride, dilation, pad),
  }
}

/** What still divides the size after a stride; 1 where nothing is certain. */
function reduced(x: OnnxValue, stride: number, pad: Padding | 'ceil'): number {
  if (stride === 1) return pad === 'same' ? x.divisor : 1
  return pad === 'same' && x.divisor % stride === 0 ? x.divisor / stride : 1
}

/**
 * Padding as attributes. TensorFlow's 'same' depends on the size where the stride is above 1: it is worked out where the size or a divisor
 * of it is known (ONNX Runtime's fast convolutions want plain numbers), else left to SAME_UPPER, which is the same rule.
 */
function padding(
  x: OnnxValue,
  kernel: number,
  stride: number,
  dilation: number,
  pad: Padding | 'ceil',
): Readonly<Record<string, OnnxAttribute>> {
  if (pad === 'ceil') return { ceil_mode: 1 }
  const [, height = -1, width = -1] = x.shape
  if (pad === 'same' && stride > 1 && height < 0 && x.divisor % stride !== 0) return { auto_pad: 'SAME_UPPER' }
  // Any multiple of the stride that is large enough is padded alike.
  const size = (known: number) => (known < 0 ? stride * kernel * dilation : known)
  const [top, bottom] = padAmounts(size(height), kernel, stride, dilation, pad)
  const [left, right] = padAmounts(size(width), kernel, stride, dilation, pad)
  return { pads: [top, left, bottom, right] }
}

/** HWIO as OIHW, HWC1 as C1HW, or a transposed convolution's HWOI as IOHW. */
function kernelFirst([height = 1, width = 1, inputs = 1, filters = 1]: readonly number[], data: Float32Array, kind: ConvKind): WeightArray {
  const result = new Float32Array(data.length)
  const area = height * width
  for (let position = 0; position < area; position++) {
    for (let input = 0; input < inputs; input++) {
      for (let filter = 0; filter < filters; filter++) {
        result[(filter * inputs + input) * area + position] = data[(position * inputs + input) * filters + filter]!
      }
    }
  }
  return { shape: kind === 'depthwise' ? [inputs, 1, height, width] : [filters, inputs, height, width], data: result }
}
