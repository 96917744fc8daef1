import { createRandom, type Random } from '#shared/random.ts'
import { declareNetwork, type DeclaredRandom } from '../nn/declare-ops.ts'
import { sizeOf } from '../nn/initialize.ts'
import type { Network } from '../nn/network.ts'
import type { Batch, BatchArray } from './step.ts'

/** What a network's random factors are called among the fed arrays. */
export function randomFeed(name: string): string {
  return `random/${name}`
}

/**
 * Draws the random factors that a network wants in training (dropout, stochastic depth). A traced step is a fixed graph, in which numbers
 * drawn on the way would be constants: so they are fed with the batch. They follow from seed and step alone, so a run that was broken off
 * draws the same ones when it goes on.
 */
export class StepRandom {
  readonly #network: Network
  readonly #random: Random
  readonly #declared = new Map<string, readonly DeclaredRandom[]>()

  constructor(network: Network, seed: number) {
    this.#network = network
    this.#random = createRandom(seed)
  }

  /** The batch and, beside it, the factors of a step (steps made so far); the batch itself where the network wants none. */
  fed(batch: Batch, step: number): Batch {
    const [samples = 0, height = 0, width = 0] = batch['image']?.shape ?? []
    const declared = this.#of(height, width)
    if (declared.length === 0) return batch
    const random = this.#random.fork(step)
    const arrays = declared.map((one) => [randomFeed(one.name), factors(one, samples, random.fork(one.name))] as const)
    return { ...batch, ...Object.fromEntries(arrays) }
  }

  #of(height: number, width: number): readonly DeclaredRandom[] {
    const key = `${height}x${width}`
    const known = this.#declared.get(key)
    if (known !== undefined) return known
    const { random } = declareNetwork(this.#network, height, width)
    this.#declared.set(key, random)
    return random
  }
}

function factors({ shape, rate }: DeclaredRandom, samples: number, random: Random): BatchArray {
  const kept = 1 / (1 - rate)
  const data = Float32Array.from({ length: samples * sizeOf(shape) }, () => (random.chance(rate) ? 0 : kept))
  return { shape: [samples, ...shape], data }
}
