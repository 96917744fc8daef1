import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../../../../src/engine/backends/tensorflow.ts'
import { importWeights } from '../../../../src/engine/data/weight-files/import-weights.ts'
import { writeSafetensors } from '../../../../src/engine/data/weight-files/safetensors.ts'
import { openTensorSession } from '../../../../src/engine/inference/tensor-session.ts'
import { findLearnedPreset } from '../../../../src/engine/models/registry.ts'
import { declareNetwork } from '../../../../src/engine/nn/declare-ops.ts'
import { initialWeights, sizeOf } from '../../../../src/engine/nn/initialize.ts'
import type { WeightArray, Weights } from '../../../../src/engine/nn/weights.ts'
import golden from '../../../golden/ssd300.json' with { type: 'json' }
import { hashed, hashedFloats } from '../../models/hashed.ts'

const weightFiles = path.resolve(import.meta.dirname, '../../../golden/weights')
const ssd = findLearnedPreset('ssd300-vgg16')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'import-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function saved(name: string, weights: Weights): Promise<string> {
  const file = path.join(folder, name)
  await writeSafetensors(file, weights)
  return file
}

/** Names and shapes of torchvision's ssd300_vgg16(num_classes=4) state dict, written out by hand. */
function torchvisionShapes(): [string, number[]][] {
  const shapes: [string, number[]][] = [['backbone.scale_weight', [512]]]
  const conv = (name: string, out: number, input: number, kernel: number) =>
    shapes.push([`${name}.weight`, [out, input, kernel, kernel]], [`${name}.bias`, [out]])
  const features = [[0, 64, 3], [2, 64, 64], [5, 128, 64], [7, 128, 128], [10, 256, 128], [12, 256, 256], [14, 256, 256], [17, 512, 256], [19, 512, 512], [21, 512, 512]] as const // prettier-ignore
  for (const [index, out, input] of features) conv(`backbone.features.${index}`, out, input, 3)
  for (const index of [1, 3, 5]) conv(`backbone.extra.0.${index}`, 512, 512, 3)
  conv('backbone.extra.0.7.1', 1024, 512, 3)
  conv('backbone.extra.0.7.3', 1024, 1024, 1)
  const extras = [[256, 1024, 512], [128, 512, 256], [128, 256, 256], [128, 256, 256]] as const // prettier-ignore
  for (const [i, [narrow, input, out]] of extras.entries()) {
    conv(`backbone.extra.${i + 1}.0`, narrow, input, 1)
    conv(`backbone.extra.${i + 1}.2`, out, narrow, 3)
  }
  for (const [i, [boxes, input]] of (
    [
      [4, 512],
      [6, 1024],
      [6, 512],
      [6, 256],
      [4, 256],
      [4, 256],
    ] as const
  ).entries()) {
    // prettier-ignore
    conv(`head.classification_head.module_list.${i}`, boxes * 4, input, 3)
    conv(`head.regression_head.module_list.${i}`, boxes * 4, input, 3)
  }
  return shapes
}

/** The state dict that tools/golden/ssd300.py draws. */
function torchvisionState(): Weights {
  return new Map(
    torchvisionShapes().map(([name, shape]): [string, WeightArray] => {
      const count = sizeOf(shape)
      if (name.endsWith('scale_weight')) return [name, { shape, data: hashedFloats(name, count, 15, 25) }]
      const limit = shape.length === 1 ? 0.05 : Math.sqrt(6 / (shape[1]! * shape[2]! * shape[3]!))
      const data = Float32Array.from(hashed(name, count), (value) => (shape.length === 1 ? (value - 0.5) * 0.1 : (2 * value - 1) * limit))
      return [name, { shape, data }]
    }),
  )
}

describe('torchvision weights of ssd300_vgg16', () => {
  beforeAll(() => loadTensorflow())

  it('are taken over whole, and then the network gives what torchvision gives', { timeout: 240_000 }, async () => {
    const network = ssd.network(3)
    const { weights, taken, skipped } = await importWeights(await saved('ssd.safetensors', torchvisionState()), ssd, network)
    expect(skipped).toEqual([])
    expect(taken).toHaveLength(71)
    expect([...weights.keys()].sort()).toEqual(
      declareNetwork(network)
        .parameters.map(({ name }) => name)
        .sort(),
    )
    const session = openTensorSession(network, weights)
    const pixels = Float32Array.from(hashed('image', 300 * 300 * 3), (value) => Math.floor(value * 256))
    const outputs = await session.run(pixels, 1, 300, 300)
    await session.dispose()
    for (const kind of ['class', 'box'] as const) {
      const expected = golden.forward[kind]
      expect(outputs[kind]!.shape).toEqual(expected.shape)
      for (const [at, value] of expected.some as [number, number][])
        expect(Math.abs(outputs[kind]!.data[at]! - value) / expected.std, `${kind} at ${at}`).toBeLessThan(1e-3)
    }
  })

  it('for another number of classes are taken over but for the class heads, which are named', async () => {
    const heads: Weights = new Map([...torchvisionState()].filter(([name]) => name.startsWith('head.')))
    const { taken, skipped } = await importWeights(await saved('heads.safetensors', heads), ssd, ssd.network(5))
    expect(taken).toHaveLength(12)
    expect(taken.every((name) => name.startsWith('head.regression_head'))).toBe(true)
    expect(skipped).toHaveLength(12)
    for (const { name, why } of skipped) {
      expect(name).toMatch(/^head\.classification_head/)
      expect(why).toMatch(/another number of classes/)
    }
  })
})

