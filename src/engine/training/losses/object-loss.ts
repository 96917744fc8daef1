import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { must } from '#shared/assert.ts'
import type { LossFunction } from '../step.ts'
import { type LossSettings, segmentationLoss } from './label-losses.ts'
import { share } from './labelled.ts'

/**
 * The loss of a segmentation whose network tells objects apart: of `logits` [n, h, w, 1 + classes + 1] all but the last go to
 * `segmentationLoss`; the last is the logit of the normalized distance to the edge of its object, fed as `distances` float32 [n, h, w],
 * 0..1. It is compared by binary cross-entropy over the pixels of objects (labels 1..classes), the rest being no object's. Logged as
 * `loss/distance` before its weight. Throws as segmentationLoss does.
 */
export function objectLoss(settings: LossSettings, classes: number, weight: number): LossFunction {
  const areaLoss = segmentationLoss(settings)
  return (outputs, fed) => {
    const logits = must(outputs['logits'], 'logits') as Tensor4D
    const [labels, distances] = [must(fed['labels'], 'labels'), must(fed['distances'], 'distances')]
    const [images, height, width] = logits.shape
    const areas = areaLoss({ ...outputs, logits: tf.slice(logits, [0, 0, 0, 0], [images, height, width, classes + 1]) }, fed)
    const last = tf.slice(logits, [0, 0, 0, classes + 1], [images, height, width, 1])
    const distance = distanceLoss(tf.reshape(last, labels.shape), labels, distances, classes)
    return { ...areas, 'loss/distance': distance, loss: tf.add(must(areas['loss'], 'a loss'), tf.mul(distance, weight)) }
  }
}

/** Mean over the pixels of objects of softplus(x) - t x, the cross-entropy of the target share t. */
function distanceLoss(logits: Tensor, labels: Tensor, targets: Tensor, classes: number): Scalar {
  const counted = tf.cast(tf.logicalAnd(tf.greater(labels, 0), tf.lessEqual(labels, classes)), 'float32')
  const entropy = tf.mul(tf.sub(tf.softplus(logits), tf.mul(targets, logits)), counted)
  const sums = (x: Tensor): Scalar => tf.sum(tf.sum(tf.reshape(x, [labels.shape[0]!, -1]), 1))
  return share(sums(entropy), sums(counted))
}
