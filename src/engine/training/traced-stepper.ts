import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { DataType, T_FLOAT, type NativeBackend } from '../backends/native.ts'
import { declareNetwork, type DeclaredParameter } from '../nn/declare-ops.ts'
import { TensorConstants } from '../nn/tensor-constants.ts'
import type { Weights } from '../nn/weights.ts'
import { fedTensors } from './eager-stepper.ts'
import { differentiateStep, type StepFunction } from './step-gradients.ts'
import { layoutOf } from './step-layout.ts'
import { averagedWeights, checkWeights, initialState, packState, unpackState, type FlatArrays } from './step-state.ts'
import type { Batch, Stepper, StepperSettings, StepState } from './step.ts'
import type { GraphVariable, Ref } from './traced-graph.ts'
import { fedScalars, StepProgram } from './traced-program.ts'
import { Recorder, TraceError } from './traced-recorder.ts'
import { GraphSession, type Feed } from './traced-session.ts'

/** The sub-graph of one batch shape. */
interface ShapeGraph {
  readonly feeds: Readonly<Record<string, Ref>>
  readonly fetches: Readonly<Record<string, Ref>>
}

interface Tried {
  readonly session: GraphSession
  readonly scalars: Record<string, number>
}

/** Handles of all variables' values, in the program's order. */
type StateHandles = readonly number[]

/** How far the graph's first loss may be from the recorded one (relative): far beyond rounding, far below a wrong graph. */
const TOLERANCE = 1e-2

/**
 * Runs steps as one TensorFlow graph. The first batch of a shape is run operation by operation and recorded, without changing the state;
 * then all steps, this one included, run in the graph, so a resumed run repeats an unbroken one exactly. Weights, moments and averages are
 * variables of the session. Throws TraceError from step() where a step cannot become a graph.
 */
export class TracedStepper implements Stepper {
  readonly #backend: NativeBackend
  readonly #settings: StepperSettings
  readonly #parameters: readonly DeclaredParameter[]
  readonly #function: StepFunction
  readonly #shapes = new Map<string, ShapeGraph>()
  #program: StepProgram
  #session: GraphSession | null = null
  /** The state, as long as no session holds it. */
  #pending: FlatArrays | null
  #frozen: Weights
  #step = 0

