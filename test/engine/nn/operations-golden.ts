import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { batchNormTraining } from '../../../src/engine/nn/kernels/batch-norm.ts'
import type { Ops } from '../../../src/engine/nn/ops.ts'
import { TensorConstants } from '../../../src/engine/nn/tensor-constants.ts'
import { TensorOps } from '../../../src/engine/nn/tensor-ops.ts'
import { Value } from '../../../src/engine/nn/value.ts'
import { expectClose, floats, GOLDEN, type GoldenArray } from '../golden.ts'

const { operations, batchNorm } = GOLDEN

type Build = (ops: Ops<Value>, x: Value) => Value

const OPERATIONS: readonly (readonly [name: Exclude<keyof typeof operations, 'x' | 'kernel' | 'depthwiseKernel'>, build: Build])[] = [
  ['conv', (ops, x) => ops.conv(x, { name: 'c', filters: 2, kernel: 3, stride: 2 })],
  ['dilated', (ops, x) => ops.conv(x, { name: 'c', filters: 2, kernel: 3, dilation: 2, pad: 2 })],
  ['depthwise', (ops, x) => ops.depthwiseConv(x, { name: 'd', kernel: 5, stride: 2 })],
  ['pooled', (ops, x) => ops.maxPool(x, 3, 2, 'same')],
  ['bilinear', (ops, x) => ops.upsampleBilinear(x)],
  ['nearest', (ops, x) => ops.upsampleNearest(x, 2)],
  ['normalized', (ops, x) => ops.l2Normalize(x)],
]

/** Operations and batch norm against numbers of Python's TensorFlow, on the backend in use. */
export function describeGoldenOperations(backend: string): void {
  describe(`operations on ${backend} against golden numbers`, () => {
    it.each(OPERATIONS)('%s', (name, build) => {
      const weights = new Map([
        ['c/kernel', weight(operations.kernel)],
        ['d/kernel', weight(operations.depthwiseKernel)],
      ])
      const constants = new TensorConstants(weights)
      const y = tf.tidy(() => build(new TensorOps(constants, null), Value.of(tensor(operations.x))).tensor)
      expect(y.shape).toEqual(operations[name].shape)
      expectClose(y.dataSync(), operations[name], 1e-5)
      y.dispose()
      constants.dispose()
    })

    it.each(['relu', 'relu6'] as const)('batch norm with %s behind it: as one after the other', (activation) => {
      const weights = {
        mean: tensor(batchNorm.mean) as Tensor1D,
        variance: tensor(batchNorm.variance) as Tensor1D,
        beta: tensor(batchNorm.beta) as Tensor1D,
        // Wide enough to go beyond 6 on some channels.
        gamma: tf.mul(tensor(batchNorm.gamma), 6) as Tensor1D,
      }
      const gradientsOf = (act: (x: Tensor4D) => Tensor) => {
        const { value, grads } = tf.valueAndGrads((x: Tensor) => tf.clone(act(x as Tensor4D)))([tensor(batchNorm.x)], tensor(batchNorm.dy))
        return [value.dataSync(), grads[0]!.dataSync()]
      }
      const options = { epsilon: batchNorm.epsilon, momentum: batchNorm.momentum }
      const [y, dx] = gradientsOf((x) => batchNormTraining(x, weights, { ...options, activation }).y)
      const apart = (x: Tensor4D) => batchNormTraining(x, weights, { ...options, activation: 'none' }).y
      const [expectedY, expectedDx] = gradientsOf((x) => (activation === 'relu' ? tf.relu(apart(x)) : tf.relu6(apart(x))))
      expect(Math.max(...y!)).toBeGreaterThan(activation === 'relu' ? 6 : 5.9)
      expectClose(y!, { shape: [], data: [...expectedY!] })
      expectClose(dx!, { shape: [], data: [...expectedDx!] }, 1e-4)
    })

    it('a batch norm that two activations share is the same for both', () => {
      const constants = new TensorConstants(new Map())
      const parts: Readonly<Record<string, GoldenArray>> = batchNorm as unknown as Record<string, GoldenArray>
      const updates: Tensor[] = []
      const training = {
        tensor: (name: string) => tensor(parts[name.split('/')[1]!]!),
        updated: (_: string, value: Tensor) => void updates.push(value),
        random: (name: string): never => expect.fail(`no random numbers ${name} here`),
      }
      const ops = new TensorOps(constants, training)
      const norm = ops.batchNorm(Value.of(tensor(batchNorm.x)), { name: 'n', epsilon: batchNorm.epsilon, momentum: batchNorm.momentum })
      const y = ops.add(ops.relu(norm), norm).tensor
      const expected = batchNorm.y.data.map((value) => Math.max(0, value) + value)
      expectClose(y.dataSync(), { shape: [], data: expected })
    })

    it('batch norm in training: result, gradients and running averages', () => {
      const before = tf.memory().numTensors
      const state = { mean: tensor(batchNorm.mean) as Tensor1D, variance: tensor(batchNorm.variance) as Tensor1D }
      const inputs = [tensor(batchNorm.x), tensor(batchNorm.gamma), tensor(batchNorm.beta)]
      let after: Tensor[] = []
      const run = (x: Tensor, gamma: Tensor, beta: Tensor) => {
        const learnt = { gamma: gamma as Tensor1D, beta: beta as Tensor1D }
        const { y, mean, variance } = batchNormTraining(x as Tensor4D, { ...state, ...learnt }, { ...batchNorm, activation: 'none' })
        after = [mean, variance]
        return tf.clone(y)
      }
      const { value, grads } = tf.valueAndGrads(run)(inputs, tensor(batchNorm.dy))
      expectClose(value.dataSync(), batchNorm.y)
      const [dx, dGamma, dBeta] = grads.map((gradient) => gradient.dataSync())
      expectClose(dx!, batchNorm.dx, 1e-4)
      expectClose(dGamma!, batchNorm.dGamma, 1e-4)
      expectClose(dBeta!, batchNorm.dBeta, 1e-4)
      expectClose(after[0]!.dataSync(), batchNorm.newMean)
      expectClose(after[1]!.dataSync(), batchNorm.newVariance)
      tf.dispose([value, ...grads, ...inputs, ...after, state.mean, state.variance])
      expect(tf.memory().numTensors - before).toBeLessThanOrEqual(1) // the given dy
    })
  })
}

function weight(array: GoldenArray) {
  return { shape: array.shape, data: floats(array) }
}

function tensor(array: GoldenArray): Tensor {
  return tf.tensor(floats(array), [...array.shape])
}
