import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { DataType, T_FLOAT, type NativeBackend } from '../backends/native.ts'
import { fedTensors } from './eager-stepper.ts'
import { differentiateStep, type StepFunction } from './step-gradients.ts'
import type { Batch, OptimizerSettings } from './step.ts'
import type { GraphVariable, Ref } from './traced-graph.ts'
import { fedScalars, StepProgram } from './traced-program.ts'
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
  /** Nodes of the scalars, by name; fetching one runs the whole step. */
  readonly fetches: Readonly<Record<string, Ref>>
  /** The loss as it came out while recording. */
  readonly loss: number
}

/** The step of one batch shape as a graph in a session of its own, with a place for the state, which one shape at a time holds. */
export class ShapeSession {
  /** The loss of the batch it was recorded from, at the state it was recorded at. */
  readonly recordedLoss: number
  readonly #backend: NativeBackend
  readonly #optimizer: OptimizerSettings
  readonly #recording: Recording
  readonly #session: GraphSession

  /** Runs one step operation by operation and records it; the state behind `handles` is read, not changed. */
  constructor(backend: NativeBackend, step: StepFunction, optimizer: OptimizerSettings, batch: Batch, handles: StateHandles) {
    this.#backend = backend
    this.#optimizer = optimizer
    this.#recording = record(backend, new StepProgram(step.layout, optimizer), step, batch, handles)
    this.recordedLoss = this.#recording.loss
    const { program, feeds, fetches } = this.#recording
    const ends = [...Object.values(feeds), ...Object.values(fetches), ...program.scalarFeeds]
    const state = [program.copied, program.adopted, program.released, ...program.variables.map(({ read }) => read)]
    this.#session = new GraphSession(backend, program.graph.pruned([...ends, ...state]))
  }

  /** One step of the state it holds. Gives the named scalars. */
  run(batch: Batch, { rate, step }: StepPoint): Record<string, number> {
    const { program, feeds, fetches } = this.#recording
    const { binding } = this.#backend
    const numbers = fedScalars(this.#optimizer, step + 1, rate)
    const scalars = numbers.map((value) => binding.createTensor([], DataType.float32, Float32Array.of(value)))
    const arrays = Object.keys(feeds).map((name) => {
      const { shape, data } = batch[name]!
      return binding.createTensor(shape, data instanceof Int32Array ? DataType.int32 : DataType.float32, data)
    })
    const handles = [...scalars, ...arrays]
    const refs = [...program.scalarFeeds, ...Object.values(feeds)]
    try {
      const results = this.#session.run(refs.map((ref, i): Feed => [ref, handles[i]!]), Object.values(fetches)) // prettier-ignore
      return Object.fromEntries(Object.keys(fetches).map((name, i) => [name, taken(this.#backend, results[i]!.id)[0]!]))
    } finally {
      deleted(this.#backend, handles)
    }
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
    const result = recorder.record([...arrays, ...variables], () => differentiateStep(step, state, fed))
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
