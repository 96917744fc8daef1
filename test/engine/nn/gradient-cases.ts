import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { declareNetwork, type DeclaredParameter } from '../../../src/engine/nn/declare-ops.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Ops } from '../../../src/engine/nn/ops.ts'
import { TensorConstants } from '../../../src/engine/nn/tensor-constants.ts'
import { TensorOps } from '../../../src/engine/nn/tensor-ops.ts'
import { Value } from '../../../src/engine/nn/value.ts'
import type { WeightArray } from '../../../src/engine/nn/weights.ts'
import { randomFeed, StepRandom } from '../../../src/engine/training/step-random.ts'
import { createRandom } from '../../../src/shared/random.ts'

interface Case {
  readonly name: string
  readonly shape: readonly [number, number, number, number]
  readonly build: <T>(ops: Ops<T>, x: T) => T
  /** The case has a layer that needs to know its size. */
  readonly fixed?: boolean
  /** Input values; none within `step` of a kink. */
  readonly values?: 'distinct' | 'off-kinks'
}

const norm = { name: 'norm', epsilon: 1e-3, momentum: 0.1 }

export const CASES: readonly Case[] = [
  { name: 'conv 3x3', shape: [2, 5, 6, 3], build: (ops, x) => ops.conv(x, { name: 'c', filters: 4, kernel: 3 }) },
  {
    name: 'conv 3x3, stride 2, odd size',
    shape: [2, 7, 5, 3],
    build: (ops, x) => ops.conv(x, { name: 'c', filters: 4, kernel: 3, stride: 2 }),
  },
  {
    name: 'conv 3x3, stride 2, even size',
    shape: [2, 6, 8, 2],
    build: (ops, x) => ops.conv(x, { name: 'c', filters: 3, kernel: 3, stride: 2 }),
  },
  { name: 'conv 5x5 of many channels', shape: [1, 6, 6, 6], build: (ops, x) => ops.conv(x, { name: 'c', filters: 3, kernel: 5 }) },
  { name: 'conv 3x3, valid', shape: [2, 5, 6, 3], build: (ops, x) => ops.conv(x, { name: 'c', filters: 4, kernel: 3, pad: 'valid' }) },
  {
    name: 'conv 3x3, padded by 1, stride 2',
    shape: [2, 6, 6, 5],
    build: (ops, x) => ops.conv(x, { name: 'c', filters: 4, kernel: 3, pad: 1, stride: 2 }),
  },
  {
    name: 'conv 3x3, dilated',
    shape: [2, 7, 8, 3],
    build: (ops, x) => ops.conv(x, { name: 'c', filters: 4, kernel: 3, dilation: 3, pad: 3 }),
  },
  {
    name: 'conv 1x1 with bias',
    shape: [2, 4, 5, 3],
    build: (ops, x) => ops.conv(x, { name: 'c', filters: 4, kernel: 1, bias: true, biasInit: 0.3 }),
  },
  { name: 'conv 1x1, stride 2', shape: [2, 4, 6, 3], build: (ops, x) => ops.conv(x, { name: 'c', filters: 4, kernel: 1, stride: 2 }) },
  {
    name: 'conv before a frozen batch norm',
    shape: [2, 4, 5, 3],
    build: (ops, x) => ops.batchNorm(ops.conv(x, { name: 'c', filters: 4, kernel: 3, bias: true }), { ...norm, frozen: true }),
  },
  {
    name: 'frozen conv before a live batch norm',
    shape: [3, 4, 5, 3],
    build: (ops, x) => ops.batchNorm(ops.conv(x, { name: 'c', filters: 4, kernel: 3, frozen: true }), norm),
  },
  { name: 'depthwise 3x3', shape: [2, 5, 6, 4], build: (ops, x) => ops.depthwiseConv(x, { name: 'd', kernel: 3 }) },
  { name: 'depthwise 3x3, stride 2', shape: [2, 6, 7, 4], build: (ops, x) => ops.depthwiseConv(x, { name: 'd', kernel: 3, stride: 2 }) },
  { name: 'depthwise 5x5', shape: [2, 6, 7, 4], build: (ops, x) => ops.depthwiseConv(x, { name: 'd', kernel: 5 }) },
  {
    name: 'depthwise 5x5, stride 2, even size',
    shape: [2, 6, 8, 4],
    build: (ops, x) => ops.depthwiseConv(x, { name: 'd', kernel: 5, stride: 2 }),
  },
  {
    name: 'depthwise 5x5, stride 2, odd size',
    shape: [2, 7, 5, 4],
    build: (ops, x) => ops.depthwiseConv(x, { name: 'd', kernel: 5, stride: 2 }),
  },
  {
    name: 'depthwise before a frozen batch norm',
    shape: [2, 5, 6, 4],
    build: (ops, x) => ops.batchNorm(ops.depthwiseConv(x, { name: 'd', kernel: 3 }), { ...norm, frozen: true }),
  },
  { name: 'transposed conv', shape: [2, 3, 4, 5], build: (ops, x) => ops.convTranspose(x, { name: 'c', filters: 3, kernel: 2 }) },
  {
    name: 'transposed conv of size 3 with bias',
    shape: [2, 3, 2, 2],
    build: (ops, x) => ops.convTranspose(x, { name: 'c', filters: 4, kernel: 3, bias: true, biasInit: 0.3 }),
  },
  {
    name: 'transposed conv before a frozen batch norm',
    shape: [2, 3, 4, 5],
    build: (ops, x) => ops.batchNorm(ops.convTranspose(x, { name: 'c', filters: 3, kernel: 2, bias: true }), { ...norm, frozen: true }),
  },
  {
    name: 'frozen transposed conv before a live batch norm',
    shape: [3, 2, 3, 4],
    build: (ops, x) => ops.batchNorm(ops.convTranspose(x, { name: 'c', filters: 3, kernel: 2, frozen: true }), norm),
  },
  {
    name: 'dense layers behind a picture',
    shape: [3, 2, 2, 5],
    fixed: true,
    build: (ops, x) => {
      const hidden = ops.sigmoid(ops.dense(ops.flatten(x), { name: 'a', units: 4, bias: true, biasInit: 0.2 }))
      return ops.concat([ops.dense(hidden, { name: 'b', units: 3 }), hidden])
    },
  },
  { name: 'live batch norm', shape: [3, 4, 3, 4], build: (ops, x) => ops.batchNorm(x, norm) },
  { name: 'frozen batch norm', shape: [2, 4, 3, 4], build: (ops, x) => ops.batchNorm(x, { ...norm, frozen: true }) },
  { name: 'relu', shape: [2, 3, 4, 5], build: (ops, x) => ops.relu(x), values: 'off-kinks' },
  { name: 'relu6', shape: [2, 3, 4, 5], build: (ops, x) => ops.relu6(ops.affine(x, 4, 0)), values: 'off-kinks' },
  { name: 'sigmoid', shape: [2, 3, 4, 5], build: (ops, x) => ops.sigmoid(x) },
  { name: 'exp of clip', shape: [2, 3, 4, 5], build: (ops, x) => ops.exp(ops.clip(x, -1.5, 1.5)), values: 'off-kinks' },
  { name: 'affine', shape: [2, 3, 4, 5], build: (ops, x) => ops.affine(x, -2, 3) },
  { name: 'scale of each channel', shape: [2, 3, 4, 5], build: (ops, x) => ops.scale(x, 's', 20, true) },
  { name: 'scale of all', shape: [2, 3, 4, 5], build: (ops, x) => ops.scale(x, 's', 1.5, false) },
  { name: 'add', shape: [2, 3, 4, 5], build: (ops, x) => ops.add(x, ops.sigmoid(x)) },
  { name: 'concat', shape: [2, 3, 4, 5], build: (ops, x) => ops.concat([x, ops.sigmoid(x), x]) },
  { name: 'concat of rows', shape: [2, 3, 4, 6], build: (ops, x) => ops.concatRows([ops.toRows(x, 3), ops.toRows(ops.sigmoid(x), 3)]) },
  { name: 'max pool 2, same', shape: [2, 5, 6, 3], build: (ops, x) => ops.maxPool(x, 2, 2, 'same'), values: 'distinct' },
  { name: 'max pool 2, valid', shape: [2, 5, 6, 3], build: (ops, x) => ops.maxPool(x, 2, 2, 'valid'), values: 'distinct' },
  { name: 'max pool 2, ceil', shape: [2, 5, 7, 3], build: (ops, x) => ops.maxPool(x, 2, 2, 'ceil'), values: 'distinct' },
  { name: 'max pool 3, ceil', shape: [2, 6, 8, 2], build: (ops, x) => ops.maxPool(x, 3, 2, 'ceil'), values: 'distinct' },
  { name: 'max pool 3, padded by 1', shape: [2, 5, 6, 3], build: (ops, x) => ops.maxPool(x, 3, 1, 1), values: 'distinct' },
  { name: 'bilinear doubling', shape: [2, 3, 4, 5], build: (ops, x) => ops.upsampleBilinear(x) },
  { name: 'bilinear doubling of one pixel', shape: [2, 1, 1, 3], build: (ops, x) => ops.upsampleBilinear(x) },
  { name: 'nearest, times 3', shape: [2, 3, 4, 5], build: (ops, x) => ops.upsampleNearest(x, 3) },
  { name: 'swish', shape: [2, 3, 4, 5], build: (ops, x) => ops.swish(ops.affine(x, 4, 0)) },
  { name: 'global average', shape: [2, 3, 4, 5], build: (ops, x) => ops.globalAveragePool(ops.sigmoid(x)) },
  { name: 'gate', shape: [2, 3, 4, 5], build: (ops, x) => ops.multiply(ops.sigmoid(x), ops.conv(ops.globalAveragePool(x), { name: 'c', filters: 5, kernel: 1 })) }, // prettier-ignore
  { name: 'dropout', shape: [2, 3, 4, 5], build: (ops, x) => ops.dropout(ops.sigmoid(x), { name: 'd', rate: 0.5 }) },
  { name: 'stochastic depth', shape: [6, 2, 3, 2], build: (ops, x) => ops.add(x, ops.dropConnect(ops.sigmoid(x), { name: 'd', rate: 0.5 })) }, // prettier-ignore
  { name: 'l2 normalisation', shape: [2, 3, 4, 5], build: (ops, x) => ops.l2Normalize(x) },
]

