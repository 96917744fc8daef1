import { describe, expect, it } from 'vitest'
import { killCampaign } from '../../../bench/kills.ts'

describe('kill -9', () => {
  it('loses no committed edit, and leaves a project that opens and no lock behind', async () => {
    const report = await killCampaign(10, 7)
    expect(report.failures).toEqual([])
    expect(report.kills).toBe(10)
    expect(report.committed).toBeGreaterThan(10)
  }, 180_000)
})
