import type { Ops } from './ops.ts'

/** What a net takes. */
export interface NetInput {
  /** Channels of the input image (RGB 3, grey 1). */
  readonly channels: number
  /** Height and width must be multiples of this, or exactly `fixedSize` where it is set. */
  readonly multiple: number
  readonly fixedSize: number | null
}

/** A network: what goes in and how to walk it. It holds no weights. */
export interface Network extends NetInput {
  readonly name: string
  /** Input = (pixel in 0..255 - mean) / scale, per channel or one for all. */
  readonly normalization: { readonly mean: readonly number[]; readonly scale: readonly number[] }
  /** Walks the network over a normalised NHWC input and gives its named raw outputs. */
  build<T>(ops: Ops<T>, input: T): Readonly<Record<string, T>>
}
