import { load } from '../../../src/engine/backends/probe.ts'
import type { TrainEnvironment } from '../../../src/engine/training/train-prepare.ts'
import { tinyPreset } from './tiny.ts'

/** Runs the tiny preset in this process. */
export const tinyEnvironment: TrainEnvironment = {
  preset: () => tinyPreset,
  openBackend: async (name) => {
    await load(name ?? 'tensorflow')
    return { name: name ?? 'tensorflow', note: '' }
  },
  workerEntry: new URL('../../../src/engine/data/worker.ts', import.meta.url),
  checkpointSeconds: 0,
}
