import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { initialWeights } from '../../../src/engine/nn/initialize.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Weights } from '../../../src/engine/nn/weights.ts'
import type { Batch, LossFunction, OptimizerSettings, Stepper, StepperSettings } from '../../../src/engine/training/step.ts'
import { createRandom } from '../../../src/shared/random.ts'
import { floats, GOLDEN, type GoldenArray } from '../golden.ts'
import { tinyNetwork } from '../nets.ts'

export const OPTIMIZER: OptimizerSettings = {
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 0.05,
  ema: 0.9,
  rateFactors: { stem: 0.2 },
}

const squaredError: LossFunction = (outputs, fed) => {
  const loss = tf.mean(tf.squaredDifference(outputs['scores']!, fed['target']!))
  return { loss, bias: tf.mean(tf.sub(outputs['scores']!, fed['target']!)) }
}

export function tinySettings(changes: Partial<StepperSettings> = {}, frozenStem = false): StepperSettings {
  const network = tinyNetwork(frozenStem)
  return { network, weights: initialWeights(network, 1), loss: squaredError, optimizer: OPTIMIZER, ...changes }
}

/** A batch for the tiny network, different for every seed. */
export function tinyBatch(seed: number, images = 2, height = 16, width = 16): Batch {
  const random = createRandom(seed)
  const rows = (height * width) / 4
  return {
    image: { shape: [images, height, width, 3], data: Float32Array.from({ length: images * height * width * 3 }, () => random.int(256)) },
    target: { shape: [images, rows, 2], data: Float32Array.from({ length: images * rows * 2 }, () => random.int(2)) },
  }
}

/** Steps number `from` to `to` of a run that takes shapes by turns. Gives the scalars of each. */
export async function runSteps(stepper: Stepper, from: number, to: number): Promise<Readonly<Record<string, number>>[]> {
  const scalars: Readonly<Record<string, number>>[] = []
  for (let i = from; i < to; i++) scalars.push(await stepper.step(turn(i), 1e-2 / (1 + i / 10)))
  return scalars
}

/** Two batches of one shape, one of another, and so on. */
function turn(i: number): Batch {
  return i % 3 === 2 ? tinyBatch(i, 1, 16, 24) : tinyBatch(i)
}

/** Largest difference of two sets of weights. */
export function apart(a: Weights, b: Weights): number {
  let most = 0
  for (const [name, { data }] of a) {
    const other = b.get(name)!.data
    for (let i = 0; i < data.length; i++) most = Math.max(most, Math.abs(data[i]! - other[i]!))
  }
  return most
}

/** Two linear layers on one pixel: gradients are outer products, which numpy works out as well. */
export function linearSettings(): StepperSettings {
  const { adamW } = GOLDEN
  const network: Network = {
    name: 'linear',
    channels: 3,
    normalization: { mean: [0], scale: [1] },
    multiple: 1,
    fixedSize: 1,
    build: (ops, input) => ({
      first: ops.conv(input, { name: 'first', filters: 2, kernel: 1, bias: true }),
      second: ops.conv(input, { name: 'second', filters: 1, kernel: 1 }),
    }),
  }
  const loss: LossFunction = (outputs, fed) => {
    const product = (output: Tensor, target: Tensor) => tf.sum(tf.mul(tf.reshape(output, [-1]), target))
    return { loss: tf.add(product(outputs['first']!, fed['target']!), product(outputs['second']!, fed['other']!)) }
  }
  const shapes: Record<string, number[]> = { 'first/kernel': [1, 1, 3, 2], 'first/bias': [2], 'second/kernel': [1, 1, 3, 1] }
  const weights = new Map(Object.entries(adamW.start).map(([name, array]) => [name, { shape: shapes[name]!, data: floats(array) }]))
  return { network, weights, loss, optimizer: { ...adamW.settings, rateFactors: adamW.rateFactors } }
}

/** The golden run's steps. */
export function linearBatches(): { batch: Batch; rate: number; loss: number; norm: number }[] {
  const array = (values: GoldenArray, shape: readonly number[]) => ({ shape, data: floats(values) })
  return GOLDEN.adamW.steps.map(({ x, target, other, rate, loss, norm }) => ({
    batch: { image: array(x, [1, 1, 1, 3]), target: array(target, [2]), other: array(other, [1]) },
    rate,
    loss,
    norm,
  }))
}
