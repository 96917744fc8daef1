import { afterEach, describe, expect, it } from 'vitest'
import { engineContract } from '#shared/contracts/engine.ts'
import type { Job, JobResult, PredictResult } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { connect, serve } from '#shared/ipc/proxy.ts'
import { imageId, jobId } from '#shared/records/ids.ts'
import { EngineService, type EngineWork } from '../../../src/engine/jobs/engine-service.ts'
import type { JobControl } from '../../../src/engine/jobs/job-control.ts'
import { transportPair } from '../../shared/ipc/memory-transport.ts'
import { jobsAlone } from './engine-work.ts'

const result: PredictResult = { kind: 'predict', images: 0, objects: 0, seconds: 0, runtime: 'none', skipped: [] }
const predict = (id: string): Job => ({
  ...{ kind: 'predict', id: jobId.parse(id), modelFolders: ['/m'], images: [], minScore: 0.1, mapFolder: null, flips: false },
})

/** An engine in this process whose jobs are run by `run`. */
function engineWith(run: EngineWork['run']) {
  const { a: here, b: there } = transportPair()
  let emit: Parameters<EngineWork['run']>[2] = () => undefined
  const service = new EngineService(jobsAlone(run), (event, payload) => {
    emit(event, payload)
  })
  emit = serve(engineContract, service.handlers(), there).emit
  const client = connect(engineContract, here)
  const ended = new Promise<unknown>((resolve) => {
    client.onFinished(resolve)
    client.onFailed(resolve)
  })
  return { service, client, ended, transport: here }
}

/** A job that lasts until it is asked to end, and says how. */
const untilAsked = async (_: Job, control: JobControl): Promise<JobResult> => {
  let ending = await control.turn()
  while (ending === null) ending = await control.turn()
  throw new AppError(ending === 'cancel' ? 'cancelled' : 'interrupted', 'Ended.')
}

describe('the engine, over its contract', () => {
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  it('says hello', async () => {
    const { client } = engineWith(untilAsked)
    expect(await client.hello({})).toEqual({ pid: process.pid, node: process.version })
  })

  it('runs a job and tells its end', async () => {
    const { client, ended } = engineWith(() => Promise.resolve(result))
    expect(await client.start({ job: predict('a') })).toEqual({})
    expect(await ended).toEqual({ id: 'a', result })
  })

  it('refuses a second job, and takes one again afterwards', async () => {
    const { client, ended, service } = engineWith(untilAsked)
    stops.push(() => service.interrupt())
    await client.start({ job: predict('a') })
    await expect(client.start({ job: predict('b') })).rejects.toMatchObject({ code: 'engine-busy' })
    await client.cancel({ id: jobId.parse('b'), keep: false })
    await client.cancel({ id: jobId.parse('a'), keep: false })
    expect(await ended).toMatchObject({ id: 'a', cancelled: true, error: { code: 'cancelled' } })
    expect(await client.start({ job: predict('c') })).toEqual({})
  })

  it('refuses payloads that do not fit, and goes on', async () => {
    const { client, ended } = engineWith(() => Promise.resolve(result))
    const bad: readonly unknown[] = [
      { job: { ...predict('a'), kind: 'format-the-disk' } },
      { job: { ...predict('a'), minScore: 2 } },
      { job: { ...predict('a'), images: [{ id: imageId.parse('i'), path: '/x', width: -1, height: 2 }] } },
      { job: { ...predict('a'), id: '' } },
      {},
      null,
    ]
    for (const payload of bad) await expect(client.start(payload as never)).rejects.toMatchObject({ code: 'bad-payload' })
    await client.start({ job: predict('a') })
    expect(await ended).toMatchObject({ id: 'a', result })
  })

  it('tells a defect as one, and lack of memory in words for a person', async () => {
    const defect = engineWith(() => Promise.reject(new TypeError('x is undefined')))
    await defect.client.start({ job: predict('a') })
    expect(await defect.ended).toMatchObject({ error: { code: 'internal' }, cancelled: false })
    const full = engineWith(() => Promise.reject(new Error('OOM when allocating tensor with shape[8,512,512,64]')))
    await full.client.start({ job: predict('a') })
    expect(await full.ended).toMatchObject({ error: { code: 'out-of-memory', hint: expect.stringMatching(/smaller batch/) as string } })
  })

  it('interrupts its job when main goes away, and waits for it', async () => {
    const { client, service, ended } = engineWith(untilAsked)
    await client.start({ job: predict('a') })
    await service.interrupt()
    expect(await ended).toMatchObject({ error: { code: 'interrupted' } })
    await service.interrupt()
  })
})