describe('weights of VGG16', () => {
  const kernel = { shape: [64, 3, 3, 3], data: hashedFloats('kernel', 64 * 27, -0.5, 0.5) }
  const bias = { shape: [64], data: hashedFloats('bias', 64, -0.5, 0.5) }
  const first: [string, WeightArray][] = [['features.0.weight', kernel], ['features.0.bias', bias]] // prettier-ignore

  /** Output channel 0 of the first layer at a pixel whose neighbours are all (r, g, b), for one kernel order. */
  const response = (weights: Weights, pixel: readonly number[]) => {
    const { data } = weights.get('backbone/conv1_1/kernel')!
    let sum = weights.get('backbone/conv1_1/bias')!.data[0]!
    const { mean } = ssd.network(1).normalization
    for (let i = 0; i < 27; i++) sum += data[i * 64]! * (pixel[i % 3]! - mean[i % 3]!)
    return sum
  }
  const pixel = [200, 130, 90]
  const expectedSum = (of: (channel: number) => number) => {
    let sum = bias.data[0]!
    for (let i = 0; i < 27; i++) sum += kernel.data[i]! * of(Math.floor(i / 9))
    return sum
  }

  it('as torchvision has them are turned into HWIO; the classifier is left', async () => {
    const classifier: [string, WeightArray] = ['classifier.6.bias', { shape: [4], data: new Float32Array(4).fill(NaN) }]
    const file = await saved('vgg.safetensors', new Map([...first, classifier]))
    const { weights, taken, skipped } = await importWeights(file, ssd, ssd.network(3))
    expect(taken).toEqual(['features.0.weight', 'features.0.bias'])
    expect(skipped).toEqual([{ name: 'classifier.6.bias', why: expect.stringContaining('no counterpart') }])
    const { mean } = ssd.network(1).normalization
    expect(response(weights, pixel)).toBeCloseTo(
      expectedSum((channel) => pixel[channel]! - mean[channel]!),
      2,
    )
  })

  it('that were trained on divided pixels (IMAGENET1K_V1) answer the same on ours', async () => {
    const classifier: [string, WeightArray] = ['classifier.6.bias', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]
    const { weights } = await importWeights(await saved('v1.safetensors', new Map([...first, classifier])), ssd, ssd.network(3))
    const mean = [0.485, 0.456, 0.406]
    const std = [0.229, 0.224, 0.225]
    expect(response(weights, pixel)).toBeCloseTo(
      expectedSum((channel) => (pixel[channel]! / 255 - mean[channel]!) / std[channel]!),
      3,
    )
  })

  it('as Keras has them, learned on blue first, are turned to red first', async () => {
    const { weights, taken } = await importWeights(path.join(weightFiles, 'keras1.h5'), ssd, ssd.network(3))
    expect(taken).toEqual(['block1_conv1/block1_conv1_W_1:0', 'block1_conv1/block1_conv1_b_1:0'])
    const { data } = weights.get('backbone/conv1_1/kernel')!
    // The file counts up through [row, column, channel, filter].
    for (const i of [0, 63, 64, 100, 130, 1727]) {
      const [rest, filter] = [Math.floor(i / 64), i % 64]
      const mirrored = (Math.floor(rest / 3) * 3 + (2 - (rest % 3))) * 64 + filter
      expect(data[i]).toBe(mirrored)
    }
    expect(weights.get('backbone/conv1_1/bias')!.data[5]).toBe(5)
  })
})

describe('other files', () => {
  it('of our own are taken by parameter name, for any preset', async () => {
    const cells = findLearnedPreset('cells-lite0')
    const own = initialWeights(cells.network(3), 1)
    const { weights, skipped, taken } = await importWeights(await saved('own.safetensors', own), cells, cells.network(4))
    expect(taken.length).toBe(own.size - 2)
    expect(skipped.map(({ name }) => name)).toEqual(['head/class8/out/kernel', 'head/class8/out/bias'])
    expect(weights.get('head/box8/out/kernel')).toEqual(own.get('head/box8/out/kernel'))
  })

  it('of no use say so, and what they hold', async () => {
    await expect(importWeights(path.join(weightFiles, 'plain.pth'), ssd, ssd.network(3))).rejects.toMatchObject({
      code: 'weights-foreign',
      hint: expect.stringContaining('"plain", "scalar", "empty"'),
    })
  })
})
