import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { importWeights } from '../../../src/engine/data/weight-files/import-weights.ts'
import { exportOnnx } from '../../../src/engine/inference/onnx-export.ts'
import { openOnnxSession } from '../../../src/engine/inference/onnx-session.ts'
import type { InferenceSession } from '../../../src/engine/inference/session.ts'
import { openTensorSession } from '../../../src/engine/inference/tensor-session.ts'
import { buildEfficientNet } from '../../../src/engine/models/unet-efficientnet/encoder.ts'
import { translateEfficientNetName } from '../../../src/engine/models/unet-efficientnet/foreign-names.ts'
import { unetEfficientNet } from '../../../src/engine/models/unet-efficientnet/network.ts'
import { EFFICIENTNETS, encoderPlan } from '../../../src/engine/models/unet-efficientnet/variants.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import { initialWeights, parameterCount, sizeOf } from '../../../src/engine/nn/initialize.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Ops } from '../../../src/engine/nn/ops.ts'
import type { WeightArray, Weights } from '../../../src/engine/nn/weights.ts'
import { createStepper } from '../../../src/engine/training/step-create.ts'
import golden from '../../golden/unet-efficientnet.json' with { type: 'json' }
import { hashed, hashedFloats } from './hashed.ts'

const weightFiles = path.resolve(import.meta.dirname, '../../golden/weights')

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  gamma: [0.8, 1.2],
  beta: [-0.2, 0.2],
  moving_mean: [-0.2, 0.2],
  moving_variance: [0.6, 1.4],
  bias: [-0.3, 0.3],
}

/** An array as tools/golden/unet_efficientnet.py draws it, by Keras's name. */
function drawn(name: string, shape: readonly number[]): WeightArray {
  const [rows = 1, columns = 1, inputs = 1] = shape
  const limit = Math.sqrt(6 / (rows * columns * (name.includes('dwconv') ? 1 : inputs)))
  const [low, high] = RANGES[name.split('/').at(-1)!] ?? [-limit, limit]
  return { shape, data: hashedFloats(name, sizeOf(shape), low, high) }
}

/** The golden weights under our names: Keras's list of variables, translated. */
function goldenWeights(network: Network, variables: readonly string[]): Weights {
  const shapes = new Map(declareNetwork(network).parameters.map(({ name, shape }) => [name, shape]))
  return new Map(
    variables.map((theirs) => {
      const ours = translateEfficientNetName(theirs)?.name ?? ''
      expect(shapes.has(ours), theirs).toBe(true)
      return [ours, drawn(theirs, shapes.get(ours)!)]
    }),
  )
}

/** What residual branches are multiplied by, so that rounding does not grow from block to block of the deepest networks. */
const DAMPED = 0.5

/** The golden weights of a network, by what Keras calls each of its parameters, residual branches damped. */
function weightsByName(network: Network): Weights {
  return new Map(
    declareNetwork(network).parameters.map(({ name, shape }) => {
      const theirs = kerasName(name)
      expect(translateEfficientNetName(theirs)?.name).toBe(name)
      const { data } = drawn(theirs, shape)
      return [name, { shape, data: theirs.endsWith('project_bn/gamma') ? data.map((value) => DAMPED * value) : data }]
    }),
  )
}

const KERAS_LAYERS: Readonly<Record<string, string>> = {
  'depthwise/conv': 'dwconv',
  'depthwise/norm': 'bn',
  'squeeze/reduce': 'se_reduce',
  'squeeze/expand': 'se_expand',
}

function kerasName(ours: string): string {
  const [path, array] = [ours.slice(0, ours.lastIndexOf('/')), ours.slice(ours.lastIndexOf('/') + 1)]
  return `${kerasLayer(path)}/${array === 'mean' || array === 'variance' ? `moving_${array}` : array}`
}

function kerasLayer(ours: string): string {
  if (ours === 'head') return 'final_conv'
  const [, room, place, part = ''] = /^(encoder|decoder)\/(\w+)\/(.+)$/.exec(ours)!
  const layer = KERAS_LAYERS[part] ?? part.replace('/', '_').replace('norm', 'bn')
  return room === 'decoder' ? `decoder_${place!}${layer}` : `${place!}_${layer}`
}

/** The picture of tools/golden/unet_efficientnet.py. */
function picture(height: number, width: number): Float32Array {
  const fine = hashed('fine', height * width * 3)
  const coarse = hashed('coarse', (height / 16) * (width / 16) * 3)
  return Float32Array.from(fine, (value, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / (3 * width))]
    return Math.floor(64 * value + 192 * coarse[(Math.floor(y / 16) * (width / 16) + Math.floor(x / 16)) * 3 + (i % 3)]!)
  })
}

