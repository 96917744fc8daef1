import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jobSamples, type JobSample, type PredictedImage, type PredictJob, type TrainJob, type TrainResult } from '#shared/contracts/job.ts'
import { imageId, jobId } from '#shared/records/ids.ts'
import { measureStains, normalizeStains, stainTarget } from '#shared/stains/normalize.ts'
import { STAIN_METHODS, stainFacts, type StainFacts, type StainMethod } from '#shared/stains/stain-facts.ts'
import { load } from '../../../src/engine/backends/probe.ts'
import { BatchPipeline } from '../../../src/engine/data/batch-pipeline.ts'
import { readModelFile } from '../../../src/engine/data/model-folder.ts'
import { SamplePainter } from '../../../src/engine/data/sample-pictures.ts'
import { learnedStainOf } from '../../../src/engine/data/stains/learned-stain.ts'
import { sampleReader } from '../../../src/engine/data/windows/read-sample.ts'
import { type PredictEnvironment, runPredictJob } from '../../../src/engine/inference/predict-job.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import { runTrainJob } from '../../../src/engine/training/train-job.ts'
import type { Raster } from '../../../src/imaging/raster.ts'
import { readRaster } from '../../../src/imaging/read.ts'
import { fakeSlide } from '../inference/fake-slide.ts'
import { tinyEnvironment } from './tiny-environment.ts'
import { tinyJob, tinyPreset } from './tiny.ts'

