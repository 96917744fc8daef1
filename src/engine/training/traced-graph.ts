import { append } from '#shared/append.ts'
import { createHash } from 'node:crypto'
import { bytesOf } from '../../files/protobuf.ts'
import { attribute, DataType, T_FLOAT, type OpAttribute } from '../backends/native.ts'

/** Output of a node: its name, or `name:k` for output k; `^name` waits for the node without using a result. */
export type Ref = string

export interface TensorValue {
  readonly dtype: number
  readonly shape: readonly number[]
  readonly bytes: Buffer
}

export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly inputs: readonly Ref[]
  readonly attributes: readonly OpAttribute[]
  /** The value of a Const. */
  readonly tensor?: TensorValue
}

/** A TensorFlow graph under construction. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = []
  readonly #constants = new Map<string, Ref>()

  get nodes(): readonly GraphNode[] {
    return this.#nodes
  }

  add(op: string, inputs: readonly Ref[], attributes: readonly OpAttribute[], name?: string): Ref {
    const node = { name: name ?? `n${this.#nodes.length}`, op, inputs, attributes }
    this.#nodes.push(node)
    return node.name
  }

  /** An elementwise float32 operation. */
  float(op: string, inputs: readonly Ref[], attributes: readonly OpAttribute[] = []): Ref {
    return this.add(op, inputs, [T_FLOAT, ...attributes])
  }

  /** A constant; equal ones are one node. The data is copied. */
  constant(dtype: number, shape: readonly number[], data: ArrayBufferView): Ref {
    const bytes = Buffer.from(bytesOf(data))
    const key = `${dtype}/${shape.join()}/${createHash('sha1').update(bytes).digest('base64')}`
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const name = `constant${this.#constants.size}`
    this.#nodes.push({ name, op: 'Const', inputs: [], attributes: [attribute.type('dtype', dtype)], tensor: { dtype, shape, bytes } })
    this.#constants.set(key, name)
    return name
  }

  scalar(value: number): Ref {
    return this.constant(DataType.float32, [], Float32Array.of(value))
  }

  placeholder(dtype: number, shape: readonly number[], name: string): Ref {
    return this.add('Placeholder', [], [attribute.type('dtype', dtype), attribute.shape('shape', shape)], name)
  }

  /** The nodes that `roots` depend on, in order: a trace also holds operations whose results nobody uses. */
  pruned(roots: readonly Ref[]): GraphNode[] {
    const byName = new Map(this.#nodes.map((node) => [node.name, node]))
    const live = new Set<string>()
    const open = [...roots]
    for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
      const name = ref.replace(/^\^/, '').replace(/:\d+$/, '')
      if (live.has(name)) continue
      live.add(name)
      append(open, byName.get(name)!.inputs)
    }
    return this.#nodes.filter(({ name }) => live.has(name))
  }
}

/** A float32 resource variable of the session. */
export class GraphVariable {
  readonly name: string
  readonly shape: readonly number[]
  readonly handle: Ref
  readonly read: Ref
  /** What is fed to set it. */
  readonly init: Ref
  /** Sets it to a copy of what is fed: a fed buffer can be JavaScript memory, which TensorFlow's threads must not come to own. */
  readonly copied: Ref
  /** Sets it to what is fed, without a copy: for memory of TensorFlow's own. */
  readonly adopted: Ref
  /** Lets go of its memory; it has to be set again before it is read. */
  readonly released: Ref
  readonly #graph: GraphBuilder

  constructor(graph: GraphBuilder, name: string, shape: readonly number[]) {
    this.#graph = graph
    this.name = name
    this.shape = shape
    const naming = [attribute.string('shared_name', name), attribute.string('container', '')]
    this.handle = graph.add('VarHandleOp', [], [DTYPE, attribute.shape('shape', shape), ...naming], name)
    this.read = graph.add('ReadVariableOp', [this.handle], [DTYPE], `${name}/read`)
    this.init = graph.placeholder(DataType.float32, shape, `${name}/init`)
    this.copied = this.assign(graph.float('DeepCopy', [this.init]))
    this.adopted = this.assign(this.init)
    this.released = graph.add('DestroyResourceOp', [this.handle], [attribute.bool('ignore_lookup_error', true)])
  }

  /** Sets the variable; `after` are nodes to wait for. */
  assign(value: Ref, after: readonly Ref[] = []): Ref {
    return this.#graph.add('AssignVariableOp', [this.handle, value, ...after.map((ref) => `^${ref}`)], [DTYPE])
  }

  /** Its value once `after` has run. */
  readAfter(after: Ref): Ref {
    return this.#graph.add('ReadVariableOp', [this.handle, `^${after}`], [DTYPE])
  }
}

const DTYPE = attribute.type('dtype')
