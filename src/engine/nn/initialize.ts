import { assertNever } from '#shared/assert.ts'
import { createRandom, type Random } from '#shared/random.ts'
import { declareNetwork, type DeclaredParameter } from './declare-ops.ts'
import type { Network } from './network.ts'
import type { WeightArray, Weights } from './weights.ts'

/**
 * Weights to start from, all parameters of the network by name. Each parameter draws from a generator of its own, forked by its name,
 * so that adding a layer does not change the others. The same seed gives the same weights on every machine and backend.
 */
export function initialWeights(network: Network, seed: number): Weights {
  const random = createRandom(seed)
  const { parameters } = declareNetwork(network)
  return new Map(parameters.map((spec) => [spec.name, initialArray(spec, random.fork(spec.name))]))
}

export interface ParameterCount {
  /** Numbers that training changes by gradient. */
  readonly trainable: number
  /** Kernels, biases and batch norms that stay as they are. */
  readonly frozen: number
  /** Running means and variances of live batch norms (frameworks differ in whether they count them). */
  readonly running: number
  readonly total: number
}

/** Numbers in a network, from its declaration alone. */
export function parameterCount(network: Network): ParameterCount {
  const count = { trainable: 0, frozen: 0, running: 0, total: 0 }
  for (const { role, shape } of declareNetwork(network).parameters) {
    count[role] += sizeOf(shape)
    count.total += sizeOf(shape)
  }
  return count
}

/** Elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

function initialArray(spec: DeclaredParameter, random: Random): WeightArray {
  const data = new Float32Array(sizeOf(spec.shape))
  const draw = drawing(spec, random)
  for (let i = 0; i < data.length; i++) data[i] = draw()
  return { shape: spec.shape, data }
}

function drawing({ init, fan }: DeclaredParameter, random: Random): () => number {
  switch (init.kind) {
    case 'constant':
      return () => init.value
    case 'normal':
      return () => random.normal(0, init.std)
    case 'he-normal': {
      // He et al. 2015: variance 2 / fan-in keeps the activations' variance behind a ReLU.
      const std = Math.sqrt(2 / fan.in)
      return () => random.normal(0, std)
    }
    case 'glorot-uniform': {
      // Glorot & Bengio 2010.
      const limit = Math.sqrt(6 / (fan.in + fan.out))
      return () => random.uniform(-limit, limit)
    }
    default:
      return assertNever(init)
  }
}
