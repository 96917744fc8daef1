import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { nativeBackend } from '../../../src/engine/backends/native.ts'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { EagerStepper } from '../../../src/engine/training/eager-stepper.ts'
import { createStepper } from '../../../src/engine/training/step-create.ts'
import type { StepperSettings } from '../../../src/engine/training/step.ts'
import { TracedStepper } from '../../../src/engine/training/traced-stepper.ts'
import { describeStepper } from './stepper-cases.ts'
import { apart, runSteps, tinyBatch, tinySettings } from './stepping.ts'

beforeAll(loadTensorflow)

const handles = () => nativeBackend()!.binding.getNumOfTensors()
const traced = (settings: StepperSettings) => new TracedStepper(nativeBackend()!, settings)

describeStepper('the traced stepper', traced, handles, 2000)
describeStepper('the eager stepper on tensorflow', (settings) => new EagerStepper(settings), handles, 300)

describe('traced and eager', () => {
  it.each([false, true])('give the same numbers up to rounding (frozen stem: %s)', async (frozen) => {
    const [a, b] = [traced(tinySettings({}, frozen)), new EagerStepper(tinySettings({}, frozen))]
    const [scalars, expected] = [await runSteps(a, 0, 15), await runSteps(b, 0, 15)]
    for (const [i, { loss }] of expected.entries()) expect(scalars[i]!['loss']).toBeCloseTo(loss!, 4)
    expect(apart(a.state().weights, b.state().weights)).toBeLessThan(2e-4)
    expect(apart(a.state().slots, b.state().slots)).toBeLessThan(2e-4)
    a.dispose()
    b.dispose()
  })

  it('a state goes from one to the other', async () => {
    const [a, b] = [traced(tinySettings()), new EagerStepper(tinySettings())]
    await runSteps(a, 0, 4)
    b.load(a.state())
    const [next] = await runSteps(b, 4, 5)
    expect((await runSteps(a, 4, 5))[0]!['loss']).toBeCloseTo(next!['loss']!, 5)
    a.dispose()
    b.dispose()
  })
})

describe('a step that cannot be traced', () => {
  const settings = tinySettings()

  const peeking: StepperSettings['loss'] = (outputs, fed) => {
    const result = settings.loss(outputs, fed)
    result.loss.dataSync()
    return result
  }

  it('falls back to operation by operation, and says why once', async () => {
    const notes: string[] = []
    const stepper = createStepper({ ...settings, loss: peeking }, (note) => notes.push(note))
    const reference = new EagerStepper(settings)
    expect(await runSteps(stepper, 0, 4)).toEqual(await runSteps(reference, 0, 4))
    expect(notes).toEqual(['Training runs operation by operation, which is slower: the step reads a result back into JavaScript.'])
    stepper.dispose()
    reference.dispose()
  })

  it('is not tried where it was said so: nothing falls back, and the numbers are those of a step that goes operation by operation', async () => {
    const notes: string[] = []
    const stepper = createStepper({ ...settings, loss: peeking }, (note) => notes.push(note), { traced: false })
    const reference = new EagerStepper(settings)
    expect(await runSteps(stepper, 0, 6)).toEqual(await runSteps(reference, 0, 6))
    expect(stepper.state()).toEqual(reference.state())
    expect(notes).toEqual([])
    for (const one of [stepper, reference]) one.dispose()
  })

  it('is caught where its graph gives another loss than it had, and the state is as before', async () => {
    const random: StepperSettings['loss'] = (outputs, fed) => {
      const { loss } = settings.loss(outputs, fed)
      // Over many orders of magnitude, so that two draws are never near each other.
      return { loss: tf.add(loss, tf.mean(tf.exp(tf.mul(noise(), 80)))) }
    }
    const notes: string[] = []
    const noisy = createStepper({ ...settings, loss: random }, (note) => notes.push(note))
    await noisy.step(tinyBatch(0), 0)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toContain('its graph gives a loss of')
    const learnt = new Map([...settings.weights].filter(([name]) => !/mean|variance/.test(name)))
    expect(apart(learnt, noisy.state().weights)).toBe(0)
    noisy.dispose()
  })

  it('an error of the loss function stays an error', async () => {
    const broken: StepperSettings['loss'] = () => {
      throw new RangeError('no such class')
    }
    const stepper = createStepper({ ...settings, loss: broken })
    await expect(stepper.step(tinyBatch(0), 1e-3)).rejects.toThrow('no such class')
    stepper.dispose()
  })
})

/** Another number each time that the graph runs. */
function noise(): tf.Tensor {
  const native = nativeBackend()!
  const attributes = [
    { name: 'dtype', type: 4, value: 1 },
    { name: 'T', type: 4, value: 3 },
    { name: 'seed', type: 1, value: 0 },
    { name: 'seed2', type: 1, value: 0 },
  ]
  return native.executeSingleOutput('RandomUniform', attributes, [tf.tensor1d([4], 'int32')])
}
