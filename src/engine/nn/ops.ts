/**
 * The operations that a network is written in. A network is written once, against this interface, and walked by three executors:
 * `DeclareOps` collects its parameters and shapes without computing anything, `TensorOps` computes with TensorFlow.js (training and
 * the reference for inference), `OnnxOps` writes the graph that ONNX Runtime runs. Images are NHWC to the network; OnnxOps transposes.
 * Names are paths such as `encoder/block3/expand`; parameters hang below them: `…/kernel`, `…/bias`, `…/scale`, and of a batch norm
 * `…/gamma`, `…/beta`, `…/mean`, `…/variance`.
 */
export type Padding = 'same' | 'valid' | number

/** What every layer with a kernel has. Where left out: no bias, `he-normal`, bias from 0, not frozen. */
export interface LayerSpec {
  readonly name: string
  readonly bias?: boolean
  readonly init?: Init
  readonly biasInit?: number
  /** Frozen parameters are not trained and get no gradient. */
  readonly frozen?: boolean
}

/** Where left out: stride 1, dilation 1, padding 'same'. */
export interface ConvSpec extends LayerSpec {
  /** Output channels; for a depthwise convolution it is left out (one filter a channel). */
  readonly filters: number
  readonly kernel: number
  readonly stride?: number
  readonly dilation?: number
  readonly pad?: Padding
}

/** A transposed convolution whose stride is its kernel's size: each pixel becomes a block of `kernel` x `kernel` pixels. */
export type ConvTransposeSpec = Omit<ConvSpec, 'stride' | 'dilation' | 'pad'>

export interface DenseSpec extends LayerSpec {
  /** Output features. */
  readonly units: number
}

export interface BatchNormSpec {
  readonly name: string
  readonly epsilon: number
  /** Share of the running average that a step replaces (PyTorch's convention): running = (1 - m) * running + m * batch. */
  readonly momentum: number
  /** Frozen: uses the stored averages also in training, and neither they nor gamma and beta change. */
  readonly frozen?: boolean
}

/** What is left out at random in training. Rate 0 leaves out nothing and needs no random numbers. */
export interface DropSpec {
  /** Names the random numbers; each name is used once. */
  readonly name: string
  /** Share that is left out, 0 <= rate < 1. What stays is multiplied by 1 / (1 - rate). */
  readonly rate: number
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
  /** NHWC shape, or that of rows [batch, n, values] or features [batch, n]; the batch is -1 where it is open. */
  shapeOf(x: T): readonly number[]
  conv(x: T, spec: ConvSpec): T
  depthwiseConv(x: T, spec: Omit<ConvSpec, 'filters'>): T
  /** Keras's Conv2DTranspose with strides = kernel size; its kernel is [kernel, kernel, filters, channels]. */
  convTranspose(x: T, spec: ConvTransposeSpec): T
  /** [batch, features] -> [batch, units]: x * kernel (+ bias), kernel [features, units]. The features must be known. */
  dense(x: T, spec: DenseSpec): T
  batchNorm(x: T, spec: BatchNormSpec): T
  relu(x: T): T
  relu6(x: T): T
  sigmoid(x: T): T
  /** x * sigmoid(x) (Ramachandran et al. 2017; SiLU). */
  swish(x: T): T
  exp(x: T): T
  clip(x: T, low: number, high: number): T
  /** x * a + b with constants. */
  affine(x: T, a: number, b: number): T
  /** x * parameter, one a channel (or a scalar where `perChannel` is false), starting at `init`. */
  scale(x: T, name: string, init: number, perChannel: boolean): T
  add(a: T, b: T): T
  /** An image times a gate [batch, 1, 1, channels], one factor a channel for all pixels (squeeze-and-excite, Hu et al. 2018). */
  multiply(x: T, gate: T): T
  /** Means over height and width, [batch, 1, 1, channels]. */
  globalAveragePool(x: T): T
  /** In training leaves out single numbers (Srivastava et al. 2014); the identity elsewhere. Sizes must be known in training. */
  dropout(x: T, spec: DropSpec): T
  /** In training leaves out all of a sample (stochastic depth, Huang et al. 2016; EfficientNet's "drop connect"); the identity elsewhere. */
  dropConnect(x: T, spec: DropSpec): T
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
  /** [batch, h, w, c] -> [batch, h * w * c], row by row, channels fastest (Keras's Flatten). */
  flatten(x: T): T
  /** [batch, h, w, k * values] -> [batch, h * w * k, values]. */
  toRows(x: T, values: number): T
}
