import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Found, JobSample, JobSamples, TrainJob } from '#shared/contracts/job.ts'
import { jobId } from '#shared/records/ids.ts'
import { load } from '../../src/engine/backends/probe.ts'
import { openPredictor } from '../../src/engine/inference/open-predictor.ts'
import { rasterSource } from '../../src/engine/inference/pixel-source.ts'
import { JobControl } from '../../src/engine/jobs/job-control.ts'
import { findPreset } from '../../src/engine/models/registry.ts'
import { runTrainJob } from '../../src/engine/training/train-job.ts'
import type { TrainEnvironment } from '../../src/engine/training/train-prepare.ts'
import { readRaster } from '../../src/imaging/read.ts'
import type { Cell } from './cells.ts'

const environment: TrainEnvironment = {
  preset: (name) => quick(findPreset(name)),
  openBackend: async () => {
    await load('tensorflow')
    return { name: 'tensorflow', note: '' }
  },
  workerEntry: new URL('../../src/engine/data/worker.ts', import.meta.url),
}

/** Pixels a side of what presets for objects see here: a training takes minutes on two cores. */
const SIDES = { detection: [256, 320], segmentation: [256, 256] } as const

/** As many steps as are asked for, and of presets for objects smaller pictures. */
function quick<P extends ReturnType<typeof findPreset>>(preset: P): P {
  if (preset.kind !== 'learned' || (preset.task !== 'detection' && preset.task !== 'segmentation')) return preset
  const side = SIDES[preset.task]
  const augmentation = { ...preset.defaults.augmentation, sizes: [side] }
  return { ...preset, inferenceSizes: [side], defaults: { ...preset.defaults, leastSteps: 1, warmupSteps: 15, augmentation } }
}

export interface Lesson {
  readonly folder: string
  readonly preset: string
  readonly samples: JobSamples
  /** Model folder to go on from. */
  readonly from: string | null
  readonly steps: number
  /** Images a step, where there are so many. */
  readonly batch: number
  readonly seed: number
}

/** A training as the engine does it; answers with the model's folder. */
export async function learn({ folder, preset, samples, from, steps, batch: most, seed }: Lesson): Promise<string> {
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'samples.json'), JSON.stringify(samples))
  const batch = Math.min(most, samples.train.length)
  const epochs = Math.max(1, Math.round((steps * batch) / samples.train.length))
  const job: TrainJob = {
    ...{ kind: 'train', id: jobId.parse(path.basename(folder)), preset, folder, modelFolder: path.join(folder, 'model') },
    ...{ from, seed, backend: 'tensorflow', settings: { epochs, batch } },
  }
  await runTrainJob(job, new JobControl(), () => undefined, environment)
  return job.modelFolder
}

/** The probabilities of each class that a model gives cells. */
export const scoresOf = (modelFolder: string, cells: readonly Cell[]): Promise<number[][]> =>
  lookAt(
    modelFolder,
    cells.map(({ sample }) => sample),
    0,
    ({ scores }) => [...scores],
  )

/** The objects from a score up that a model finds on images. */
export const objectsOf = (modelFolder: string, images: readonly JobSample[], minScore: number): Promise<(readonly Found[])[]> =>
  lookAt(modelFolder, images, minScore, ({ found }) => found)

interface Looked {
  readonly found: readonly Found[]
  readonly scores: readonly number[]
}

async function lookAt<T>(modelFolder: string, images: readonly JobSample[], minScore: number, tell: (looked: Looked) => T): Promise<T[]> {
  const predictor = await openPredictor([modelFolder], environment)
  try {
    const all: T[] = []
    const options = { minScore, flips: false, mapPlace: null, turn: () => Promise.resolve() }
    for (const image of images) {
      const { found, result } = await predictor.predict(rasterSource(await readRaster(image.path)), image, options)
      all.push(tell({ found, scores: result?.scores ?? [] }))
    }
    return all
  } finally {
    await predictor.dispose()
  }
}

/** Removes what a training left beside its model. */
export const forget = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })
