import { describe, expect, it } from 'vitest'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'

const never = (): Promise<never> => new Promise(() => undefined)

describe('what comes before the work of a job', () => {
  it('is left at once when main goes away', async () => {
    const control = new JobControl()
    const prepared = control.preparing(never())
    control.end('interrupt')
    await expect(prepared).rejects.toMatchObject({ code: 'interrupted' })
    await expect(control.preparing(never())).rejects.toMatchObject({ code: 'interrupted' })
  })

  it('is waited for otherwise, also where the job is to be cancelled', async () => {
    const control = new JobControl()
    const prepared = control.preparing(new Promise((resolve) => setTimeout(resolve, 10, 'ready')))
    control.end('cancel')
    expect(await prepared).toBe('ready')
    await expect(control.preparing(Promise.reject(new Error('no backend')))).rejects.toThrow('no backend')
  })
})
