import * as tf from '@tensorflow/tfjs-core'
import os from 'node:os'
import { AppError } from '#shared/errors.ts'
import { registerGradients } from './gradients.ts'
import { refuseNullAddresses } from './wasm-heap.ts'
import { registerTrainingKernels } from './wasm-kernels.ts'
import { withThreads } from './wasm-threads.ts'

/**
 * Loads the WebAssembly backend with SIMD and threads, adds the kernels that training needs, and makes it the backend in use. Once a
 * process. Its threads end with the process; it also takes over unhandled rejections, so it belongs into a child process.
 * Throws AppError `backend-unavailable` where WebAssembly does not start.
 */
export async function loadWasm(threads: number = os.availableParallelism()): Promise<void> {
  try {
    registerGradients()
    await import('@tensorflow/tfjs-backend-wasm')
    if (!(await withThreads(threads, () => tf.setBackend('wasm')))) throw new Error('setBackend gave up')
  } catch (error) {
    const reason = error instanceof Error ? error.message : JSON.stringify(error)
    throw new AppError('backend-unavailable', `WebAssembly could not start: ${reason}`, 'Run "npm run setup" again.', error)
  }
  refuseNullAddresses()
  registerTrainingKernels()
}
