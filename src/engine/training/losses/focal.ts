import * as tf from '@tensorflow/tfjs-core'
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { classWeights, type Labelled, type LabelLoss, placeWeights, share, total } from './labelled.ts'

export const focalSettings = z.object({
  kind: z.literal('focal'),
  /** How much less what is known well counts; 0 is cross-entropy. */
  gamma: z.number().nonnegative().default(2),
  /** Alpha. Two with one channel: the paper's are 0.75 and 0.25. */
  classWeights,
})
/**
 * Focal loss (Lin et al. 2017, equation 5), binary with one channel: the mean over the places that count of
 *   -alpha_label (1 - p_label)^gamma log p_label.
 * Unlike weighted cross-entropy, the mean is over places, not over their weights: alpha changes the loss's size as in the paper.
 */
export function focal({ gamma, classWeights: weights }: z.output<typeof focalSettings>): LabelLoss {
  return (labelled) => {
    const single = labelled.logits.shape[2] === 1
    const losses = single ? binary(labelled, gamma) : categorical(labelled, gamma)
    return share(total(tf.mul(losses, placeWeights(labelled, weights))), total(labelled.counted))
  }
}

/** With y = x for class 1 and -x for class 0: -log p = softplus(-y), (1 - p)^gamma = exp(-gamma softplus(y)). */
function binary({ logits, targets }: Labelled, gamma: number): Tensor3D {
  const toLabel = tf.mul(logits, tf.sub(tf.mul(targets, 2), 1))
  return tf.mul(tf.exp(tf.mul(tf.softplus(toLabel), -gamma)), tf.softplus(tf.neg(toLabel)))
}

/** 1 - p as the sum of the other classes, which does not round to 0 before the slope of its power has faded. */
function categorical({ logits, targets }: Labelled, gamma: number): Tensor3D {
  const logs = tf.logSoftmax(logits)
  const entropy = tf.neg(tf.sum(tf.mul(logs, targets), 2, true)) as Tensor3D
  const others = tf.sum(tf.mul(tf.exp(logs), tf.sub(1, targets)), 2, true)
  return tf.mul(tf.pow(tf.maximum(others, 1e-12), gamma), entropy)
}
