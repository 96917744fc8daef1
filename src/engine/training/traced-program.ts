import type { Tensor } from '@tensorflow/tfjs-core'
import { attribute, DataType } from '../backends/native.ts'
import { stepNumbers } from './optimizer.ts'
import type { StepResult } from './step-gradients.ts'
import type { Group, Layout } from './step-layout.ts'
import type { OptimizerSettings } from './step.ts'
import { GraphBuilder, GraphVariable, type Ref } from './traced-graph.ts'

interface GroupVariables {
  readonly weights: GraphVariable
  readonly first: GraphVariable
  readonly second: GraphVariable
  readonly average: GraphVariable | null
}

/** Scalars that change from step to step and are fed. */
const FED = ['rate', 'beta1-power', 'beta2-power', 'average-decay'] as const
type FedScalar = (typeof FED)[number]

/** The fed scalars of step t at a learning rate, in the order of their placeholders. */
export function fedScalars(settings: OptimizerSettings, t: number, rate: number): number[] {
  const { beta1Power, beta2Power, averageDecay } = stepNumbers(settings, t)
  return [rate, beta1Power, beta2Power, averageDecay]
}

/** What the parts of a batch hand on from one to the next, as a flat list: sums of gradients, one a group, and the running averages if any. */
interface Carried {
  /** Placeholders of what the parts before made, and of this part's share of the batch. */
  readonly feeds: readonly Ref[]
  readonly share: Ref
}

/** What to fetch from a graph. */
export interface Fetches {
  /** Nodes of the scalars, by name; fetching one runs the whole step. */
  readonly step: Readonly<Record<string, Ref>>
  /** The scalars of a part alone and what it hands on, without a change of the state; null where batches are not worked through in parts. */
  readonly part: { readonly scalars: Readonly<Record<string, Ref>>; readonly carried: readonly Ref[] } | null
}

/** The graph of a step on one batch shape, or on a part of a batch: the state's variables, and what steps them. */
export class StepProgram {
  readonly graph = new GraphBuilder()
  readonly groups: readonly GroupVariables[]
  readonly running: { readonly values: GraphVariable; readonly average: GraphVariable | null } | null
  /** Names of the fed scalars' placeholders. */
  readonly scalarFeeds: readonly Ref[]
  /** Running one of these sets every variable to a copy of its fed init, to the fed memory itself, or lets go of it. */
  readonly copied: Ref
  readonly adopted: Ref
  readonly released: Ref
  readonly #layout: Layout
  readonly #settings: OptimizerSettings
  readonly #fed: Readonly<Record<FedScalar, Ref>>
  /** Null where a batch is one part. */
  readonly carried: Carried | null

  constructor(layout: Layout, settings: OptimizerSettings, inParts = false) {
    this.#layout = layout
    this.#settings = settings
    const variable = (name: string, size: number) => new GraphVariable(this.graph, name, [size])
    const averaged = (name: string, size: number) => (settings.ema > 0 ? variable(`${name}/average`, size) : null)
    this.groups = layout.groups.map(({ size }, i) => ({
      weights: variable(`group${i}/weights`, size),
      first: variable(`group${i}/first`, size),
      second: variable(`group${i}/second`, size),
      average: averaged(`group${i}`, size),
    }))
    const { size } = layout.running
    this.running = size === 0 ? null : { values: variable('running/values', size), average: averaged('running', size) }
    this.scalarFeeds = FED.map((name) => this.graph.placeholder(DataType.float32, [], name))
    this.#fed = Object.fromEntries(FED.map((name, i) => [name, this.scalarFeeds[i]!])) as Record<FedScalar, Ref>
    this.carried = inParts ? this.#carried() : null
    const all = (name: 'copied' | 'adopted' | 'released') => {
      const nodes = this.variables.map((variable) => variable[name])
      return this.#after(this.graph.scalar(0), nodes, name)
    }
    this.copied = all('copied')
    this.adopted = all('adopted')
    this.released = all('released')
  }

  get variables(): readonly GraphVariable[] {
    const groups = this.groups.flatMap(({ weights, first, second, average }) => [weights, first, second, average])
    const running = this.running === null ? [] : [this.running.values, this.running.average]
    return [...groups, ...running].filter((variable) => variable !== null)
  }

