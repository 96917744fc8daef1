import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { shapeBounds, isPlaced } from '#shared/geometry/shape-bounds.ts'
import type { Shape } from '#shared/records/shape.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BatchPipeline } from '../../../src/engine/data/batch-pipeline.ts'
import { SamplePainter } from '../../../src/engine/data/sample-pictures.ts'
import type { Raster } from '../../../src/imaging/raster.ts'
import { readRaster } from '../../../src/imaging/read.ts'
import { inTime } from '../../../src/imaging/time-limit.ts'
import { findPreset } from '../../../src/engine/models/registry.ts'
import { readSamples, trainFrames, trainImages } from '../../../src/engine/training/training-setup.ts'
import { tinyEnvironment } from '../training/tiny-environment.ts'
import { tinyJob, tinyPreset } from '../training/tiny.ts'

const COLORS = ['#ff0000', '#00ff00']

async function pixelsOf(address: string): Promise<{ data: Buffer; width: number; height: number }> {
  const bytes = Buffer.from(address.slice(address.indexOf(',') + 1), 'base64')
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

function polygonOf(shape: Shape): Shape {
  const { x, y, width, height } = isPlaced(shape) ? shapeBounds(shape) : { x: 0, y: 0, width: 1, height: 1 }
  return { type: 'polygon', rings: [[x, y, x + width, y, x + width, y + height, x, y + height]] }
}

describe('samples as they are seen before a training', () => {
  let home: string
  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'slidewright-pictures-'))
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  it('are those that the training gets', async () => {
    const { folder } = await tinyJob(path.join(home, 'boxes'))
    const painter = new SamplePainter(() => tinyPreset)
    const asked = { preset: 'tiny', folder, colors: COLORS, seed: 7, epoch: 3, batch: null, count: 4 }
    const { varied, samples, broken } = await painter.paint(asked)
    const images = trainImages((await readSamples(folder)).samples)
    const { augmentation, batch } = tinyPreset.defaults
    const pipeline = new BatchPipeline({
      images,
      frames: trainFrames(images, { width: 72, height: 72 }),
      plan: { batch, seed: 7, sizes: augmentation.sizes },
      worker: { augmentation, truth: 'boxes', fill: [127, 127, 127], channels: 3, lowPriority: true },
      ...{ workers: 1, cacheBytes: 1e8, start: { epoch: 3, position: 0 }, entry: tinyEnvironment.workerEntry },
    })
    const first = await pipeline.next()
    const truths = first.truths
      .slice(0, samples.length)
      .map((truth) =>
        truth.kind === 'boxes' ? truth.labels.filter(({ ignore }) => !ignore).map(({ box, classIndex }) => ({ classIndex, ...box })) : [],
      )
    const pixel = first.pixels.slice(0, 3)
    await pipeline.close()
    expect({ varied, broken }).toEqual({ varied: true, broken: [] })
    expect(samples.map(({ boxes }) => boxes)).toEqual(truths)
    const seen = await pixelsOf(samples[0]!.picture)
    expect([seen.width, seen.height]).toEqual([samples[0]!.width, samples[0]!.height])
    for (const [channel, value] of pixel.entries()) expect(Math.abs(seen.data[channel]! - value)).toBeLessThan(30)
    const others = await painter.paint({ ...asked, epoch: 4 })
    expect(others.samples.map(({ boxes }) => boxes)).not.toEqual(truths)
  })

  it('show areas by lines of their class', async () => {
    const { folder } = await tinyJob(path.join(home, 'areas'))
    const { samples: list } = await readSamples(folder)
    const outlined = list.train.map((sample) => ({
      ...sample,
      labels: sample.labels.map((label) => ({ ...label, classIndex: 1, shape: polygonOf(label.shape) })),
    }))
    await writeFile(path.join(folder, 'samples.json'), JSON.stringify({ ...list, task: 'segmentation', train: outlined }))
    const painter = new SamplePainter(findPreset)
    const { samples } = await painter.paint({ preset: 'unet', folder, colors: COLORS, seed: 1, epoch: 0, batch: null, count: 2 })
    const { data } = await pixelsOf(samples[0]!.picture)
    let green = 0
    for (let i = 0; i < data.length; i += 3) if (data[i + 1]! > data[i]! + 60 && data[i + 1]! > data[i + 2]! + 60) green++
    expect(green).toBeGreaterThan(10)
  })

  it('name an image that cannot be read and show the others', async () => {
    const { folder } = await tinyJob(path.join(home, 'broken'), {}, { train: 4, val: 1 })
    const { samples: list } = await readSamples(folder)
    await rm(list.train[0]!.path)
    const painter = new SamplePainter(() => tinyPreset)
    const { samples, broken } = await painter.paint({ preset: 'tiny', folder, colors: COLORS, seed: 7, epoch: 0, batch: null, count: 4 })
    expect(broken.map(({ name }) => name)).toEqual(['train-0.png'])
    expect(samples.length).toBeGreaterThan(0)
  })

  it('give up an image that never answers, by name, and show the others', async () => {
    const { folder } = await tinyJob(path.join(home, 'slow'), {}, { train: 4, val: 1 })
    const { samples: list } = await readSamples(folder)
    const slow = list.train[0]!.path
    const read = (file: string): Promise<Raster> => (file === slow ? new Promise(() => undefined) : readRaster(file))
    const painter = new SamplePainter(() => tinyPreset, inTime(read, 0.2))
    const { samples, broken } = await painter.paint({ preset: 'tiny', folder, colors: COLORS, seed: 7, epoch: 0, batch: null, count: 4 })
    expect(broken).toEqual([{ name: 'train-0.png', why: expect.stringContaining('could not be read within') as string }])
    expect(samples.length).toBeGreaterThan(0)
  })

  it('refuse a preset of another task', async () => {
    const { folder } = await tinyJob(path.join(home, 'wrong'), {}, { train: 2, val: 1 })
    const painter = new SamplePainter(findPreset)
    const asked = { preset: 'classifier-lite0', folder, colors: COLORS, seed: 7, epoch: 0, batch: null, count: 4 }
    await expect(painter.paint(asked)).rejects.toMatchObject({ code: 'wrong-task' })
  })
})
