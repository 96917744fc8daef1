import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { JobSamples, TrainJob } from '#shared/contracts/job.ts'
import { jobId } from '#shared/records/ids.ts'
import { load } from '../../src/engine/backends/probe.ts'
import { openPredictor } from '../../src/engine/inference/open-predictor.ts'
import { rasterSource } from '../../src/engine/inference/pixel-source.ts'
import { JobControl } from '../../src/engine/jobs/job-control.ts'
import { findPreset } from '../../src/engine/models/registry.ts'
import { runTrainJob } from '../../src/engine/training/train-job.ts'
import type { TrainEnvironment } from '../../src/engine/training/train-prepare.ts'
import { readRaster } from '../../src/imaging/read.ts'
import { CELL_CLASSES, type Cell } from './cells.ts'

const environment: TrainEnvironment = {
  preset: findPreset,
  openBackend: async () => {
    await load('tensorflow')
    return { name: 'tensorflow', note: '' }
  },
  workerEntry: new URL('../../src/engine/data/worker.ts', import.meta.url),
}

export interface Lesson {
  readonly folder: string
  readonly preset: string
  readonly cells: readonly Cell[]
  /** Model folder to go on from. */
  readonly from: string | null
  readonly steps: number
  /** Cells a step, where there are so many. */
  readonly batch: number
  readonly seed: number
}

/** A training as the engine does it; answers with the model's folder. */
export async function learn({ folder, preset, cells, from, steps, batch: most, seed }: Lesson): Promise<string> {
  await mkdir(folder, { recursive: true })
  const samples: JobSamples = { task: 'classification', classes: [...CELL_CLASSES], train: cells.map(({ sample }) => sample), val: [] }
  await writeFile(path.join(folder, 'samples.json'), JSON.stringify(samples))
  const batch = Math.min(most, cells.length)
  const epochs = Math.max(1, Math.round((steps * batch) / cells.length))
  const job: TrainJob = {
    ...{ kind: 'train', id: jobId.parse(path.basename(folder)), preset, folder, modelFolder: path.join(folder, 'model') },
    ...{ from, seed, backend: 'tensorflow', settings: { epochs, batch } },
  }
  await runTrainJob(job, new JobControl(), () => undefined, environment)
  return job.modelFolder
}

/** The probabilities of each class that a model gives cells. */
export async function scoresOf(modelFolder: string, cells: readonly Cell[]): Promise<number[][]> {
  const predictor = await openPredictor([modelFolder], environment)
  try {
    const all: number[][] = []
    const options = { minScore: 0, flips: false, mapPlace: null, turn: () => Promise.resolve() }
    for (const { sample } of cells) {
      const { result } = await predictor.predict(rasterSource(await readRaster(sample.path)), sample, options)
      all.push([...(result?.scores ?? [])])
    }
    return all
  } finally {
    await predictor.dispose()
  }
}

/** Removes what a training left beside its model. */
export const forget = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })
