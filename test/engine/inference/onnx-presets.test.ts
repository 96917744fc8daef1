import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { checkAgreement } from '../../../src/engine/inference/onnx-agreement.ts'
import { exportOnnx } from '../../../src/engine/inference/onnx-export.ts'
import { allPresets } from '../../../src/engine/models/registry.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import { drawnWeights } from '../models/classic-cases.ts'

/** U-Nets on EfficientNet are held against Keras in ONNX Runtime, with the same weights (unet-efficientnet.test.ts). */
const presets = allPresets().filter(({ name }) => !name.startsWith('unet-efficientnet-'))

describe('the graph of a preset', () => {
  beforeAll(() => loadTensorflow())

  it.each(presets)('$name gives in ONNX Runtime what TensorFlow.js gives', { timeout: 120_000 }, async (preset) => {
    const network = preset.network(3)
    const weights = drawnWeights(preset.name, network)
    const agreement = await checkAgreement(exportOnnx(network, weights), network, weights)
    expect(agreement.map(({ output }) => output)).toEqual(Object.keys(declareNetwork(network).outputs))
    for (const { output, relative } of agreement) expect(relative, output).toBeLessThan(1e-4)
  })
})
