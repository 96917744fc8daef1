import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Network } from '../nn/network.ts'
import { TensorConstants } from '../nn/tensor-constants.ts'
import { normalized, TensorOps } from '../nn/tensor-ops.ts'
import { tensorsOf, Value } from '../nn/value.ts'
import type { Weights } from '../nn/weights.ts'
import type { InferenceSession, RawOutputs } from './session.ts'

/** A network on the TensorFlow.js backend in use: the reference that an exported graph is held against. */
export function openTensorSession(network: Network, weights: Weights): InferenceSession {
  return new TensorSession(network, weights)
}

class TensorSession implements InferenceSession {
  readonly runtime = `TensorFlow.js (${tf.getBackend()})`
  readonly #network: Network
  readonly #constants: TensorConstants

  constructor(network: Network, weights: Weights) {
    this.#network = network
    this.#constants = new TensorConstants(weights)
  }

  async run(pixels: Float32Array, batch: number, height: number, width: number): Promise<RawOutputs> {
    const outputs = tf.tidy(() => {
      const image = tf.tensor4d(pixels, [batch, height, width, this.#network.channels])
      const values = this.#network.build(new TensorOps(this.#constants, null), Value.of(normalized(this.#network, image)))
      return tensorsOf(values)
    })
    const read = async ([name, tensor]: [string, Tensor]) => [name, { shape: tensor.shape, data: await tensor.data<'float32'>() }] as const
    const entries = await Promise.all(Object.entries(outputs).map(read))
    tf.dispose(outputs)
    return Object.fromEntries(entries)
  }

  async dispose(): Promise<void> {
    this.#constants.dispose()
  }
}