/** A case as a network, for executors that want one. */
export function networkOf({ name, shape, build, fixed = false }: Case): Network {
  return {
    name,
    channels: shape[3],
    normalization: { mean: [0], scale: [1] },
    multiple: 1,
    fixedSize: fixed ? shape[1] : null,
    build: (ops, input) => ({ y: build(ops, input) }),
  }
}

/** Every parameter and input number of every case against central finite differences, on the backend in use. */
export function describeGradients(backend: string): void {
  describe(`gradients on ${backend}`, () => {
    it.each(CASES)('$name', (gradientCase) => {
      expect(tf.getBackend()).toBe(backend)
      const errors = gradientErrors(gradientCase)
      expect(errors.length).toBeGreaterThan(0)
      for (const { of, error } of errors) expect(error, of).toBeLessThan(2e-3)
    })
  })
}

/** Largest difference between gradient and finite difference, relative to the largest gradient, of the input and each parameter. */
function gradientErrors(gradientCase: Case): { of: string; error: number }[] {
  const random = createRandom(gradientCase.name)
  const { parameters } = declareNetwork(networkOf(gradientCase), gradientCase.shape[1], gradientCase.shape[2])
  const weights = new Map(parameters.map((parameter) => [parameter.name, drawn(parameter, random)]))
  const constants = new TensorConstants(weights)
  const learnt = parameters.filter(({ trainable }) => trainable)
  const inputs = [inputTensor(gradientCase, random), ...learnt.map(({ name }) => tensorOf(weights.get(name)!))]
  const forward = (...values: Tensor[]) => tf.tidy(() => output(gradientCase, constants, learnt, values))
  const weighting = sizedLike(forward(...inputs), random)
  const gradients = tf.tidy(() => tf.grads((...values: Tensor[]) => tf.clone(forward(...values)))(inputs, weighting))
  const errors = inputs.map((input, i) => {
    const expected = differences(forward, inputs, i, weighting)
    const actual = gradients[i]!.dataSync<'float32'>()
    expect(actual.length).toBe(input.size)
    const scale = Math.max(1e-3, ...expected.map(Math.abs))
    return {
      of: i === 0 ? 'input' : learnt[i - 1]!.name,
      error: Math.max(...expected.map((value, k) => Math.abs(value - actual[k]!))) / scale,
    }
  })
  tf.dispose([...inputs, ...gradients, weighting])
  constants.dispose()
  return errors
}

