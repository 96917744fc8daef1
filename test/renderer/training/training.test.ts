import { describe, expect, test } from 'vitest'
import { trainRequest } from '../../../src/shared/contracts/work.ts'
import { modelId } from '../../../src/shared/records/ids.ts'
import { type ModelRecord } from '../../../src/shared/records/model.ts'
import { columnsOf, legendNumber, namesPresent, restingPlace, valueAt } from '../../../src/renderer/training/curve-data.ts'
import { estimatedSeconds, plannedEpochs } from '../../../src/renderer/training/estimates.ts'
import { choiceFault, foldsFor, INITIAL_CHOICE, requestOf, stainOf } from '../../../src/renderer/training/train-store.ts'

describe('curves', () => {
  const curves = [
    { epoch: 0.5, name: 'loss', value: 2 },
    { epoch: 1, name: 'loss', value: 1.5 },
    { epoch: 1, name: 'val/ap50', value: 0.3 },
    { epoch: 2, name: 'loss', value: Number.NaN },
  ]

  test('share one axis, with gaps where a name has no point; what is no number is left out', () => {
    expect(columnsOf(curves, ['loss', 'val/ap50'])).toEqual([
      [0.5, 1],
      [2, 1.5],
      [null, 0.3],
    ])
    expect(namesPresent(curves, ['val/loss', 'loss'])).toEqual(['loss'])
  })

  test('of a long training are thinned, first and last point kept', () => {
    const long = Array.from({ length: 50_000 }, (_, i) => ({ epoch: i / 100, name: 'loss', value: i }))
    const [epochs, losses] = columnsOf(long, ['loss'])
    expect(epochs.length).toBeLessThanOrEqual(1500)
    expect([epochs[0], epochs.at(-1)]).toEqual([0, 499.99])
    expect(losses?.at(-1)).toBe(49_999)
  })
})

describe('a legend that nothing points at', () => {
  test('tells the last value of each curve, or those at a place', () => {
    const xs = [0.1, 0.5, 0.9]
    expect([restingPlace(xs, 'end'), restingPlace(xs, 0.6), restingPlace(xs, null), restingPlace([], 'end')]).toEqual([2, 1, -1, -1])
    expect([legendNumber(1077, 0), legendNumber(1077.256, 2), legendNumber(0.5, 3)]).toEqual(['1,077', '1,077.26', '0.500'])
    expect([valueAt([1, 2, null], 2), valueAt([null, 2, 3], 0), valueAt([], 3), valueAt([1, 2], -1)]).toEqual([2, null, null, null])
  })
})

describe('the choice of a training', () => {
  test('left as it is, asks for the preset alone', () => {
    expect(requestOf(INITIAL_CHOICE, 'cells-lite0')).toEqual({ preset: 'cells-lite0', from: null, seed: 0, backend: null, settings: {} })
  })

  test('passes on what was set, and main takes it', () => {
    const choice = { ...INITIAL_CHOICE, epochs: 5, patience: 0, learningRate: 0.001, from: 'file' as const, weightFile: '/w.pth' }
    const request = requestOf(choice, 'ssd300-vgg16')
    expect(request.settings).toEqual({ epochs: 5, patience: 0, learningRate: 0.001, weightFile: '/w.pth' })
    expect(trainRequest.safeParse(request).success).toBe(true)
    expect(requestOf({ ...INITIAL_CHOICE, stain: 'macenko' }, 'x').settings).toEqual({ stain: 'macenko' })
    expect(requestOf({ ...choice, from: modelId.parse('m') }, 'x')).toMatchObject({ from: 'm', settings: { epochs: 5 } })
  })

  test('of folds is bounded by the slides that there are', () => {
    expect([2, 3, 4, 5, 40].map((groups) => foldsFor(INITIAL_CHOICE, groups))).toEqual([null, 3, 3, 5, 5])
    expect([4, 9, 10].map((groups) => foldsFor({ folds: 10 }, groups))).toEqual([3, 5, 10])
  })

  test('that goes on from a model keeps its stain normalisation', () => {
    expect(stainOf({ settings: { epochs: 3, stain: 'reinhard' } })).toBe('reinhard')
    expect(stainOf({ settings: { stain: 'hue' } })).toBe('none')
  })

  test('of a weight file without a file is no choice', () => {
    expect(choiceFault({ ...INITIAL_CHOICE, from: 'file' })).not.toBeNull()
    expect(choiceFault(INITIAL_CHOICE)).toBeNull()
  })
})

test('few images mean more epochs, unless a person said how many', () => {
  const preset = { epochs: 10, leastSteps: 300, batch: 8 }
  const own = { epochs: null, batch: null }
  expect(plannedEpochs(preset, own, 16)).toBe(150)
  expect(plannedEpochs(preset, own, 17)).toBe(100)
  expect(plannedEpochs(preset, own, 8000)).toBe(10)
  expect(plannedEpochs(preset, { ...own, batch: 16 }, 16)).toBe(300)
  expect(plannedEpochs(preset, { ...own, epochs: 3 }, 16)).toBe(3)
  expect(plannedEpochs({ epochs: 10 }, own, 16)).toBe(10)
})

test('time is estimated from the newest training with the same preset, by epochs and images', () => {
  const model = (createdAt: string, part: Partial<ModelRecord>) =>
    ({ preset: 'p', createdAt, epochs: 10, seconds: 100, trainImages: 20, origin: null, ...part }) as ModelRecord
  const models = [model('2026-01-02', {}), model('2026-01-01', { seconds: 9000 }), model('2026-01-03', { preset: 'q', seconds: 1 })]
  expect(estimatedSeconds(models, 'p', 30, 40)).toBe(600)
  expect(estimatedSeconds(models, 'r', 30, 40)).toBeNull()
})
