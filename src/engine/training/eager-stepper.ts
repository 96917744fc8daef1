import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { must } from '#shared/assert.ts'
import { declareNetwork } from '../nn/declare-ops.ts'
import { TensorConstants } from '../nn/tensor-constants.ts'
import type { Weights } from '../nn/weights.ts'
import { microBatches, type MicroBatch } from './micro-batches.ts'
import { adamW, clipped, globalNorm, movedAverage, stepNumbers } from './optimizer.ts'
import { differentiateStep, type FlatState, type StepFunction, type StepResult } from './step-gradients.ts'
import { layoutOf } from './step-layout.ts'
import { StepRandom } from './step-random.ts'
import { averagedWeights, checkWeights, initialState, packState, unpackState, type FlatArrays } from './step-state.ts'
import type { Batch, Stepper, StepperSettings, StepState } from './step.ts'

interface GroupTensors {
  readonly weights: Tensor
  readonly first: Tensor
  readonly second: Tensor
  readonly average: Tensor | null
}

interface StateTensors {
  readonly groups: readonly GroupTensors[]
  readonly running: { readonly values: Tensor; readonly average: Tensor | null } | null
}

/** Runs each step operation by operation, on any backend. */
export class EagerStepper implements Stepper {
  readonly accumulate: number
  readonly #settings: StepperSettings
  readonly #function: StepFunction
  readonly #parameters
  readonly #random: StepRandom
  #frozen: Weights
  #state: StateTensors
  #step = 0

