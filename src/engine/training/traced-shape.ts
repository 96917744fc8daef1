import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { must } from '#shared/assert.ts'
import { DataType, T_FLOAT, type NativeBackend } from '../backends/native.ts'
import { fedTensors } from './eager-stepper.ts'
import type { MicroBatch } from './micro-batches.ts'
import { differentiateStep, type StepFunction } from './step-gradients.ts'
import type { Batch, OptimizerSettings } from './step.ts'
import type { GraphVariable, Ref } from './traced-graph.ts'
import { type Fetches, fedScalars, StepProgram } from './traced-program.ts'
import { Recorder } from './traced-recorder.ts'
import { GraphSession, type Feed } from './traced-session.ts'

/** Handles of all variables' values, in the program's order. */
export type StateHandles = readonly number[]

/** What a step needs besides the batch. */
export interface StepPoint {
  readonly rate: number
  /** Steps made so far. */
  readonly step: number
}

interface Recording {
  readonly program: StepProgram
  /** Placeholders of the fed arrays, by name. */
  readonly feeds: Readonly<Record<string, Ref>>
  readonly fetches: Fetches
  /** The loss as it came out while recording. */
  readonly loss: number
}

/**
 * The step of one batch shape as a graph in a session of its own, with a place for the state, which one shape at a time holds. Where batches
 * are worked through in parts, the shape is a part's: parts are added up by add(), and finish() makes the step. What they hand on are
 * tensors, not variables, so parts of different shapes can follow each other, and a part that fails has changed nothing.
 */
export class ShapeSession {
  /** The loss of the batch it was recorded from, at the state it was recorded at. */
  readonly recordedLoss: number
  readonly #backend: NativeBackend
  readonly #optimizer: OptimizerSettings
  readonly #recording: Recording
  readonly #session: GraphSession

  /** Runs one step operation by operation and records it; the state behind `handles` is read, not changed. */
  constructor(
    backend: NativeBackend,
    step: StepFunction,
    { optimizer, inParts }: { readonly optimizer: OptimizerSettings; readonly inParts: boolean },
    batch: Batch,
    handles: StateHandles,
  ) {
    this.#backend = backend
    this.#optimizer = optimizer
    this.#recording = record(backend, new StepProgram(step.layout, optimizer, inParts), step, batch, handles)
    this.recordedLoss = this.#recording.loss
    const { program, feeds, fetches } = this.#recording
    const part = fetches.part === null ? [] : [...Object.values(fetches.part.scalars), ...fetches.part.carried]
    const ends = [...Object.values(feeds), ...Object.values(fetches.step), ...part, ...program.scalarFeeds]
    const state = [program.copied, program.adopted, program.released, ...program.variables.map(({ read }) => read)]
    this.#session = new GraphSession(backend, program.graph.pruned([...ends, ...state]))
  }

  /** One step of the state it holds. Gives the named scalars. */
  run(batch: Batch, point: StepPoint): Record<string, number> {
    return this.#made((made) => this.#scalars(this.#recording.fetches.step, [...this.#numbers(point, made), ...this.#arrays(batch, made)]))
  }

