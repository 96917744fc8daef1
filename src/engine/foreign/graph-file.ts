import { entryOf, MODEL_FIELD } from '../../files/own-facts.ts'
import { bytesOf, fieldsOf } from '../../files/protobuf.ts'

/** What an ONNX file says beside what ONNX Runtime tells of it. */
export interface GraphFile {
  /** The program that wrote it; empty where it does not say. */
  readonly producer: string
  readonly metadata: Readonly<Record<string, string>>
  /** Of each output of a node: its operator and what it takes. */
  readonly nodes: ReadonlyMap<string, GraphNode>
  /** Weights lie in another file. */
  readonly external: boolean
}

interface GraphNode {
  readonly op: string
  readonly inputs: readonly string[]
}

// Field numbers of onnx/onnx.proto.
const GRAPH = { node: 1, initializer: 5 } as const
const NODE = { input: 1, output: 2, op: 4 } as const
const TENSOR = { location: 14 } as const
const EXTERNAL = 1

/** Reads the parts of a ModelProto that are asked for; what it cannot read is left out: whether the file is one, ONNX Runtime says. */
export function readGraphFile(bytes: Uint8Array): GraphFile {
  const metadata: Record<string, string> = {}
  const nodes = new Map<string, GraphNode>()
  let producer = ''
  let external = false
  for (const { number, value } of fieldsOf(bytes)) {
    if (typeof value === 'number') continue
    if (number === MODEL_FIELD.producer) producer = textOf(value)
    if (number === MODEL_FIELD.metadata) addEntry(value, metadata)
    if (number === MODEL_FIELD.graph)
      for (const { number: part, value: one } of fieldsOf(value)) {
        if (typeof one === 'number') continue
        if (part === GRAPH.node) addNode(one, nodes)
        else if (part === GRAPH.initializer && !external) external = isExternal(one)
      }
  }
  return { producer, metadata, nodes, external }
}

/** Operators that move values and change none. */
const MOVING: ReadonlySet<string> = new Set(['Identity', 'Transpose', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast', 'Dropout'])
const MOST_MOVES = 50

/** The operator that makes the values of an output; empty where that is not to be found. */
export function endOf({ nodes }: Pick<GraphFile, 'nodes'>, output: string): string {
  let node = nodes.get(output)
  for (let moves = 0; node !== undefined && MOVING.has(node.op) && moves < MOST_MOVES; moves++) node = nodes.get(node.inputs[0] ?? '')
  return node === undefined || MOVING.has(node.op) ? '' : node.op
}

function addNode(bytes: Uint8Array, nodes: Map<string, GraphNode>): void {
  const inputs: string[] = []
  const outputs: string[] = []
  let op = ''
  for (const { number, value } of fieldsOf(bytes)) {
    if (typeof value === 'number') continue
    if (number === NODE.input) inputs.push(textOf(value))
    else if (number === NODE.output) outputs.push(textOf(value))
    else if (number === NODE.op) op = textOf(value)
  }
  for (const output of outputs) nodes.set(output, { op, inputs })
}

function isExternal(bytes: Uint8Array): boolean {
  for (const { number, value } of fieldsOf(bytes)) if (number === TENSOR.location && value === EXTERNAL) return true
  return false
}

function addEntry(bytes: Uint8Array, metadata: Record<string, string>): void {
  const entry = entryOf(bytes)
  if (entry !== null) metadata[entry[0]] = entry[1]
}

const textOf = (bytes: Uint8Array): string => bytesOf(bytes).toString('utf8')
