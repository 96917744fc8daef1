import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { WeightArray, Weights } from './weights.ts'

/** Weights that do not change, and what is derived of them, as tensors: each is uploaded once and kept until dispose(). */
export class TensorConstants {
  #weights: Weights
  readonly #tensors = new Map<string, Tensor>()

  constructor(weights: Weights) {
    this.#weights = weights
  }

  /** Throws Error where the weights lack `name`. */
  array(name: string): WeightArray {
    const array = this.#weights.get(name)
    if (array === undefined) throw new Error(`The weights lack ${name}`)
    return array
  }

  tensor(name: string): Tensor {
    return this.derived(name, () => this.array(name))
  }

  /** A tensor made of an array once. `key` must name the array's content. */
  derived(key: string, make: () => WeightArray): Tensor {
    let tensor = this.#tensors.get(key)
    if (tensor === undefined) {
      const { shape, data } = make()
      tensor = tf.keep(tf.tensor(data, [...shape], 'float32'))
      this.#tensors.set(key, tensor)
    }
    return tensor
  }

  /** Other weights from now on; tensors of the old ones are disposed of. */
  replace(weights: Weights): void {
    this.dispose()
    this.#weights = weights
  }

  dispose(): void {
    tf.dispose([...this.#tensors.values()])
    this.#tensors.clear()
  }
}