  /** What the first part of a batch is handed: sums of 0, and the running averages of the state. The caller deletes the handles. */
  nothingYet(): StateHandles {
    const { program } = this.#recording
    const sums = program.groups.map(({ weights: { shape } }) => this.#tensor(shape, new Float32Array(shape[0]!)))
    return program.running === null ? sums : [...sums, this.#session.run([], [program.running.values.read])[0]!.id]
  }

  /** A part of a batch that is not its last. The handles stay the caller's, those it gets as well. */
  add({ batch, share }: MicroBatch, handed: StateHandles): { readonly carried: StateHandles; readonly scalars: Record<string, number> } {
    const { scalars, carried } = must(this.#recording.fetches.part, 'a graph for parts')
    return this.#made((made) => {
      const feeds = [...this.#handed(share, handed, made), ...this.#arrays(batch, made)]
      const results = this.#session.run(feeds, [...carried, ...Object.values(scalars)])
      const values = results.slice(carried.length).map(({ id }) => taken(this.#backend, id)[0]!)
      const named = Object.keys(scalars).map((name, i): [string, number] => [name, values[i]!])
      return { carried: results.slice(0, carried.length).map(({ id }) => id), scalars: Object.fromEntries(named) }
    })
  }

  /** The last part of a batch, and the step. The handles stay the caller's. */
  finish({ batch, share }: MicroBatch, handed: StateHandles, point: StepPoint): Record<string, number> {
    return this.#made((made) => {
      const feeds = [...this.#numbers(point, made), ...this.#handed(share, handed, made), ...this.#arrays(batch, made)]
      return this.#scalars(this.#recording.fetches.step, feeds)
    })
  }

  /** The state's values, without a copy. The caller deletes the handles. */
  read(): StateHandles {
    return this.#session.run([], this.#recording.program.variables.map(({ read }) => read)).map(({ id }) => id) // prettier-ignore
  }

  /** Takes a state: a copy of it, or (`adopted`) its memory, which must be TensorFlow's own. The handles stay the caller's. */
  take(handles: StateHandles, how: 'copied' | 'adopted'): void {
    const { program } = this.#recording
    const feeds = program.variables.map(({ init }, i): Feed => [init, handles[i]!])
    this.#do(feeds, program[how])
  }

  /** Lets go of the state. */
  release(): void {
    this.#do([], this.#recording.program.released)
  }

  dispose(): void {
    this.#session.dispose()
  }

  #scalars(fetches: Readonly<Record<string, Ref>>, feeds: readonly Feed[]): Record<string, number> {
    const results = this.#session.run(feeds, Object.values(fetches))
    return Object.fromEntries(Object.keys(fetches).map((name, i) => [name, taken(this.#backend, results[i]!.id)[0]!]))
  }

  /** Deletes the handles that `work` puts into its list. */
  #made<T>(work: (made: number[]) => T): T {
    const made: number[] = []
    try {
      return work(made)
    } finally {
      deleted(this.#backend, made)
    }
  }

  #numbers({ rate, step }: StepPoint, made: number[]): Feed[] {
    const numbers = fedScalars(this.#optimizer, step + 1, rate)
    return this.#recording.program.scalarFeeds.map((ref, i) => [ref, this.#noted(made, [], Float32Array.of(numbers[i]!))])
  }

  #arrays(batch: Batch, made: number[]): Feed[] {
    return Object.entries(this.#recording.feeds).map(([name, ref]) => [ref, this.#noted(made, batch[name]!.shape, batch[name]!.data)])
  }

  #handed(share: number, handed: StateHandles, made: number[]): Feed[] {
    const carried = must(this.#recording.program.carried, 'a graph for parts')
    return [[carried.share, this.#noted(made, [], Float32Array.of(share))], ...carried.feeds.map((ref, i): Feed => [ref, handed[i]!])]
  }

  #noted(made: number[], shape: readonly number[], data: Float32Array | Int32Array): number {
    const id = this.#tensor(shape, data)
    made.push(id)
    return id
  }

  #tensor(shape: readonly number[], data: Float32Array | Int32Array): number {
    return this.#backend.binding.createTensor(shape, data instanceof Int32Array ? DataType.int32 : DataType.float32, data)
  }

  #do(feeds: readonly Feed[], ref: Ref): void {
    const results = this.#session.run(feeds, [ref])
    deleted(this.#backend, results.map(({ id }) => id)) // prettier-ignore
  }
}

/** The numbers behind a handle, which is deleted. */
export function taken(backend: NativeBackend, id: number): Float32Array {
  const data = backend.binding.tensorDataSync(id) as Float32Array
  backend.binding.deleteTensor(id)
  return data
}

export function deleted(backend: NativeBackend, handles: StateHandles): void {
  for (const id of handles) backend.binding.deleteTensor(id)
}

function record(backend: NativeBackend, program: StepProgram, step: StepFunction, batch: Batch, handles: StateHandles): Recording {
  const recorder = new Recorder(backend, program.graph)
  let recording: Recording | undefined
  tf.tidy(() => {
    const fed = fedTensors(batch)
    const values = new Map(program.variables.map((variable, i) => [variable, tensorOf(backend, handles[i]!)]))
    const of = (variable: GraphVariable) => values.get(variable)!
    const feeds = Object.fromEntries(Object.entries(fed).map(([name, tensor], i) => [name, placeholder(program, tensor, `feed${i}`)]))
    const arrays = Object.entries(fed).map(([name, tensor]): [Tensor, Ref] => [tensor, feeds[name]!])
    const variables = program.variables.map((variable): [Tensor, Ref] => [of(variable), variable.read])
    const state = {
      groups: program.groups.map(({ weights }) => of(weights)),
      running: program.running === null ? null : of(program.running.values),
    }
    const carried =
      program.carried === null || program.running === null ? [] : [[of(program.running.values), program.carried.feeds.at(-1)!] as const]
    const result = recorder.record([...arrays, ...variables, ...carried], () => differentiateStep(step, state, fed))
    const fetches = program.addUpdates(result, (tensor) => recorder.refOf(tensor))
    recording = { program, feeds, fetches, loss: result.scalars['loss']!.dataSync()[0]! }
  })
  return recording!
}

function placeholder({ graph }: StepProgram, { dtype, shape }: Tensor, name: string): Ref {
  return graph.placeholder(dtype === 'int32' ? DataType.int32 : DataType.float32, shape, name)
}

/** A tensor of TensorFlow.js on a handle's memory; the handle stays whose it is. */
function tensorOf(backend: NativeBackend, handle: number): Tensor {
  const [info] = backend.binding.executeOp('Identity', [T_FLOAT], [handle], 1)
  return backend.createOutputTensor(info!)
}
