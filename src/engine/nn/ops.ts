/**
 * The operations that a network is written in. A network is written once, against this interface, and walked by three executors:
 * `DeclareOps` collects its parameters and shapes without computing anything, `TensorOps` computes with TensorFlow.js (training and
 * the reference for inference), `OnnxOps` writes the graph that ONNX Runtime runs. Images are NHWC to the network; OnnxOps transposes.
 * Names are paths such as `encoder/block3/expand`; parameters hang below them: `…/kernel`, `…/bias`, `…/scale`, and of a batch norm
 * `…/gamma`, `…/beta`, `…/mean`, `…/variance`.
 */
export type Padding = 'same' | 'valid' | number

/** Where left out: stride 1, dilation 1, padding 'same', no bias, `he-normal`, bias from 0, not frozen. */
export interface ConvSpec {
  readonly name: string
  /** Output channels; for a depthwise convolution it is left out (one filter a channel). */
  readonly filters: number
  readonly kernel: number
  readonly stride?: number
  readonly dilation?: number
  readonly pad?: Padding
  readonly bias?: boolean
  readonly init?: Init
  readonly biasInit?: number
  /** Frozen parameters are not trained and get no gradient. */
  readonly frozen?: boolean
}

export interface BatchNormSpec {
  readonly name: string
  readonly epsilon: number
  /** Share of the running average that a step replaces (PyTorch's convention): running = (1 - m) * running + m * batch. */
  readonly momentum: number
  /** Frozen: uses the stored averages also in training, and neither they nor gamma and beta change. */
  readonly frozen?: boolean
}

export type Init =
  | { readonly kind: 'he-normal' }
  | { readonly kind: 'glorot-uniform' }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'constant'; readonly value: number }

export interface ParameterSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly init: Init
  /** Running averages and frozen parameters are not trained. */
  readonly trainable: boolean
  /** Kernels decay (AdamW); biases and batch norm do not. */
  readonly decay: boolean
}

export interface Ops<T> {
  /** NHWC shape; the batch is -1 where it is open. */
  shapeOf(x: T): readonly number[]
  conv(x: T, spec: ConvSpec): T
  depthwiseConv(x: T, spec: Omit<ConvSpec, 'filters'>): T
  batchNorm(x: T, spec: BatchNormSpec): T
  relu(x: T): T
  relu6(x: T): T
  sigmoid(x: T): T
  exp(x: T): T
  clip(x: T, low: number, high: number): T
  /** x * a + b with constants. */
  affine(x: T, a: number, b: number): T
  /** x * parameter, one a channel (or a scalar where `perChannel` is false), starting at `init`. */
  scale(x: T, name: string, init: number, perChannel: boolean): T
  add(a: T, b: T): T
  /** Along the last axis. */
  concat(xs: readonly T[]): T
  /** Along axis 1 of rank-3 tensors [batch, anchors, values]. */
  concatRows(xs: readonly T[]): T
  maxPool(x: T, size: number, stride: number, pad: Padding | 'ceil'): T
  /** Doubles height and width, bilinear with half-pixel centres (align_corners false). */
  upsampleBilinear(x: T): T
  upsampleNearest(x: T, factor: number): T
  /** L2-normalises each pixel over its channels (SSD's conv4_3). */
  l2Normalize(x: T): T
  /** [batch, h, w, k * values] -> [batch, h * w * k, values]. */
  toRows(x: T, values: number): T
}
