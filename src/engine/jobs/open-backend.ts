import type { TrainJob } from '#shared/contracts/job.ts'
import { loadTensorflow } from '../backends/tensorflow.ts'
import { loadWasm } from '../backends/wasm.ts'
import type { OpenedBackend } from '../training/train-prepare.ts'

/**
 * Makes a backend the one in use: the named one, or the best that starts. Throws AppError `backend-unavailable` where the named one, or
 * any, does not.
 */
export async function openBackend(name: TrainJob['backend']): Promise<OpenedBackend> {
  if (name === 'wasm') return openWasm('')
  try {
    await loadTensorflow()
    return { name: 'tensorflow', note: '' }
  } catch (thrown) {
    if (name === 'tensorflow') throw thrown
    return openWasm(thrown instanceof Error ? thrown.message : String(thrown))
  }
}

async function openWasm(note: string): Promise<OpenedBackend> {
  await loadWasm()
  return { name: 'wasm', note }
}