function output(
  gradientCase: Case,
  constants: TensorConstants,
  learnt: readonly DeclaredParameter[],
  [x, ...values]: readonly Tensor[],
): Tensor {
  const running: Tensor[] = []
  const tensor = (name: string) => {
    const index = learnt.findIndex((parameter) => parameter.name === name)
    return index < 0 ? constants.tensor(name) : values[index]!
  }
  const { [randomFeed('d')]: factors } = new StepRandom(networkOf(gradientCase), 1).fed(
    { image: { shape: x!.shape, data: new Float32Array() } },
    0,
  )
  const random = () => tf.tensor(factors!.data, [...factors!.shape])
  const ops = new TensorOps(constants, { tensor, updated: (_, value) => running.push(value), random })
  const y = gradientCase.build(ops, Value.of(x!)).tensor
  tf.dispose(running)
  return y
}

/** Central differences of sum(output * weighting), summed in double precision. */
function differences(forward: (...values: Tensor[]) => Tensor, inputs: readonly Tensor[], index: number, weighting: Tensor): number[] {
  const step = 1 / 64
  const factors = weighting.dataSync<'float32'>()
  const base = inputs[index]!.dataSync<'float32'>()
  const at = (k: number, change: number) => {
    const moved = base.slice()
    moved[k]! += change
    const value = tf.tensor(moved, inputs[index]!.shape)
    const y = forward(...inputs.with(index, value))
    const sum = y.dataSync<'float32'>().reduce((total, number, i) => total + number * factors[i]!, 0)
    tf.dispose([value, y])
    return sum
  }
  return Array.from(base, (_, k) => (at(k, step) - at(k, -step)) / (2 * step))
}

