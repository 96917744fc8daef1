import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import type {
  JobImage,
  JobPreview,
  JobProgress,
  JobSample,
  JobSamples,
  PredictedImage,
  PredictJob,
  TrainJob,
  TrainResult,
} from '#shared/contracts/job.ts'
import { createRandom } from '#shared/random.ts'
import { imageId, jobId } from '#shared/records/ids.ts'
import { runPredictJob } from '../../../src/engine/inference/predict-job.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import type { AnyPreset } from '../../../src/engine/models/any-preset.ts'
import { runTrainJob } from '../../../src/engine/training/train-job.ts'
import type { TrainEnvironment } from '../../../src/engine/training/train-prepare.ts'
import { tinyEnvironment } from '../training/tiny-environment.ts'

// Cells drawn on black, striped and grainy; the abnormal ones have a dark spot, of which it is known where it lies.

export const SIDE = 64
export const SPOT = 9

export interface Spot {
  readonly x: number
  readonly y: number
}

export interface SpottedSample extends JobSample {
  readonly spot: Spot | null
}

/** The spot's corner lies well within the cell. */
export async function drawCell(folder: string, name: string, seed: number, spotted: boolean, side = SIDE): Promise<SpottedSample> {
  const random = createRandom(seed)
  const data = new Uint8Array(side * side * 3)
  const spot = spotted ? { x: Math.floor(side * random.uniform(0.3, 0.55)), y: Math.floor(side * random.uniform(0.3, 0.55)) } : null
  const light = random.uniform(-8, 8)
  for (let y = 0, i = 0; y < side; y++)
    for (let x = 0; x < side; x++, i++) {
      const ground = Math.hypot(x + 0.5 - side / 2, y + 0.5 - side / 2) > 0.46 * side
      const within = spot !== null && x >= spot.x && x < spot.x + SPOT && y >= spot.y && y < spot.y + SPOT
      const grain = light + random.normal(0, 3)
      const colour = within ? [90, 40, 120] : [205 + 12 * Math.sin(x / 3), 140, 150]
      if (!ground) data.set(colour.map((value) => Math.round(value + grain)), i * 3) // prettier-ignore
    }
  const file = path.join(folder, `${name}.png`)
  await mkdir(folder, { recursive: true })
  await sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toFile(file)
  const labels = [{ shape: { type: 'image' as const }, classIndex: spotted ? 1 : 0, ignore: false }]
  return { id: imageId.parse(name), path: file, width: side, height: side, labels, spot }
}

export async function drawCells(folder: string, name: string, count: number, seed: number, spotted: boolean): Promise<SpottedSample[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => drawCell(folder, `${name}-${i}`, seed + i, spotted)))
}

export function environmentOf(preset: AnyPreset): TrainEnvironment {
  return { ...tinyEnvironment, preset: () => preset, checkpointSeconds: 1000 }
}

export async function jobIn(
  folder: string,
  { train, val }: Pick<JobSamples, 'train' | 'val'>,
  more: Partial<TrainJob> = {},
): Promise<TrainJob> {
  await mkdir(folder, { recursive: true })
  const samples: JobSamples = { task: 'anomaly', classes: ['normal', 'abnormal'], train, val }
  await writeFile(path.join(folder, 'samples.json'), JSON.stringify(samples))
  return {
    ...{ kind: 'train', id: jobId.parse('spots'), preset: 'any', folder, modelFolder: path.join(folder, 'model') },
    ...{ from: null, seed: 3, backend: 'tensorflow', settings: {}, ...more },
  }
}

export interface Trained {
  readonly result: TrainResult
  readonly progress: readonly JobProgress[]
  readonly previews: readonly JobPreview[]
}

export async function train(
  job: TrainJob,
  preset: AnyPreset,
  control = new JobControl(),
  onProgress: (progress: JobProgress) => void = () => undefined,
): Promise<Trained> {
  const progress: JobProgress[] = []
  const previews: JobPreview[] = []
  const result = await runTrainJob(
    job,
    control,
    (event, payload) => {
      if (event === 'sample') previews.push(payload as JobPreview)
      if (event !== 'progress') return
      progress.push(payload as JobProgress)
      onProgress(payload as JobProgress)
    },
    environmentOf(preset),
  )
  return { result, progress, previews }
}

export async function predict(
  preset: AnyPreset,
  modelFolders: readonly string[],
  images: readonly JobImage[],
  more: Partial<PredictJob> = {},
): Promise<PredictedImage[]> {
  const told: PredictedImage[] = []
  const job: PredictJob = {
    ...{ kind: 'predict', id: jobId.parse('predict'), modelFolders: [...modelFolders], images: [...images] },
    ...{ minScore: 0.5, mapFolder: null, flips: false, ...more },
  }
  const keep = (event: string, payload: unknown): void => {
    if (event === 'predicted') told.push(payload as PredictedImage)
  }
  await runPredictJob(job, new JobControl(), keep, environmentOf(preset))
  return told
}
