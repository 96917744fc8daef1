import { customGrad, engine, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'

/**
 * Computes something from tensors through which no gradient flows: a choice (which cell learns what, which negatives are hard) that the
 * loss takes as given. What runs inside is not recorded for the backward pass and need not be differentiable, nor need what is made of
 * the result. Call it inside tf.tidy().
 */
export function withoutGradient(inputs: readonly Tensor[], compute: (...inputs: Tensor[]) => Tensor): Tensor {
  const unrecorded = customGrad((...args) => {
    const xs = args.slice(0, inputs.length) as Tensor[]
    return { value: tidy(() => compute(...xs)), gradFunc: () => xs.map((x) => zerosLike(x)) }
  })
  return detached(unrecorded(...inputs))
}

/**
 * The same numbers as a tensor that the tape of gradients does not know (TensorFlow's stop_gradient, which TensorFlow.js lacks): another
 * handle of the same data, as `reshape` makes one.
 */
function detached({ dataId, shape, dtype }: Tensor): Tensor {
  engine().backend.incRef(dataId)
  return engine().makeTensorFromTensorInfo({ dataId, shape, dtype })
}
