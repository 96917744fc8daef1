import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { initialWeights } from '../../../src/engine/nn/initialize.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import { createStepper } from '../../../src/engine/training/step-create.ts'
import type { LossFunction, Stepper, StepperSettings } from '../../../src/engine/training/step.ts'
import { apart, runSteps, tinyBatch, tinySettings } from './stepping.ts'

/** Without batch norm: then parts give the gradient of the whole. */
const plain: Network = {
  name: 'plain',
  channels: 3,
  normalization: { mean: [127], scale: [128] },
  multiple: 2,
  fixedSize: null,
  build: (ops, input) => {
    const hidden = ops.relu6(ops.conv(input, { name: 'stem/conv', filters: 6, kernel: 3, stride: 2, bias: true }))
    return { scores: ops.toRows(ops.conv(hidden, { name: 'head', filters: 2, kernel: 3, bias: true }), 2) }
  },
}

const plainSettings = (accumulate: number): StepperSettings =>
  tinySettings({ network: plain, weights: initialWeights(plain, 1), accumulate })

/** Five images: two parts are three and two of them, three parts are two, two and one. */
const batch = (seed: number) => tinyBatch(seed, 5, 8, 8)

async function fiveSteps(stepper: Stepper): Promise<Readonly<Record<string, number>>[]> {
  const scalars: Readonly<Record<string, number>>[] = []
  for (let i = 0; i < 5; i++) scalars.push(await stepper.step(batch(i), 1e-2))
  return scalars
}

/** What a stepper must do that works through batches in parts. `handles` counts what the backend holds. */
export function describeAccumulation(name: string, create: (settings: StepperSettings) => Stepper, handles: () => number): void {
  describe(`${name}, batches in parts`, () => {
    it.each([2, 3, 5, 9])('steps as with the whole batch where the loss is a mean over images: %i parts', async (accumulate) => {
      const [parts, whole] = [create(plainSettings(accumulate)), create(plainSettings(1))]
      const [scalars, expected] = [await fiveSteps(parts), await fiveSteps(whole)]
      for (const [i, values] of expected.entries()) for (const key of Object.keys(values)) expect(scalars[i]![key]).toBeCloseTo(values[key]!, 5) // prettier-ignore
      expect(apart(parts.state().weights, whole.state().weights)).toBeLessThan(1e-5)
      parts.dispose()
      whole.dispose()
    })

    it('takes the statistics of batch norm part by part, and moves its averages once a part', async () => {
      // Without a learning rate only the averages move.
      const [parts, single] = [create(tinySettings({ accumulate: 2 })), create(tinySettings())]
      const whole = tinyBatch(3, 4)
      await parts.step(whole, 0)
      for (const half of [0, 1]) {
        const cut = Object.entries(whole).map(([key, { shape, data }]) => {
          const size = data.length / 2
          return [key, { shape: [2, ...shape.slice(1)], data: data.slice(half * size, (half + 1) * size) }] as const
        })
        await single.step(Object.fromEntries(cut), 0)
      }
      expect(apart(parts.state().weights, single.state().weights)).toBeLessThan(1e-6)
      expect(apart(parts.state().weights, tinySettings().weights)).toBeGreaterThan(1e-3)
      parts.dispose()
      single.dispose()
    })

    it('goes on from a stored state exactly as an unbroken run', async () => {
      const settings = tinySettings({ accumulate: 2 })
      const unbroken = create(settings)
      await runSteps(unbroken, 0, 5)
      const stored = unbroken.state()
      const rest = await runSteps(unbroken, 5, 10)
      const resumed = create(settings)
      resumed.load(stored)
      expect(await runSteps(resumed, 5, 10)).toEqual(rest)
      expect(resumed.state()).toEqual(unbroken.state())
      unbroken.dispose()
      resumed.dispose()
    })

    it('leaves nothing behind', async () => {
      const before = [tf.memory().numTensors, handles()]
      const stepper = create(tinySettings({ accumulate: 2 }))
      await runSteps(stepper, 0, 6)
      const early = [tf.memory().numTensors, handles()]
      await runSteps(stepper, 6, 24)
      expect([tf.memory().numTensors, handles()]).toEqual(early)
      stepper.dispose()
      expect([tf.memory().numTensors, handles()]).toEqual(before)
    })

    it('refuses an array that has no row an image', async () => {
      const stepper = create(plainSettings(2))
      const extra = { shape: [3], data: Float32Array.of(1, 2, 3) }
      await expect(stepper.step({ ...batch(0), extra }, 1e-3)).rejects.toThrow('extra [3] cannot be cut into parts')
      stepper.dispose()
    })
  })
}

/** `createStepper` where memory runs out with more than two images, as `exhaust` makes it run out. */
export function describeExhaustion(name: string, exhaust: () => tf.Tensor): void {
  const { loss } = plainSettings(1)
  const greedy: LossFunction = (outputs, fed) => {
    const values = loss(outputs, fed)
    return fed['image']!.shape[0]! > 2 ? { loss: tf.add(values.loss, exhaust()) } : values
  }

  describe(`memory that runs out on ${name}`, () => {
    it('halves the parts until they fit, says so, and steps as if it had been asked to', async () => {
      const notes: string[] = []
      const stepper = createStepper({ ...plainSettings(1), loss: greedy }, (note) => notes.push(note))
      const asked = createStepper(plainSettings(3))
      expect(await fiveSteps(stepper)).toEqual(await fiveSteps(asked))
      expect(stepper.state()).toEqual(asked.state())
      expect(stepper.accumulate).toBe(3)
      expect(notes).toEqual([
        'The memory ran out with 5 images at a time: a batch of 5 is learned from in 2 parts.',
        'The memory ran out with 3 images at a time: a batch of 5 is learned from in 3 parts.',
      ])
      stepper.dispose()
      asked.dispose()
    })

    it('is the caller’s error where one image is too much', async () => {
      const always: LossFunction = (outputs, fed) => ({ loss: tf.add(loss(outputs, fed).loss, exhaust()) })
      const notes: string[] = []
      const stepper = createStepper({ ...plainSettings(1), loss: always }, (note) => notes.push(note))
      const before = stepper.state()
      await expect(stepper.step(batch(0), 1e-3)).rejects.toThrow(/out of memory|Array buffer allocation failed/)
      expect(stepper.state()).toEqual(before)
      expect(notes).toHaveLength(3)
      stepper.dispose()
    })
  })
}
