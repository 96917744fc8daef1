import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Network } from '../nn/network.ts'
import type { TensorConstants } from '../nn/tensor-constants.ts'
import { normalized, TensorOps } from '../nn/tensor-ops.ts'
import { tensorsOf, Value } from '../nn/value.ts'
import type { Layout, Segment } from './step-layout.ts'
import { randomFeed } from './step-random.ts'
import type { LossFunction } from './step.ts'

/** The part of a step that TensorFlow differentiates, as a pure function of the flat state and the batch. */
export interface StepFunction {
  readonly network: Network
  readonly loss: LossFunction
  readonly layout: Layout
  readonly constants: TensorConstants
}

export interface FlatState {
  /** One flat tensor a group of the layout. */
  readonly groups: readonly Tensor[]
  /** Running averages; null where the network has none. */
  readonly running: Tensor | null
}

export interface StepResult {
  /** The loss function's scalars by name. */
  readonly scalars: Readonly<Record<string, Tensor>>
  /** Gradient of `loss`, one flat tensor a group. */
  readonly gradients: readonly Tensor[]
  readonly running: Tensor | null
}

/** Forward and backward pass of one batch. Call it inside tf.tidy(): what it returns belongs to that scope. */
export function differentiateStep(step: StepFunction, state: FlatState, fed: Readonly<Record<string, Tensor>>): StepResult {
  const { layout, network } = step
  const pieces = layout.groups.map((group, i) => split(group, state.groups[i]!))
  const parameters = new Map(layout.groups.flatMap((group, i) => named(group, pieces[i]!)))
  const running = new Map(state.running === null ? [] : named(layout.running, split(layout.running, state.running)))
  const updated = new Map<string, Tensor>()
  const tensor = (name: string) => found(parameters.get(name) ?? running.get(name), name)
  const replace = (name: string, value: Tensor) => {
    updated.get(name)?.dispose()
    updated.set(name, value)
  }
  const random = (name: string) => found(fed[randomFeed(name)], randomFeed(name))
  const ops = new TensorOps(step.constants, { tensor, updated: replace, random })
  let scalars: Record<string, Tensor> = {}
  const forward = () => {
    const outputs = network.build(ops, pixelsOf(network, found(fed['image'], 'image')))
    const values = step.loss(tensorsOf(outputs), fed)
    scalars = mapValues(values, (value) => tf.keep(value))
    return values.loss
  }
  const gradients = gradientsOf(forward, pieces.flat())
  let next = 0
  const flat = pieces.map((group) => joined(gradients.slice(next, (next += group.length))))
  const averages = state.running === null ? null : joined(layout.running.parameters.map(({ name }) => found(updated.get(name), name)))
  const result = { scalars: mapValues(scalars, (value) => tf.clone(value)), gradients: flat, running: averages }
  tf.dispose([...Object.values(scalars), ...updated.values()])
  return result
}

/** The network's input; the forward pass frees it where the network has no more use for it. */
function pixelsOf(network: Network, image: Tensor): Value {
  const { shape } = image
  return new Value(shape, () => normalized(network, image))
}

function gradientsOf(f: () => Tensor, parameters: readonly Tensor[]): Tensor[] {
  const { grads } = tf.engine().gradients(f, [...parameters], undefined, true)
  // A parameter that the loss does not depend on has no gradient: zero.
  return parameters.map((parameter, i) => (grads[i] as Tensor | null | undefined) ?? tf.zerosLike(parameter))
}

function split(segment: Segment, flat: Tensor): Tensor[] {
  const sizes = segment.parameters.map(({ size }) => size)
  const pieces = sizes.length === 1 ? [flat] : tf.split(flat, sizes)
  return pieces.map((piece, i) => tf.reshape(piece, [...segment.parameters[i]!.shape]))
}

function named(segment: Segment, tensors: readonly Tensor[]): [string, Tensor][] {
  return segment.parameters.map(({ name }, i) => [name, tensors[i]!])
}

function joined(tensors: readonly Tensor[]): Tensor {
  return tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])))
}

function found(tensor: Tensor | undefined, name: string): Tensor {
  if (tensor === undefined) throw new Error(`The step was not given ${name}`)
  return tensor
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]))
}
