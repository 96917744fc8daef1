import { describe, expect, it } from 'vitest'
import { trainingKillCampaign } from '../../../bench/kills-training.ts'

describe('kill -9 of main or of the engine while it trains', () => {
  it('loses no committed edit, leaves no engine behind, and the training goes on to a usable model', async () => {
    const report = await trainingKillCampaign({ kills: 6, seed: 3, brisk: true, settings: { epochs: 1, batch: 1 } })
    expect(report.failures).toEqual([])
    expect(report.kills.main).toBeGreaterThan(0)
    expect(report.kills.engine).toBeGreaterThan(0)
    expect(report.committed).toBeGreaterThan(20)
    expect(report.usable?.images).toBe(1)
  }, 600_000)
})