function inputTensor({ shape, values }: Case, random: ReturnType<typeof createRandom>): Tensor {
  const size = shape.reduce((a, b) => a * b, 1)
  const order = random.shuffle(Array.from({ length: size }, (_, i) => i))
  // Multiples of 1/16 away from the halves where the tested functions have their kinks, or all apart by more than two steps.
  const number = (i: number) =>
    values === 'distinct' ? order[i]! / 16 : values === 'off-kinks' ? random.int(8) / 2 - 1.75 : random.uniform(-1, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => number(i)),
    [...shape],
  )
}

function drawn({ name, shape }: DeclaredParameter, random: ReturnType<typeof createRandom>): WeightArray {
  const positive = /gamma|variance/.test(name)
  const size = shape.reduce((a, b) => a * b, 1)
  return { shape, data: Float32Array.from({ length: size }, () => (positive ? random.uniform(0.5, 1.5) : random.uniform(-0.6, 0.6))) }
}

function tensorOf({ shape, data }: WeightArray): Tensor {
  return tf.tensor(data.slice(), [...shape])
}

function sizedLike(y: Tensor, random: ReturnType<typeof createRandom>): Tensor {
  const factors = tf.tensor(
    Float32Array.from({ length: y.size }, () => random.uniform(-1, 1)),
    y.shape,
  )
  y.dispose()
  return factors
}
