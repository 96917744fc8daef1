import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Runs forward and keeps, for the gradient, what `save` is given (inputs or results). */
type Forward = (save: (tensors: Tensor[]) => void) => Tensor
/** Gradients of the inputs, in their order, from the gradient of the output and the saved tensors. */
type Backward = (dy: Tensor, saved: Tensor[]) => Tensor[]

/**
 * A computation with a gradient of our own, for this call only: TensorFlow.js's registered gradients stay as they are.
 * All input gradients are made at once; a traced step drops those that nothing uses.
 */
export function differentiable(inputs: readonly Tensor[], forward: Forward, backward: Backward): Tensor {
  const run = tf.customGrad((...args: (Tensor | ((tensors: Tensor[]) => void))[]) => {
    const save = args.at(-1) as (tensors: Tensor[]) => void
    return { value: forward(save), gradFunc: backward }
  })
  return run(...inputs)
}