  /**
   * Adds the second half of a step behind a recorded first half: clipping, AdamW, averages. `refOf` finds the node of a recorded tensor.
   * Nothing is changed before all gradients are there, so a step that fails on the way (for want of memory) has changed nothing.
   */
  addUpdates(result: StepResult, refOf: (tensor: Tensor) => Ref): Fetches {
    const raw = this.#summed(result.gradients.map(refOf))
    const norm = this.#norm(raw)
    const gradients = this.#clipped(raw, norm)
    const updates = this.groups.flatMap((variables, i) => this.#adamW(variables, this.#layout.groups[i]!, gradients[i]!, norm))
    if (this.running !== null && result.running !== null) {
      const { values, average } = this.running
      const assigned = values.assign(refOf(result.running), [values.read, norm])
      updates.push(average === null ? assigned : this.#moveAverage(average, values, assigned))
    }
    const scalars = Object.fromEntries(Object.entries(result.scalars).map(([name, tensor]) => [name, refOf(tensor)]))
    const running = result.running === null ? [] : [refOf(result.running)]
    const identity = (ref: Ref, i: number): Ref => this.#after(ref, [], `carried${i}`)
    return {
      step: this.#stepped({ ...scalars, 'gradient-norm': norm }, updates),
      part: this.carried === null ? null : { scalars: this.#named(scalars, [], 'part'), carried: [...raw, ...running].map(identity) },
    }
  }

  /** The scalars once the updates are done. */
  #stepped(scalars: Readonly<Record<string, Ref>>, updates: readonly Ref[]): Record<string, Ref> {
    const done = this.graph.add('NoOp', updates.map((update) => `^${update}`), [], 'updated') // prettier-ignore
    return this.#named(scalars, [done], 'scalar')
  }

  #named(scalars: Readonly<Record<string, Ref>>, after: readonly Ref[], prefix: string): Record<string, Ref> {
    return Object.fromEntries(Object.entries(scalars).map(([name, ref], i) => [name, this.#after(ref, after, `${prefix}${i}`)]))
  }

  #carried(): Carried {
    const sums = this.#layout.groups.map(({ size }, i) => this.graph.placeholder(DataType.float32, [size], `group${i}/sum`))
    const { size } = this.#layout.running
    const running = size === 0 ? [] : [this.graph.placeholder(DataType.float32, [size], 'running/carried')]
    return { feeds: [...sums, ...running], share: this.graph.placeholder(DataType.float32, [], 'share') }
  }

  /** With what the parts before made: their sum + share * gradient. */
  #summed(gradients: readonly Ref[]): readonly Ref[] {
    const { carried } = this
    if (carried === null) return gradients
    return gradients.map((gradient, i) =>
      this.graph.float('AddV2', [carried.feeds[i]!, this.graph.float('Mul', [gradient, carried.share])]),
    )
  }

  #after(value: Ref, nodes: readonly Ref[], name: string): Ref {
    return this.graph.add('Identity', [value, ...nodes.map((node) => `^${node}`)], [attribute.type('T')], name)
  }

  /** sqrt(2 * sum of L2Loss), L2Loss being half the sum of squares. */
  #norm(gradients: readonly Ref[]): Ref {
    const halves = gradients.map((gradient) => this.graph.float('L2Loss', [gradient]))
    const half = this.graph.float('AddN', halves, [attribute.int('N', halves.length)])
    return this.graph.float('Sqrt', [this.graph.float('Mul', [half, this.graph.scalar(2)])])
  }

  #clipped(gradients: readonly Ref[], norm: Ref): readonly Ref[] {
    const { clipNorm } = this.#settings
    if (clipNorm <= 0) return gradients
    const limit = this.graph.scalar(clipNorm)
    const factor = this.graph.float('RealDiv', [limit, this.graph.float('Maximum', [norm, limit])])
    return gradients.map((gradient) => this.graph.float('Mul', [gradient, factor]))
  }

  /**
   * AdamW as optimizer.ts has it, by TensorFlow's fused Adam kernel. The kernel divides by sqrt(v) + epsilon before the bias correction,
   * so it is given epsilon * sqrt(1 - beta2^t).
   */
  #adamW(variables: GroupVariables, group: Group, gradient: Ref, ready: Ref): Ref[] {
    const { graph } = this
    const { weights, first, second, average } = variables
    const { beta1, beta2, epsilon } = this.#settings
    const rate = graph.float('Mul', [this.#fed.rate, graph.scalar(group.rateFactor)])
    const correction = graph.float('Sqrt', [graph.float('Sub', [graph.scalar(1), this.#fed['beta2-power']])])
    const inner = graph.float('Mul', [graph.scalar(epsilon), correction])
    const handles = [weights.handle, first.handle, second.handle]
    const numbers = [this.#fed['beta1-power'], this.#fed['beta2-power'], rate, graph.scalar(beta1), graph.scalar(beta2), inner]
    const after = [...this.#decayed(weights, group, rate, ready), ready].map((node) => `^${node}`)
    const adam = graph.float('ResourceApplyAdam', [...handles, ...numbers, gradient, ...after])
    return [average === null ? adam : this.#moveAverage(average, weights, adam)]
  }

  /** Decay apart from the gradient; the step's own reading of the weights comes first. */
  #decayed(weights: GraphVariable, group: Group, rate: Ref, ready: Ref): Ref[] {
    const { weightDecay } = this.#settings
    if (!group.decay || weightDecay <= 0) return [weights.read]
    const share = this.graph.float('Mul', [rate, this.graph.scalar(weightDecay)])
    const loss = this.graph.float('Mul', [weights.read, share])
    return [this.graph.add('AssignSubVariableOp', [weights.handle, loss, `^${weights.read}`, `^${ready}`], [attribute.type('dtype')])]
  }

  /** average -= (1 - decay) * (average - value), `value` as it is after `updated`. */
  #moveAverage(average: GraphVariable, value: GraphVariable, updated: Ref): Ref {
    const { graph } = this
    const apart = graph.float('Sub', [average.read, value.readAfter(updated)])
    const share = graph.float('Sub', [graph.scalar(1), this.#fed['average-decay']])
    return graph.float('ResourceApplyGradientDescent', [average.handle, share, apart])
  }
}
