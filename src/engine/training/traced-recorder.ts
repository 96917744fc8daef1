import type { Tensor } from '@tensorflow/tfjs-core'
import { DataType, type NativeBackend, type NativeBinding, type NativeTensorInfo, type OpAttribute } from '../backends/native.ts'
import type { GraphBuilder, Ref } from './traced-graph.ts'

/** A step that cannot become a graph, and why. */
export class TraceError extends Error {
  override readonly name = 'TraceError'
}

/**
 * Records the TensorFlow operations that cross the binding while a function runs. The record is a dataflow graph: handles made inside are
 * edges, handles of `inputs` are the nodes they stand for, values that come from JavaScript become constants.
 */
export class Recorder {
  readonly #backend: NativeBackend
  readonly #native: NativeBinding
  readonly #graph: GraphBuilder
  readonly #refs = new Map<number, Ref>()
  /** Constants, made when an operation first uses them. */
  readonly #waiting = new Map<number, () => Ref>()
  readonly #results = new Set<number>()

  constructor(backend: NativeBackend, graph: GraphBuilder) {
    this.#backend = backend
    this.#native = backend.binding
    this.#graph = graph
  }

  /** Runs `run`, recording. `inputs` are tensors that are nodes of the graph already. Throws TraceError where no graph can say the same. */
  record<T>(inputs: readonly (readonly [Tensor, Ref])[], run: () => T): T {
    for (const [tensor, ref] of inputs) this.#refs.set(this.#idOf(tensor), ref)
    const original = this.#backend.getInputTensorIds
    this.#backend.binding = this.#listening()
    this.#backend.getInputTensorIds = (tensors) => this.#learnt(tensors, original.call(this.#backend, tensors))
    try {
      return run()
    } finally {
      this.#backend.binding = this.#native
      delete (this.#backend as Partial<NativeBackend>).getInputTensorIds
    }
  }

  /** The node that a tensor of the recording is the result of. */
  refOf(tensor: Tensor): Ref {
    return this.#ref(this.#idOf(tensor))
  }

  #idOf(tensor: Tensor): number {
    return this.#learnt([tensor], this.#backend.getInputTensorIds([tensor]))[0]!
  }

  /** The binding as it is, but for what is recorded or refused. Its own methods must be called on it: they look for their native object. */
  #listening(): NativeBinding {
    const native = this.#native
    const listening: Partial<NativeBinding> = {
      executeOp: (op, attributes, inputs, outputs) => {
        const results = native.executeOp(op, attributes, inputs, outputs)
        this.#operation(op, attributes, inputs, results)
        return results
      },
      createTensor: (shape, dtype, values) => {
        const id = native.createTensor(shape, dtype, values)
        this.#waiting.set(id, () => this.#constant(dtype, [...shape], values))
        return id
      },
      tensorDataSync: (id) => {
        if (this.#results.has(id)) throw new TraceError('the step reads a result back into JavaScript')
        return native.tensorDataSync(id)
      },
      deleteTensor: (id) => native.deleteTensor(id),
      runSavedModel: () => {
        throw new TraceError('the step runs a graph of its own')
      },
    }
    const properties = Object.entries(listening).map(([name, value]) => [name, { value }])
    return Object.create(native, Object.fromEntries(properties) as PropertyDescriptorMap) as NativeBinding
  }

  #operation(op: string, attributes: readonly OpAttribute[], inputs: readonly number[], results: readonly NativeTensorInfo[]): void {
    const node = this.#graph.add(op, inputs.map((id) => this.#ref(id)), [...attributes]) // prettier-ignore
    results.forEach(({ id }, k) => {
      this.#refs.set(id, k === 0 ? node : `${node}:${k}`)
      this.#results.add(id)
    })
  }

  /** Tensors from before the recording are constants of the graph. */
  #learnt(tensors: readonly Tensor[], ids: number[]): number[] {
    ids.forEach((id, i) => {
      if (this.#refs.has(id) || this.#waiting.has(id)) return
      const { dtype, shape } = tensors[i]!
      if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') throw new TraceError(`the step uses a ${dtype} tensor`)
      this.#waiting.set(id, () => this.#constant(DataType[dtype], shape, this.#native.tensorDataSync(id)))
    })
    return ids
  }

  #constant(dtype: number, shape: readonly number[], values: ArrayBufferView): Ref {
    const writable: readonly number[] = [DataType.float32, DataType.int32, DataType.bool]
    if (!writable.includes(dtype)) throw new TraceError(`the step uses a constant of TensorFlow type ${dtype}`)
    return this.#graph.constant(dtype, shape, values)
  }

  #ref(id: number): Ref {
    const known = this.#refs.get(id)
    if (known !== undefined) return known
    const make = this.#waiting.get(id)
    if (make === undefined) throw new TraceError('the step uses a tensor of unknown origin')
    const ref = make()
    this.#refs.set(id, ref)
    return ref
  }
}
