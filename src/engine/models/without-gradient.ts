import { customGrad, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'

/**
 * Computes something from tensors through which no gradient flows: a choice (which cell learns what, which negatives are hard) that the
 * loss takes as given. What runs inside is not recorded for the backward pass and need not be differentiable.
 */
export function withoutGradient(inputs: readonly Tensor[], compute: (...inputs: Tensor[]) => Tensor): Tensor {
  const detached = customGrad((...args) => {
    const xs = args.slice(0, inputs.length) as Tensor[]
    return { value: tidy(() => compute(...xs)), gradFunc: () => xs.map((x) => zerosLike(x)) }
  })
  return detached(...inputs)
}
