import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { nativeBackend } from '../../../src/engine/backends/native.ts'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { EagerStepper } from '../../../src/engine/training/eager-stepper.ts'
import { meanScalars, microBatches } from '../../../src/engine/training/micro-batches.ts'
import { createStepper } from '../../../src/engine/training/step-create.ts'
import type { StepperSettings } from '../../../src/engine/training/step.ts'
import { TracedStepper } from '../../../src/engine/training/traced-stepper.ts'
import { describeAccumulation, describeExhaustion } from './accumulate-cases.ts'
import { apart, runSteps, tinyBatch, tinySettings } from './stepping.ts'

beforeAll(loadTensorflow)

const handles = () => nativeBackend()!.binding.getNumOfTensors()
const traced = (settings: StepperSettings) => new TracedStepper(nativeBackend()!, settings)

describeAccumulation('traced', traced, handles)
describeAccumulation('eager on tensorflow', (settings) => new EagerStepper(settings), handles)
describeExhaustion('tensorflow', () => tf.sum(tf.ones([2 ** 24, 2 ** 23])))

describe('a graph or an operation of TensorFlow for which there is no memory', () => {
  const whole = tinyBatch(1, 4)
  const note = (size: number, parts: number) =>
    `The memory ran out with ${size} images at a time: a batch of 4 is learned from in ${parts} parts.`

  /** Takes a step while the numbered runs of step graphs fail; gives the notes and the state. */
  async function stepped(settings: StepperSettings, failing: readonly number[]) {
    const backend = nativeBackend()!
    const { binding } = backend
    let runs = 0
    const runSavedModel: typeof binding.runSavedModel = (id, inputs, names, fetches) => {
      if (/scalar|part/.test(fetches) && failing.includes(runs++))
        throw new Error('Session fail to run with error: OOM when allocating tensor')
      return binding.runSavedModel(id, inputs, names, fetches)
    }
    const bound = (value: unknown): unknown => (typeof value === 'function' ? value.bind(binding) : value)
    backend.binding = new Proxy({} as typeof binding, {
      get: (_, key) => (key === 'runSavedModel' ? runSavedModel : bound(Reflect.get(binding, key))),
    })
    const notes: string[] = []
    try {
      const stepper = createStepper(settings, (text) => notes.push(text))
      await stepper.step(whole, 1e-2)
      const state = stepper.state()
      stepper.dispose()
      return { notes, state }
    } finally {
      backend.binding = binding
    }
  }

  it.each([
    { name: 'the whole batch', failing: [0], parts: 2, notes: [note(4, 2)] },
    { name: 'a part', failing: [0, 1], parts: 4, notes: [note(4, 2), note(2, 4)] },
    { name: 'the last part', failing: [0, 2], parts: 4, notes: [note(4, 2), note(2, 4)] },
  ])('changes nothing, and leads to smaller parts: $name', async ({ failing, parts, notes }) => {
    const before = handles()
    const yielding = await stepped(tinySettings(), failing)
    expect(yielding.notes).toEqual(notes)
    expect(yielding.state).toEqual((await stepped(tinySettings({ accumulate: parts }), [])).state)
    expect(handles()).toBe(before)
  })

  it('is heard from TensorFlow, which waits ten seconds for memory before', { timeout: 120_000 }, async () => {
    const { loss } = tinySettings()
    // More than a process can address.
    const huge = () => tf.sum(tf.fill([2 ** 24, 2 ** 23], 1))
    const greedy: StepperSettings['loss'] = (outputs, fed) => {
      const values = loss(outputs, fed)
      return fed['image']!.shape[0]! > 2 ? { loss: tf.add(values.loss, huge()) } : values
    }
    const yielding = await stepped(tinySettings({ loss: greedy }), [])
    expect(yielding.notes).toEqual([note(4, 2)])
    expect(yielding.state).toEqual((await stepped(tinySettings({ accumulate: 2 }), [])).state)
  })
})

describe('traced and eager in parts', () => {
  it('give the same numbers up to rounding', async () => {
    const [a, b] = [traced(tinySettings({ accumulate: 2 })), new EagerStepper(tinySettings({ accumulate: 2 }))]
    const [scalars, expected] = [await runSteps(a, 0, 9), await runSteps(b, 0, 9)]
    for (const [i, { loss }] of expected.entries()) expect(scalars[i]!['loss']).toBeCloseTo(loss!, 4)
    expect(apart(a.state().weights, b.state().weights)).toBeLessThan(2e-4)
    a.dispose()
    b.dispose()
  })
})

describe('microBatches', () => {
  it('cuts every array by images, in order', () => {
    const whole = tinyBatch(1, 5, 4, 4)
    const parts = microBatches(whole, 2)
    expect(parts.map(({ share }) => share)).toEqual([0.6, 0.4])
    for (const [name, { data, shape }] of Object.entries(whole)) {
      expect(parts.flatMap(({ batch }) => [...batch[name]!.data])).toEqual([...data])
      expect(parts.map(({ batch }) => batch[name]!.shape)).toEqual([3, 2].map((images) => [images, ...shape.slice(1)]))
    }
    expect(microBatches(whole, 1)).toEqual([{ batch: whole, share: 1 }])
    expect(microBatches(whole, 100)).toHaveLength(5)
  })

  it('averages scalars by share', () => {
    const mean = meanScalars([{ share: 0.75, scalars: { loss: 1 } }, { share: 0.25, scalars: { loss: 3, norm: 7 } }]) // prettier-ignore
    expect(mean).toEqual({ loss: 1.5, norm: 7 })
  })
})
