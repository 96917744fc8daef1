import { describe, expect, it } from 'vitest'
import type { JobProgress } from '#shared/contracts/job.ts'
import { jobId } from '#shared/records/ids.ts'
import { ProgressReporter } from '../../../src/engine/jobs/progress-reporter.ts'

const id = jobId.parse('job')

describe('ProgressReporter', () => {
  it('sends at most ten messages a second, changes of state at once, and every point of a curve once', () => {
    const sent: JobProgress[] = []
    let time = 0
    const reporter = new ProgressReporter((progress) => sent.push(progress), () => time) // prettier-ignore
    reporter.report({ id, state: 'running', fraction: 0, secondsLeft: null, curves: [], curvesReset: true })
    for (let step = 1; step <= 100; step++) {
      time += 10
      reporter.report({
        id,
        state: 'running',
        fraction: step / 100,
        secondsLeft: null,
        step,
        curves: [{ epoch: step, name: 'loss', value: 1 }],
      })
    }
    reporter.report({ id, state: 'validating', fraction: 1, secondsLeft: null })
    expect(sent.length).toBeLessThanOrEqual(12)
    expect(sent[0]).toMatchObject({ curvesReset: true })
    expect(sent.slice(1).every((progress) => progress.curvesReset === undefined)).toBe(true)
    expect(sent.at(-1)?.state).toBe('validating')
    expect(sent.flatMap(({ curves = [] }) => curves.map(({ epoch }) => epoch))).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  })

  it('sends what it held back when asked', () => {
    const sent: JobProgress[] = []
    const reporter = new ProgressReporter((progress) => sent.push(progress), () => 0) // prettier-ignore
    reporter.report({ id, state: 'running', fraction: 0, secondsLeft: null })
    reporter.report({ id, state: 'running', fraction: 0.5, secondsLeft: null })
    expect(sent).toHaveLength(1)
    reporter.flush()
    reporter.flush()
    expect(sent.map(({ fraction }) => fraction)).toEqual([0, 0.5])
  })
})