/** Purple squares and pink discs on white, with some grain of the stain itself; `strength` is how much of it there is. */
async function stain(file: string, strength: number): Promise<void> {
  const { width, height, data } = await readRaster(file)
  const colors = Uint8Array.from({ length: data.length }, (_, i) => {
    const [grey, pixel] = [data[3 * Math.floor(i / 3)]!, Math.floor(i / 3)]
    const grain = strength * (0.7 + 0.6 * (((pixel * 7919) % 101) / 100))
    const other = (0.5 * grain * ((pixel * 104_729) % 97)) / 97
    const mixed = [grey === 60 ? grain : other, grey === 110 ? 0.8 * grain : other]
    const [h, e] = grey === 230 ? [0, 0] : mixed
    return Math.round(250 * 10 ** -([0.65, 0.7, 0.29][i % 3]! * h! + [0.07, 0.99, 0.11][i % 3]! * e!))
  })
  const png = await sharp(colors, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
  await writeFile(file, png)
}

const samplesOf = async (job: TrainJob) => jobSamples.parse(JSON.parse(await readFile(path.join(job.folder, 'samples.json'), 'utf8')))

async function stainedJob(folder: string, method: StainMethod): Promise<TrainJob> {
  const job = await tinyJob(folder, { settings: { epochs: 2, stain: method } }, { train: 6, val: 2 })
  const { train, val } = await samplesOf(job)
  for (const [i, { path: file }] of train.entries()) await stain(file, 0.8 + 0.1 * i)
  for (const { path: file } of val) await stain(file, 0.4)
  return job
}

const measured = async (method: StainMethod, file: string): Promise<StainFacts> =>
  stainFacts.parse(measureStains(method, (await readRaster(file)).data))

async function moved(file: string, target: StainFacts): Promise<Raster> {
  const raster = await readRaster(file)
  const data = raster.data.slice()
  normalizeStains(data, await measured(target.method, file), target)
  return { ...raster, data }
}

const train = (job: TrainJob): Promise<TrainResult> =>
  runTrainJob(job, new JobControl(), () => undefined, { ...tinyEnvironment, checkpointSeconds: 1000 })

async function predict(
  folder: string,
  files: readonly string[],
  environment: PredictEnvironment = tinyEnvironment,
): Promise<PredictedImage[]> {
  const told: PredictedImage[] = []
  const images = await Promise.all(
    files.map(async (file) => ({ id: imageId.parse(path.parse(file).name), path: file, ...(await sizeOf(file)) })),
  )
  const job: PredictJob = { kind: 'predict', id: jobId.parse('p'), modelFolders: [folder], images, minScore: 0.001, mapFolder: null, flips: false, tissueOnly: false } // prettier-ignore
  const take = (event: string, payload: unknown): void => {
    if (event === 'predicted') told.push(payload as PredictedImage)
  }
  await runPredictJob(job, new JobControl(), take, environment)
  return told
}

async function sizeOf(file: string): Promise<{ width: number; height: number }> {
  const { width, height } = await readRaster(file)
  return { width, height }
}

describe.each(STAIN_METHODS)('a training with stain normalisation by %s', (method) => {
  let home: string
  let job: TrainJob
  let learned: JobSample[]
  let result: TrainResult
  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'stain-'))
    await load('tensorflow')
    job = await stainedJob(home, method)
    learned = (await samplesOf(job)).train
    result = await train(job)
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  it('keeps with the model what was measured of the training images, and says so', async () => {
    const file = await readModelFile(job.modelFolder)
    const facts = await Promise.all(learned.map(({ path: picture }) => measured(method, picture)))
    expect(file).toMatchObject({
      format: 2,
      settings: { stain: method },
      stain: { target: stainTarget(method, facts), images: 6, left: 0 },
    })
    expect(result.notes.join(' ')).toMatch(
      /Stains were normalised by (Reinhard|Macenko) .* of 6 training images; predictions do the same\./,
    )
  })

  it('moves the colours of each sample in the image workers, as they are shown before the training', async () => {
    const target = (await readModelFile(job.modelFolder)).stain!.target
    const [first] = learned as [JobSample]
    const plain = { flips: false, zoomIn: { probability: 0, max: 1 }, photometric: 'none', blur: 0, noise: 0, sizes: [[72, 72]] } as const
    const augmentation = { ...tinyPreset.defaults.augmentation, ...plain }
    const pipeline = new BatchPipeline({
      images: [first],
      frames: [{ image: 0, region: { x: 0, y: 0, width: 72, height: 72 } }],
      plan: { batch: 1, seed: 1, sizes: [[72, 72]] },
      worker: { augmentation, truth: 'boxes', fill: [127, 127, 127], channels: 3, lowPriority: true, stain: target },
      ...{ workers: 1, cacheBytes: 1e8, start: { epoch: 0, position: 0 }, entry: tinyEnvironment.workerEntry },
    })
    const pixels = Array.from((await pipeline.next()).pixels.slice(0, 3 * 72 * 72), Math.round)
    await pipeline.close()
    const wanted = await moved(first.path, target)
    expect(pixels).toEqual([...wanted.data])
    expect(pixels).not.toEqual([...(await readRaster(first.path)).data])
    const painter = new SamplePainter(() => tinyPreset)
    const asked = { preset: 'tiny', folder: job.folder, colors: ['#ff0000', '#00ff00'], seed: 0, epoch: 0, batch: null, count: 2 }
    const [none, shown] = [await painter.paint(asked), await painter.paint({ ...asked, stain: method })]
    expect(shown.samples.map(({ name }) => name)).toEqual(none.samples.map(({ name }) => name))
    expect(shown.samples[0]?.picture).not.toBe(none.samples[0]?.picture)
  })

  it('predicts what a model without it finds on pictures that were moved by hand, whole or tile by tile', async () => {
    const target = (await readModelFile(job.modelFolder)).stain!.target
    const pale = path.join(home, 'images', 'pale.png')
    await cp(learned[0]!.path, pale)
    await sharp(await sharp(learned[0]!.path).linear(0.6, 90).png().toBuffer()).toFile(pale)
    const { data, width, height } = await moved(pale, target)
    const byHand = path.join(home, 'by-hand', 'pale.png')
    await cp(path.join(home, 'images'), path.dirname(byHand), { recursive: true })
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(byHand)
    const without = path.join(home, 'without')
    await cp(job.modelFolder, without, { recursive: true })
    await writeFile(path.join(without, 'model.json'), JSON.stringify({ ...(await readModelFile(without)), format: 1, stain: undefined }))
    const wanted = await predict(without, [byHand])
    expect(wanted[0]!.found.length).toBeGreaterThan(0)
    expect(await predict(job.modelFolder, [pale])).toEqual(wanted)
    const byTiles: PredictEnvironment = {
      ...tinyEnvironment,
      isLarge: () => true,
      openSource: async (file) => fakeSlide([await readRaster(file)]),
    }
    expect(await predict(job.modelFolder, [pale], byTiles)).toEqual(wanted)
    expect(await predict(without, [pale])).not.toEqual(wanted)
  })

  it('looks at a picture without a stain as it is, and records that', async () => {
    const grey = path.join(home, 'images', 'grey.png')
    await sharp(learned[0]!.path).greyscale().png().toFile(grey)
    const [told] = await predict(job.modelFolder, [grey])
    expect(told!.result).toMatchObject({ ownColors: 'grey' })
  })

  it('predicts together with no model that moves colours otherwise', async () => {
    const plain = path.join(home, 'plain')
    await cp(job.modelFolder, plain, { recursive: true })
    await writeFile(path.join(plain, 'model.json'), JSON.stringify({ ...(await readModelFile(plain)), stain: null }))
    const images = learned.map(({ id, path: file, width, height }) => ({ id, path: file, width, height }))
    const both: PredictJob = { kind: 'predict', id: jobId.parse('p'), modelFolders: [job.modelFolder, plain], images, minScore: 0.1, mapFolder: null, flips: false } // prettier-ignore
    await expect(runPredictJob(both, new JobControl(), () => undefined, tinyEnvironment)).rejects.toMatchObject({ code: 'models-differ' })
  })

  it('has the same target when it goes on, though an image is gone', async () => {
    const folder = path.join(home, 'again')
    const images = learned.slice(0, 3)
    await cp(job.folder, folder, { recursive: true })
    const before = await learnedStainOf(method, images, folder)
    await rm(learned[1]!.path)
    expect(await learnedStainOf(method, images, folder)).toEqual(before)
    await rm(path.join(folder, `stain-${method}.json`))
    expect(await learnedStainOf(method, images, folder)).toMatchObject({ images: 2 })
  })
})

