import * as tf from '@tensorflow/tfjs-core'
import { createRequire } from 'node:module'
import { requireHere } from './require.ts'

/**
 * Registers the gradients of TensorFlow.js's operations. tfjs-core alone knows none, and offers their registration only to bundlers; the
 * package @tensorflow/tfjs, which tfjs-node-gpu depends on and loads as well, does it when it is loaded.
 */
export function registerGradients(): void {
  if (tf.getGradient('Conv2D') != null) return
  createRequire(requireHere().resolve('@tensorflow/tfjs-node-gpu/package.json'))('@tensorflow/tfjs')
}
