import { outputSize } from './padding.ts'
import type { Padding } from './ops.ts'

// Shapes of results from shapes of inputs, for every executor of a network. A dimension of -1 is open and stays open.

type Shape = readonly number[]

export interface WindowSpec {
  readonly kernel: number
  readonly stride?: number
  readonly dilation?: number
  readonly pad?: Padding | 'ceil'
}

/** After a convolution or pooling with `filters` output channels; padding 'same' where none is named. */
export function windowShape(shape: Shape, { kernel, stride = 1, dilation = 1, pad = 'same' }: WindowSpec, filters: number): Shape {
  const [batch = -1, height = -1, width = -1] = shape
  const along = (size: number) => outputSize(size, kernel, stride, dilation, pad)
  return [batch, along(height), along(width), filters]
}

/** After a concatenation along `axis` (negative counts from the end). Throws Error on nothing to join. */
export function joinedShape(shapes: readonly Shape[], axis: number): Shape {
  const [first] = shapes
  if (first === undefined) throw new Error('Nothing to join')
  const sizes = shapes.map((shape) => shape.at(axis) ?? -1)
  const total = sizes.some((size) => size < 0) ? -1 : sizes.reduce((a, b) => a + b, 0)
  return first.with(axis, total)
}

/** Height and width times a whole factor. */
export function enlargedShape(shape: Shape, factor: number): Shape {
  const [batch = -1, height = -1, width = -1, depth = -1] = shape
  const times = (size: number) => (size < 0 ? -1 : size * factor)
  return [batch, times(height), times(width), depth]
}

/** Every pixel as a block of size x size pixels of so many channels. */
export function blocksShape(shape: Shape, size: number, filters: number): Shape {
  return enlargedShape(shape, size).with(-1, filters)
}

/** Means over height and width. */
export function pooledShape(shape: Shape): Shape {
  return [shape[0] ?? -1, 1, 1, shape[3] ?? -1]
}

/** An image times one factor a channel. Throws Error where the gate is not [batch, 1, 1, channels]. */
export function gatedShape(shape: Shape, gate: Shape): Shape {
  const fits = shape.length === 4 && gate.length === 4 && gate[1] === 1 && gate[2] === 1 && gate[3] === shape[3]
  if (!fits) throw new Error(`[${gate.join()}] is no gate for [${shape.join()}]`)
  return shape
}

/** An image as [batch, height * width * channels]; what is already flat stays. */
export function flatShape([batch = -1, ...rest]: Shape): Shape {
  return [batch, rest.some((size) => size < 0) ? -1 : rest.reduce((a, b) => a * b, 1)]
}

/** [batch, features] behind a dense layer. Throws Error where the input is not flat or its size is open: the kernel's shape depends on it. */
export function denseShape(shape: Shape, units: number): Shape {
  const [batch = -1, features = -1] = shape
  if (shape.length !== 2 || features < 0) throw new Error(`A dense layer needs a known number of features, not [${shape.join()}]`)
  return [batch, units]
}

/** [batch, h, w, k * values] as [batch, h * w * k, values]. Throws Error where the channels do not divide. */
export function rowsShape(shape: Shape, values: number): Shape {
  const [batch = -1, height = -1, width = -1, depth = -1] = shape
  if (depth % values !== 0) throw new Error(`${depth} channels do not divide into rows of ${values}`)
  return [batch, height < 0 || width < 0 ? -1 : (height * width * depth) / values, values]
}
