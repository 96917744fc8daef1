import * as tf from '@tensorflow/tfjs-core'
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { must } from '#shared/assert.ts'
import type { Network } from '../../nn/network.ts'
import { normalized } from '../../nn/tensor-ops.ts'
import type { LossFunction } from '../step.ts'
import { type LabelLoss, probabilities, share, total } from './labelled.ts'

export const squaredErrorSettings = z.object({ kind: z.literal('squared-error') })

/**
 * Mean over the places that count, and over the channels, of (p - g)^2: the score of Brier 1950, divided by the number of classes where
 * there are several. 0 to 1.
 */
export const squaredError: LabelLoss = (labelled) => {
  const apart: Tensor3D = tf.squaredDifference(probabilities(labelled), labelled.targets)
  return share(total(apart), tf.mul(total(labelled.counted), labelled.logits.shape[2]))
}

/**
 * Mean squared error of a network's output `reconstruction` [n, h, w, channels] against its own input, normalised as the network has it:
 * what an autoencoder learns (Hinton & Salakhutdinov 2006).
 */
export function reconstructionLoss(network: Network): LossFunction {
  return ({ reconstruction }, { image }) => {
    const wanted = normalized(network, must(image, 'a batch has images'))
    return { loss: tf.mean(tf.squaredDifference(must(reconstruction, 'reconstruction'), wanted)) }
  }
}
