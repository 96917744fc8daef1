import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { JobProgress, PredictedImage, PredictJob, PredictResult, TrainJob } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import { imageId, jobId } from '#shared/records/ids.ts'
import { load } from '../../../src/engine/backends/probe.ts'
import type { OpenSource } from '../../../src/engine/inference/large-image.ts'
import { type PredictEnvironment, runPredictJob } from '../../../src/engine/inference/predict-job.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import { runTrainJob } from '../../../src/engine/training/train-job.ts'
import { readRaster } from '../../../src/imaging/read.ts'
import { pyramidFolder } from '../../../src/imaging/slides/pyramid-layout.ts'
import { type FakeSlide, fakeSlide } from './fake-slide.ts'
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

  function start(
    job: PredictJob,
    control = new JobControl(),
    onEvent: (line: string) => void = () => undefined,
    environment: PredictEnvironment = tinyEnvironment,
  ) {
    const events: string[] = []
    const emitted: unknown[] = []
    const progress: JobProgress[] = []
    const result: Promise<PredictResult> = runPredictJob(
      job,
      control,
      (event, payload) => {
        if (event === 'progress') {
          progress.push(payload as JobProgress)
          return
        }
        const line = `${event} ${'imageId' in payload ? payload.imageId : ''}`
        events.push(line)
        emitted.push(payload)
        onEvent(line)
      },
      environment,
    )
    return { result, events, emitted, progress }
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

  describe('of an image that is read region by region', () => {
    const read: string[] = []
    /** A mosaic of the validation images, with glass beside it. */
    const mosaic = async (rows = 3): Promise<PredictJob> => {
      const file = path.join(folder, 'images', 'mosaic.png')
      const height = 72 * rows
      const parts = Array.from({ length: 4 * rows }, (_, i) => ({ input: path.join(folder, 'images', `val-${i % 3}.png`), left: 72 * (i % 4), top: 72 * Math.floor(i / 4) })) // prettier-ignore
      await sharp({ create: { width: 360, height, channels: 3, background: '#f4f4f6' } })
        .composite(parts)
        .png()
        .toFile(file)
      const images = [{ id: imageId.parse('mosaic'), path: file, width: 360, height }]
      return { ...jobOf([]), images }
    }
    const environment: PredictEnvironment = {
      ...tinyEnvironment,
      isLarge: () => true,
      openSource: async (file) => {
        read.push(path.basename(file))
        return fakeSlide([await readRaster(file)])
      },
    }

    it('finds what it finds where the image is held whole', async () => {
      const job = { ...(await mosaic()), tissueOnly: false }
      const [held, parts] = [start(job), start(job, undefined, undefined, environment)]
      expect(await held.result).toMatchObject({ images: 1, skipped: [] })
      expect((await parts.result).objects).toBeGreaterThan(0)
      expect(parts.emitted).toEqual(held.emitted)
      expect(read).toEqual(['mosaic.png'])
    })

    it('leaves out glass and says how much it was', async () => {
      const job = await mosaic()
      // Each word of progress a second after the one before, so that none is merged into the next.
      let now = 0
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000))
      const [all, part] = [
        start({ ...job, tissueOnly: false }, undefined, undefined, environment),
        start(job, undefined, undefined, environment),
      ]
      const tilesOf = ({ progress }: typeof all) => progress.find(({ tiles }) => tiles !== undefined)?.tiles
      await all.result
      await part.result
      clock.mockRestore()
      expect(tilesOf(part)).toBeLessThan(tilesOf(all)!)
      expect(all.emitted).toMatchObject([{ result: null }])
      const [told] = part.emitted as PredictedImage[]
      expect(told?.result).toMatchObject({ scores: null, anomaly: null, maps: [] })
      const { share = 0, tiles = 0, skipped = 0 } = told?.result?.glass ?? {}
      expect(share).toBeGreaterThan(0.1)
      expect(share).toBeLessThan(0.9)
      expect([tiles, tiles - skipped]).toEqual([tilesOf(all), tilesOf(part)])
    })

    it('looks only at tiles of the regions, and tells what has its centre in one', async () => {
      const job = { ...(await mosaic()), tissueOnly: false }
      const regions = [{ type: 'box', x: 10, y: 20, width: 140, height: 60 } as const]
      const limited = { ...job, images: job.images.map((image) => ({ ...image, regions })) }
      const [all, held] = [start(job), start(limited)]
      const parts = start(limited, undefined, undefined, environment)
      for (const { result } of [all, held, parts]) expect(await result).toMatchObject({ images: 1, skipped: [] })
      // Where glass is looked for, it is told how many tiles were asked about: with regions, just theirs.
      const tilesOf = async (asked: PredictJob): Promise<number> => {
        const { result, emitted } = start({ ...asked, tissueOnly: true }, undefined, undefined, environment)
        await result
        return (emitted as PredictedImage[])[0]?.result?.glass?.tiles ?? 0
      }
      expect(await tilesOf(limited)).toBeGreaterThan(0)
      expect(await tilesOf(limited)).toBeLessThan((await tilesOf(job)) / 2)
      const foundBy = ({ emitted }: typeof all): PredictedImage['found'] => (emitted[0] as PredictedImage).found
      const { holds } = regionTest(regions)
      const inside = foundBy(all).filter(({ shape }) => isPlaced(shape) && holds(shape))
      expect(inside.length).toBeGreaterThan(0)
      expect(inside.length).toBeLessThan(foundBy(all).length)
      expect(foundBy(held).every(({ shape }) => isPlaced(shape) && holds(shape))).toBe(true)
      // Whoever counts divides by what was looked at: the regions come back with it, of whole images none.
      const looked = [held, parts, all].map(({ emitted }) => (emitted[0] as PredictedImage).result?.regions)
      expect(looked).toEqual([regions, regions, undefined])
      // The surest ones are found either way; what neighbouring tiles agree on may differ for the faint ones at the edge.
      expect(foundBy(held)[0]).toEqual(inside[0])
      expect(parts.emitted).toEqual(held.emitted)
    })

    it('goes on after an interruption with the tiles that are missing, and tells the same', async () => {
      // Three blocks of pixels, one below the other.
      const job = { ...(await mosaic(16)), tissueOnly: false, cacheFolder: path.join(folder, 'cache') }
      /** What is read of the image, block by block; `onRead` is told how many there were. */
      const watched = (onRead: (reads: number) => void = () => undefined): { places: string[]; environment: PredictEnvironment } => {
        const places: string[] = []
        const openSource: OpenSource = async (file) => {
          const slide = fakeSlide([await readRaster(file)])
          const read: FakeSlide['read'] = (region, signal) => {
            onRead(places.push(`${region.x} ${region.y}`))
            return slide.read(region, signal)
          }
          return { ...slide, read }
        }
        return { places, environment: { ...environment, openSource } }
      }
      const all = watched()
      const whole = start({ ...job, cacheFolder: undefined }, undefined, undefined, all.environment)
      await whole.result
      expect(all.places).toEqual(['0 0', '0 512', '0 1024'])
      const control = new JobControl()
      const part = watched((reads) => {
        if (reads === 3) control.end('interrupt')
      })
      const first = start(job, control, undefined, part.environment)
      await expect(first.result).rejects.toMatchObject({ code: 'interrupted' })
      expect(first.emitted).toEqual([])
      const rest = watched()
      const second = start(job, undefined, undefined, rest.environment)
      await second.result
      expect(second.emitted).toEqual(whole.emitted)
      expect(rest.places).toEqual(['0 512', '0 1024'])
      expect(second.progress.at(-1)).toMatchObject({ fraction: 1, secondsLeft: 0 })
      // What was kept is not needed any more.
      expect(await readdir(path.join(job.cacheFolder, 'unfinished'))).toEqual([])
    })

    it('takes pyramids from where the window draws them, so that none is built twice', async () => {
      const job = { ...(await mosaic()), tissueOnly: false, cacheFolder: path.join(folder, 'cache') }
      const folders: unknown[] = []
      const openSource: OpenSource = async (file, { cacheFolder }) => {
        folders.push(cacheFolder)
        return fakeSlide([await readRaster(file)], 128)
      }
      await start(job, undefined, undefined, { ...environment, openSource }).result
      expect(folders).toEqual([pyramidFolder(job.cacheFolder)])
    })

    it('skips an image whose pixels cannot be read, and closes it', async () => {
      const job = { ...(await mosaic()), tissueOnly: false }
      const slides: FakeSlide[] = []
      const openSource = async (file: string) => {
        const slide = fakeSlide([await readRaster(file)], 128)
        slides.push(slide)
        const read = () => Promise.reject(new AppError('image-broken', 'mosaic.png is damaged'))
        return { ...slide, read }
      }
      const { result, events } = start(job, undefined, undefined, { ...environment, openSource })
      expect(await result).toMatchObject({ images: 0, skipped: [{ error: { code: 'image-broken' } }] })
      expect(events).toEqual(['skipped mosaic'])
      expect(slides.map((slide) => slide.closed())).toEqual([true])
    })
  })

  it('refuses a folder without a model', async () => {
    await expect(start(jobOf(['val-0'], { modelFolders: [folder] })).result).rejects.toMatchObject({ code: 'no-model' })
  })
})
