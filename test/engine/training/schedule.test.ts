import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { learningRate, type RateSettings } from '../../../src/engine/training/schedule.ts'

const cosine: RateSettings = { peak: 1, warmupSteps: 10, schedule: { kind: 'cosine', final: 0.02 }, epochs: 10, batchesPerEpoch: 20 }

describe('learningRate', () => {
  it('rises to its peak and falls by half a cosine to its end', () => {
    expect(learningRate(cosine, 0)).toBeCloseTo(0.1)
    expect(learningRate(cosine, 9)).toBeCloseTo(1)
    expect(learningRate(cosine, 10)).toBeCloseTo(1)
    expect(learningRate(cosine, (10 + 199) / 2)).toBeCloseTo(0.51)
    expect(learningRate(cosine, 199)).toBeCloseTo(0.02)
  })

  it('drops in steps', () => {
    const step: RateSettings = { ...cosine, warmupSteps: 0, schedule: { kind: 'step', everyEpochs: 3, factor: 0.1 } }
    expect(learningRate(step, 59)).toBeCloseTo(1)
    expect(learningRate(step, 60)).toBeCloseTo(0.1)
    expect(learningRate(step, 120)).toBeCloseTo(0.01)
  })

  it('stays, and drops by plateaus', () => {
    const constant: RateSettings = { ...cosine, schedule: { kind: 'constant' } }
    expect([0, 10, 199].map((step) => learningRate(constant, step, 3))).toEqual([0.1, 1, 1])
    const plateau: RateSettings = { ...cosine, schedule: { kind: 'plateau', factor: 0.1, patience: 8, minDelta: 1e-4 } }
    expect(learningRate(plateau, 50)).toBe(1)
    expect(learningRate(plateau, 50, 2)).toBeCloseTo(0.01)
  })

  it('keeps the warm-up to a fifth of a short run', () => {
    const short: RateSettings = { ...cosine, warmupSteps: 60, epochs: 2, batchesPerEpoch: 5 }
    expect(learningRate(short, 1)).toBeCloseTo(1)
    expect(learningRate(short, 9)).toBeCloseTo(0.02)
  })

  it('is never above its peak and never zero or less', () => {
    const settings = fc.record({
      peak: fc.constantFrom(1e-4, 2e-3, 1),
      warmupSteps: fc.nat(100),
      schedule: fc.constantFrom<RateSettings['schedule']>(
        { kind: 'cosine', final: 0.02 },
        { kind: 'step', everyEpochs: 3, factor: 0.1 },
        { kind: 'constant' },
        { kind: 'plateau', factor: 0.1, patience: 8, minDelta: 1e-4 },
      ),
      epochs: fc.integer({ min: 1, max: 50 }),
      batchesPerEpoch: fc.integer({ min: 1, max: 50 }),
    })
    fc.assert(
      fc.property(settings, fc.nat(2500), fc.nat(5), (rates, step, reductions) => {
        const rate = learningRate(rates, Math.min(step, rates.epochs * rates.batchesPerEpoch - 1), reductions)
        expect(rate).toBeGreaterThan(0)
        expect(rate).toBeLessThanOrEqual(rates.peak * (1 + 1e-12))
      }),
    )
  })
})
