import { describe, expect, it, vi } from 'vitest'
import type { EngineSupervisor } from '../../../src/main/engine/supervisor.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { JobBook } from '../../../src/main/workbench/job-book.ts'

describe('work beside the jobs', () => {
  const book = () => new JobBook({} as EngineSupervisor, new WorkbenchEmitter())

  it('is seen and can be cancelled where its first piece lasts already', async () => {
    const jobs = book()
    const work = jobs.comparing(async ({ signal }) => {
      const [job] = await vi.waitUntil(() => (jobs.list().length > 0 ? jobs.list() : null), 20_000)
      expect(job).toMatchObject({ kind: 'compare', title: 'Comparing images', status: 'running', progress: { fraction: 0 } })
      await jobs.handle(job!.id).cancel(false)
      signal.throwIfAborted()
    })
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    expect(jobs.list().map(({ status }) => status)).toEqual(['cancelled'])
  })

  it('is not seen where it is done at once', async () => {
    const jobs = book()
    expect(await jobs.comparing(() => Promise.resolve('done'))).toBe('done')
    expect(jobs.list()).toEqual([])
  })
})
