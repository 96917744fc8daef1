import { sizeOf } from '../nn/initialize.ts'
import type { Weights } from '../nn/weights.ts'
import { packed, unpacked, type Layout, type Segment } from './step-layout.ts'
import type { OptimizerSettings, StepState } from './step.ts'

/** Names of the slots in a checkpoint: `first/<parameter>`, `second/<parameter>`, `average/<parameter or running average>`. */
const SLOT = { first: 'first/', second: 'second/', average: 'average/' } as const

/** The flat arrays behind a StepState. `average` is null where the moving average is off. */
export interface FlatArrays {
  readonly groups: readonly {
    readonly weights: Float32Array
    readonly first: Float32Array
    readonly second: Float32Array
    readonly average: Float32Array | null
  }[]
  readonly running: { readonly values: Float32Array; readonly average: Float32Array | null } | null
}

/** The state a run starts from: moments zero, the average at the weights. */
export function initialState(weights: Weights): StepState {
  return { weights, slots: new Map(), step: 0 }
}

/** Missing slots start fresh, so that new weights can be loaded alone. */
export function packState(layout: Layout, { weights, slots }: StepState, settings: OptimizerSettings): FlatArrays {
  const averaging = settings.ema > 0
  const slot = (segment: Segment, prefix: string) =>
    has(slots, segment, prefix) ? packed(segment, slots, prefix) : new Float32Array(segment.size)
  const average = (segment: Segment) => {
    if (!averaging) return null
    return has(slots, segment, SLOT.average) ? packed(segment, slots, SLOT.average) : packed(segment, weights)
  }
  return {
    groups: layout.groups.map((group) => ({
      weights: packed(group, weights),
      first: slot(group, SLOT.first),
      second: slot(group, SLOT.second),
      average: average(group),
    })),
    running: layout.running.size === 0 ? null : { values: packed(layout.running, weights), average: average(layout.running) },
  }
}

export function unpackState(layout: Layout, flat: FlatArrays, frozen: Weights, step: number): StepState {
  const slots = flat.groups.flatMap((arrays, i) => {
    const group = layout.groups[i]!
    const average = arrays.average === null ? [] : unpacked(group, arrays.average, SLOT.average)
    return [...unpacked(group, arrays.first, SLOT.first), ...unpacked(group, arrays.second, SLOT.second), ...average]
  })
  const running = flat.running?.average == null ? [] : unpacked(layout.running, flat.running.average, SLOT.average)
  return { weights: currentWeights(layout, flat, frozen), slots: new Map([...slots, ...running]), step }
}

/** The weights as they are now. */
export function currentWeights(layout: Layout, flat: FlatArrays, frozen: Weights): Weights {
  const groups = flat.groups.flatMap((arrays, i) => unpacked(layout.groups[i]!, arrays.weights))
  const running = flat.running === null ? [] : unpacked(layout.running, flat.running.values)
  return new Map([...groups, ...running, ...frozenOf(layout, frozen)])
}

/** The moving average of weights and running averages; the weights themselves where it is off. */
export function averagedWeights(layout: Layout, flat: FlatArrays, frozen: Weights): Weights {
  const groups = flat.groups.flatMap((arrays, i) => unpacked(layout.groups[i]!, arrays.average ?? arrays.weights))
  const running = flat.running === null ? [] : unpacked(layout.running, flat.running.average ?? flat.running.values)
  return new Map([...groups, ...running, ...frozenOf(layout, frozen)])
}

/** Throws Error where a parameter of the network is missing or has another shape. */
export function checkWeights(parameters: readonly { readonly name: string; readonly shape: readonly number[] }[], weights: Weights): void {
  for (const { name, shape } of parameters) {
    const array = weights.get(name)
    if (array === undefined) throw new Error(`The weights lack ${name}`)
    if (array.shape.join() !== shape.join() || array.data.length !== sizeOf(shape)) {
      throw new Error(`${name} has shape [${array.shape.join()}], not [${shape.join()}]`)
    }
  }
}

function frozenOf(layout: Layout, weights: Weights): Weights {
  return new Map(layout.frozen.map((name) => [name, weights.get(name)!]))
}

function has(slots: Weights, segment: Segment, prefix: string): boolean {
  const [first] = segment.parameters
  return first !== undefined && slots.has(prefix + first.name)
}
