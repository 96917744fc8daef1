import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { Group } from './step-layout.ts'
import type { OptimizerSettings } from './step.ts'

/** The numbers of AdamW that depend on the step alone, worked out in double precision, so that a resumed run has exactly the same ones. */
export interface StepNumbers {
  /** beta1 ^ t and beta2 ^ t, t counting from 1. */
  readonly beta1Power: number
  readonly beta2Power: number
  /** How much of the old average of the weights is kept. */
  readonly averageDecay: number
}

/**
 * Numbers of step t (from 1). The average's decay rises to its set value as (1 + t) / (10 + t) (as TensorFlow's ExponentialMovingAverage
 * with num_updates), lest a short run be an average of its first steps.
 */
export function stepNumbers(settings: OptimizerSettings, t: number): StepNumbers {
  return {
    beta1Power: settings.beta1 ** t,
    beta2Power: settings.beta2 ** t,
    averageDecay: Math.min(settings.ema, (1 + t) / (10 + t)),
  }
}

/** Euclidean norm over all gradients. */
export function globalNorm(gradients: readonly Tensor[]): Scalar {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)))
  return tf.sqrt(squares.length === 1 ? squares[0]! : tf.addN(squares)) as Scalar
}

/** Scales all gradients down so that their global norm is at most `clipNorm` (Pascanu et al. 2013); 0 leaves them. */
export function clipped(gradients: readonly Tensor[], norm: Scalar, clipNorm: number): readonly Tensor[] {
  if (clipNorm <= 0) return gradients
  const factor = tf.div(clipNorm, tf.maximum(norm, clipNorm))
  return gradients.map((gradient) => tf.mul(gradient, factor))
}

export interface Moments {
  readonly weights: Tensor
  readonly first: Tensor
  readonly second: Tensor
}

/**
 * One AdamW step of a group (Loshchilov & Hutter 2019, algorithm 2): the weights decay by rate * weightDecay apart from the gradient, then
 *   w -= rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
 */
export function adamW(
  moments: Moments,
  gradient: Tensor,
  group: Group,
  rate: number,
  settings: OptimizerSettings,
  numbers: StepNumbers,
): Moments {
  const { beta1, beta2, epsilon, weightDecay } = settings
  const stepRate = rate * group.rateFactor
  const correction = Math.sqrt(1 - numbers.beta2Power)
  const first = tf.add(moments.first, tf.mul(tf.sub(gradient, moments.first), 1 - beta1))
  const second = tf.add(moments.second, tf.mul(tf.sub(tf.square(gradient), moments.second), 1 - beta2))
  const alpha = (stepRate * correction) / (1 - numbers.beta1Power)
  const change = tf.div(tf.mul(first, alpha), tf.add(tf.sqrt(second), epsilon * correction))
  const decayed = group.decay && weightDecay > 0 ? tf.mul(moments.weights, 1 - stepRate * weightDecay) : moments.weights
  return { weights: tf.sub(decayed, change), first, second }
}

/** average * decay + value * (1 - decay). */
export function movedAverage(average: Tensor, value: Tensor, decay: number): Tensor {
  return tf.add(average, tf.mul(tf.sub(value, average), 1 - decay))
}
