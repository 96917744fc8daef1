import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobPreview, JobProgress, JobSamples, TrainJob, TrainResult } from '#shared/contracts/job.ts'
import { boxContainsBox } from '#shared/geometry/box.ts'
import { imageId, jobId } from '#shared/records/ids.ts'
import { load } from '../../../src/engine/backends/probe.ts'
import { readModelFile, readModelWeights } from '../../../src/engine/data/model-folder.ts'
import { SamplePainter } from '../../../src/engine/data/sample-pictures.ts'
import { WINDOW_SIDE } from '../../../src/engine/data/windows/plan-windows.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import { WINDOWS_FILE } from '../../../src/engine/training/learned-samples.ts'
import { runTrainJob } from '../../../src/engine/training/train-job.ts'
import type { TrainEnvironment } from '../../../src/engine/training/train-prepare.ts'
import { createSlide, LANDMARK, landmarkAt, LANDMARKS } from '../../e2e/slide-file.ts'
import { countedOpen, countedReads, countInto } from './counted-reads.ts'
import { tinyEnvironment } from './tiny-environment.ts'
import { tinyJob, tinyPreset } from './tiny.ts'

const SIDE = 9000
const size = { width: SIDE, height: SIDE }

const environment: TrainEnvironment = {
  ...tinyEnvironment,
  checkpointSeconds: 1000,
  workerEntry: new URL('./counting-worker.ts', import.meta.url),
  openSource: countedOpen('main'),
}

/** A slide's sample: its landmarks are what there is to find. */
function slideSample(name: string, file: string, labelled: boolean): JobSamples['train'][number] {
  const labels = Array.from({ length: labelled ? LANDMARKS : 0 }, (_, at) => {
    const { x, y } = landmarkAt(at, size)
    return { shape: { type: 'box' as const, x, y, width: LANDMARK, height: LANDMARK }, classIndex: at % 2, ignore: false }
  })
  return { id: imageId.parse(name), path: file, ...size, micronsPerPixel: null, labels }
}

