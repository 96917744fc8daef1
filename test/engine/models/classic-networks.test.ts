import { beforeAll, describe, expect, it } from 'vitest'
import { must } from '#shared/assert.ts'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { exportOnnx } from '../../../src/engine/inference/onnx-export.ts'
import { openOnnxSession } from '../../../src/engine/inference/onnx-session.ts'
import { openTensorSession } from '../../../src/engine/inference/tensor-session.ts'
import { autoencoderNetwork } from '../../../src/engine/models/autoencoder-128/network.ts'
import { cnnNetwork } from '../../../src/engine/models/cnn-70/network.ts'
import { unetNetwork } from '../../../src/engine/models/unet/network.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import { initialWeights, parameterCount } from '../../../src/engine/nn/initialize.ts'
import type { Weights } from '../../../src/engine/nn/weights.ts'
import { EagerStepper } from '../../../src/engine/training/eager-stepper.ts'
import { apart } from '../training/stepping.ts'
import { CLASSIC_CASES, drawnWeights, trainingBatch } from './classic-cases.ts'
import { describeClassics, expectGoldenOutput, settingsOf, stepperOf } from './classic-golden.ts'

beforeAll(() => loadTensorflow())
describeClassics('tensorflow')

const PARAMETERS = { 'cnn-70': 279_489, 'autoencoder-128': 2_886_275, unet: 10_664_450 }

describe.each(CLASSIC_CASES)('$name', (classic) => {
  const { name, network, narrow, golden } = classic

  it('has as many parameters as published, and as in Keras', () => {
    expect(parameterCount(network).total).toBe(PARAMETERS[name])
    expect(golden.parameters).toBe(PARAMETERS[name])
  })

  it('gives in ONNX Runtime what Keras gives', async () => {
    await expectGoldenOutput(classic, await openOnnxSession(exportOnnx(network, drawnWeights(name, network))))
  })

  it('traced gives what it gives operation by operation', async () => {
    const settings = settingsOf(classic, narrow, drawnWeights(name, narrow))
    const [traced, eager] = [stepperOf(classic, narrow, settings.weights), new EagerStepper(settings)]
    const batch = trainingBatch(classic, golden.training.image)
    for (let i = 0; i < 5; i++) {
      const [{ loss }, { loss: expected }] = [await traced.step(batch, 1e-4), await eager.step(batch, 1e-4)]
      expect(loss).toBeCloseTo(expected!, 4)
    }
    expect(apart(withoutIdle(traced.state().weights), eager.state().weights)).toBeLessThan(2e-4)
    traced.dispose()
    eager.dispose()
  })

  it('learns a batch by heart', async () => {
    const stepper = stepperOf(classic, narrow, initialWeights(narrow, 1))
    const shape = golden.training.image
    // Noise is nothing that an autoencoder could squeeze through its neck.
    const batch = trainingBatch(classic, shape, classic.labels === null ? waves(shape) : undefined)
    const losses: number[] = []
    for (let i = 0; i < 120; i++) losses.push((await stepper.step(batch, 1e-2))['loss']!)
    expect(losses.at(-1)).toBeLessThan(0.3 * losses[0]!)
    stepper.dispose()
  })
})

describe('a short training', () => {
  it('judges with the batch norms that it learned with', async () => {
    const classic = must(
      CLASSIC_CASES.find(({ name }) => name === 'autoencoder-128'),
      'it is one of them',
    )
    const network = autoencoderNetwork({ width: 4 })
    const shape = [2, 128, 128, 3]
    const pixels = waves(shape)
    const stepper = stepperOf(classic, network, initialWeights(network, 1))
    let loss = 0
    for (let i = 0; i < 60; i++) loss = (await stepper.step(trainingBatch(classic, shape, pixels), 3e-3))['loss']!
    const session = openTensorSession(network, stepper.state().weights)
    const redrawn = (await session.run(pixels, 2, 128, 128))['reconstruction']!.data
    const error = redrawn.reduce((sum, value, i) => sum + (value - pixels[i]! / 255) ** 2, 0) / redrawn.length
    expect(error).toBeLessThan(2 * loss)
    await session.dispose()
    stepper.dispose()
  })
})

describe('other shapes of the classic networks', () => {
  it('a classifier of more than two classes has an output for each', () => {
    expect(declareNetwork(cnnNetwork({ classes: 2 })).outputs).toEqual({ logits: [-1, 1], features: [-1, 14, 14, 64] })
    expect(declareNetwork(cnnNetwork({ classes: 5 })).outputs).toEqual({ logits: [-1, 5], features: [-1, 14, 14, 64] })
    expect(parameterCount(cnnNetwork({ classes: 5 })).total).toBe(279_489 + 4 * 65)
  })

  it('the U-Net takes every size of which its multiple is one, and gives it back', () => {
    expect(declareNetwork(unetNetwork({ outputs: 1 }), 40, 24).outputs).toEqual({ logits: [-1, 40, 24, 1] })
    expect(declareNetwork(unetNetwork({ outputs: 3 })).outputs).toEqual({ logits: [-1, -1, -1, 3] })
    expect(unetNetwork({ outputs: 3 }).multiple).toBe(8)
  })
})

/** A bias in front of a batch norm has no gradient, but for rounding, which Adam makes steps of. */
function withoutIdle(weights: Weights): Weights {
  return new Map([...weights].filter(([name]) => !name.endsWith('/conv/bias')))
}

function waves([images = 0, height = 0, width = 0, channels = 0]: readonly number[]): Float32Array {
  const count = images * height * width * channels
  const place = (pixel: number) => ((pixel % width) + Math.floor(pixel / width)) / 20
  return Float32Array.from({ length: count }, (_, i) => 128 + 100 * Math.sin((i % channels) + place(Math.floor(i / channels))))
}
