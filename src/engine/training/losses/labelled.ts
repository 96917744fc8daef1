import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor, Tensor3D } from '@tensorflow/tfjs-core'
import { z } from 'zod'

/**
 * What the losses over labels compare. A place is a pixel of an image (segmentation) or the image as a whole (classification). One channel
 * is the logit of class 1 against class 0 (sigmoid); several are one logit a class (softmax).
 */
export interface Labelled {
  /** [images, places, channels]. */
  readonly logits: Tensor3D
  /** 1 at the channel of the label's class, else 0, also where the label counts for nothing. Shaped like the logits. */
  readonly targets: Tensor3D
  /** 1 where the label counts, else 0: [images, places, 1]. */
  readonly counted: Tensor3D
}

/** A loss of one batch: a scalar that is 0 where no label counts. */
export type LabelLoss = (labelled: Labelled) => Scalar

/**
 * Logits [images, ..., channels] and the int32 class of each place [images, ...]. A label outside the classes (0 to channels - 1, or 0 and
 * 1 with one channel) counts for nothing. Throws Error where the shapes do not fit.
 */
export function labelledFrom(logits: Tensor, labels: Tensor): Labelled {
  const [images = 0, channels = 0] = [logits.shape[0], logits.shape.at(-1)]
  if (labels.shape[0] !== images || labels.size * channels !== logits.size)
    throw new Error(`Labels [${labels.shape.join()}] do not fit logits [${logits.shape.join()}]`)
  const places = labels.size / images
  const index: Tensor3D = tf.reshape(labels, [images, places, 1])
  const classes = channels === 1 ? 2 : channels
  const known = tf.logicalAnd(tf.greaterEqual(index, 0), tf.less(index, classes))
  const numbers = channels === 1 ? [1] : Array.from({ length: channels }, (_, i) => i)
  const targets = tf.equal(index, tf.tensor(numbers, [1, 1, channels], 'int32'))
  return {
    logits: tf.reshape(logits, [images, places, channels]),
    targets: tf.cast(targets, 'float32') as Tensor3D,
    counted: tf.cast(known, 'float32') as Tensor3D,
  }
}

/** Sigmoid of one channel, softmax of several; 0 where the label counts for nothing. */
export function probabilities({ logits, counted }: Labelled): Tensor3D {
  const p = logits.shape[2] === 1 ? tf.sigmoid(logits) : tf.softmax(logits)
  return tf.mul(p, counted)
}

/** One number a class, not all 0; null = all 1. */
export const classWeights = z
  .array(z.number().nonnegative())
  .refine((weights) => weights.some((weight) => weight > 0), 'not all 0')
  .nullable()
  .default(null)

/** The weights, one a class, or null for none. Throws Error where there are more or fewer than classes. */
export function weightsFor(weights: readonly number[] | null, classes: number): readonly number[] | null {
  if (weights !== null && weights.length !== classes)
    throw new Error(`${weights.length} class weights do not fit ${classes} ${classes === 1 ? 'class' : 'classes'}`)
  return weights
}

/** The weight of each place's label, 0 where it counts for nothing: [images, places, 1]. Weights: one a class, two with one channel. */
export function placeWeights({ targets, counted }: Labelled, given: readonly number[] | null): Tensor3D {
  const channels = targets.shape[2]
  const weights = weightsFor(given, Math.max(2, channels))
  if (weights === null) return counted
  if (channels > 1) return tf.sum(tf.mul(targets, perChannel(weights)), 2, true)
  const [negative = 1, positive = 1] = weights
  return tf.add(tf.mul(counted, negative), tf.mul(targets, positive - negative))
}

/** Numbers as a tensor [1, 1, channels]. */
export function perChannel(values: readonly number[]): Tensor3D {
  return tf.tensor([...values], [1, 1, values.length])
}

/** Sum over everything, image by image first: one running float32 sum over millions of pixels would round too much. */
export function total(x: Tensor3D): Scalar {
  return tf.sum(tf.sum(x, 1))
}

/** sum / weight, and 0 where both are 0. */
export function share(sum: Scalar, weight: Scalar): Scalar {
  return tf.div(sum, tf.maximum(weight, 1e-12))
}
