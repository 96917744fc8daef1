import type { Tensor } from '@tensorflow/tfjs-core'
import type { Network } from '../nn/network.ts'
import type { Weights } from '../nn/weights.ts'

/** What a training step is fed, by name; shapes fixed for a given batch shape. `image` is uint8-range float NHWC, not yet normalised. */
export interface BatchArray {
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}
export type Batch = Readonly<Record<string, BatchArray>>

/** The differentiable part of a step: raw outputs and fed arrays to named scalars; `loss` is what is minimised, the rest is logged. */
export type LossFunction = (
  outputs: Readonly<Record<string, Tensor>>,
  fed: Readonly<Record<string, Tensor>>,
) => Readonly<Record<string, Tensor>> & {
  readonly loss: Tensor
}

/** AdamW (Loshchilov & Hutter 2019), global-norm clipping, exponential moving average of the weights. */
export interface OptimizerSettings {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  /** Global gradient norm above which gradients are scaled down; 0 = off. */
  readonly clipNorm: number
  /** Decay of the weights' moving average; 0 = off. */
  readonly ema: number
  /** Learning-rate factor by parameter name prefix; the longest prefix wins, 1 where none fits. */
  readonly rateFactors: Readonly<Record<string, number>>
}

/** Everything a step changes: what a checkpoint holds. `slots` are the optimizer's moments and the average. */
export interface StepState {
  readonly weights: Weights
  readonly slots: Weights
  readonly step: number
}

/**
 * Runs training steps of one network on one backend. On `tensorflow` a step is traced once a batch shape into a graph; elsewhere it runs
 * op by op. Both give the same numbers up to float32 rounding. Owns its tensors: dispose() frees them all.
 */
export interface Stepper {
  /** One step; `rate` is the learning rate now. Gives the named scalars of the loss function and `gradient-norm`. */
  step(batch: Batch, rate: number): Promise<Readonly<Record<string, number>>>
  state(): StepState
  load(state: StepState): void
  /** The moving average (or the weights where it is off): what is evaluated and saved. */
  averaged(): Weights
  /** Parts that a batch is worked through in, at most. */
  readonly accumulate: number
  dispose(): void
}

export interface StepperSettings {
  readonly network: Network
  readonly weights: Weights
  readonly loss: LossFunction
  readonly optimizer: OptimizerSettings
  /** What the network's random factors (dropout, stochastic depth) are drawn from; 0 where left out. */
  readonly seed?: number
  /**
   * Parts that a batch is worked through in, one after the other, to need less memory; 1 where left out. The step follows the sum of the
   * parts' gradients, each weighed by its share of the images: that of the whole batch where the loss is a mean over images. Batch norm takes
   * the statistics of each part, and its running averages move once a part; a loss that is a ratio over the batch is one over each part.
   */
  readonly accumulate?: number
}
