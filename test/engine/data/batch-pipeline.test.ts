import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#shared/random.ts'
import { BatchPipeline, type PipelineSettings, type TrainImage, workersFor } from '../../../src/engine/data/batch-pipeline.ts'
import type { Augmentation } from '../../../src/engine/models/preset.ts'

const entry = new URL('../../../src/engine/data/worker.ts', import.meta.url)

const augmentation: Augmentation = {
  sizes: [[48, 64], [64, 48]], // prettier-ignore
  flips: true,
  quarterTurns: true,
  zoomIn: { probability: 0.5, max: 1.5 },
  zoomOut: { probability: 0, max: 1 },
  iouCrops: false,
  minVisible: 0.9,
  photometric: 'stain',
  blur: 0.3,
  noise: 0.3,
}

describe('BatchPipeline', () => {
  let folder: string
  const images: TrainImage[] = []
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pipeline-'))
    const random = createRandom(1)
    for (let i = 0; i < 7; i++) {
      const file = path.join(folder, `${i}.png`)
      const data = Uint8Array.from({ length: 80 * 60 * 3 }, () => random.int(256))
      await sharp(data, { raw: { width: 80, height: 60, channels: 3 } })
        .png()
        .toFile(file)
      const shape = { type: 'box' as const, x: 5 + i, y: 6, width: 20, height: 24 }
      const labels = [{ shape, classIndex: i % 3, ignore: false }]
      images.push({ path: file, width: 80, height: 60, labels })
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const settings = (more: Partial<PipelineSettings> = {}): PipelineSettings => ({
    images,
    frames: images.map((image, i) => ({ image: i, region: { x: 0, y: 0, width: image.width, height: image.height } })),
    plan: { batch: 3, seed: 5, sizes: augmentation.sizes },
    worker: { augmentation, truth: 'boxes', fill: [127, 127, 127], channels: 3, lowPriority: true },
    workers: 1,
    cacheBytes: 1e6,
    start: { epoch: 0, position: 0 },
    entry,
    ...more,
  })

  async function taken(count: number, more: Partial<PipelineSettings> = {}): Promise<unknown[]> {
    const pipeline = new BatchPipeline(settings(more))
    try {
      const batches: unknown[] = []
      for (let i = 0; i < count; i++) {
        const batch = await pipeline.next()
        batches.push({ plan: batch.plan, pixels: Float32Array.from(batch.pixels), truths: batch.truths })
        batch.release()
      }
      return batches
    } finally {
      await pipeline.close()
    }
  }

  it('gives the same batches for any number of workers and any cache', async () => {
    const one = await taken(9)
    expect(await taken(9, { workers: 3 })).toEqual(one)
    expect(await taken(9, { cacheBytes: 0 })).toEqual(one)
    expect(await taken(9, { cacheBytes: 3 * 80 * 60 * 2 })).toEqual(one)
  })

  it('goes on in the middle of an epoch as if it had never stopped', async () => {
    const all = await taken(6)
    expect(await taken(3, { start: { epoch: 1, position: 1 } })).toEqual(all.slice(3))
  })

  it('leaves a broken image out of what is learned, and tells of it', async () => {
    const broken = path.join(folder, 'broken.png')
    await writeFile(broken, 'no picture')
    const withBroken = images.map((image, i) => (i === 2 ? { ...image, path: broken } : image))
    const pipeline = new BatchPipeline(settings({ images: withBroken, plan: { batch: 7, seed: 5, sizes: [[48, 64]] } }))
    const batch = await pipeline.next()
    const place = batch.plan.samples.findIndex((sample) => sample.frame === 2)
    const ignored = { box: { x: 0, y: 0, width: 64, height: 48 }, classIndex: 0, ignore: true }
    expect(batch.truths[place]).toEqual({ kind: 'boxes', labels: [ignored] })
    expect([...new Set(batch.pixels.subarray(place * 48 * 64 * 3, (place + 1) * 48 * 64 * 3))]).toEqual([127])
    expect([...pipeline.broken.keys()]).toEqual([2])
    await pipeline.close()
  })

  it('refuses to learn when most images cannot be read', async () => {
    const gone = images.map((image) => ({ ...image, path: path.join(folder, 'gone.png') }))
    const pipeline = new BatchPipeline(settings({ images: gone, plan: { batch: 7, seed: 5, sizes: [[48, 64]] } }))
    await expect(pipeline.next()).rejects.toMatchObject({ code: 'images-unreadable' })
    await pipeline.close()
  })

  it('tells when a worker dies', async () => {
    const pipeline = new BatchPipeline(settings({ entry: new URL('./dying-worker.mjs', import.meta.url) }))
    await expect(pipeline.next()).rejects.toMatchObject({ code: 'image-worker' })
    await pipeline.close()
  })
})

describe('workersFor', () => {
  it('leaves a small machine to the training step', () => {
    expect([1, 2, 4, 8, 16, 64].map(workersFor)).toEqual([1, 1, 1, 2, 4, 4])
  })
})
