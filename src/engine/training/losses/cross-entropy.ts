import * as tf from '@tensorflow/tfjs-core'
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { classWeights, type Labelled, type LabelLoss, perChannel, placeWeights, share, total, weightsFor } from './labelled.ts'

export const crossEntropySettings = z.object({
  kind: z.literal('cross-entropy'),
  /** Two with one channel. */
  classWeights,
  /** Share of the target that is spread evenly over all classes (Szegedy et al. 2016, section 7). */
  labelSmoothing: z.number().min(0).max(1).default(0),
})

/**
 * Cross-entropy from logits, binary with one channel:
 *   sum over places of -sum_c w_c q_c log p_c / sum over places of w_label,   q_c = (1 - s) [c = label] + s / classes
 * as PyTorch's CrossEntropyLoss has it, so without weights the mean over the places that count. 0 to infinity.
 */
export function crossEntropy({ classWeights: weights, labelSmoothing }: z.output<typeof crossEntropySettings>): LabelLoss {
  return (labelled) => {
    const entropy = labelled.logits.shape[2] === 1 ? binary : categorical
    return share(total(entropy(labelled, weights, labelSmoothing)), total(placeWeights(labelled, weights)))
  }
}

/** -w_1 q_1 log s(x) - w_0 q_0 log(1 - s(x)) = (w_0 q_0 + w_1 q_1) softplus(x) - w_1 q_1 x. */
function binary({ logits, targets, counted }: Labelled, given: readonly number[] | null, smoothing: number): Tensor3D {
  const [negative = 1, positive = 1] = weightsFor(given, 2) ?? []
  const wanted = smoothed(targets, counted, smoothing, 2)
  const weightedPositive = tf.mul(wanted, positive)
  const weights = tf.add(weightedPositive, tf.mul(tf.sub(counted, wanted), negative))
  return tf.sub(tf.mul(tf.softplus(logits), weights), tf.mul(logits, weightedPositive))
}

function categorical({ logits, targets, counted }: Labelled, given: readonly number[] | null, smoothing: number): Tensor3D {
  const channels = logits.shape[2]
  const weights = weightsFor(given, channels)
  const wanted = smoothed(targets, counted, smoothing, channels)
  const weighted = weights === null ? wanted : tf.mul(wanted, perChannel(weights))
  return tf.neg(tf.mul(tf.logSoftmax(logits), weighted))
}

function smoothed(targets: Tensor3D, counted: Tensor3D, smoothing: number, classes: number): Tensor3D {
  return smoothing === 0 ? targets : tf.add(tf.mul(targets, 1 - smoothing), tf.mul(counted, smoothing / classes))
}
