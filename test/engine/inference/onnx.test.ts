import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as tf from '@tensorflow/tfjs-core'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { checkAgreement } from '../../../src/engine/inference/onnx-agreement.ts'
import { exportOnnx } from '../../../src/engine/inference/onnx-export.ts'
import { openOnnxSession } from '../../../src/engine/inference/onnx-session.ts'
import type { InferenceSession } from '../../../src/engine/inference/session.ts'
import { openTensorSession } from '../../../src/engine/inference/tensor-session.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Weights } from '../../../src/engine/nn/weights.ts'
import { createRandom } from '../../../src/shared/random.ts'
import { tinyNetwork } from '../nets.ts'
import { CASES, networkOf } from '../nn/gradient-cases.ts'
import { stringsOf } from './protobuf-reader.ts'

beforeAll(loadTensorflow)

const open: InferenceSession[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.dispose()))
})

/** No parameter at a value that hides a mistake (variance 1, mean 0). */
function unevenWeights(network: Network): Weights {
  const random = createRandom(network.name)
  const draw = (name: string) => (/gamma|variance|scale/.test(name) ? random.uniform(0.5, 1.5) : random.uniform(-0.5, 0.5))
  const array = (name: string, shape: readonly number[]) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw(name))
    return [name, { shape, data }] as const
  }
  return new Map(declareNetwork(network).parameters.map(({ name, shape }) => array(name, shape)))
}

async function sessions(network: Network, weights: Weights): Promise<[InferenceSession, InferenceSession]> {
  const pair: [InferenceSession, InferenceSession] = [
    await openOnnxSession(exportOnnx(network, weights)),
    openTensorSession(network, weights),
  ]
  open.push(...pair)
  return pair
}

function pixels(count: number): Float32Array {
  const random = createRandom('pixels')
  return Float32Array.from({ length: count }, () => random.int(256))
}

describe('an exported network', () => {
  it.each(CASES)('does in ONNX Runtime what TensorFlow.js does: $name', async (operation) => {
    const [batch, height, width, channels] = operation.shape
    // Grey levels would drive exponentials and sigmoids to their ends.
    const network = { ...networkOf(operation), normalization: { mean: [127.5], scale: [64] } }
    const [onnx, reference] = await sessions(network, unevenWeights(network))
    const image = pixels(batch * height * width * channels)
    const [y, expected] = [await onnx.run(image, batch, height, width), await reference.run(image, batch, height, width)]
    expect(y['y']!.shape).toEqual(expected['y']!.shape)
    const worst = expected['y']!.data.reduce((most, value, i) => Math.max(most, Math.abs(value - y['y']!.data[i]!)), 0)
    const scale = expected['y']!.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    expect(scale).toBeGreaterThan(0)
    expect(worst).toBeLessThan(1e-5 * scale)
  })

  it('takes any batch and size, also one that the strides do not divide', async () => {
    const network = { ...tinyNetwork(), multiple: 1 }
    const [onnx, reference] = await sessions({ ...network, build: encoderOf }, unevenWeights({ ...network, build: encoderOf }))
    for (const [batch, height, width] of [
      [1, 32, 32],
      [3, 17, 23],
      [2, 8, 64],
    ] as const) {
      // prettier-ignore
      const image = pixels(batch * height * width * 3)
      const [y, expected] = [await onnx.run(image, batch, height, width), await reference.run(image, batch, height, width)]
      expect(y['y']!.shape).toEqual([batch, Math.ceil(Math.ceil(height / 2) / 2), Math.ceil(Math.ceil(width / 2) / 2), 4])
      expect(Math.max(...expected['y']!.data.map((value, i) => Math.abs(value - y['y']!.data[i]!)))).toBeLessThan(1e-4)
    }
  })

  it('with sizes of which a multiple is known, and with a fixed size', async () => {
    for (const network of [tinyNetwork(), { ...tinyNetwork(), fixedSize: 36 }]) {
      const weights = unevenWeights(network)
      for (const { output, relative } of await checkAgreement(exportOnnx(network, weights), network, weights))
        expect(relative, output).toBeLessThan(1e-5)
    }
  })

  it('normalises each channel for itself', async () => {
    const network = { ...tinyNetwork(), normalization: { mean: [100, 120, 140], scale: [50, 60, 70] } }
    const weights = unevenWeights(network)
    const [agreement] = await checkAgreement(exportOnnx(network, weights), network, weights)
    expect(agreement!.relative).toBeLessThan(1e-5)
  })

  it('carries its metadata and the names of input and outputs', () => {
    const network = tinyNetwork()
    const model = exportOnnx(network, unevenWeights(network), { classes: 'RBC,WBC', preset: 'tiny' })
    const strings = stringsOf(model)
    for (const text of ['image', 'scores', 'classes', 'RBC,WBC', 'preset', 'tiny', 'batch', 'height']) expect(strings).toContain(text)
  })

  it('refuses to be written without all weights', () => {
    const weights = new Map([...unevenWeights(tinyNetwork())].filter(([name]) => name !== 'head/scores/kernel'))
    expect(() => exportOnnx(tinyNetwork(), weights)).toThrow('head/scores/kernel')
  })
})

describe('checkAgreement', () => {
  it('tells other weights apart', async () => {
    const network = tinyNetwork()
    const weights = unevenWeights(network)
    const kernel = weights.get('head/scores/kernel')!
    const other = new Map([...weights, ['head/scores/kernel', { ...kernel, data: kernel.data.map((value) => value * 1.05) }]])
    const [agreement] = await checkAgreement(exportOnnx(network, other), network, weights)
    expect(agreement!.relative).toBeGreaterThan(1e-3)
  })
})

describe('sessions', () => {
  it('a file that is no model is refused with a clear error', async () => {
    await expect(openOnnxSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'model-unreadable' })
  })

  it('TensorFlow.js sessions give back all tensors', async () => {
    const network = tinyNetwork()
    const before = tf.memory().numTensors
    const session = openTensorSession(network, unevenWeights(network))
    await session.run(pixels(16 * 16 * 3), 1, 16, 16)
    const used = tf.memory().numTensors
    for (let i = 0; i < 20; i++) await session.run(pixels(16 * 16 * 3), 1, 16, 16)
    expect(tf.memory().numTensors).toBe(used)
    await session.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('tell what they run on', async () => {
    const [onnx, reference] = await sessions(tinyNetwork(), unevenWeights(tinyNetwork()))
    expect(onnx.runtime).toMatch(/^ONNX Runtime \(CPU, \d+ threads?\)$/)
    expect(reference.runtime).toBe('TensorFlow.js (tensorflow)')
  })
})

/** Two strided layers whose 'same' padding depends on the size. */
const encoderOf: Network['build'] = (ops, x) => {
  const half = ops.relu(ops.conv(x, { name: 'a', filters: 4, kernel: 3, stride: 2 }))
  return { y: ops.depthwiseConv(half, { name: 'b', kernel: 5, stride: 2 }) }
}
