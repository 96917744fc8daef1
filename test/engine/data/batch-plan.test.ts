import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchesPerEpoch, planEpoch, type PlanSettings } from '../../../src/engine/data/batch-plan.ts'

const settings = fc.record({
  frames: fc.integer({ min: 1, max: 60 }),
  batch: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
  sizes: fc.constantFrom<PlanSettings['sizes']>([[32, 32]], [[32, 48], [48, 32], [64, 64]]), // prettier-ignore
})

const framesOf = (plan: PlanSettings, epoch: number): number[] => planEpoch(plan, epoch).flatMap((b) => b.samples.map((s) => s.frame))

describe('planEpoch', () => {
  it('shows every frame at most once, and all of them where they fill the batches', () => {
    fc.assert(
      fc.property(settings, fc.nat({ max: 5 }), (plan, epoch) => {
        const frames = framesOf(plan, epoch)
        expect(frames).toHaveLength(batchesPerEpoch(plan) * plan.batch)
        if (plan.frames < plan.batch) return
        expect(new Set(frames).size).toBe(frames.length)
        expect(frames.length).toBeGreaterThan(plan.frames - plan.batch)
      }),
    )
  })

  it('takes few frames round and round', () => {
    const frames = framesOf({ frames: 3, batch: 8, seed: 1, sizes: [[32, 32]] }, 0)
    expect(frames).toHaveLength(8)
    for (const frame of [0, 1, 2]) expect(frames.filter((f) => f === frame).length).toBeGreaterThanOrEqual(2)
  })

  it('depends on seed and epoch alone', () => {
    fc.assert(
      fc.property(settings, fc.nat({ max: 5 }), (plan, epoch) => {
        expect(planEpoch(plan, epoch)).toEqual(planEpoch({ ...plan }, epoch))
      }),
    )
    const plan: PlanSettings = { frames: 40, batch: 4, seed: 1, sizes: [[32, 32]] }
    expect(framesOf(plan, 0)).not.toEqual(framesOf(plan, 1))
    expect(framesOf(plan, 0)).not.toEqual(framesOf({ ...plan, seed: 2 }, 0))
  })

  it('deals sizes evenly', () => {
    const plan: PlanSettings = { frames: 90, batch: 10, seed: 3, sizes: [[32, 48], [48, 32], [64, 64]] } // prettier-ignore
    const heights = planEpoch(plan, 2).map((batch) => batch.height)
    for (const height of [32, 48, 64]) expect(heights.filter((h) => h === height)).toHaveLength(3)
  })

  it('gives every place a seed of its own', () => {
    const seeds = planEpoch({ frames: 50, batch: 5, seed: 1, sizes: [[8, 8]] }, 0).flatMap((b) => b.samples.map((s) => s.seed))
    expect(new Set(seeds).size).toBe(50)
  })
})
