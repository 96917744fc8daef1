import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { differentiable } from './differentiable.ts'
import { product } from './product.ts'

/** [batch, features] times a kernel [features, units]. */
export function dense(x: Tensor2D, kernel: Tensor2D): Tensor {
  return differentiable(
    [x, kernel],
    (save) => {
      save([x, kernel])
      return product(x, kernel, 'neither')
    },
    (dy, [saved, weights]) => [product(dy as Tensor2D, weights as Tensor2D, 'b'), product(saved as Tensor2D, dy as Tensor2D, 'a')],
  )
}
