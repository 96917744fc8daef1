import type { Tensor } from '@tensorflow/tfjs-core'
import type { BatchNormSpec, ConvSpec } from './ops.ts'

export type ConvKind = 'plain' | 'depthwise' | 'transposed'

/** A convolution, as long as nothing has asked for its result: a batch norm behind it can still be folded into it. */
export interface PendingConv {
  readonly input: Value
  readonly spec: Omit<ConvSpec, 'filters'>
  readonly kind: ConvKind
}

/** A live batch norm, as long as nothing has asked for its result: an activation behind it can still be worked out with it. */
export interface PendingNorm {
  readonly input: Value
  readonly spec: BatchNormSpec
}

export interface Pending {
  readonly conv?: PendingConv
  readonly norm?: PendingNorm
}

/**
 * A tensor of a network's walk, computed when first used and let go of when the last value that is made from it is computed: a training
 * step would otherwise hold every picture to the end of its forward pass. All uses are known before anything is computed, because building
 * a network only links values.
 */
export class Value {
  readonly shape: readonly number[]
  readonly #make: () => Tensor
  readonly #pending: Pending
  #tensor: Tensor | null = null
  #held = false
  #uses = 0
  #left = 0

  constructor(shape: readonly number[], make: () => Tensor, pending: Pending = {}) {
    this.shape = shape
    this.#make = make
    this.#pending = pending
  }

  /** A tensor from outside, which stays the caller's. */
  static of(tensor: Tensor): Value {
    const value = new Value(tensor.shape, () => tensor)
    value.hold()
    return value
  }

  /** Another value will be made from this one. */
  reserve(): void {
    this.#uses++
  }

  /** Keeps the tensor for whoever reads it, whatever is made from it. */
  hold(): void {
    this.#held = true
  }

  /** The tensor, for a reader: it stays. */
  get tensor(): Tensor {
    this.hold()
    return this.#computed()
  }

  /** What this will be, where a single value is made from it and may take its place. */
  get replaceable(): Pending {
    return this.#uses === 1 && !this.#held && this.#tensor === null ? this.#pending : {}
  }

  /** Makes one of the reserved values. */
  consume<T>(work: (tensor: Tensor) => T): T {
    const tensor = this.#computed()
    const result = work(tensor)
    this.#left--
    if (this.#left <= 0 && !this.#held) {
      tensor.dispose()
      this.#tensor = null
    }
    return result
  }

  #computed(): Tensor {
    if (this.#tensor === null) {
      this.#tensor = this.#make()
      this.#left = this.#uses
    }
    return this.#tensor
  }
}

/** Makes a value from several. */
export function consumeAll<T>(values: readonly Value[], work: (tensors: Tensor[]) => T): T {
  const [first, ...rest] = values
  if (first === undefined) return work([])
  return first.consume((tensor) => consumeAll(rest, (tensors) => work([tensor, ...tensors])))
}

/** The tensors of a network's outputs. */
export function tensorsOf(outputs: Readonly<Record<string, Value>>): Record<string, Tensor> {
  // All are held before any is computed: one output can be made from another.
  for (const value of Object.values(outputs)) value.hold()
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, value.tensor]))
}
