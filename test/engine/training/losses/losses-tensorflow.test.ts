import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { nativeBackend } from '../../../../src/engine/backends/native.ts'
import { loadTensorflow } from '../../../../src/engine/backends/tensorflow.ts'
import { initialWeights } from '../../../../src/engine/nn/initialize.ts'
import type { Network } from '../../../../src/engine/nn/network.ts'
import { EagerStepper } from '../../../../src/engine/training/eager-stepper.ts'
import { classificationLoss, segmentationLoss } from '../../../../src/engine/training/losses/label-losses.ts'
import type { Batch, LossFunction, StepperSettings } from '../../../../src/engine/training/step.ts'
import { TracedStepper } from '../../../../src/engine/training/traced-stepper.ts'
import { createRandom } from '../../../../src/shared/random.ts'
import { apart, OPTIMIZER } from '../stepping.ts'
import { describeLosses, KINDS } from './loss-cases.ts'

beforeAll(loadTensorflow)
describeLosses('tensorflow')

/** Two convolutions to `classes` logits a pixel. */
function network(classes: number): Network {
  return {
    name: 'pixels',
    channels: 3,
    normalization: { mean: [127], scale: [128] },
    multiple: 1,
    fixedSize: null,
    build: (ops, input) => {
      const hidden = ops.relu(ops.conv(input, { name: 'hidden', filters: 4, kernel: 3, bias: true }))
      return { logits: ops.conv(hidden, { name: 'head', filters: classes, kernel: 3, bias: true }) }
    },
  }
}

function settings(classes: number, loss: LossFunction): StepperSettings {
  const net = network(classes)
  return { network: net, weights: initialWeights(net, 3), loss, optimizer: OPTIMIZER }
}

function batch(seed: number, classes: number): Batch {
  const random = createRandom(seed)
  return {
    image: { shape: [2, 6, 7, 3], data: Float32Array.from({ length: 252 }, () => random.int(256)) },
    labels: { shape: [2, 6, 7], data: Int32Array.from({ length: 84 }, () => (random.int(4) === 0 ? 255 : random.int(classes))) },
  }
}

describe('a traced step', () => {
  const cases = KINDS.flatMap((kind) => [1, 3].map((channels) => [channels, kind] as const))
  it.each(cases)('learns with a loss as an eager one does: %i channels, %j', async (channels, kind) => {
    const loss = segmentationLoss(kind)
    const traced = new TracedStepper(nativeBackend()!, settings(channels, loss))
    const eager = new EagerStepper(settings(channels, loss))
    for (let i = 0; i < 4; i++) {
      const given = batch(i, Math.max(2, channels))
      const [a, b] = [await traced.step(given, 1e-2), await eager.step(given, 1e-2)]
      for (const [name, value] of Object.entries(b)) expect(a[name]).toBeCloseTo(value, 5)
    }
    expect(apart(traced.state().weights, eager.state().weights)).toBeLessThan(2e-5)
    traced.dispose()
    eager.dispose()
  })

  it('classifies images', async () => {
    const whole: Network = {
      ...network(3),
      fixedSize: 1,
      build: (ops, input) => ({ logits: ops.conv(input, { name: 'head', filters: 3, kernel: 1, bias: true }) }),
    }
    const loss: LossFunction = (outputs, fed) => classificationLoss({ kind: 'cross-entropy' })({ logits: tf.reshape(outputs['logits']!, [4, 3]) }, fed) // prettier-ignore
    const stepper = new TracedStepper(nativeBackend()!, { network: whole, weights: initialWeights(whole, 1), loss, optimizer: OPTIMIZER })
    const image = { shape: [4, 1, 1, 3], data: Float32Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]) }
    const labels = { shape: [4], data: Int32Array.of(0, 1, 2, -1) }
    const first = await stepper.step({ image, labels }, 0.05)
    for (let i = 0; i < 100; i++) await stepper.step({ image, labels }, 0.05)
    expect((await stepper.step({ image, labels }, 0.05))['loss']).toBeLessThan(first['loss']! / 5)
    stepper.dispose()
  })
})
