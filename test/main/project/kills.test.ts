import { describe, expect, it } from 'vitest'
import { killCampaign } from '../../../bench/kills.ts'
import { bulkKillCampaign } from '../../../bench/kills-bulk.ts'

describe('kill -9', () => {
  it('loses no committed edit, and leaves a project that opens and no lock behind', async () => {
    const report = await killCampaign(10, 7)
    expect(report.failures).toEqual([])
    expect(report.kills).toBe(10)
    expect(report.committed).toBeGreaterThan(10)
  }, 180_000)

  it('leaves of a relabelling of many objects all or nothing', async () => {
    const report = await bulkKillCampaign(4, { objects: 2000, seed: 7 })
    expect(report.failures).toEqual([])
    expect(report.undone + report.whole).toBe(4)
  }, 180_000)
})
