import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobPreview, JobSample, JobSamples, TrainJob } from '#shared/contracts/job.ts'
import { createRandom } from '#shared/random.ts'
import { imageId, jobId } from '#shared/records/ids.ts'
import { load } from '../../../src/engine/backends/probe.ts'
import { readModelFile } from '../../../src/engine/data/model-folder.ts'
import { runPredictJob } from '../../../src/engine/inference/predict-job.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import type { ClassificationPreset } from '../../../src/engine/models/classification-preset.ts'
import { cnnNetwork } from '../../../src/engine/models/cnn-70/network.ts'
import { createCnn70Preset } from '../../../src/engine/models/cnn-70/preset.ts'
import { runTrainJob } from '../../../src/engine/training/train-job.ts'
import type { TrainEnvironment } from '../../../src/engine/training/train-prepare.ts'
import { tinyEnvironment } from '../training/tiny-environment.ts'

// The classic classifier, eight features wide, on drawn cells: pale discs, and such with a dark dot.

const cnn70 = createCnn70Preset()
const narrow: ClassificationPreset = {
  ...cnn70,
  name: 'narrow',
  defaults: { ...cnn70.defaults, epochs: 16, leastSteps: 0, batch: 8, learningRate: 3e-3 },
  network: (classes) => cnnNetwork({ classes, width: 8 }),
}
const environment: TrainEnvironment = { ...tinyEnvironment, preset: () => narrow, checkpointSeconds: 1000 }

async function cell(folder: string, name: string, classIndex: number, seed: number): Promise<JobSample> {
  const random = createRandom(seed)
  const side = 40 + random.int(12)
  const data = new Uint8Array(side * side)
  const [dx, dy] = [random.uniform(-6, 6), random.uniform(-6, 6)]
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [cx, cy] = [x + 0.5 - side / 2, y + 0.5 - side / 2]
      const dotted = classIndex === 1 && Math.hypot(cx - dx, cy - dy) < 5
      data[y * side + x] = (dotted ? 60 : Math.hypot(cx, cy) < side / 2 - 2 ? 170 : 0) + random.int(12)
    }
  const file = path.join(folder, `${name}.png`)
  await sharp(data, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toFile(file)
  return {
    id: imageId.parse(name),
    path: file,
    width: side,
    height: side,
    labels: [{ shape: { type: 'image' }, classIndex, ignore: false }],
  }
}

describe('training a classifier', () => {
  let folder: string
  let samples: JobSamples
  beforeAll(async () => {
    await load('tensorflow')
    folder = await mkdtemp(path.join(os.tmpdir(), 'classifier-'))
    const part = (name: string, count: number, seed: number): Promise<JobSample[]> =>
      Promise.all(Array.from({ length: count }, (_, i) => cell(folder, `${name}-${i}`, i % 2, seed + i)))
    samples = {
      ...{ task: 'classification', classes: ['healthy', 'infected'] },
      train: await part('train', 32, 0),
      val: await part('val', 10, 1000),
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function jobIn(name: string, given: JobSamples): Promise<TrainJob> {
    const own = path.join(folder, name)
    await mkdir(own, { recursive: true })
    await writeFile(path.join(own, 'samples.json'), JSON.stringify(given))
    return {
      ...{ kind: 'train', id: jobId.parse(name), preset: 'narrow', folder: own, modelFolder: path.join(own, 'model') },
      ...{ from: null, seed: 3, backend: 'tensorflow', settings: {} },
    }
  }

  it('tells drawn cells apart, saves the threshold, and predicts them as it judged them', async () => {
    const job = await jobIn('learns', samples)
    const previews: JobPreview[] = []
    const result = await runTrainJob(job, new JobControl(), (event, payload) => event === 'sample' && previews.push(payload as JobPreview), environment) // prettier-ignore
    expect(result).toMatchObject({ epochs: 16, steps: 64, best: 1, stopped: 'finished', metrics: { auc: 1 } })
    expect(result.onnxDifference).toBeLessThan(1e-3)
    expect(previews.at(-1)?.images[0]?.result?.scores).toHaveLength(2)
    const model = await readModelFile(job.modelFolder)
    expect(model).toMatchObject({ task: 'classification', classes: ['healthy', 'infected'], best: 1, scoreMidpoints: null })
    expect(model.threshold).toBe(result.metrics['threshold'])
    const told: (readonly number[])[] = []
    const images = samples.val.map(({ id, path: file, width, height }) => ({ id, path: file, width, height }))
    const predicted = await runPredictJob(
      { ...{ kind: 'predict', id: jobId.parse('p'), modelFolders: [job.modelFolder, job.modelFolder], images, minScore: 0 }, mapFolder: null, flips: true },
      new JobControl(),
      (_event, payload) => 'found' in payload && told.push(payload.result?.scores ?? []),
      environment,
    ) // prettier-ignore
    expect(predicted).toMatchObject({ images: 10, objects: 10 })
    const [healthy, infected] = [0, 1].map((of) => told.filter((_, i) => i % 2 === of).map(([, score]) => score!))
    expect(Math.min(...infected!)).toBeGreaterThan(Math.max(...healthy!))
  })

  it('refuses samples of another task', async () => {
    const job = await jobIn('other', { ...samples, task: 'detection' })
    await expect(runTrainJob(job, new JobControl(), () => undefined, environment)).rejects.toMatchObject({ code: 'wrong-task' })
  })
})
