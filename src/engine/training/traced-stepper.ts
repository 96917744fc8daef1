import { DataType, type NativeBackend } from '../backends/native.ts'
import { memoryError } from '../jobs/memory-error.ts'
import { declareNetwork, type DeclaredParameter } from '../nn/declare-ops.ts'
import { TensorConstants } from '../nn/tensor-constants.ts'
import type { Weights } from '../nn/weights.ts'
import { meanScalars, microBatches, type MicroBatch } from './micro-batches.ts'
import type { StepFunction } from './step-gradients.ts'
import { layoutOf } from './step-layout.ts'
import { StepRandom } from './step-random.ts'
import { averagedWeights, checkWeights, initialState, packState, unpackState, type FlatArrays } from './step-state.ts'
import type { Batch, Stepper, StepperSettings, StepState } from './step.ts'
import { TraceError } from './traced-recorder.ts'
import { deleted, ShapeSession, taken, type StateHandles, type StepPoint } from './traced-shape.ts'

type Scalars = Record<string, number>
/** A step, or a part of one, in the session of its shape. */
type Work = (session: ShapeSession) => Scalars

/** How far a graph's first loss may be from the recorded one (relative): far beyond rounding, far below a wrong graph. */
const TOLERANCE = 1e-2

/**
 * Runs steps as TensorFlow graphs, one a batch shape. The first batch of a shape is run operation by operation and recorded, without
 * changing the state; then all steps, this one included, run in the graph, so a resumed run repeats an unbroken one exactly. Weights,
 * moments and averages are variables of the session that made the last step; another shape's session takes over their memory.
 * step() throws TraceError where a step cannot become a graph, and what TensorFlow throws where memory runs out; the state is then as it was.
 */
export class TracedStepper implements Stepper {
  readonly accumulate: number
  readonly #backend: NativeBackend
  readonly #settings: StepperSettings
  readonly #parameters: readonly DeclaredParameter[]
  readonly #function: StepFunction
  readonly #random: StepRandom
  readonly #shapes = new Map<string, ShapeSession>()
  /** Where the state is: in a session, or (before the first step) here. */
  #holder: ShapeSession | FlatArrays
  #frozen: Weights
  #step = 0

  constructor(backend: NativeBackend, settings: StepperSettings) {
    const { network, loss, weights, optimizer, seed = 0, accumulate = 1 } = settings
    this.#backend = backend
    this.#settings = settings
    this.accumulate = accumulate
    this.#parameters = declareNetwork(network).parameters
    this.#random = new StepRandom(network, seed)
    checkWeights(this.#parameters, weights)
    const layout = layoutOf(this.#parameters, optimizer.rateFactors)
    this.#function = { network, loss, layout, constants: new TensorConstants(weights) }
    this.#holder = packState(layout, initialState(weights), optimizer)
    this.#frozen = weights
  }

  async step(given: Batch, rate: number): Promise<Readonly<Record<string, number>>> {
    const batch = this.#random.fed(given, this.#step)
    const point = { rate, step: this.#step }
    const scalars =
      this.accumulate === 1
        ? this.#onShape(batch, (session) => session.run(batch, point))
        : this.#inParts(microBatches(batch, this.accumulate), point)
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

  /** The parts one after the other; the state is as before until the last one makes the step. */
  #inParts(parts: readonly MicroBatch[], point: StepPoint): Record<string, number> {
    let carried: StateHandles | null = null
    const added = (session: ShapeSession, part: MicroBatch): Scalars => {
      const before = (carried ??= session.nothingYet())
      const result = session.add(part, before)
      carried = result.carried
      deleted(this.#backend, before)
      return result.scalars
    }
    const finished = (session: ShapeSession, part: MicroBatch): Scalars => session.finish(part, (carried ??= session.nothingYet()), point)
    try {
      const done = parts.map((part, i) => {
        const work = i === parts.length - 1 ? finished : added
        return { share: part.share, scalars: this.#onShape(part.batch, (session) => work(session, part)) }
      })
      return meanScalars(done)
    } finally {
      deleted(this.#backend, carried ?? [])
    }
  }

  #onShape(batch: Batch, work: Work): Scalars {
    const known = this.#shapes.get(shapeKey(batch))
    return known === undefined ? this.#firstOn(batch, work) : this.#nextOn(known, work)
  }

  #nextOn(session: ShapeSession, work: Work): Scalars {
    if (this.#holder !== session) {
      this.#withHandles((handles, how) => {
        session.take(handles, how)
      })
      this.#moveTo(session)
    }
    return work(session)
  }

  /** The old holder keeps the state until the new graph has made its step, so a graph that fails or is wrong has changed nothing. */
  #firstOn(batch: Batch, work: Work): Scalars {
    const { session, scalars } = this.#withHandles((handles, how) => {
      const { optimizer } = this.#settings
      const shape = new ShapeSession(this.#backend, this.#function, { optimizer, inParts: this.accumulate > 1 }, batch, handles)
      return { session: shape, scalars: this.#tried(shape, handles, how, work) }
    })
    this.#moveTo(session)
    this.#shapes.set(shapeKey(batch), session)
    return scalars
  }

  #tried(session: ShapeSession, handles: StateHandles, how: 'copied' | 'adopted', work: Work): Scalars {
    try {
      session.take(handles, how)
      const scalars = work(session)
      const [loss, recorded] = [scalars['loss']!, session.recordedLoss]
      const wrong = Math.abs(loss - recorded) > TOLERANCE * Math.max(1e-3, Math.abs(recorded))
      if (wrong) throw new Error(`its graph gives a loss of ${loss}, not ${recorded}`)
      return scalars
    } catch (error) {
      session.dispose()
      if (memoryError(error) !== null) throw error
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
