import os from 'node:os'
import type * as Ort from 'onnxruntime-node'
import { counted } from '#shared/counted.ts'
import { AppError } from '#shared/errors.ts'
import { INPUT } from './onnx-export.ts'
import type { InferenceSession, RawOutputs } from './session.ts'

export interface OnnxSessionOptions {
  /** Threads within an operator; all cores where left out. */
  readonly threads?: number
}

/** Opens a network that `exportOnnx` wrote, in ONNX Runtime on the CPU. Throws AppError `model-unreadable` where it is none. */
export async function openOnnxSession(model: Uint8Array, options: OnnxSessionOptions = {}): Promise<InferenceSession> {
  const threads = options.threads ?? os.availableParallelism()
  const { Tensor } = await loadOnnxRuntime()
  try {
    return new OnnxSession(await openModelBytes(model, threads), Tensor, threads)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AppError('model-unreadable', `ONNX Runtime cannot open this model: ${reason}`, 'Export the model again.', error)
  }
}

/** Opens any ONNX file, with the weights that lie beside it, on all cores. Throws what ONNX Runtime throws. */
export async function openModelFile(file: string): Promise<Ort.InferenceSession> {
  const ort = await loadOnnxRuntime()
  return ort.InferenceSession.create(file, sessionOptions(os.availableParallelism()))
}

/** Opens the bytes of any ONNX file that is whole in itself. Throws what ONNX Runtime throws. */
export async function openModelBytes(bytes: Uint8Array, threads = os.availableParallelism()): Promise<Ort.InferenceSession> {
  const ort = await loadOnnxRuntime()
  return ort.InferenceSession.create(bytes, sessionOptions(threads))
}

function sessionOptions(threads: number): Ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // Waiting threads spin for a millisecond, then sleep: nearly as fast as spinning on, and others get the processor when they need it.
    extra: { session: { intra_op: { spin_duration_us: '1000' } } },
  }
}

/**
 * ONNX Runtime reports its use to its maker over the network unless this is set before it is loaded (since 1.29, not on Windows): nothing may
 * leave this machine. With it there is no uploader, no device id and no file of events either.
 */
export async function loadOnnxRuntime(): Promise<typeof Ort> {
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  return import('onnxruntime-node')
}

export const runtimeOf = (threads: number): string => `ONNX Runtime (CPU, ${counted(threads, 'thread')})`

class OnnxSession implements InferenceSession {
  readonly runtime: string
  readonly #session: Ort.InferenceSession
  readonly #Tensor: typeof Ort.Tensor

  constructor(session: Ort.InferenceSession, Tensor: typeof Ort.Tensor, threads: number) {
    this.#session = session
    this.#Tensor = Tensor
    this.runtime = runtimeOf(threads)
  }

  async run(pixels: Float32Array, batch: number, height: number, width: number): Promise<RawOutputs> {
    const channels = pixels.length / (batch * height * width)
    const input = new this.#Tensor('float32', pixels, [batch, height, width, channels])
    const outputs = await this.#session.run({ [INPUT]: input })
    const entries = Object.entries(outputs).map(([name, { dims, data }]) => [name, { shape: dims, data: data as Float32Array }])
    return Object.fromEntries(entries) as RawOutputs
  }

  async dispose(): Promise<void> {
    await this.#session.release()
  }
}
