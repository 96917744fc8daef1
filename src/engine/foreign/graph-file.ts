/** What an ONNX file says beside what ONNX Runtime tells of it. */
export interface GraphFile {
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
const MODEL = { graph: 7, metadata: 14 } as const
const GRAPH = { node: 1, initializer: 5 } as const
const NODE = { input: 1, output: 2, op: 4 } as const
const TENSOR = { location: 14 } as const
const EXTERNAL = 1

/** Reads the parts of a ModelProto that are asked for; what it cannot read is left out: whether the file is one, ONNX Runtime says. */
export function readGraphFile(bytes: Uint8Array): GraphFile {
  const metadata: Record<string, string> = {}
  const nodes = new Map<string, GraphNode>()
  let external = false
  for (const [number, field] of fieldsOf(bytes)) {
    if (typeof field === 'number') continue
    if (number === MODEL.metadata) Object.assign(metadata, entryOf(field))
    if (number === MODEL.graph)
      for (const [part, one] of fieldsOf(field)) {
        if (typeof one === 'number') continue
        if (part === GRAPH.node) addNode(one, nodes)
        else if (part === GRAPH.initializer && !external) external = isExternal(one)
      }
  }
  return { metadata, nodes, external }
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
  for (const [number, field] of fieldsOf(bytes)) {
    if (typeof field === 'number') continue
    if (number === NODE.input) inputs.push(textOf(field))
    else if (number === NODE.output) outputs.push(textOf(field))
    else if (number === NODE.op) op = textOf(field)
  }
  for (const output of outputs) nodes.set(output, { op, inputs })
}

function isExternal(bytes: Uint8Array): boolean {
  for (const [number, field] of fieldsOf(bytes)) if (number === TENSOR.location && field === EXTERNAL) return true
  return false
}

function entryOf(bytes: Uint8Array): Record<string, string> {
  const parts = new Map(fieldsOf(bytes))
  const [key, value] = [parts.get(1), parts.get(2)]
  return key instanceof Uint8Array && value instanceof Uint8Array ? { [textOf(key)]: textOf(value) } : {}
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** The fields of a message of Protocol Buffers: integers as numbers, everything of a length as bytes; ends where the message is broken. */
function* fieldsOf(bytes: Uint8Array): Generator<[number: number, field: number | Uint8Array]> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; at < bytes.length && shift < 70; shift += 7) {
      const byte = bytes[at++]!
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    return NaN
  }
  while (at < bytes.length) {
    const tag = varint()
    const [number, wire] = [Math.floor(tag / 8), tag % 8]
    if (wire === WIRE.varint) yield [number, varint()]
    else if (wire === WIRE.fixed64) at += 8
    else if (wire === WIRE.fixed32) at += 4
    else if (wire === WIRE.bytes) {
      const length = varint()
      if (!(at + length <= bytes.length)) return
      yield [number, bytes.subarray(at, (at += length))]
    } else return
  }
}
