import { beforeAll, describe, expect, it } from 'vitest'
import { nativeBackend } from '../../../src/engine/backends/native.ts'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import { initialWeights } from '../../../src/engine/nn/initialize.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Ops } from '../../../src/engine/nn/ops.ts'
import { EagerStepper } from '../../../src/engine/training/eager-stepper.ts'
import type { Stepper, StepperSettings } from '../../../src/engine/training/step.ts'
import { StepRandom } from '../../../src/engine/training/step-random.ts'
import { TracedStepper } from '../../../src/engine/training/traced-stepper.ts'
import { tinyNetwork } from '../nets.ts'
import { apart, runSteps, tinyBatch, tinySettings } from './stepping.ts'

const DEPTH = 0.4
const DROPOUT = 0.25

/** Both kinds of chance in one network. */
const chancy: Network = {
  ...tinyNetwork(),
  build<T>(ops: Ops<T>, input: T) {
    const x = ops.conv(input, { name: 'stem', filters: 8, kernel: 3, stride: 2 })
    const side = ops.swish(ops.conv(x, { name: 'side', filters: 8, kernel: 3 }))
    const y = ops.dropout(ops.add(x, ops.dropConnect(side, { name: 'depth', rate: DEPTH })), { name: 'numbers', rate: DROPOUT })
    return { scores: ops.toRows(ops.sigmoid(ops.conv(y, { name: 'head', filters: 2, kernel: 3, bias: true })), 2) }
  },
}
const settings = (seed: number): StepperSettings => tinySettings({ network: chancy, weights: initialWeights(chancy, 1), seed })

describe('random factors of a step', () => {
  const random = new StepRandom(chancy, 3)
  const batch = tinyBatch(1, 400, 16, 16)

  it('are declared by shape of a sample, once, and with a share that can be', () => {
    expect(declareNetwork(chancy, 16, 24).random).toEqual([
      { name: 'depth', shape: [1, 1, 1], rate: DEPTH },
      { name: 'numbers', shape: [8, 12, 8], rate: DROPOUT },
    ])
    const dropping = (rate: number, times = 1): Network => ({
      ...chancy,
      build: (ops, x) => ({ y: Array.from({ length: times }).reduce<typeof x>((y) => ops.dropConnect(y, { name: 'd', rate }), x) }),
    })
    expect(declareNetwork(dropping(0)).random).toEqual([])
    expect(() => declareNetwork(dropping(0.5, 2))).toThrow('declared twice')
    for (const rate of [-0.1, 1, NaN]) expect(() => declareNetwork(dropping(rate))).toThrow('a share')
  })

  it('leave out the share that is asked for, and make up for it', () => {
    const fed = random.fed(batch, 0)
    const expected: readonly (readonly [string, number, number[]])[] = [
      ['depth', DEPTH, [400, 1, 1, 1]],
      ['numbers', DROPOUT, [400, 8, 8, 8]],
    ]
    for (const [name, rate, shape] of expected) {
      const array = fed[`random/${name}`]!
      expect(array.shape).toEqual(shape)
      expect(new Set(array.data)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]))
      const { length } = array.data
      const zeros = [...array.data].filter((value) => value === 0).length
      expect(Math.abs(zeros - rate * length)).toBeLessThan(4 * Math.sqrt(length * rate * (1 - rate)))
    }
  })

  it('follow from seed and step alone, and differ between steps, seeds and names', () => {
    const depth = (seed: number, step: number) => new StepRandom(chancy, seed).fed(batch, step)['random/depth']!.data
    random.fed(batch, 6)
    expect(random.fed(batch, 7)['random/depth']!.data).toEqual(depth(3, 7))
    expect(depth(3, 7)).not.toEqual(depth(3, 8))
    expect(depth(3, 7)).not.toEqual(depth(4, 7))
    const stays = (data: Iterable<number>) => Array.from(data, (value) => value > 0)
    expect(stays(random.fed(batch, 7)['random/numbers']!.data.slice(0, 400))).not.toEqual(stays(depth(3, 7)))
  })

  it('are not fed where a network wants none', () => {
    expect(new StepRandom(tinyNetwork(), 1).fed(batch, 0)).toBe(batch)
  })
})

describe('a training with chance in it', () => {
  beforeAll(loadTensorflow)
  const traced = (seed: number) => new TracedStepper(nativeBackend()!, settings(seed))
  const eager = (seed: number) => new EagerStepper(settings(seed))

  it.each([
    ['traced', traced],
    ['eager', eager],
  ] as const)('repeats itself and goes on exactly (%s)', async (_, create: (seed: number) => Stepper) => {
    const unbroken = create(5)
    await runSteps(unbroken, 0, 6)
    const stored = unbroken.state()
    const rest = await runSteps(unbroken, 6, 12)
    const [resumed, other] = [create(5), create(6)]
    resumed.load(stored)
    other.load(stored)
    expect(await runSteps(resumed, 6, 12)).toEqual(rest)
    expect(resumed.state()).toEqual(unbroken.state())
    expect(await runSteps(other, 6, 12)).not.toEqual(rest)
    for (const stepper of [unbroken, resumed, other]) stepper.dispose()
  })

  it('draws anew for each step: the same batch without learning gives other losses', async () => {
    const stepper = traced(1)
    const losses: number[] = []
    for (let i = 0; i < 6; i++) losses.push((await stepper.step(tinyBatch(1), 0))['loss']!)
    expect(new Set(losses).size).toBeGreaterThan(3)
    stepper.dispose()
  })

  it('is the same traced and operation by operation', async () => {
    const [a, b] = [traced(2), eager(2)]
    const [scalars, expected] = [await runSteps(a, 0, 10), await runSteps(b, 0, 10)]
    for (const [i, { loss }] of expected.entries()) expect(scalars[i]!['loss']).toBeCloseTo(loss!, 4)
    expect(apart(a.state().weights, b.state().weights)).toBeLessThan(2e-4)
    a.dispose()
    b.dispose()
  })
})
