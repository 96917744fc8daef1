import * as tf from '@tensorflow/tfjs-core'
import util from 'node:util'
import { AppError } from '#shared/errors.ts'
import { requireHere } from './require.ts'

/**
 * Loads native TensorFlow (the binding of @tensorflow/tfjs-node-gpu on a current libtensorflow) and makes it the backend in use.
 * Once a process; a second call does nothing. Throws AppError `backend-unavailable` where the native library is missing or broken.
 */
export async function loadTensorflow(): Promise<void> {
  quietLog()
  restoreUtil()
  if (tf.findBackendFactory('tensorflow') == null) requireBinding()
  if (!(await tf.setBackend('tensorflow'))) throw unavailable('TensorFlow could not start.')
}

function requireBinding(): void {
  try {
    requireHere()('@tensorflow/tfjs-node-gpu')
  } catch (error) {
    throw unavailable('Native TensorFlow could not be loaded.', error)
  }
}

function unavailable(message: string, cause?: unknown): AppError {
  const detail = cause instanceof Error ? ` ${cause.message.split('\n')[0]}` : ''
  return new AppError('backend-unavailable', message + detail, 'Run "npm run setup" to install native TensorFlow.', cause)
}

/** TensorFlow reads this when it is loaded; information and warnings would fill stderr. What the user set stays. */
function quietLog(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
}

/** tfjs-node 4.22 still calls two helpers of `util` that Node warns of since 22 and dropped in 23. */
function restoreUtil(): void {
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined, isArray: Array.isArray })
}
