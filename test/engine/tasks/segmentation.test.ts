import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobPreview, PredictedImage, PredictJob, TrainJob, TrainResult } from '#shared/contracts/job.ts'
import { jobSamples } from '#shared/contracts/job.ts'
import { drawShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import { jobId } from '#shared/records/ids.ts'
import { load } from '../../../src/engine/backends/probe.ts'
import { readModelFile } from '../../../src/engine/data/model-folder.ts'
import { areaMap } from '../../../src/engine/data/truth.ts'
import { runPredictJob } from '../../../src/engine/inference/predict-job.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import { runTrainJob } from '../../../src/engine/training/train-job.ts'
import { tinyAreasEnvironment, tinyAreasJob } from '../training/tiny-areas.ts'

async function train(job: TrainJob, stopAt = Infinity): Promise<{ result: TrainResult; previews: JobPreview[] }> {
  const control = new JobControl()
  const previews: JobPreview[] = []
  const result = await runTrainJob(
    job,
    control,
    (event, payload) => {
      if (event === 'sample') previews.push(payload as JobPreview)
      if (event === 'progress' && 'step' in payload && (payload.step ?? 0) >= stopAt) control.end('interrupt')
    },
    tinyAreasEnvironment,
  )
  return { result, previews }
}

async function predict(job: TrainJob, more: Partial<PredictJob> = {}): Promise<PredictedImage[]> {
  const { val } = jobSamples.parse(JSON.parse(await readFile(path.join(job.folder, 'samples.json'), 'utf8')))
  const predicted: PredictedImage[] = []
  await runPredictJob(
    {
      kind: 'predict',
      id: jobId.parse('predict'),
      modelFolders: [job.modelFolder],
      images: val.map(({ id, path: file, width, height }) => ({ id, path: file, width, height })),
      minScore: 0.02,
      mapFolder: null,
      flips: false,
      ...more,
    },
    new JobControl(),
    (event, payload) => {
      if (event === 'predicted') predicted.push(payload as unknown as PredictedImage)
    },
    tinyAreasEnvironment,
  )
  return predicted
}

describe('a training of areas', () => {
  let folder: string
  let job: TrainJob
  let trained: Awaited<ReturnType<typeof train>>
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'areas-'))
    await load('tensorflow')
    job = await tinyAreasJob(path.join(folder, 'first'))
    trained = await train(job)
  }, 300_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('learns to outline what is labelled, and remembers at which scale', async () => {
    const { result, previews } = trained
    expect(result).toMatchObject({ stopped: 'finished', notes: [] })
    expect(result.best).toBeGreaterThan(0.97)
    expect(result.metrics['dice']).toBe(result.best)
    expect(result.onnxDifference).toBeLessThan(1e-3)
    expect(new Set(result.curves.map(({ name }) => name).filter((name) => name.startsWith('val/')))).toEqual(
      new Set(['val/dice', 'val/jaccard', 'val/ap50', 'val/dice/square', 'val/dice/disc']),
    )
    expect(previews.at(-1)?.images[0]?.found.every(({ shape }) => shape.type === 'mask')).toBe(true)
    const { settings, frame, scoreMidpoints } = await readModelFile(job.modelFolder)
    // Where the objects of the validation images are told from what is none.
    expect(scoreMidpoints?.every((midpoint) => midpoint > 1 / 3 && midpoint < 0.98)).toBe(true)
    expect(scoreMidpoints?.length).toBe(2)
    // The squares touch.
    expect(settings['areas']).toMatchObject({ pixelsPerInput: 1, instances: true, leastAreas: [expect.any(Number), expect.any(Number)] })
    expect(frame).toEqual({ width: 48, height: 48 })
  })

  it('tells objects that touch apart, and draws maps of what it says', async () => {
    const maps = path.join(folder, 'maps')
    await mkdir(maps)
    const predicted = await predict(job, { mapFolder: maps })
    const { val } = jobSamples.parse(JSON.parse(await readFile(path.join(job.folder, 'samples.json'), 'utf8')))
    for (const [i, { found, result }] of predicted.entries()) {
      const { width, height, labels } = val[i]!
      expect(found.map(({ classIndex }) => classIndex).toSorted()).toEqual([0, 0, 1, 1])
      const kinds = result!.maps.map(({ kind, classIndex }) => [kind, classIndex])
      expect(kinds).toEqual([['classes', null], ['probability', 0], ['probability', 1]]) // prettier-ignore
      const region = { x: 0, y: 0, width, height }
      const drawn = new Uint8Array(width * height)
      for (const { shape, classIndex } of found) if (isAreaShape(shape)) drawShape(shape, drawn, region, classIndex + 1)
      const map = await sharp(path.join(maps, result!.maps[0]!.file)).toColourspace('b-w').raw().toBuffer()
      const truth = areaMap({ labels }, region)
      const share = (other: Uint8Array): number => drawn.reduce((same, value, k) => same + (value === other[k] ? 1 : 0), 0) / drawn.length
      expect(share(truth)).toBeGreaterThan(0.97)
      // The shapes are the map, but for specks that no object is so small as.
      expect(share(map)).toBeGreaterThan(0.995)
    }
  })

  it('predicts with several models and mirrored inputs', async () => {
    const predicted = await predict(job, { modelFolders: [job.modelFolder, job.modelFolder], flips: true })
    expect(predicted.map(({ found }) => found.filter(({ score }) => score >= 0.5).length)).toEqual(predicted.map(() => 4))
  })

  it('refuses a model whose last output meant something else', async () => {
    const older = path.join(folder, 'older')
    await cp(job.modelFolder, older, { recursive: true })
    const file = path.join(older, 'model.json')
    const model = JSON.parse(await readFile(file, 'utf8')) as { settings: object }
    await writeFile(file, JSON.stringify({ ...model, settings: { ...model.settings, distances: undefined } }))
    await expect(predict(job, { modelFolders: [older] })).rejects.toMatchObject({ code: 'model-older' })
  })

  it('ends with the same weights, bit for bit, when it was interrupted', { timeout: 300_000 }, async () => {
    const broken = await tinyAreasJob(path.join(folder, 'second'), { settings: { epochs: 5 } })
    const unbroken = await tinyAreasJob(path.join(folder, 'third'), { settings: { epochs: 5 } })
    for (const at of [3, 7]) await expect(train(broken, at)).rejects.toMatchObject({ code: 'interrupted' })
    await train(broken)
    await train(unbroken)
    const hash = async ({ modelFolder }: TrainJob): Promise<string> =>
      createHash('sha256')
        .update(await readFile(path.join(modelFolder, 'weights.safetensors')))
        .digest('hex')
    expect(await hash(broken)).toBe(await hash(unbroken))
  })
})