  constructor(settings: StepperSettings) {
    const { network, loss, weights, optimizer, seed = 0, accumulate = 1 } = settings
    this.#settings = settings
    this.accumulate = accumulate
    this.#parameters = declareNetwork(network).parameters
    this.#random = new StepRandom(network, seed)
    checkWeights(this.#parameters, weights)
    const layout = layoutOf(this.#parameters, optimizer.rateFactors)
    this.#function = { network, loss, layout, constants: new TensorConstants(weights) }
    this.#frozen = weights
    this.#state = uploaded(packState(layout, initialState(weights), optimizer))
  }

  async step(batch: Batch, rate: number): Promise<Readonly<Record<string, number>>> {
    const { next, scalars } = keptFrom(() => this.#advance(batch, rate))
    tf.dispose(tensorsOf(this.#state))
    this.#state = next
    this.#step++
    const names = Object.keys(scalars)
    const values = await Promise.all(names.map(async (name) => (await scalars[name]!.data())[0]!))
    tf.dispose(Object.values(scalars))
    return Object.fromEntries(names.map((name, i) => [name, values[i]!]))
  }

  state(): StepState {
    return unpackState(this.#function.layout, downloaded(this.#state), this.#frozen, this.#step)
  }

  load(state: StepState): void {
    checkWeights(this.#parameters, state.weights)
    const next = uploaded(packState(this.#function.layout, state, this.#settings.optimizer))
    tf.dispose(tensorsOf(this.#state))
    this.#state = next
    this.#step = state.step
    this.#frozen = state.weights
    this.#function.constants.replace(state.weights)
  }

  averaged(): Weights {
    return averagedWeights(this.#function.layout, downloaded(this.#state), this.#frozen)
  }

  dispose(): void {
    tf.dispose(tensorsOf(this.#state))
    this.#function.constants.dispose()
  }

  /** The next state and the step's scalars, kept out of the surrounding tidy. */
  #advance(batch: Batch, rate: number): { next: StateTensors; scalars: Record<string, Tensor> } {
    const { optimizer } = this.#settings
    const numbers = stepNumbers(optimizer, this.#step + 1)
    const weights = this.#state.groups.map((group) => group.weights)
    const running = this.#state.running
    const parts = microBatches(this.#random.fed(batch, this.#step), this.accumulate)
    const result = differentiated(this.#function, { groups: weights, running: running?.values ?? null }, parts)
    const norm = globalNorm(result.gradients)
    const gradients = clipped(result.gradients, norm, optimizer.clipNorm)
    const moved = (average: Tensor | null, value: Tensor) => (average === null ? null : movedAverage(average, value, numbers.averageDecay))
    const groups = this.#state.groups.map((tensors, i) => {
      const group = this.#function.layout.groups[i]!
      const updated = adamW(tensors, gradients[i]!, group, rate, optimizer, numbers)
      return { ...updated, average: moved(tensors.average, updated.weights) }
    })
    const averages = result.running
    const nextRunning = running === null || averages === null ? null : { values: averages, average: moved(running.average, averages) }
    const next = { groups, running: nextRunning }
    const scalars = { ...result.scalars, 'gradient-norm': norm }
    ;[...tensorsOf(next), ...Object.values(scalars)].forEach((tensor) => tf.keep(tensor))
    return { next, scalars }
  }
}

/** The parts one after the other: sums of gradients and scalars by the parts' shares, running averages as the last part leaves them. */
function differentiated(step: StepFunction, state: FlatState, parts: readonly MicroBatch[]): StepResult {
  if (parts.length === 1) return differentiateStep(step, state, fedTensors(must(parts[0], 'one').batch))
  const [first, ...others] = parts.map((part) => (before: StepResult | null) => differentiatedPart(step, state, part, before))
  const sum = must(first, 'a batch has a part')(null)
  return others.reduce((before, next) => {
    const result = next(before)
    tf.dispose([...Object.values(before.scalars), ...before.gradients, ...(before.running === null ? [] : [before.running])])
    return result
  }, sum)
}

function differentiatedPart(step: StepFunction, state: FlatState, { batch, share }: MicroBatch, before: StepResult | null): StepResult {
  const { running, ...sums } = tf.tidy(() => {
    const result = differentiateStep(step, { ...state, running: before?.running ?? state.running }, fedTensors(batch))
    const added = (x: Tensor, sum: Tensor | undefined): Tensor => (sum === undefined ? tf.mul(x, share) : tf.add(sum, tf.mul(x, share)))
    return {
      scalars: Object.fromEntries(Object.entries(result.scalars).map(([name, x]) => [name, added(x, before?.scalars[name])])),
      gradients: result.gradients.map((x, i) => added(x, before?.gradients[i])),
      running: result.running === null ? [] : [result.running],
    }
  })
  return { ...sums, running: running[0] ?? null }
}

/** Runs in a scope of its own; what is to outlive it must be kept inside. */
function keptFrom<T>(run: () => T): T {
  let result: T | undefined
  tf.tidy(() => {
    result = run()
  })
  return result as T
}

/** The batch as tensors. Int32Array becomes int32. */
export function fedTensors(batch: Batch): Record<string, Tensor> {
  const entries = Object.entries(batch).map(([name, { shape, data }]): [string, Tensor] => {
    return [name, tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32')]
  })
  return Object.fromEntries(entries)
}

function uploaded(flat: FlatArrays): StateTensors {
  const tensor = (data: Float32Array) => tf.keep(tf.tensor1d(data))
  const optional = (data: Float32Array | null) => (data === null ? null : tensor(data))
  return {
    groups: flat.groups.map(({ weights, first, second, average }) => ({
      weights: tensor(weights),
      first: tensor(first),
      second: tensor(second),
      average: optional(average),
    })),
    running: flat.running === null ? null : { values: tensor(flat.running.values), average: optional(flat.running.average) },
  }
}

function downloaded(state: StateTensors): FlatArrays {
  const data = (tensor: Tensor) => tensor.dataSync<'float32'>()
  const optional = (tensor: Tensor | null) => (tensor === null ? null : data(tensor))
  return {
    groups: state.groups.map(({ weights, first, second, average }) => ({
      weights: data(weights),
      first: data(first),
      second: data(second),
      average: optional(average),
    })),
    running: state.running === null ? null : { values: data(state.running.values), average: optional(state.running.average) },
  }
}

function tensorsOf({ groups, running }: StateTensors): Tensor[] {
  const all = groups.flatMap(({ weights, first, second, average }) => [weights, first, second, average])
  return [...all, running?.values ?? null, running?.average ?? null].filter((tensor) => tensor !== null)
}