describe('a training on slides', () => {
  let folder: string
  let reads: string
  let samples: JobSamples
  beforeAll(async () => {
    await load('tensorflow')
    folder = await mkdtemp(path.join(os.tmpdir(), 'train-slide-'))
    reads = path.join(folder, 'reads.txt')
    const slide = path.join(folder, 'slide.tif')
    await createSlide(slide, size)
    const train = [slideSample('slide', slide, true), slideSample('empty', slide, false)]
    samples = { task: 'detection', classes: ['even', 'odd'], train, val: [slideSample('held-out', slide, true)] }
  }, 60_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function jobIn(name: string, list = samples): Promise<TrainJob> {
    const { settings, ...job } = await tinyJob(path.join(folder, name), {}, { train: 0, val: 0 })
    await mkdir(job.folder, { recursive: true })
    await writeFile(path.join(job.folder, 'samples.json'), JSON.stringify(list))
    return { ...job, id: jobId.parse(name), settings: { ...settings, epochs: 3 }, cacheFolder: path.join(folder, 'cache') }
  }

  interface Run {
    readonly result: TrainResult
    readonly shown: readonly JobPreview[]
    readonly steps: readonly number[]
  }

  async function run(job: TrainJob, interruptAt = Infinity): Promise<Run> {
    const control = new JobControl()
    const shown: JobPreview[] = []
    const steps: number[] = []
    const emit = (event: string, payload: unknown): void => {
      if (event === 'sample') shown.push(payload as JobPreview)
      const { step } = payload as JobProgress
      if (event !== 'progress' || step === undefined) return
      steps.push(step)
      if (step >= interruptAt) control.end('interrupt')
    }
    return { result: await runTrainJob(job, control, emit, environment), shown, steps }
  }

  const weightsOf = async ({ modelFolder }: TrainJob) =>
    readModelWeights(modelFolder, await readModelFile(modelFolder), tinyPreset.network(2))

  it(
    'reads windows and never more, learns and is judged on them, and shows what is found where it lies',
    { timeout: 120_000 },
    async () => {
      countInto(reads)
      const job = await jobIn('whole')
      const { result, shown } = await run(job)
      const kept = JSON.parse(await readFile(path.join(job.folder, WINDOWS_FILE), 'utf8')) as { samples: JobSamples }
      const own = kept.samples.train.filter(({ window }) => window?.imageId === 'slide')
      const held = landmarksIn(own)
      expect(held.size).toBe(LANDMARKS)
      expect(kept.samples.train.length - own.length).toBe(8)
      expect(new Set(kept.samples.val.map(({ window }) => window?.imageId))).toEqual(new Set(['held-out']))

      const counted = countedReads(reads)
      expect(new Set(counted.map(({ who }) => who))).toEqual(new Set(['main', 'worker']))
      for (const { width, height } of counted) expect(Math.max(width, height)).toBeLessThanOrEqual(WINDOW_SIDE)
      // At full resolution only windows are read.
      expect(counted.some(({ who, level }) => who === 'worker' && level !== 0)).toBe(false)

      expect(result.steps).toBeGreaterThan(3 * Math.floor(own.length / tinyPreset.defaults.batch))
      expect(result.best).not.toBeNull()
      expect(result.notes.join(' ')).toMatch(/windows of at most 2,048 pixels .* For validation: \d+ windows/)
      expect(result.notes.join(' ')).not.toContain('left out')
      expect(shown.length).toBeGreaterThan(0)
      for (const { imageId: of } of shown.flatMap(({ images }) => images)) expect(of).toBe('held-out')
    },
  )

  it('goes on after an interruption with the same windows, and ends with the same weights', { timeout: 120_000 }, async () => {
    countInto(reads)
    const broken = await jobIn('broken')
    await expect(run(broken, 4)).rejects.toMatchObject({ code: 'interrupted' })
    const planned = await readFile(path.join(broken.folder, WINDOWS_FILE), 'utf8')
    const { steps } = await run(broken)
    expect(Math.min(...steps)).toBeGreaterThan(1)
    expect(await readFile(path.join(broken.folder, WINDOWS_FILE), 'utf8')).toBe(planned)
    const unbroken = await jobIn('unbroken')
    await run(unbroken)
    expect(await weightsOf(broken)).toEqual(await weightsOf(unbroken))
  })

  it('shows samples of windows before it begins', { timeout: 60_000 }, async () => {
    const job = await jobIn('painted')
    const painter = new SamplePainter(() => tinyPreset)
    const asked = { preset: 'tiny', seed: 1, epoch: 0, batch: null, count: 24, folder: job.folder, colors: ['#ff0000'] }
    const { samples: painted, broken } = await painter.paint(asked)
    expect(broken).toEqual([])
    expect(painted).toHaveLength(24)
    expect(painted.some(({ boxes }) => boxes.length > 0)).toBe(true)
  })

  it('refuses the class of a whole image that memory does not suffice for, by name', async () => {
    const huge = { ...slideSample('huge', '/huge.svs', false), width: 400_000, height: 400_000 }
    const job = await jobIn('classes', { ...samples, task: 'classification', train: [huge] })
    await expect(run(job)).rejects.toMatchObject({ code: 'image-too-large', message: expect.stringContaining('/huge.svs') as string })
  })
})

/** Landmarks that lie whole, and not ignored, in a window. */
function landmarksIn(windows: JobSamples['train']): Set<string> {
  const whole = new Set<string>()
  for (const { window, width, height, labels } of windows)
    for (const { shape, ignore } of labels)
      if (shape.type === 'box' && !ignore && window && boxContainsBox({ x: 0, y: 0, width, height }, shape))
        whole.add(`${shape.x + window.x} ${shape.y + window.y} ${shape.width}`)
  return whole
}
