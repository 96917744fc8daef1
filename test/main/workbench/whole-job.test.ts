import { expect, test } from 'vitest'
import type { JobProgress } from '#shared/contracts/job.ts'
import { jobId } from '#shared/records/ids.ts'
import { WholeJob } from '../../../src/main/workbench/whole-job.ts'

const part = (fraction: number, secondsLeft: number | null): JobProgress => ({
  id: jobId.parse('part'),
  state: 'running',
  fraction,
  secondsLeft,
})

test('a cross-validation tells how far all of it is: the first fold by its own pace, later ones by what folds took', () => {
  let now = 0
  const whole = new WholeJob(jobId.parse('whole'), { folds: 5, took: [] }, () => 1000 * now)
  whole.begin('train')
  expect(whole.progress(part(0, null))).toMatchObject({ id: 'whole', fraction: 0, secondsLeft: null, curvesReset: true })
  now = 20
  const first = whole.progress(part(0.2, 80))
  expect(first.curvesReset).toBeUndefined()
  expect(first.fraction).toBeCloseTo(0.2 * 0.95 * 0.2)
  // 80 s of this one, and four like it.
  expect(first.secondsLeft).toBe(80 + 4 * 100)
  whole.begin('predict')
  expect(whole.progress(part(0.5, null)).fraction).toBeCloseTo(0.975 / 5)
  now = 110
  whole.foldDone()
  whole.begin('train')
  now = 120
  expect(whole.progress(part(0, null))).toMatchObject({ fraction: 0.2, secondsLeft: 100 + 3 * 110, curvesReset: true })
})

test('one that goes on knows from the folds that are done what one takes', () => {
  const whole = new WholeJob(jobId.parse('whole'), { folds: 4, took: [50, 70] }, () => 0)
  whole.begin('train')
  expect(whole.progress(part(0, null))).toMatchObject({ fraction: 0.5, secondsLeft: 120 })
})

test('what is wished between two parts holds for the next one', async () => {
  const told: string[] = []
  const steered = { pause: () => told.push('pause'), resume: () => told.push('resume'), cancel: () => told.push('cancel') } // prettier-ignore
  const handle = Object.fromEntries(Object.entries(steered).map(([name, tell]) => [name, () => Promise.resolve(tell())])) as never
  const whole = new WholeJob(jobId.parse('whole'), { folds: 2, took: [] })
  await whole.pause()
  whole.begin('train')
  whole.take(handle)
  expect(told).toEqual(['pause'])
  await whole.cancel(false)
  expect(told).toEqual(['pause', 'cancel'])
  expect(() => whole.begin('predict')).toThrow('cancelled')
})