function floatsOf(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64')
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

describe('the family of networks', () => {
  it.each([
    ['b0', 10_115_501],
    ['b1', 12_641_169],
    ['b2', 14_295_299],
    ['b3', 17_867_833],
    ['b4', 25_735_017],
    ['b5', 37_468_673],
    ['b6', 50_906_009],
    ['b7', 75_048_097],
  ] as const)('%s has as many parameters as in Keras', (variant, count) => {
    expect(parameterCount(unetEfficientNet({ variant, outputs: 1 })).total).toBe(count)
    expect(golden.parameters[variant]).toBe(count)
  })

  it('has 16 to 55 blocks, of which stochastic depth leaves out more and more', () => {
    expect(EFFICIENTNETS.map((variant) => encoderPlan(variant).blocks.length)).toEqual([16, 23, 23, 26, 32, 39, 45, 55])
    const { random } = declareNetwork(unetEfficientNet({ variant: 'b0', outputs: 1 }), 64, 64)
    expect(random.map(({ name }) => name)).toEqual(['2b', '3b', '4b', '4c', '5b', '5c', '6b', '6c', '6d'].map((block) => `encoder/block${block}/depth`)) // prettier-ignore
    expect(random.map(({ rate }) => rate * 80)).toEqual([2, 4, 6, 7, 9, 10, 12, 13, 14].map((index) => expect.closeTo(index, 6)))
    expect(declareNetwork(unetEfficientNet({ variant: 'b0', outputs: 1, dropConnect: 0 })).random).toEqual([])
  })

  it('gives as many logits a pixel as are asked for', () => {
    expect(declareNetwork(unetEfficientNet({ variant: 'b1', outputs: 4 }), 96, 64).outputs).toEqual({ logits: [-1, 96, 64, 4] })
  })
})

describe.each(['b0', 'b3'] as const)('U-Net on EfficientNet-%s with drawn weights', (variant) => {
  beforeAll(loadTensorflow)
  const { height, width, variables, logits, maps } = golden.forward[variant]
  const network = unetEfficientNet({ variant, outputs: 1 })
  const weights = goldenWeights(network, variables)

  it('takes a weight for every parameter from Keras, under its name', () => {
    expect([...weights.keys()].sort()).toEqual(
      declareNetwork(network)
        .parameters.map(({ name }) => name)
        .sort(),
    )
  })

  it.each([
    ['TensorFlow.js', () => Promise.resolve(openTensorSession(network, weights))],
    ['ONNX Runtime', () => openOnnxSession(exportOnnx(network, weights))],
  ] as const)('gives in %s the logits that Keras gives', { timeout: 120_000 }, async (_, open: () => Promise<InferenceSession>) => {
    const session = await open()
    const found = (await session.run(picture(height, width), 1, height, width))['logits']!
    await session.dispose()
    expect(found.shape).toEqual([1, height, width, 1])
    const expected = floatsOf(logits)
    expect(expected).toHaveLength(height * width)
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(2)
    expect(Math.max(...found.data.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-4)
  })

  it('gives the inner maps that Keras gives', { timeout: 120_000 }, async () => {
    const inner: Network = {
      ...network,
      build<T>(ops: Ops<T>, input: T) {
        const { skips, top } = buildEfficientNet(ops, input, { variant, dropConnect: 0.2 })
        return { ...Object.fromEntries(skips.map((skip, i) => [`block${[6, 4, 3, 2][i]!}a_expand_activation`, skip])), top_activation: top }
      },
    }
    const session = openTensorSession(inner, weights)
    const found = await session.run(picture(height, width), 1, height, width)
    await session.dispose()
    expect(Object.keys(found)).toHaveLength(5)
    for (const [name, { data, shape }] of Object.entries(found)) {
      const expected = maps[name as 'top_activation']
      expect(shape).toEqual(expected.shape)
      for (const [at, value] of expected.some as [number, number][])
        expect(Math.abs(data[at]! - value) / expected.std, `${name} at ${at}`).toBeLessThan(1e-4)
    }
  })
})

describe.each(['b1', 'b2', 'b4', 'b5', 'b6', 'b7'] as const)('U-Net on EfficientNet-%s with drawn weights', (variant) => {
  beforeAll(loadTensorflow)

  it('gives in TensorFlow.js and in ONNX Runtime the logits that Keras gives', { timeout: 240_000 }, async () => {
    const { height, width, logits } = golden.logits[variant]
    const network = unetEfficientNet({ variant, outputs: 1 })
    const weights = weightsByName(network)
    const expected = floatsOf(logits)
    expect(expected).toHaveLength(height * width)
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1)
    for (const open of [() => openTensorSession(network, weights), () => openOnnxSession(exportOnnx(network, weights))]) {
      const session = await open()
      const found = (await session.run(picture(height, width), 1, height, width))['logits']!.data
      await session.dispose()
      expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-4)
    }
  })
})

