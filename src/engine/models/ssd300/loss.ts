import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import { must } from '#shared/assert.ts'
import type { LossFunction } from '../../training/step.ts'
import { withoutGradient } from '../without-gradient.ts'

/** Background boxes that count for each one that is an object. */
const NEGATIVES = 3

/**
 * SSD's loss (Liu et al. 2016, section 2.2) as torchvision computes it: cross-entropy of the objects' boxes and of the three times as
 * many background boxes that are most wrong (ranked in each image), plus smooth L1 of the objects' offsets, over the number of boxes
 * that are objects in the batch. Fed: `classes` [batch, boxes] int32 and `offsets` [batch, boxes, 4] of `matchLabels`.
 */
export const ssdLoss: LossFunction = (outputs, fed) => {
  const classes = must(fed['classes'], 'class targets') as Tensor2D
  const entropy = crossEntropy(must(outputs['class'], 'class logits') as Tensor3D, classes)
  const objects = tf.cast(tf.greater(classes, 0), 'float32')
  const counted = tf.maximum(tf.sum(objects), 1)
  const negatives = withoutGradient([entropy], (values) => hardNegatives(values as Tensor2D, classes))
  const classLoss = tf.div(tf.sum(tf.mul(entropy, tf.add(objects, negatives))), counted)
  const distances = smoothL1(tf.sub(must(outputs['box'], 'box offsets'), must(fed['offsets'], 'offset targets')))
  const boxLoss = tf.div(tf.sum(tf.mul(tf.sum(distances, -1), objects)), counted)
  return { loss: tf.add(classLoss, boxLoss), 'loss/class': classLoss, 'loss/box': boxLoss }
}

/** Per box -log p(target); boxes that count for nothing (-1) get 0, and are never chosen. */
function crossEntropy(logits: Tensor3D, classes: Tensor2D): Tensor2D {
  const targets = tf.cast(tf.oneHot(classes, logits.shape[2]), 'float32')
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), targets), -1))
}

/**
 * 1 for background boxes whose loss is among the highest 3 x objects of their image, else 0. The rank of a box is its place in the order
 * of the order: sorting twice keeps all shapes fixed.
 */
function hardNegatives(entropy: Tensor2D, classes: Tensor2D): Tensor {
  const background = tf.equal(classes, 0)
  const count = entropy.shape[1]
  const order = tf.topk(tf.where(background, entropy, tf.fill(entropy.shape, -1)), count).indices
  const rank = tf.cast(tf.topk(tf.neg(tf.cast(order, 'float32')), count).indices, 'float32')
  const wanted = tf.mul(tf.sum(tf.cast(tf.greater(classes, 0), 'float32'), 1, true), NEGATIVES)
  return tf.cast(tf.logicalAnd(tf.less(rank, wanted), background), 'float32')
}

/** Huber's loss with its bend at 1 (Girshick 2015). */
function smoothL1(difference: Tensor): Tensor {
  const size = tf.abs(difference)
  const inner = tf.minimum(size, 1)
  return tf.add(tf.mul(tf.square(inner), 0.5), tf.sub(size, inner))
}
