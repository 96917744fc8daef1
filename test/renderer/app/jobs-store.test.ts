import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { workContract, type JobUpdate, type JobView } from '../../../src/shared/contracts/work.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { connect, serve } from '../../../src/shared/ipc/proxy.ts'
import { jobId } from '../../../src/shared/records/ids.ts'
import { activeJob, createJobsStore, currentTraining } from '../../../src/renderer/app/jobs-store.ts'
import { transportPair } from '../../shared/ipc/memory-transport.ts'

const job = (id: string, part: Partial<JobView> = {}): JobView => ({
  ...{
    id: jobId.parse(id),
    kind: 'train',
    title: id,
    status: 'running',
    progress: null,
    curves: [],
    error: null,
    modelId: null,
    runId: null,
  },
  ...part,
})

const told = (...given: Parameters<typeof job>): JobUpdate => ({ ...job(...given), curvesReset: false })

function connected() {
  const { a, b } = transportPair()
  const refuse = (): never => {
    throw new AppError('not-here', 'The stand-in does not do this.')
  }
  const nothing = () => ({})
  const { emit } = serve(
    workContract,
    {
      ...{
        presets: () => [],
        backends: () => [],
        trainingData: refuse,
        newLabels: refuse,
        trainFolds: refuse,
        foldsReport: refuse,
        lookAlikes: refuse,
        colorCheck: refuse,
        domainNote: refuse,
        domainCheck: refuse,
        samplePictures: refuse,
        train: refuse,
        predict: refuse,
        evaluate: refuse,
        compareModels: refuse,
        modelTests: refuse,
        proposeModel: refuse,
        importModel: refuse,
        checkOutlineModel: refuse,
        outlineLook: refuse,
        outline: refuse,
      },
      ...{ jobs: () => [job('old', { status: 'interrupted' })], pause: nothing, resume: nothing, cancel: nothing },
    },
    b,
  )
  return { jobs: createJobsStore(connect(workContract, a)), emit }
}

// A clock of the test's own: how fast the machine is must not decide.
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const after = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

describe('jobs', () => {
  test('show a change of status at once and progress in gathered updates', async () => {
    const { jobs, emit } = connected()
    let updates = 0
    jobs.subscribe(() => updates++)
    emit('job', told('a'))
    await after(10)
    expect(jobs.getState().jobs.get(jobId.parse('a'))?.status).toBe('running')
    for (let i = 0; i < 50; i++) emit('job', told('a', { title: String(i) }))
    await after(20)
    expect(updates).toBe(1)
    emit('job', told('a', { title: 'end', status: 'finished' }))
    await after(10)
    expect(updates).toBe(2)
    expect(jobs.getState().jobs.get(jobId.parse('a'))).toMatchObject({ title: 'end', status: 'finished' })
    jobs.dispose()
  })

  test('tell each change of status once, with what it was before', async () => {
    const { jobs, emit } = connected()
    const heard: unknown[] = []
    jobs.onStatus(({ status }, before) => heard.push([before, status]))
    emit('job', told('a', { status: 'waiting' }))
    emit('job', told('a'))
    emit('job', told('a'))
    emit('job', told('a', { status: 'finished' }))
    await after(10)
    expect(heard).toEqual([
      [null, 'waiting'],
      ['waiting', 'running'],
      ['running', 'finished'],
    ])
    jobs.dispose()
  })

  test('put new points behind those that were told before, and forget those that are void', async () => {
    const { jobs, emit } = connected()
    const losses = () =>
      jobs
        .getState()
        .jobs.get(jobId.parse('a'))
        ?.curves.map(({ value }) => value)
    const point = (value: number) => ({ epoch: value, name: 'loss', value })
    emit('job', told('a', { curves: [point(1)] }))
    emit('job', told('a', { curves: [point(2)] }))
    await after(300)
    expect(losses()).toEqual([1, 2])
    emit('job', { ...told('a', { curves: [point(5)] }), curvesReset: true })
    await after(300)
    expect(losses()).toEqual([5])
    jobs.dispose()
  })

  test('of an earlier session are read, and the training to go on with is found', async () => {
    const { jobs } = connected()
    await jobs.load()
    expect(currentTraining(jobs.getState())?.id).toBe('old')
    expect(activeJob(jobs.getState())).toBeNull()
    jobs.dispose()
  })
})