describe('stain normalisation', () => {
  let home: string
  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'stain-'))
    await load('tensorflow')
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  it('cannot be chosen where no training image has a stain', async () => {
    const job = await tinyJob(path.join(home, 'grey'), { settings: { epochs: 1, stain: 'macenko' } }, { train: 2, val: 0 })
    await expect(train(job)).rejects.toMatchObject({
      code: 'no-stain',
      hint: expect.stringContaining('without stain normalisation') as string,
    })
  })

  it('names the training images that are left in their own colours', async () => {
    const job = await tinyJob(path.join(home, 'mixed'), { settings: { epochs: 1, stain: 'reinhard' } }, { train: 4, val: 2 })
    const { train: images, val } = await samplesOf(job)
    // Images of the validation are read elsewhere: only the image workers can tell of the grey one.
    for (const { path: file } of [...images.slice(1), ...val]) await stain(file, 1)
    const { notes } = await train(job)
    expect(notes.join(' ')).toContain('Left in their own colours: train-0.png (it is grey).')
    expect((await readModelFile(job.modelFolder)).stain).toMatchObject({ images: 3, left: 1 })
  })

  it('measures a slide once and as a whole, whatever window of it is read', async () => {
    const job = await stainedJob(path.join(home, 'slide'), 'macenko')
    const [first, second] = (await samplesOf(job)).train as [JobSample, JobSample]
    const target = await measured('macenko', second.path)
    const whole = fakeSlide([await readRaster(first.path)])
    const read = sampleReader({ open: () => Promise.resolve(whole), stain: target })
    const window = (x: number) => ({ width: 24, height: 72, window: { imageId: first.id, x, y: 0, of: { width: 72, height: 72 } } })
    const all = await moved(first.path, target)
    for (const x of [0, 24]) {
      const { data } = await read(first.path, window(x))
      const wanted = Array.from({ length: 72 }, (_, y) => [...all.data.subarray((y * 72 + x) * 3, (y * 72 + x + 24) * 3)]).flat()
      expect([...data]).toEqual(wanted)
    }
    expect(whole.reads.filter(({ width }) => width === 72)).toHaveLength(1)
  })
})
