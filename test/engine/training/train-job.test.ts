import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  jobSamples,
  type JobProgress,
  type JobPreview,
  type JobSample,
  type JobSamples,
  type TrainJob,
  type TrainResult,
} from '#shared/contracts/job.ts'
import { evaluateCoco } from '#shared/metrics/coco-ap.ts'
import type { PredictedBox, TruthBox } from '#shared/metrics/detection-records.ts'
import { modelFile } from '#shared/records/model-file.ts'
import { load } from '../../../src/engine/backends/probe.ts'
import { readModelFile, readModelWeights } from '../../../src/engine/data/model-folder.ts'
import { openPredictor } from '../../../src/engine/inference/open-predictor.ts'
import { rasterSource } from '../../../src/engine/inference/pixel-source.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import type { TrainEnvironment } from '../../../src/engine/training/train-prepare.ts'
import { runTrainJob } from '../../../src/engine/training/train-job.ts'
import { readRaster } from '../../../src/imaging/read.ts'
import { tinyEnvironment } from './tiny-environment.ts'
import { tinyJob, tinyPreset } from './tiny.ts'

interface Run {
  readonly result: Promise<TrainResult>
  readonly control: JobControl
  readonly progress: JobProgress[]
  readonly samples: JobPreview[]
  /** Resolves when a step of at least this number was told. */
  reached(step: number): Promise<void>
}

function start(job: TrainJob, environment: TrainEnvironment = { ...tinyEnvironment, checkpointSeconds: 1000 }): Run {
  const control = new JobControl()
  const progress: JobProgress[] = []
  const samples: JobPreview[] = []
  const waiting: { step: number; resolve: () => void }[] = []
  const result = runTrainJob(
    job,
    control,
    (event, payload) => {
      if (event === 'sample') samples.push(payload as JobPreview)
      if (event !== 'progress') return
      progress.push(payload as JobProgress)
      for (const { step, resolve } of waiting) if (((payload as JobProgress).step ?? 0) >= step) resolve()
    },
    environment,
  )
  const reached = (step: number): Promise<void> => new Promise((resolve) => waiting.push({ step, resolve })) // prettier-ignore
  return { result, control, progress, samples, reached }
}

