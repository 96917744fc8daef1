import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { exportOnnx } from '../../../src/engine/inference/onnx-export.ts'
import { openOnnxSession } from '../../../src/engine/inference/onnx-session.ts'
import type { InferenceSession } from '../../../src/engine/inference/session.ts'
import { openTensorSession } from '../../../src/engine/inference/tensor-session.ts'
import { findLearnedPreset } from '../../../src/engine/models/registry.ts'
import { parameterCount } from '../../../src/engine/nn/initialize.ts'
import golden from '../../golden/lite0-networks.json' with { type: 'json' }
import { drawnWeights, picture } from './classic-cases.ts'

const NAMES = ['classifier-lite0', 'unet-lite0', 'cells-lite0'] as const

interface GoldenOutput {
  readonly shape: readonly number[]
  readonly mean: number
  readonly std: number
  readonly some: readonly (readonly number[])[]
}

describe.each(NAMES)('%s with drawn weights', (name) => {
  beforeAll(() => loadTensorflow())
  const { classes, image, outputs, parameters } = golden.networks[name]
  const network = findLearnedPreset(name).network(classes)
  const weights = drawnWeights(name, network)

  it('has as many parameters as in Keras', () => {
    expect(parameterCount(network).total).toBe(parameters)
  })

  it.each([
    ['TensorFlow.js', () => Promise.resolve(openTensorSession(network, weights))],
    ['ONNX Runtime', () => openOnnxSession(exportOnnx(network, weights))],
  ] as const)('gives in %s what Keras gives', async (_, open: () => Promise<InferenceSession>) => {
    const session = await open()
    const [images, height, width] = image as [number, number, number]
    const found = await session.run(picture(`${name}/image`, image), images, height, width)
    await session.dispose()
    expect(Object.keys(found).sort()).toEqual(Object.keys(outputs).sort())
    for (const [output, expected] of Object.entries<GoldenOutput>(outputs)) {
      const { shape, data } = found[output]!
      expect(shape).toEqual(expected.shape)
      expect(expected.std).toBeGreaterThan(1)
      for (const [at, value] of expected.some) expect(Math.abs(data[at!]! - value!), `${output} at ${at}`).toBeLessThan(1e-4)
      expect(Math.abs(data.reduce((sum, value) => sum + value / data.length, 0) - expected.mean)).toBeLessThan(1e-4)
    }
  })
})
