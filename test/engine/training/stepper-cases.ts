import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { Stepper, StepperSettings } from '../../../src/engine/training/step.ts'
import { expectClose, GOLDEN } from '../golden.ts'
import { apart, linearBatches, linearSettings, runSteps, tinyBatch, tinySettings } from './stepping.ts'

/** What every stepper must do. `handles` counts what the backend holds, beside TensorFlow.js's own count; `many` steps must leave no more. */
export function describeStepper(name: string, create: (settings: StepperSettings) => Stepper, handles: () => number, many: number): void {
  describe(name, () => {
    it('follows AdamW with clipping, decay, rate factors and averaging as numpy works them out', async () => {
      const stepper = create(linearSettings())
      for (const { batch, rate, loss, norm } of linearBatches()) {
        const scalars = await stepper.step(batch, rate)
        expect(scalars['loss']).toBeCloseTo(loss, 4)
        expect(scalars['gradient-norm']).toBeCloseTo(norm, 4)
      }
      const { weights, slots, step } = stepper.state()
      expect(step).toBe(5)
      for (const [parameter, end] of Object.entries(GOLDEN.adamW.end)) {
        expectClose(weights.get(parameter)!.data, end.weights)
        expectClose(slots.get(`first/${parameter}`)!.data, end.first)
        expectClose(slots.get(`second/${parameter}`)!.data, end.second)
        expectClose(stepper.averaged().get(parameter)!.data, end.average)
      }
      stepper.dispose()
    })

    it('repeats itself bit for bit', async () => {
      const [a, b] = [create(tinySettings()), create(tinySettings())]
      expect(await runSteps(a, 0, 20)).toEqual(await runSteps(b, 0, 20))
      expect(a.state()).toEqual(b.state())
      a.dispose()
      b.dispose()
    })

    it('goes on from a stored state exactly as an unbroken run', async () => {
      const unbroken = create(tinySettings())
      await runSteps(unbroken, 0, 10)
      const stored = unbroken.state()
      const rest = await runSteps(unbroken, 10, 20)
      const resumed = create(tinySettings())
      await runSteps(resumed, 0, 3) // Loading into a used stepper is no different.
      resumed.load(stored)
      expect(resumed.state()).toEqual(stored)
      expect(await runSteps(resumed, 10, 20)).toEqual(rest)
      expect(resumed.state()).toEqual(unbroken.state())
      expect(resumed.averaged()).toEqual(unbroken.averaged())
      unbroken.dispose()
      resumed.dispose()
    })

    it('leaves frozen layers as they are, and takes other ones on loading', async () => {
      const settings = tinySettings({}, true)
      const stepper = create(settings)
      await runSteps(stepper, 0, 3)
      const state = stepper.state()
      for (const key of ['stem/conv/kernel', 'stem/norm/gamma', 'stem/norm/mean'])
        expect(state.weights.get(key)).toEqual(settings.weights.get(key))
      expect(state.slots.has('first/stem/conv/kernel')).toBe(false)
      const kernel = state.weights.get('stem/conv/kernel')!
      const other = { shape: kernel.shape, data: kernel.data.map((value) => -value) }
      stepper.load({ ...state, weights: new Map([...state.weights, ['stem/conv/kernel', other]]) })
      const [changed] = await runSteps(stepper, 3, 4)
      stepper.load(state)
      const [before] = await runSteps(stepper, 3, 4)
      expect(Math.abs(changed!['loss']! - before!['loss']!)).toBeGreaterThan(1e-5)
      stepper.dispose()
    })

    it('learns a small batch by heart', async () => {
      const stepper = create(tinySettings({ optimizer: { ...tinySettings().optimizer, clipNorm: 0, weightDecay: 0 } }))
      const batch = tinyBatch(1, 1, 8, 8)
      const first = await stepper.step(batch, 0.02)
      for (let i = 0; i < 150; i++) await stepper.step(batch, 0.02)
      const last = await stepper.step(batch, 0.02)
      expect(last['loss']).toBeLessThan(first['loss']! / 5)
      stepper.dispose()
    })

    it('works without clipping, decay, averaging', async () => {
      const stepper = create(tinySettings({ optimizer: { ...tinySettings().optimizer, clipNorm: 0, weightDecay: 0, ema: 0 } }))
      await runSteps(stepper, 0, 2)
      const { weights, slots } = stepper.state()
      expect([...slots.keys()].some((slot) => slot.startsWith('average/'))).toBe(false)
      expect(apart(stepper.averaged(), weights)).toBe(0)
      stepper.dispose()
    })

    it('refuses weights that do not fit', () => {
      const settings = tinySettings()
      const missing = new Map([...settings.weights].filter(([key]) => key !== 'head/scores/bias'))
      expect(() => create({ ...settings, weights: missing })).toThrow('head/scores/bias')
      const wrong = new Map([...settings.weights, ['head/scores/bias', { shape: [3], data: new Float32Array(3) }]])
      expect(() => create({ ...settings, weights: wrong })).toThrow('[3], not [2]')
    })

    it(`keeps tensors and handles flat over ${many} steps, and frees them all`, async () => {
      const before = [tf.memory().numTensors, handles()]
      const stepper = create(tinySettings())
      await runSteps(stepper, 0, 6)
      const early = [tf.memory().numTensors, handles()]
      const batches = [tinyBatch(0, 1, 8, 8), tinyBatch(1, 2, 8, 8)]
      for (const batch of batches) await stepper.step(batch, 1e-3)
      for (let i = 0; i < many; i++) await stepper.step(batches[i % 2]!, 1e-3)
      stepper.load(stepper.state())
      await runSteps(stepper, 0, 3)
      expect([tf.memory().numTensors, handles()]).toEqual(early)
      stepper.dispose()
      expect([tf.memory().numTensors, handles()]).toEqual(before)
    }, 240_000)
  })
}
