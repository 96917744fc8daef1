import os from 'node:os'
import type * as Ort from 'onnxruntime-node'
import { assertNever, must } from '#shared/assert.ts'
import type { ForeignGraph } from '#shared/records/foreign-graph.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import { loadOnnxRuntime, openModelBytes, runtimeOf } from '../inference/onnx-session.ts'
import type { InferenceSession, RawOutputs } from '../inference/session.ts'
import { fed, placed } from './feed.ts'
import { unfit } from './look-at-graph.ts'
import { areasOf, boxesOf, scoresOf } from './read-outputs.ts'

type Facts = Pick<ModelFile, 'foreign' | 'normalization' | 'inferenceSizes'>

/** Opens a graph that was made elsewhere so that it takes and gives what one of ours does. @throws AppError `graph-unfit`. */
export async function openForeignSession(bytes: Uint8Array, file: Facts, threads = os.availableParallelism()): Promise<InferenceSession> {
  const { Tensor } = await loadOnnxRuntime()
  const session = await openModelBytes(bytes, threads).catch((cause: unknown) => {
    throw unfit(`ONNX Runtime cannot open the graph: ${cause instanceof Error ? cause.message : String(cause)}`, undefined, cause)
  })
  return new ForeignSession(session, Tensor, file, threads)
}

class ForeignSession implements InferenceSession {
  readonly runtime: string
  readonly #session: Ort.InferenceSession
  readonly #Tensor: typeof Ort.Tensor
  readonly #file: Facts
  readonly #graph: ForeignGraph

  constructor(session: Ort.InferenceSession, Tensor: typeof Ort.Tensor, file: Facts, threads: number) {
    this.#session = session
    this.#Tensor = Tensor
    this.#file = file
    this.#graph = must(file.foreign, 'it was made elsewhere')
    this.runtime = runtimeOf(threads)
  }

  /** One picture at a time: many graphs are exported for one. */
  async run(pixels: Float32Array, batch: number, height: number, width: number): Promise<RawOutputs> {
    if (batch !== 1) throw new RangeError('one picture at a time')
    const { output } = this.#graph
    const finds = output.kind === 'boxes' || output.kind === 'lists'
    const size = finds ? must(this.#file.inferenceSizes[0], 'it has a size') : ([height, width] as const)
    const place = placed(pixels, [height, width], size)
    const outputs = await this.#compute(fed(place.data, size, this.#graph, this.#file.normalization), size)
    switch (output.kind) {
      case 'scores':
        return scoresOf(outputs, output)
      case 'areas':
        return areasOf(outputs, output, size)
      case 'boxes':
      case 'lists':
        return boxesOf(outputs, output, place)
      default:
        return assertNever(output)
    }
  }

  async #compute(data: Float32Array, [height, width]: readonly [number, number]): Promise<RawOutputs> {
    const { name, type, axes, channels } = this.#graph.input
    const shape = axes === 'nchw' ? [1, channels, height, width] : [1, height, width, channels]
    const input =
      type === 'uint8' ? new this.#Tensor('uint8', Uint8Array.from(data, Math.round), shape) : new this.#Tensor('float32', data, shape)
    const outputs = await this.#session.run({ [name]: input }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw unfit(`The graph does not run on a picture of ${height} x ${width} pixels: ${reason}`, undefined, cause)
    })
    return Object.fromEntries(
      Object.entries(outputs).map(([output, { dims, data: values }]) => [output, { shape: dims, data: asFloats(values) }]),
    )
  }

  async dispose(): Promise<void> {
    await this.#session.release()
  }
}

function asFloats(values: Ort.Tensor.DataType | Ort.TypedTensor<'string'>['data']): Float32Array {
  if (values instanceof Float32Array) return values
  return Float32Array.from(values as ArrayLike<number | bigint>, Number)
}
