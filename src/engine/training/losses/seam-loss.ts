import * as tf from '@tensorflow/tfjs-core'
import { must } from '#shared/assert.ts'
import { SEAM } from '../../models/preset.ts'
import type { LossFunction } from '../step.ts'
import { type LossSettings, segmentationLoss } from './label-losses.ts'

/** As `segmentationLoss`, for labels in which `SEAM` stands for one more class behind `classes` (and the background before them). */
export function seamLoss(settings: LossSettings, classes: number): LossFunction {
  const loss = segmentationLoss(settings)
  return (outputs, fed) => {
    const labels = must(fed['labels'], 'labels')
    const isSeam = tf.cast(tf.equal(labels, tf.scalar(SEAM, 'int32')), 'int32')
    return loss(outputs, { ...fed, labels: tf.sub(labels, tf.mul(isSeam, tf.scalar(SEAM - 1 - classes, 'int32'))) })
  }
}
