import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Runs forward and keeps, for the gradient, what `save` is given (inputs or results). */
type Forward = (save: (tensors: Tensor[]) => void) => Tensor
/** Gradients of the inputs, in their order, from the gradient of the output and the saved tensors. */
type Backward = (dy: Tensor, saved: Tensor[]) => Tensor[]

/**
 * A computation with a gradient of our own, for this call only: TensorFlow.js's registered gradients stay as they are.
 * All input gradients are made at once; a traced step drops those that nothing uses.
 *
 * On the way back the gradient of the output and what was saved are disposed of as soon as they have served; TensorFlow.js alone keeps all of
 * them to the end, which costs a training step several times the memory. So a gradient can be taken once, and a `dy` that is handed to
 * tf.grads() from outside must not be the gradient of such a computation directly (put tf.clone() behind it).
 */
export function differentiable(inputs: readonly Tensor[], forward: Forward, backward: Backward): Tensor {
  const run = tf.customGrad((...args: (Tensor | ((tensors: Tensor[]) => void))[]) => {
    const save = args.at(-1) as (tensors: Tensor[]) => void
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const gradients = tf.tidy(() => backward(dy, saved))
      tf.dispose([dy, ...saved].filter((tensor) => !gradients.includes(tensor)))
      return gradients
    }
    return { value: forward(save), gradFunc }
  })
  return run(...inputs)
}
