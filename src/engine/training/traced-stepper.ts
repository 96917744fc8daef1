import { DataType, type NativeBackend } from '../backends/native.ts'
import { declareNetwork, type DeclaredParameter } from '../nn/declare-ops.ts'
import { TensorConstants } from '../nn/tensor-constants.ts'
import type { Weights } from '../nn/weights.ts'
import type { StepFunction } from './step-gradients.ts'
import { layoutOf } from './step-layout.ts'
import { averagedWeights, checkWeights, initialState, packState, unpackState, type FlatArrays } from './step-state.ts'
import type { Batch, Stepper, StepperSettings, StepState } from './step.ts'
import { TraceError } from './traced-recorder.ts'
import { deleted, ShapeSession, taken, type StateHandles } from './traced-shape.ts'

/** How far a graph's first loss may be from the recorded one (relative): far beyond rounding, far below a wrong graph. */
const TOLERANCE = 1e-2

/**
 * Runs steps as TensorFlow graphs, one a batch shape. The first batch of a shape is run operation by operation and recorded, without
 * changing the state; then all steps, this one included, run in the graph, so a resumed run repeats an unbroken one exactly. Weights,
 * moments and averages are variables of the session that made the last step; another shape's session takes over their memory.
 * step() throws TraceError where a step cannot become a graph; the state is then as it was.
 */
export class TracedStepper implements Stepper {
  readonly #backend: NativeBackend
  readonly #settings: StepperSettings
  readonly #parameters: readonly DeclaredParameter[]
  readonly #function: StepFunction
  readonly #shapes = new Map<string, ShapeSession>()
  /** Where the state is: in a session, or (before the first step) here. */
  #holder: ShapeSession | FlatArrays
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
    this.#holder = packState(layout, initialState(weights), optimizer)
    this.#frozen = weights
  }

  async step(batch: Batch, rate: number): Promise<Readonly<Record<string, number>>> {
    const known = this.#shapes.get(shapeKey(batch))
    const scalars = known === undefined ? this.#firstStep(batch, rate) : this.#nextStep(known, batch, rate)
    this.#step++
    return scalars
  }

  state(): StepState {
    return unpackState(this.#function.layout, this.#flat(), this.#frozen, this.#step)
  }

  load(state: StepState): void {
    checkWeights(this.#parameters, state.weights)
    const { layout, constants } = this.#function
    const flat = packState(layout, state, this.#settings.optimizer)
    if (!sameFrozen(layout.frozen, this.#frozen, state.weights)) {
      // Frozen weights are constants of the graphs: other ones need other graphs.
      this.#forget()
      constants.replace(state.weights)
    } else if (this.#holder instanceof ShapeSession) this.#holder.release()
    this.#holder = flat
    this.#frozen = state.weights
    this.#step = state.step
  }

  averaged(): Weights {
    return averagedWeights(this.#function.layout, this.#flat(), this.#frozen)
  }

  dispose(): void {
    this.#forget()
    this.#function.constants.dispose()
  }

  #forget(): void {
    for (const session of this.#shapes.values()) session.dispose()
    this.#shapes.clear()
  }

  #nextStep(session: ShapeSession, batch: Batch, rate: number): Record<string, number> {
    if (this.#holder !== session) {
      this.#withHandles((handles, how) => {
        session.take(handles, how)
      })
      this.#moveTo(session)
    }
    return session.run(batch, { rate, step: this.#step })
  }

  /** The old holder keeps the state until the new graph has made its step, so a graph that fails or is wrong has changed nothing. */
  #firstStep(batch: Batch, rate: number): Record<string, number> {
    const { session, scalars } = this.#withHandles((handles, how) => {
      const shape = new ShapeSession(this.#backend, this.#function, this.#settings.optimizer, batch, handles)
      return { session: shape, scalars: this.#tried(shape, handles, how, batch, rate) }
    })
    this.#moveTo(session)
    this.#shapes.set(shapeKey(batch), session)
    return scalars
  }

  #tried(session: ShapeSession, handles: StateHandles, how: 'copied' | 'adopted', batch: Batch, rate: number): Record<string, number> {
    try {
      session.take(handles, how)
      const scalars = session.run(batch, { rate, step: this.#step })
      const [loss, recorded] = [scalars['loss']!, session.recordedLoss]
      const wrong = Math.abs(loss - recorded) > TOLERANCE * Math.max(1e-3, Math.abs(recorded))
      if (wrong) throw new Error(`its graph gives a loss of ${loss}, not ${recorded}`)
      return scalars
    } catch (error) {
      session.dispose()
      throw new TraceError(error instanceof Error ? error.message : String(error))
    }
  }

  #moveTo(session: ShapeSession): void {
    if (this.#holder instanceof ShapeSession) this.#holder.release()
    this.#holder = session
  }

  /** Handles of the state as it is, and whether their memory may be taken over (it is TensorFlow's) or must be copied. */
  #withHandles<T>(work: (handles: StateHandles, how: 'copied' | 'adopted') => T): T {
    const holder = this.#holder
    const [handles, how] =
      holder instanceof ShapeSession ? [holder.read(), 'adopted' as const] : [this.#uploaded(holder), 'copied' as const]
    try {
      return work(handles, how)
    } finally {
      deleted(this.#backend, handles)
    }
  }

  #uploaded(flat: FlatArrays): StateHandles {
    return inOrder(flat).map((array) => this.#backend.binding.createTensor([array.length], DataType.float32, array))
  }

  #flat(): FlatArrays {
    if (!(this.#holder instanceof ShapeSession)) return this.#holder
    const arrays = this.#holder.read().map((id) => taken(this.#backend, id))
    let next = 0
    const take = () => arrays[next++]!
    const averaged = this.#settings.optimizer.ema > 0
    const { groups, running } = this.#function.layout
    return {
      groups: groups.map(() => ({ weights: take(), first: take(), second: take(), average: averaged ? take() : null })),
      running: running.size === 0 ? null : { values: take(), average: averaged ? take() : null },
    }
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