  constructor(backend: NativeBackend, settings: StepperSettings) {
    const { network, loss, weights, optimizer } = settings
    this.#backend = backend
    this.#settings = settings
    this.#parameters = declareNetwork(network).parameters
    checkWeights(this.#parameters, weights)
    const layout = layoutOf(this.#parameters, optimizer.rateFactors)
    this.#function = { network, loss, layout, constants: new TensorConstants(weights) }
    this.#program = new StepProgram(layout, optimizer)
    this.#pending = packState(layout, initialState(weights), optimizer)
    this.#frozen = weights
  }

  async step(batch: Batch, rate: number): Promise<Readonly<Record<string, number>>> {
    const known = this.#shapes.get(shapeKey(batch))
    const scalars = known === undefined ? this.#firstStep(batch, rate) : this.#run(this.#session!, known, batch, rate)
    this.#step++
    return scalars
  }

  state(): StepState {
    return unpackState(this.#function.layout, this.#flat(), this.#frozen, this.#step)
  }

  load(state: StepState): void {
    checkWeights(this.#parameters, state.weights)
    const flat = packState(this.#function.layout, state, this.#settings.optimizer)
    this.#step = state.step
    if (sameFrozen(this.#function.layout.frozen, this.#frozen, state.weights)) {
      if (this.#session === null) this.#pending = flat
      else this.#overwrite(this.#session, flat)
    } else this.#restart(flat, state.weights)
    this.#frozen = state.weights
  }

  averaged(): Weights {
    return averagedWeights(this.#function.layout, this.#flat(), this.#frozen)
  }

  dispose(): void {
    this.#session?.dispose()
    this.#session = null
    this.#function.constants.dispose()
  }

  /** Frozen weights are constants of the graphs: other ones need other graphs. */
  #restart(flat: FlatArrays, weights: Weights): void {
    this.#session?.dispose()
    this.#session = null
    this.#shapes.clear()
    this.#program = new StepProgram(this.#function.layout, this.#settings.optimizer)
    this.#function.constants.replace(weights)
    this.#pending = flat
  }

  /** The old session stays until the new one has made its first step, so a graph that fails or is wrong has changed nothing. */
  #firstStep(batch: Batch, rate: number): Record<string, number> {
    const handles = this.#session === null ? this.#uploaded(this.#pending!) : this.#read(this.#session)
    try {
      const { shape, loss } = this.#trace(batch, handles, `shape${this.#shapes.size}`)
      const { session, scalars } = this.#tried(shape, handles, batch, rate, loss)
      this.#session?.dispose()
      this.#session = session
      this.#pending = null
      this.#shapes.set(shapeKey(batch), shape)
      return scalars
    } finally {
      this.#delete(handles)
    }
  }

  /** Loads the graphs with a new shape's, and makes the new shape's first step. */
  #tried(shape: ShapeGraph, handles: StateHandles, batch: Batch, rate: number, loss: number): Tried {
    const session = new GraphSession(this.#backend, this.#program.graph.pruned(this.#roots([...this.#shapes.values(), shape])))
    try {
      this.#initialize(session, handles)
      const scalars = this.#run(session, shape, batch, rate)
      const apart = Math.abs(scalars['loss']! - loss)
      if (apart > TOLERANCE * Math.max(1e-3, Math.abs(loss))) throw new Error(`its graph gives a loss of ${scalars['loss']}, not ${loss}`)
      return { session, scalars }
    } catch (error) {
      session.dispose()
      throw new TraceError(error instanceof Error ? error.message : String(error))
    }
  }

  /** Everything that is fed or fetched of these shapes and of the state. */
  #roots(shapes: readonly ShapeGraph[]): Ref[] {
    const { scalarFeeds, init, variables } = this.#program
    const ends = shapes.flatMap(({ feeds, fetches }) => [...Object.values(feeds), ...Object.values(fetches)])
    return [...ends, ...scalarFeeds, init, ...variables.map(({ read }) => read)]
  }

  /** Records the step of a batch's shape. The state is read, not changed. */
  #trace(batch: Batch, handles: StateHandles, prefix: string): { shape: ShapeGraph; loss: number } {
    const program = this.#program
    const { graph } = program
    const recorder = new Recorder(this.#backend, graph)
    let traced: { shape: ShapeGraph; loss: number } | undefined
    tf.tidy(() => {
      const fed = fedTensors(batch)
      const values = new Map(program.variables.map((variable, i) => [variable, this.#tensor(variable, handles[i]!)]))
      const of = (variable: GraphVariable) => values.get(variable)!
      traced = graph.within(prefix, () => {
        const feeds = Object.fromEntries(Object.entries(fed).map(([name, tensor], i) => [name, this.#feed(tensor, `feed${i}`)]))
        const inputs = Object.entries(fed).map(([name, tensor]): [Tensor, Ref] => [tensor, feeds[name]!])
        const variables = program.variables.map((variable): [Tensor, Ref] => [of(variable), variable.read])
        const running = program.running === null ? null : of(program.running.values)
        const state = { groups: program.groups.map(({ weights }) => of(weights)), running }
        const result = recorder.record([...inputs, ...variables], () => differentiateStep(this.#function, state, fed))
        const fetches = program.addUpdates(result, (tensor) => recorder.refOf(tensor))
        return { shape: { feeds, fetches }, loss: result.scalars['loss']!.dataSync()[0]! }
      })
    })
    return traced!
  }

  #feed(tensor: Tensor, name: string): Ref {
    return this.#program.graph.placeholder(tensor.dtype === 'int32' ? DataType.int32 : DataType.float32, tensor.shape, name)
  }

  #run(session: GraphSession, { feeds, fetches }: ShapeGraph, batch: Batch, rate: number): Record<string, number> {
    const { binding } = this.#backend
    const scalars = fedScalars(this.#settings.optimizer, this.#step + 1, rate)
    const scalarFeeds = this.#program.scalarFeeds.map((ref, i): Feed => [
      ref,
      binding.createTensor([], DataType.float32, Float32Array.of(scalars[i]!)),
    ])
    const batchFeeds = Object.entries(feeds).map(([name, ref]): Feed => {
      const { shape, data } = batch[name]!
      return [ref, binding.createTensor(shape, data instanceof Int32Array ? DataType.int32 : DataType.float32, data)]
    })
    const all = [...scalarFeeds, ...batchFeeds]
    try {
      const results = session.run(all, Object.values(fetches))
      return Object.fromEntries(Object.keys(fetches).map((name, i) => [name, this.#taken(results[i]!.id)[0]!]))
    } finally {
      this.#delete(all.map(([, id]) => id))
    }
  }

  #taken(id: number): Float32Array {
    const data = this.#backend.binding.tensorDataSync(id) as Float32Array
    this.#backend.binding.deleteTensor(id)
    return data
  }

  #delete(handles: StateHandles): void {
    for (const id of handles) this.#backend.binding.deleteTensor(id)
  }

  /** Sets the session's variables. */
  #initialize(session: GraphSession, handles: StateHandles): void {
    const { variables, init } = this.#program
    const feeds = variables.map((variable, i): Feed => [variable.init, handles[i]!])
    this.#delete(session.run(feeds, [init]).map(({ id }) => id))
  }

  #overwrite(session: GraphSession, flat: FlatArrays): void {
    const handles = this.#uploaded(flat)
    this.#initialize(session, handles)
    this.#delete(handles)
  }

  #read(session: GraphSession): StateHandles {
    return session.run([], this.#program.variables.map(({ read }) => read)).map(({ id }) => id) // prettier-ignore
  }

  /** A tensor of TensorFlow.js that shares a handle without owning it. */
  #tensor({ shape }: GraphVariable, handle: number): Tensor {
    const { binding } = this.#backend
    const [info] = binding.executeOp('Identity', [T_FLOAT], [handle], 1)
    return this.#backend.createOutputTensor({ ...info!, shape: [...shape] })
  }

  #uploaded(flat: FlatArrays): StateHandles {
    const arrays = inOrder(flat)
    return this.#program.variables.map(({ shape }, i) => this.#backend.binding.createTensor(shape, DataType.float32, arrays[i]!))
  }

  #flat(): FlatArrays {
    if (this.#session === null) return this.#pending!
    const arrays = this.#read(this.#session).map((id) => this.#taken(id))
    let next = 0
    const take = () => arrays[next++]!
    const averaged = this.#settings.optimizer.ema > 0
    const groups = this.#program.groups.map(() => ({ weights: take(), first: take(), second: take(), average: averaged ? take() : null }))
    const running = this.#program.running === null ? null : { values: take(), average: averaged ? take() : null }
    return { groups, running }
  }
}

/** In the order of StepProgram.variables. */
function inOrder({ groups, running }: FlatArrays): Float32Array[] {
  const all = groups.flatMap(({ weights, first, second, average }) => [weights, first, second, average])
  return [...all, running?.values ?? null, running?.average ?? null].filter((array) => array !== null)
}

function shapeKey(batch: Batch): string {
  return Object.entries(batch).map(([name, { shape, data }]) => `${name}:${data.constructor.name}[${shape.join()}]`).join(' ') // prettier-ignore
}

function sameFrozen(names: readonly string[], a: Weights, b: Weights): boolean {
  return a === b || names.every((name) => Buffer.compare(bytes(a, name), bytes(b, name)) === 0)
}

function bytes(weights: Weights, name: string): Uint8Array {
  const { data } = weights.get(name)!
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
