import { existsSync } from 'node:fs'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { openTensorSession } from '../../../src/engine/inference/tensor-session.ts'
import {
  buildEfficientNetLite0,
  EFFICIENTNET_LITE0_NORMALIZATION,
  efficientNetLite0Weights,
  type EncoderOptions,
} from '../../../src/engine/models/efficientnet-lite0.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Ops } from '../../../src/engine/nn/ops.ts'
import bccd from '../../golden/efficientnet-lite0-bccd.json' with { type: 'json' }
import drawn from '../../golden/efficientnet-lite0-drawn.json' with { type: 'json' }
import { hashed } from './hashed.ts'

const picture = path.resolve(import.meta.dirname, '../../../../shared/data/bccd/JPEGImages/BloodImage_00000.jpg')
const whole: EncoderOptions = { name: 'encoder', blocks: 16, frozenBlocks: 0, momentum: 0.1, head: true }

/** The encoder alone, its features as outputs. */
function encoderNetwork(options: EncoderOptions): Network {
  return {
    name: 'encoder',
    channels: 3,
    normalization: EFFICIENTNET_LITE0_NORMALIZATION,
    multiple: 32,
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T) {
      const { blocks, head } = buildEfficientNetLite0(ops, input, options)
      const named = Object.fromEntries(blocks.map((block, i) => [`blocks.${i}`, block]))
      return head === undefined ? named : { ...named, head }
    },
  }
}

async function features(options: EncoderOptions, pixels: Float32Array, height: number, width: number) {
  const session = openTensorSession(encoderNetwork(options), await efficientNetLite0Weights(options))
  const outputs = await session.run(pixels, 1, height, width)
  await session.dispose()
  return outputs
}

function statistics(data: Float32Array): { mean: number; std: number } {
  const mean = data.reduce((a, b) => a + b, 0) / data.length
  return { mean, std: Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length) }
}

/** The picture of tools/golden/efficientnet_lite0.py. */
function drawnPicture(): Float32Array {
  const { height, width } = drawn
  const fine = hashed('fine', height * width * 3)
  const coarse = hashed('coarse', (height / 16) * (width / 16) * 3)
  return Float32Array.from(fine, (value, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / (3 * width))]
    return Math.floor(64 * value + 192 * coarse[(Math.floor(y / 16) * (width / 16) + Math.floor(x / 16)) * 3 + (i % 3)]!)
  })
}

describe('the pretrained encoder', () => {
  beforeAll(() => loadTensorflow())

  it.each([0, 3, 16])('gives the features that PyTorch computes, with %i blocks frozen and folded', async (frozenBlocks) => {
    const before = tf.memory().numTensors
    const found = await features({ ...whole, frozenBlocks }, drawnPicture(), drawn.height, drawn.width)
    for (const [name, expected] of Object.entries(drawn.features)) {
      const { shape, data } = found[name]!
      expect(shape).toEqual([1, ...expected.shape])
      const { mean, std } = statistics(data)
      expect(Math.abs(mean - expected.mean) / expected.std, name).toBeLessThan(1e-3)
      expect(Math.abs(std - expected.std) / expected.std, name).toBeLessThan(1e-3)
      for (const [at, value] of expected.some as [number, number][])
        expect(Math.abs(data[at]! - value) / expected.std, `${name} at ${at}`).toBeLessThan(1e-3)
    }
    expect(tf.memory().numTensors).toBe(before)
  })

  it.skipIf(!existsSync(picture))(`knows a real smear [skipped: no ../shared/data]`, async () => {
    const { default: sharp } = await import('sharp')
    const raw = await sharp(picture).extract({ left: 0, top: 0, width: 224, height: 224 }).raw().toBuffer()
    const found = await features(whole, Float32Array.from(raw), 224, 224)
    const { input: _input, ...layers } = bccd
    for (const [name, expected] of Object.entries(layers)) {
      const { data, shape } = found[name]!
      const { mean, std } = statistics(data)
      expect(shape).toEqual([1, ...expected.shape])
      expect(Math.abs(mean - expected.mean) / expected.std, name).toBeLessThan(1e-3)
      expect(Math.abs(std - expected.std) / expected.std, name).toBeLessThan(1e-3)
      const [, width, channels] = expected.shape as [number, number, number]
      for (const [i, value] of expected['at[3,3,0:4]'].entries())
        expect(Math.abs(data[(3 * width + 3) * channels + i]! - value) / expected.std, name).toBeLessThan(1e-3)
    }
  })

  it('has weights for every parameter of every cut, and no others', async () => {
    for (const options of [
      whole,
      { ...whole, blocks: 15, frozenBlocks: 3, head: false },
      { ...whole, blocks: 5, frozenBlocks: 5, head: false },
    ]) {
      const weights = await efficientNetLite0Weights(options)
      const { parameters } = declareNetwork(encoderNetwork(options))
      expect([...weights.keys()].sort()).toEqual(parameters.map(({ name }) => name).sort())
      for (const { name, shape } of parameters) expect(weights.get(name)!.shape).toEqual(shape)
    }
  })
})
