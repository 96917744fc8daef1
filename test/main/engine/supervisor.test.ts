import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobProgress, PredictJob, TrainJob } from '#shared/contracts/job.ts'
import { imageId, jobId, newId } from '#shared/records/ids.ts'
import { EngineSupervisor } from '../../../src/main/engine/supervisor.ts'

const entry = new URL('./fake-engine.ts', import.meta.url).pathname

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('EngineSupervisor', () => {
  let folder: string
  let supervisor: EngineSupervisor
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'supervisor-'))
    supervisor = new EngineSupervisor({ execPath: process.execPath, entry })
  })
  afterEach(async () => {
    await supervisor.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const trainJob = (preset: string): TrainJob => ({
    kind: 'train', id: jobId.parse(newId()), preset, folder, modelFolder: path.join(folder, 'model'), from: null, seed: 0, backend: null, settings: {},
  }) // prettier-ignore

  const predictJob = (names: readonly string[]): PredictJob => ({
    kind: 'predict',
    id: jobId.parse(newId()),
    modelFolders: [folder],
    images: names.map((name, i) => ({ id: imageId.parse(`image-${i}`), path: name, width: 10, height: 10 })),
    minScore: 0.02,
    mapFolder: null,
    flips: false,
  })

  const starts = async (): Promise<number> => (await readFile(path.join(folder, 'starts'))).length

  it('runs jobs one after the other, each with its own result', async () => {
    const states: string[] = []
    const first = supervisor.start(trainJob('wait'))
    const second = supervisor.start(trainJob('finish'), { onProgress: (p) => states.push(p.state) })
    expect(states).toEqual(['waiting'])
    await first.cancel(true)
    expect(await first.done).toMatchObject({ stopped: 'by-user' })
    expect(await second.done).toMatchObject({ stopped: 'finished' })
  })

  it('starts a crashed engine again and finishes the job', async () => {
    const restarts: number[] = []
    const handle = supervisor.start(trainJob('crash:2'), { onRestart: ({ attempt }) => restarts.push(attempt) })
    expect(await handle.done).toMatchObject({ stopped: 'finished' })
    expect(restarts).toEqual([1, 2])
    expect(await starts()).toBe(3)
  })

  it('gives up after three restarts and says how the engine ended and what to do', async () => {
    const handle = supervisor.start(trainJob('crash:99'))
    await expect(handle.done).rejects.toMatchObject({
      code: 'engine-crashed',
      message: expect.stringMatching(/4 times.*SIGKILL[^]*about to die of crash:99/) as string,
      hint: expect.stringContaining('memory') as string,
    })
    expect(await starts()).toBe(4)
    expect(await supervisor.start(trainJob('finish')).done).toMatchObject({ stopped: 'finished' })
  })

  it('goes on with the images that a crashed prediction had not come to', async () => {
    const seen: string[] = []
    const job = predictJob(['a', 'broken', 'b', 'deadly', 'c'])
    const handle = supervisor.start(job, {
      onPredicted: ({ imageId: id }) => seen.push(id),
      onSkipped: ({ imageId: id }) => seen.push(`-${id}`),
    })
    const result = await handle.done
    expect(seen).toEqual(['image-0', '-image-1', 'image-2', 'image-3', 'image-4'])
    expect(result).toMatchObject({ images: 4, objects: 4, skipped: [{ imageId: 'image-1' }] })
  })

  it('leaves out by name the images that it dies over, and predicts the others', async () => {
    const seen: string[] = []
    const fractions: number[] = []
    const job = predictJob(['killer-1', 'a', '/slides/killer-2', 'killer-3', 'b', 'killer-4'])
    const handle = supervisor.start(job, {
      onPredicted: ({ imageId: id }) => seen.push(id),
      onSkipped: ({ imageId: id, error }) => seen.push(`-${id} ${error.code} ${error.message.split(' ')[0]!}`),
      onProgress: ({ fraction }) => fractions.push(fraction),
    })
    const result = await handle.done
    expect(seen).toEqual([
      '-image-0 image-crashed killer-1',
      'image-1',
      '-image-2 image-crashed killer-2',
      '-image-3 image-crashed killer-3',
      'image-4',
      '-image-5 image-crashed killer-4',
    ])
    expect(result).toMatchObject({ images: 2, objects: 2, skipped: [{}, {}, {}, {}] })
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
  })

  it('tries an image further while the engine gets further with it', async () => {
    const result = await supervisor.start(predictJob(['a', 'half-way', 'b'])).done
    expect(result).toMatchObject({ images: 3, skipped: [] })
  })

  it('goes on in a new engine after an image that was given up, and keeps none that has met one', async () => {
    const deaths: number[] = []
    const handle = supervisor.start(predictJob(['a', 'endless', 'b', 'endless']), { onRestart: ({ attempt }) => deaths.push(attempt) })
    expect(await handle.done).toMatchObject({ images: 2, skipped: [{ imageId: 'image-1' }, { imageId: 'image-3' }] })
    expect(deaths).toEqual([])
    expect(await supervisor.start(predictJob(['c'])).done).toMatchObject({ images: 1 })
  })

  it('blames no image where the engine dies before it has opened the model', async () => {
    const skipped: string[] = []
    const job = { ...predictJob(['a', 'b']), modelFolders: [path.join(folder, 'dies-early')] }
    const handle = supervisor.start(job, { onSkipped: ({ imageId: id }) => skipped.push(id) })
    await expect(handle.done).rejects.toMatchObject({ code: 'engine-crashed', message: expect.stringContaining('4 times') as string })
    expect(skipped).toEqual([])
  })

  it('gives up where one image after the other kills it', async () => {
    const impatient = new EngineSupervisor({ execPath: process.execPath, entry }, { imagesInARow: 1 })
    const job = predictJob(['a', 'killer-1', 'killer-2', 'b'])
    await expect(impatient.start(job).done).rejects.toMatchObject({ code: 'engine-crashed' })
    await impatient.stop()
  })

  it("passes the job's own error on", async () => {
    await expect(supervisor.start(trainJob('fail')).done).rejects.toMatchObject({ code: 'no-model', hint: 'Train one.' })
  })

  it('pauses, resumes and cancels', async () => {
    const states: JobProgress['state'][] = []
    let heard: () => void = () => undefined
    const until = (state: JobProgress['state']): Promise<void> =>
      new Promise((resolve) => {
        heard = () => {
          if (states.at(-1) === state) resolve()
        }
        heard()
      })
    const handle = supervisor.start(trainJob('wait'), {
      onProgress: (p) => {
        states.push(p.state)
        heard()
      },
    })
    await until('running')
    await handle.pause()
    await until('paused')
    await handle.resume()
    await until('running')
    await handle.cancel(false)
    await expect(handle.done).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('pauses again after a crash what was paused', async () => {
    const job = trainJob('wait')
    const states: JobProgress['state'][] = []
    const waits = new Map<number, () => void>()
    const handle = supervisor.start(job, {
      onProgress: (p) => {
        if (p.state === 'paused') {
          states.push(p.state)
          waits.get(states.length)?.()
        }
      },
    })
    const paused = (count: number): Promise<void> => new Promise((resolve) => waits.set(count, resolve))
    const [once, twice] = [paused(1), paused(2)]
    await handle.pause()
    await once
    process.kill(supervisor.pid!, 'SIGKILL')
    await twice
    await handle.cancel(false)
    await expect(handle.done).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('forgets a job that is cancelled while it waits', async () => {
    const first = supervisor.start(trainJob('wait'))
    const second = supervisor.start(trainJob('finish'))
    await second.cancel(false)
    await expect(second.done).rejects.toMatchObject({ code: 'cancelled' })
    await first.cancel(true)
    await first.done
  })

  it('lets the engine write its checkpoint when the program ends, and leaves no process behind', async () => {
    const running = new Promise<void>((resolve) => {
      supervisor.start(trainJob('wait'), { onProgress: () => { resolve() } }).done.catch(() => undefined) // prettier-ignore
    })
    await running
    const pid = supervisor.pid!
    await supervisor.stop()
    expect(existsSync(path.join(folder, 'interrupted'))).toBe(true)
    expect(alive(pid)).toBe(false)
    expect(() => supervisor.start(trainJob('wait'))).toThrow(/stopped/)
  })

  it('tells when the engine cannot be started at all', async () => {
    const broken = new EngineSupervisor({ execPath: process.execPath, entry: path.join(folder, 'missing.ts') }, { restarts: 1 })
    await expect(broken.start(trainJob('finish')).done).rejects.toMatchObject({ code: 'engine-crashed' })
    await expect(broken.presets()).rejects.toMatchObject({ code: 'engine-crashed' })
    const nowhere = new EngineSupervisor({ execPath: path.join(folder, 'no-node'), entry }, { restarts: 0 })
    await expect(nowhere.start(trainJob('finish')).done).rejects.toMatchObject({ code: 'engine-crashed' })
  })

  it('lets an idle engine go and starts it again', async () => {
    const brief = new EngineSupervisor({ execPath: process.execPath, entry }, { idleSeconds: 0.01 })
    await brief.presets()
    const pid = brief.pid!
    while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(brief.pid).toBeUndefined()
    expect(await brief.presets()).toEqual([])
    await brief.stop()
  })
})