describe('runTrainJob', () => {
  let folder: string
  beforeAll(() => load('tensorflow'))
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'train-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const model = (job: TrainJob) => readModelFile(job.modelFolder)

  it('ends at once when main goes away while it is prepared', async () => {
    const job = await tinyJob(folder, {}, { train: 2, val: 0 })
    let run: Run | undefined
    await new Promise<void>((resolve) => {
      // Who waited for this backend to open would wait for ever.
      const openBackend = (): Promise<never> => {
        resolve()
        return new Promise(() => undefined)
      }
      run = start(job, { ...tinyEnvironment, openBackend })
    })
    run!.control.end('interrupt')
    await expect(run!.result).rejects.toMatchObject({ code: 'interrupted' })
  })

  it('learns to find squares and discs, shows how, and saves a whole model', async () => {
    const job = await tinyJob(folder, { settings: { epochs: 60 } }, { train: 24, val: 8 })
    const run = start(job)
    const result = await run.result
    expect(result).toMatchObject({ kind: 'train', epochs: 60, steps: 360, stopped: 'finished', backend: 'tensorflow', notes: [] })
    expect(result.best).toBeGreaterThan(0.8)
    expect(result.onnxDifference).toBeLessThan(1e-3)
    expect(result.metrics['ap50']).toBe(result.best)
    expect(run.samples.length).toBeGreaterThanOrEqual(20)
    expect(run.samples.at(-1)?.images[0]?.found.length).toBeGreaterThan(0)
    const told = run.progress.flatMap(({ curves = [] }) => curves)
    expect(told).toEqual(result.curves)
    expect(new Set(told.map(({ name }) => name))).toEqual(
      new Set([
        'loss',
        'loss/class',
        'loss/box',
        'gradient-norm',
        'learning-rate',
        'val/ap50',
        'val/ap',
        'val/ap50/square',
        'val/ap50/disc',
      ]),
    )
    expect(new Set(run.progress.map(({ state }) => state))).toEqual(new Set(['preparing', 'running', 'validating', 'saving']))
    const file = modelFile.parse(JSON.parse(await readFile(path.join(job.modelFolder, 'model.json'), 'utf8')))
    expect(file).toMatchObject({ classes: ['square', 'disc'], best: result.best, seed: 7, frame: { width: 56, height: 56 } })
    expect((await readdir(job.modelFolder)).sort()).toEqual(['model.json', 'model.onnx', 'weights.safetensors'])
  })

  it('tells as the model’s score what an evaluation of its predictions tells, where those look at more sizes than a validation', async () => {
    const environment = { ...tinyEnvironment, preset: () => ({ ...tinyPreset, inferenceSizes: [[64, 64], [96, 96]] as const }) } // prettier-ignore
    const job = await tinyJob(folder, { settings: { epochs: 20 } }, { train: 12, val: 8 })
    const { best, curves, metrics } = await start(job, environment).result
    const { classes, val } = jobSamples.parse(JSON.parse(await readFile(path.join(job.folder, 'samples.json'), 'utf8')))
    const predictor = await openPredictor([job.modelFolder], environment)
    const [truths, predictions]: [TruthBox[], PredictedBox[]] = [[], []]
    for (const image of val) {
      const options = { minScore: 0.02, flips: false, mapPlace: null, turn: () => Promise.resolve() }
      const { found } = await predictor.predict(rasterSource(await readRaster(image.path)), image, options)
      const boxed = <T extends { readonly shape: JobSample['labels'][number]['shape']; readonly classIndex: number }>(all: readonly T[]) =>
        all.flatMap((one) =>
          one.shape.type === 'box' ? [{ ...one, box: one.shape, imageId: image.id, classId: classes[one.classIndex]! }] : [],
        )
      truths.push(...boxed(image.labels))
      predictions.push(...boxed(found))
    }
    await predictor.dispose()
    const { ap, ap50 } = evaluateCoco(truths, predictions).summary
    expect(best).toBeCloseTo(ap50, 10)
    expect(metrics['ap']).toBeCloseTo(ap, 10)
    expect(curves.filter(({ name }) => name === 'val/ap50').map(({ value }) => value)).not.toContain(best)
  })

  it('keeps the best weights when it is stopped, and nothing when it is cancelled', async () => {
    const kept = await tinyJob(path.join(folder, 'kept'), { settings: { epochs: 1000 } })
    const run = start(kept)
    await run.reached(5)
    run.control.end('keep')
    const result = await run.result
    expect(result.stopped).toBe('by-user')
    expect(result.steps).toBeLessThan(300)
    expect((await model(kept)).best).toBe(result.best)
    const cancelled = await tinyJob(path.join(folder, 'cancelled'), { settings: { epochs: 1000 } })
    const other = start(cancelled)
    await other.reached(5)
    other.control.end('cancel')
    await expect(other.result).rejects.toMatchObject({ code: 'cancelled' })
    await expect(model(cancelled)).rejects.toMatchObject({ code: 'no-model' })
  })

  it('pauses at a step, and goes on', async () => {
    const job = await tinyJob(folder, { settings: { epochs: 6 } })
    const run = start(job)
    await run.reached(2)
    run.control.pause()
    while (run.progress.at(-1)?.state !== 'paused') await new Promise((resolve) => setTimeout(resolve, 5))
    const at = run.progress.at(-1)?.step
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(run.progress.at(-1)).toMatchObject({ state: 'paused', step: at })
    run.control.resume()
    expect((await run.result).steps).toBe(18)
  })

  it('goes on from an earlier model, with other classes too', async () => {
    const first = await tinyJob(path.join(folder, 'first'), { settings: { epochs: 2 } })
    await start(first).result
    const second = await tinyJob(path.join(folder, 'second'), { from: first.modelFolder, settings: { epochs: 1, learningRate: 1e-12 } })
    await start(second).result
    const network = tinyPreset.network(2)
    const before = await readModelWeights(first.modelFolder, await model(first), network)
    const after = await readModelWeights(second.modelFolder, await model(second), network)
    expect(after.get('conv1/kernel')?.data[3]).toBeCloseTo(before.get('conv1/kernel')!.data[3]!, 6)
    const third = await tinyJob(path.join(folder, 'third'), { from: first.modelFolder, settings: { epochs: 1 } })
    const samples = path.join(third.folder, 'samples.json')
    await writeFile(samples, (await readFile(samples, 'utf8')).replace('["square","disc"]', '["square","disc","other"]'))
    expect((await start(third).result).notes).toEqual([expect.stringMatching(/2 arrays of the earlier model do not fit.*class/)])
  })

  it('trains without validation images, and keeps the last weights', async () => {
    const job = await tinyJob(folder, { settings: { epochs: 2 } }, { train: 4, val: 0 })
    const run = start(job)
    expect(await run.result).toMatchObject({ best: null, stopped: 'finished', metrics: {} })
    expect(run.samples).toHaveLength(2)
  })

  it('learns a single class', async () => {
    const job = await tinyJob(folder, { settings: { epochs: 2 } })
    const file = path.join(job.folder, 'samples.json')
    const list = jobSamples.parse(JSON.parse(await readFile(file, 'utf8')))
    const single = (samples: JobSamples['train']) =>
      samples.map((sample) => ({ ...sample, labels: sample.labels.map((label) => ({ ...label, classIndex: 0 })) }))
    await writeFile(file, JSON.stringify({ ...list, classes: ['thing'], train: single(list.train), val: single(list.val) }))
    const { steps, best, curves, notes } = await start(job).result
    expect({ steps, notes }).toEqual({ steps: 6, notes: [] })
    expect(best).not.toBeNull()
    expect(curves.every(({ value }) => Number.isFinite(value))).toBe(true)
  })

  it('names images that it cannot read, and learns from the others', async () => {
    const job = await tinyJob(folder, { settings: { epochs: 1 } })
    await writeFile(path.join(folder, 'images', 'train-3.png'), 'no picture')
    await writeFile(path.join(folder, 'images', 'val-1.png'), 'no picture')
    const { notes, best } = await start(job).result
    expect(notes).toEqual([
      expect.stringMatching(/train-3\.png was left out/),
      expect.stringMatching(/val-1\.png was left out of the validation/),
    ])
    expect(best).not.toBeNull()
  })

  it('refuses what it cannot learn from, in clear words', async () => {
    const job = await tinyJob(folder, {}, { train: 0, val: 1 })
    await expect(start(job).result).rejects.toMatchObject({ code: 'no-training-images' })
    await writeFile(path.join(job.folder, 'samples.json'), '{"classes":["a"]}')
    await expect(start(job).result).rejects.toMatchObject({ code: 'no-samples' })
    await rm(path.join(job.folder, 'samples.json'))
    await expect(start(job).result).rejects.toMatchObject({ code: 'no-samples' })
    const gone = await tinyJob(path.join(folder, 'gone'), { from: path.join(folder, 'nowhere') })
    await expect(start(gone).result).rejects.toMatchObject({ code: 'no-model' })
  })

  it('does not go on from a checkpoint of other settings', async () => {
    const job = await tinyJob(folder, { settings: { epochs: 1 } })
    await start(job).result
    await expect(start({ ...job, seed: 8 }).result).rejects.toMatchObject({ code: 'other-job' })
    expect((await start(job).result).steps).toBe(3)
  })
})
