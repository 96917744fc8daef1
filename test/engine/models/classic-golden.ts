import { describe, expect, it } from 'vitest'
import type { InferenceSession } from '../../../src/engine/inference/session.ts'
import { openTensorSession } from '../../../src/engine/inference/tensor-session.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Weights } from '../../../src/engine/nn/weights.ts'
import { createStepper } from '../../../src/engine/training/step-create.ts'
import type { OptimizerSettings, Stepper, StepperSettings } from '../../../src/engine/training/step.ts'
import { CLASSIC_CASES, drawnWeights, picture, trainingBatch, type ClassicCase } from './classic-cases.ts'

const ADAM: OptimizerSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: 0, ema: 0, rateFactors: {} }

/** The classic networks on the backend in use against numbers of Keras. */
export function describeClassics(backend: string): void {
  describe.each(CLASSIC_CASES)(`$name on ${backend} against Keras`, (classic) => {
    const { name, network, golden } = classic

    it('gives the same', () => expectGoldenOutput(classic, openTensorSession(network, drawnWeights(name, network))))

    it('learns as it does: the losses of the first steps of Adam', { timeout: 120_000 }, async () => {
      const stepper = stepperOf(classic, network, drawnWeights(name, network))
      const batch = trainingBatch(classic, golden.training.image)
      for (const expected of golden.training.losses) {
        const { loss } = await stepper.step(batch, 1e-4)
        expect(Math.abs(loss! - expected) / expected).toBeLessThan(1e-2)
      }
      stepper.dispose()
    })
  })
}

/** Runs and disposes of a session over the drawn weights. */
export async function expectGoldenOutput({ name, golden }: ClassicCase, session: InferenceSession): Promise<void> {
  const [images, height, width] = golden.image as [number, number, number]
  // What evidence is told by is no output of Keras's.
  const { features: _, ...outputs } = await session.run(picture(`${name}/image`, golden.image), images, height, width)
  const [output, ...more] = Object.values(outputs)
  await session.dispose()
  expect(more).toEqual([])
  const { shape, data } = output!
  expect(shape).toEqual(golden.output.shape)
  for (const [at, value] of golden.output.some as [number, number][]) expect(Math.abs(data[at]! - value), `at ${at}`).toBeLessThan(1e-4)
  expect(data.reduce((sum, value) => sum + value / data.length, 0)).toBeCloseTo(golden.output.mean, 4)
}

export function settingsOf({ loss }: ClassicCase, network: Network, weights: Weights): StepperSettings {
  return { network, weights, loss, optimizer: ADAM }
}

/** Not being traceable is a failure here. */
export function stepperOf(classic: ClassicCase, network: Network, weights: Weights): Stepper {
  return createStepper(settingsOf(classic, network, weights), (note) => {
    throw new Error(note)
  })
}
