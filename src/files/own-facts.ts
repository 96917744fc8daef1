import { type ModelFile, modelFile } from '#shared/records/model-file.ts'
import { bytesField, bytesOf, fieldsOf, messageField } from './protobuf.ts'

/** Field numbers of onnx/onnx.proto that more than one place needs: of a ModelProto. */
export const MODEL_FIELD = { producer: 2, graph: 7, metadata: 14 } as const
/** Of an entry of `metadata_props`. */
const ENTRY = { key: 1, value: 2 } as const

/** The entry of an ONNX file's metadata in which Slidewright says all that `model.json` says. */
const KEY = 'slidewright'
/** Who made a graph, as the exporter writes it (engine/inference/onnx-model.ts). */
const PRODUCER = 'Slidewright'

/** An ONNX file with what is known of the model inside, in place of what may have been said there before. The hash of the file is not among it. */
export function withOwnFacts(graph: Uint8Array, facts: ModelFile): Uint8Array {
  const kept: Uint8Array[] = []
  let copied = 0
  for (const { number, value, from, to } of fieldsOf(graph)) {
    if (number !== MODEL_FIELD.metadata || typeof value === 'number' || entryOf(value)?.[0] !== KEY) continue
    kept.push(graph.subarray(copied, from))
    copied = to
  }
  const said = JSON.stringify({ ...facts, onnxSha256: null })
  const entry = messageField(MODEL_FIELD.metadata, bytesField(ENTRY.key, KEY), bytesField(ENTRY.value, said))
  return Buffer.concat([...kept, graph.subarray(copied), entry])
}

/** An entry of `metadata_props`; null where it is none. */
export function entryOf(bytes: Uint8Array): readonly [key: string, value: string] | null {
  const parts = new Map([...fieldsOf(bytes)].map(({ number, value }) => [number, value]))
  const [key, value] = [parts.get(ENTRY.key), parts.get(ENTRY.value)]
  return key instanceof Uint8Array && value instanceof Uint8Array ? [bytesOf(key).toString('utf8'), bytesOf(value).toString('utf8')] : null
}

/** What an ONNX file says of a model of Slidewright's; null where it says nothing, or nothing that can be read. */
export function ownFacts(metadata: Readonly<Record<string, string>>): ModelFile | null {
  try {
    return modelFile.parse(JSON.parse(metadata[KEY] ?? ''))
  } catch {
    return null
  }
}

/** Whether a graph is of a preset of Slidewright's: it is fed and read by rules that none of a graph from elsewhere follows. */
export function isOwnGraph({
  producer,
  metadata,
}: {
  readonly producer: string
  readonly metadata: Readonly<Record<string, string>>
}): boolean {
  return KEY in metadata || (producer === PRODUCER && 'preset' in metadata)
}
