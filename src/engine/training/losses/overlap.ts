import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { classWeights, type Labelled, type LabelLoss, probabilities, weightsFor } from './labelled.ts'

// Losses of the form 1 - overlap. Each class has an overlap of its own, of probabilities p and labels g (1 or 0), with sums over all
// pixels of the batch or of each image. With one channel class 1 alone is compared, else every class, background included: a class weight
// of 0 leaves one out. Between 0 (perfect) and 1.

const common = {
  /** Sums over the whole batch, or image by image with the mean over the images. */
  over: z.enum(['batch', 'image']).default('batch'),
  /** Added above and below the line: keeps a class that occurs nowhere from dividing by zero (its overlap is then 1 if none is predicted). */
  smooth: z.number().positive().default(1e-5),
  /** One a channel; the loss is their weighted mean. */
  classWeights,
}

export const diceSettings = z.object({
  kind: z.literal('dice'),
  ...common,
  /** Below the line sums of squares (p^2, g^2), as V-Net has them, instead of sums of p and g. */
  squared: z.boolean().default(false),
})
export const jaccardSettings = z.object({ kind: z.literal('jaccard'), ...common })
export const tverskySettings = z.object({
  kind: z.literal('tversky'),
  ...common,
  /** What a false positive and a false negative weigh against a hit; the defaults are the best of the paper. */
  falsePositives: z.number().nonnegative().default(0.3),
  falseNegatives: z.number().nonnegative().default(0.7),
})

/** Sums over the pixels that count, [1 or images, channels]: p g, p (or p^2), and g. */
interface Sums {
  readonly hit: Tensor2D
  readonly predicted: Tensor2D
  readonly labelled: Tensor2D
}

/**
 * Soft Dice: 1 - (2 sum p g + smooth) / (sum p + sum g + smooth), the mean over the classes. Milletari et al. 2016 (V-Net, equation 3)
 * with `squared`; without, and with `over: 'batch'`, the dice_loss of segmentation_models.
 */
export function dice({ over, smooth, classWeights: weights, squared }: z.output<typeof diceSettings>): LabelLoss {
  return overlapLoss({ over, weights, squared }, ({ hit, predicted, labelled }) =>
    tf.div(tf.add(tf.mul(hit, 2), smooth), tf.add(tf.add(predicted, labelled), smooth)),
  )
}

/** Soft Jaccard (intersection over union): 1 - (sum p g + smooth) / (sum p + sum g - sum p g + smooth) (Rahman & Wang 2016). */
export function jaccard({ over, smooth, classWeights: weights }: z.output<typeof jaccardSettings>): LabelLoss {
  return overlapLoss({ over, weights, squared: false }, ({ hit, predicted, labelled }) =>
    tf.div(tf.add(hit, smooth), tf.add(tf.sub(tf.add(predicted, labelled), hit), smooth)),
  )
}

/**
 * Tversky (Salehi et al. 2017, equation 3): 1 - (TP + smooth) / (TP + a FP + b FN + smooth) with TP = sum p g, FP = sum p (1 - g),
 * FN = sum (1 - p) g. a = b = 0.5 is Dice (with twice the smoothing), a = b = 1 Jaccard.
 */
export function tversky(settings: z.output<typeof tverskySettings>): LabelLoss {
  const { over, smooth, classWeights: weights, falsePositives, falseNegatives } = settings
  return overlapLoss({ over, weights, squared: false }, ({ hit, predicted, labelled }) => {
    const wrong = tf.mul(tf.sub(predicted, hit), falsePositives)
    const missed = tf.mul(tf.sub(labelled, hit), falseNegatives)
    const found = tf.add(hit, smooth)
    return tf.div(found, tf.add(found, tf.add(wrong, missed)))
  })
}

interface OverlapSettings {
  readonly over: 'batch' | 'image'
  readonly weights: readonly number[] | null
  readonly squared: boolean
}

function overlapLoss({ over, weights: given, squared }: OverlapSettings, overlap: (sums: Sums) => Tensor2D): LabelLoss {
  return (labelled) => {
    const channels = labelled.logits.shape[2]
    const weights = weightsFor(given, channels) ?? Array.from({ length: channels }, () => 1)
    const whole = weights.reduce((sum, weight) => sum + weight, 0)
    const missing = tf.mean(tf.sub(1, overlap(sumsOf(labelled, over, squared))), 0)
    return tf.sum(tf.mul(missing, tf.tensor1d(weights.map((weight) => weight / whole))))
  }
}

function sumsOf(labelled: Labelled, over: 'batch' | 'image', squared: boolean): Sums {
  const p = probabilities(labelled)
  const summed = (x: typeof p): Tensor2D => {
    const images: Tensor2D = tf.sum(x, 1)
    return over === 'image' ? images : tf.sum(images, 0, true)
  }
  const { targets } = labelled
  return { hit: summed(tf.mul(p, targets)), predicted: summed(squared ? tf.square(p) : p), labelled: summed(targets) }
}
