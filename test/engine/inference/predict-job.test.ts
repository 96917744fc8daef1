import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PredictJob, PredictResult, TrainJob } from '#shared/contracts/job.ts'
import { imageId, jobId } from '#shared/records/ids.ts'
import { load } from '../../../src/engine/backends/probe.ts'
import { runPredictJob } from '../../../src/engine/inference/predict-job.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import { runTrainJob } from '../../../src/engine/training/train-job.ts'
import { tinyEnvironment } from '../training/tiny-environment.ts'
import { tinyJob } from '../training/tiny.ts'

describe('runPredictJob', () => {
  let folder: string
  let trained: TrainJob
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'predict-'))
    await load('tensorflow')
    trained = await tinyJob(folder, { settings: { epochs: 3 } })
    await runTrainJob(trained, new JobControl(), () => undefined, { ...tinyEnvironment, checkpointSeconds: 1000 })
    await writeFile(path.join(folder, 'images', 'broken.png'), 'no picture')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const jobOf = (names: readonly string[], more: Partial<PredictJob> = {}): PredictJob => ({
    kind: 'predict',
    id: jobId.parse('predict'),
    modelFolders: [trained.modelFolder],
    images: names.map((name) => ({ id: imageId.parse(name), path: path.join(folder, 'images', `${name}.png`), width: 72, height: 72 })),
    minScore: 0.02,
    mapFolder: null,
    flips: false,
    ...more,
  })

  function start(job: PredictJob, control = new JobControl(), onEvent: (line: string) => void = () => undefined) {
    const events: string[] = []
    const emitted: unknown[] = []
    const result: Promise<PredictResult> = runPredictJob(
      job,
      control,
      (event, payload) => {
        if (event === 'progress') return
        const line = `${event} ${'imageId' in payload ? payload.imageId : ''}`
        events.push(line)
        emitted.push(payload)
        onEvent(line)
      },
      tinyEnvironment,
    )
    return { result, events, emitted }
  }

  it('tells what it found on each image, in order; a broken image is told and the rest goes on', async () => {
    const { result, events, emitted } = start(jobOf(['val-0', 'broken', 'val-1', 'missing', 'val-2']))
    expect(await result).toMatchObject({
      images: 3,
      runtime: expect.stringMatching(/ONNX Runtime/) as string,
      skipped: [{ imageId: 'broken' }, { imageId: 'missing', error: { code: 'image-missing' } }],
    })
    expect(events).toEqual(['predicted val-0', 'skipped broken', 'predicted val-1', 'skipped missing', 'predicted val-2'])
    const found = emitted.flatMap((payload) => (payload as { found?: { score: number }[] }).found ?? [])
    expect(found.length).toBe((await result).objects)
    expect(found.every(({ score }) => score >= 0.02)).toBe(true)
  })

  it('says so when an image is another one than was imported', async () => {
    const job = jobOf(['val-0'])
    const { result } = start({ ...job, images: job.images.map((image) => ({ ...image, width: 100 })) })
    expect((await result).skipped).toMatchObject([{ error: { code: 'image-changed' } }])
  })

  it('stops between two images', async () => {
    const control = new JobControl()
    const { result, events } = start(jobOf(['val-0', 'val-1', 'val-2', 'val-3']), control, (line) => {
      if (line === 'predicted val-1') control.end('cancel')
    })
    await expect(result).rejects.toMatchObject({ code: 'cancelled' })
    expect(events).toEqual(['predicted val-0', 'predicted val-1'])
  })

  it('gives the same with TensorFlow.js where the graph is gone, and says why', async () => {
    const onnx = start(jobOf(['val-0', 'val-1']))
    const { objects } = await onnx.result
    await rm(path.join(trained.modelFolder, 'model.onnx'))
    const { result } = start(jobOf(['val-0', 'val-1']))
    expect(await result).toMatchObject({ runtime: 'TensorFlow.js (tensorflow)', objects })
  })

  it('refuses a folder without a model', async () => {
    await expect(start(jobOf(['val-0'], { modelFolders: [folder] })).result).rejects.toMatchObject({ code: 'no-model' })
  })
})
