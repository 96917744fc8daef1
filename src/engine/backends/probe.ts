import { execFile } from 'node:child_process'
import os from 'node:os'
import { promisify } from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { assertNever } from '#shared/assert.ts'
import type { BackendReport } from '#shared/contracts/engine.ts'
import type { BackendName } from '#shared/contracts/job.ts'
import { toErrorInfo } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { nativeBackend } from './native.ts'
import { checkConvolution } from './probe-check.ts'
import { requireHere } from './require.ts'
import { loadTensorflow } from './tensorflow.ts'
import { loadWasm } from './wasm.ts'

/** Best first. */
export const BACKENDS: readonly BackendName[] = ['tensorflow', 'wasm']

/** A backend that has not answered by then hangs. */
const TIMEOUT_MS = 60_000

const run = promisify(execFile)

/**
 * Tries every backend, each in a child process of its own: a broken native library kills the child, not us. `entry` is the script, with
 * arguments, that calls `answerProbe` with the backend's name, its last argument. Never throws: what fails is in the report.
 */
export async function probeBackends(entry: readonly string[]): Promise<BackendReport[]> {
  return Promise.all(BACKENDS.map((name) => probeInChild(name, entry)))
}

async function probeInChild(name: BackendName, entry: readonly string[]): Promise<BackendReport> {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  try {
    const { stdout } = await run(process.execPath, [...entry, name], { env, timeout: TIMEOUT_MS })
    return JSON.parse(stdout.split('\n').findLast((line) => line.startsWith('{')) ?? '') as BackendReport
  } catch (thrown) {
    return failed(name, childFailure(thrown), 'Run "npm run setup" again.')
  }
}

function childFailure(thrown: unknown): string {
  const { killed, signal, stderr } = thrown as { killed?: boolean; signal?: string | null; stderr?: string }
  if (killed === true) return `It did not answer within ${TIMEOUT_MS / 1000} seconds.`
  if (signal != null) return `It crashed (${signal}).`
  return (stderr ?? '').split('\n').find((line) => /error/i.test(line)) ?? 'It ended without an answer.'
}

/** The child's part: tries one backend in this process and writes the report to stdout as one line. */
export async function answerProbe(name: string | undefined): Promise<void> {
  const known = BACKENDS.find((backend) => backend === name)
  const report = known === undefined ? failed(String(name), 'There is no such backend.', '') : await probeHere(known)
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

/** Tries a backend in this process, which it then occupies. */
export async function probeHere(name: BackendName): Promise<BackendReport> {
  try {
    await load(name)
    await checkConvolution()
    return await report(name)
  } catch (thrown) {
    const { message, hint } = toErrorInfo(thrown)
    return failed(name, message, hint ?? 'Run "npm run setup" again.')
  }
}

/** Makes a backend the one in use. Throws AppError `backend-unavailable`. */
export function load(name: BackendName): Promise<void> {
  switch (name) {
    case 'tensorflow':
      return loadTensorflow()
    case 'wasm':
      return loadWasm()
    default:
      return assertNever(name)
  }
}

async function report(name: BackendName): Promise<BackendReport> {
  const native = nativeBackend()
  if (native === null) {
    const { getThreadsCount } = requireHere()('@tensorflow/tfjs-backend-wasm') as { getThreadsCount(): number }
    return { name, works: true, device: threads(getThreadsCount()), version: `TensorFlow.js ${tf.version_core}`, why: '', advice: '' }
  }
  const gpu = await nvidiaGpu()
  const working = { name, works: true, version: `TensorFlow ${native.binding.TF_Version}` }
  if (native.binding.isUsingGpuDevice()) return { ...working, device: gpu ?? 'GPU', why: '', advice: '' }
  if (gpu === null) return { ...working, device: threads(os.availableParallelism()), why: '', advice: '' }
  return {
    ...working,
    device: threads(os.availableParallelism()),
    why: say('It runs on the processor, though there is an {{gpu}}.', { gpu }),
    advice: 'Run "npm run setup" with SLIDEWRIGHT_TENSORFLOW=cuda set.',
  }
}

/** Name of the first NVIDIA GPU that its driver knows, else null. */
async function nvidiaGpu(): Promise<string | null> {
  const found = await run('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], { timeout: 10_000 }).catch(() => null)
  const name = found?.stdout.split('\n')[0]?.trim() ?? ''
  return name === '' ? null : name
}

const threads = (count: number): string => say('{{count}} threads', { count })

function failed(name: string, why: string, advice: string): BackendReport {
  return { name, works: false, device: '', version: '', why, advice }
}
