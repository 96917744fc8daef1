import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type * as Ort from 'onnxruntime-node'
import { say } from '#shared/i18n/say.ts'
import type { GraphLook, GraphTensor } from '#shared/contracts/foreign.ts'
import { AppError } from '#shared/errors.ts'
import { openModelBytes } from '../inference/onnx-session.ts'
import { endOf, readGraphFile } from './graph-file.ts'

/** What is larger is no file of this format. */
const MOST_BYTES = 2 ** 31 - 1

/** What an ONNX file takes and gives. @throws AppError `not-found`, `graph-unfit`: it is none, or not the whole of one. */
export async function lookAtGraph(file: string): Promise<GraphLook> {
  const name = path.basename(file)
  const known = await stat(file).catch(() => null)
  if (known?.isFile() !== true) throw new AppError('not-found', `There is no file ${file}.`)
  if (known.size > MOST_BYTES) throw unfit(`${name} is too large for an ONNX file.`)
  const bytes = await readFile(file)
  const graph = readGraphFile(bytes)
  if (graph.external)
    throw unfit(`The weights of ${name} lie in a second file.`, 'Save the model as one file (onnx.save without external data).')
  const session = await openModelBytes(bytes, 1).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw unfit(`${name} cannot be opened as an ONNX model: ${reason}`, undefined, cause)
  })
  try {
    return {
      inputs: session.inputMetadata.map(asTensor),
      outputs: session.outputMetadata.map(asTensor),
      ends: Object.fromEntries(session.outputNames.map((output) => [output, endOf(graph, output)])),
      producer: graph.producer,
      metadata: graph.metadata,
    }
  } finally {
    await session.release()
  }
}

function asTensor(one: Ort.InferenceSession.ValueMetadata): GraphTensor {
  if (!one.isTensor) return { name: one.name, type: 'none', shape: [] }
  return { name: one.name, type: one.type, shape: one.shape.map((size) => (typeof size === 'number' && size > 0 ? size : null)) }
}

const HINT = say('Nothing was changed. docs/formats.md says which graphs can be imported.')

/** A graph that can't be used as a model. */
export function unfit(message: string, hint = HINT, cause?: unknown): AppError {
  return new AppError('graph-unfit', message, hint, cause)
}