describe('Keras files of EfficientNet', () => {
  const preset = { name: 'unet-efficientnet-b0' }
  const network = unetEfficientNet({ variant: 'b0', outputs: 1 })
  const held = {
    'encoder/stem/conv/kernel': 'stem_conv/kernel',
    'encoder/stem/norm/gamma': 'stem_bn/gamma',
    'encoder/stem/norm/beta': 'stem_bn/beta',
    'encoder/stem/norm/mean': 'stem_bn/moving_mean',
    'encoder/stem/norm/variance': 'stem_bn/moving_variance',
    'encoder/block1a/depthwise/conv/kernel': 'block1a_dwconv/kernel',
    'encoder/block1a/squeeze/reduce/kernel': 'block1a_se_reduce/kernel',
    'encoder/block1a/squeeze/reduce/bias': 'block1a_se_reduce/bias',
    'decoder/stage4/a/conv/kernel': 'decoder_stage4a_conv/kernel',
  }

  it.each(['efficientnet.keras', 'efficientnet-keras2.h5'])('are taken over by the names of their layers: %s', async (file) => {
    const before = await temporary()
    const { weights, skipped } = await importWeights(path.join(weightFiles, file), preset, network)
    expect([...weights.keys()].sort()).toEqual(Object.keys(held).sort())
    for (const [ours, theirs] of Object.entries(held)) expect(weights.get(ours), ours).toEqual(drawn(theirs, weights.get(ours)!.shape))
    expect(skipped.length).toBeGreaterThan(0)
    for (const { name } of skipped) expect(name).toMatch(/predictions|normalization/)
    expect(await temporary()).toEqual(before)
  })

  it('are taken over for this family alone', async () => {
    await expect(importWeights(path.join(weightFiles, 'efficientnet.keras'), { name: 'unet' }, network)).rejects.toMatchObject({
      code: 'weights-foreign',
    })
  })

  it.each([
    ['model_weights/block6d_se_expand/block6d_se_expand/bias:0', 'encoder/block6d/squeeze/expand/bias'],
    ['layers/block2b_project_bn/vars/3', 'encoder/block2b/project/norm/variance'],
    ['efficientnetb4/block7b_expand_conv/kernel', 'encoder/block7b/expand/conv/kernel'],
    ['top_bn.moving_mean', 'encoder/top/norm/mean'],
    ['decoder_stage0b_bn/gamma:0', 'decoder/stage0/b/norm/gamma'],
    ['final_conv/final_conv/bias:0', 'head/bias'],
  ])('know %s', (theirs, ours) => {
    expect(translateEfficientNetName(theirs)).toEqual({ name: ours, order: 'as-is' })
  })

  it.each(['stem_conv/gamma', 'normalization/mean', 'block1a_constructor/kernel', 'kernel:0', 'top_bn/vars/9', 'block1a_bn/toString', ''])(
    'leave %s',
    (theirs) => {
      expect(translateEfficientNetName(theirs)).toBeNull()
    },
  )

  async function temporary(): Promise<string[]> {
    return (await readdir(tmpdir())).filter((name) => name.startsWith('keras-weights-')).sort()
  }
})

describe('training', () => {
  beforeAll(loadTensorflow)

  it('learns a picture by heart, and repeats itself', { timeout: 240_000 }, async () => {
    const network = unetEfficientNet({ variant: 'b0', outputs: 1 })
    const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: 0, ema: 0, rateFactors: {} }
    const loss = (outputs: Readonly<Record<string, tf.Tensor>>, fed: Readonly<Record<string, tf.Tensor>>) => {
      return { loss: tf.mean(tf.squaredDifference(tf.sigmoid(outputs['logits']!), fed['target']!)) }
    }
    const size = 64
    const image = { shape: [2, size, size, 3], data: new Float32Array(2 * size * size * 3).fill(220) }
    const target = { shape: [2, size, size, 1], data: new Float32Array(2 * size * size) }
    for (let i = 0; i < target.data.length; i++) {
      const [x, y] = [i % size, Math.floor(i / size) % size]
      if (Math.hypot(x - 24, y - 36) > 14 + 6 * Math.floor(i / (size * size))) continue
      target.data[i] = 1
      image.data.set([120, 60, 150], 3 * i)
    }
    const run = async (steps: number) => {
      const stepper = createStepper({ network, weights: initialWeights(network, 1), loss, optimizer, seed: 4 })
      const losses: number[] = []
      for (let i = 0; i < steps; i++) losses.push((await stepper.step({ image, target }, 1e-3))['loss']!)
      stepper.dispose()
      return losses
    }
    const losses = await run(25)
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 4)
    expect(await run(3)).toEqual(losses.slice(0, 3))
  })
})
