import type { Network } from '../../nn/network.ts'
import type { Ops } from '../../nn/ops.ts'
import { KERAS_INIT } from '../keras-blocks.ts'

export interface CnnOptions {
  /** Two classes share one output. */
  readonly classes: number
  /** Filters of each convolution and features of the hidden dense layers; 64 where left out. */
  readonly width?: number
}

/** The dense layers behind the features, by name. */
export const CNN_HEAD = { hidden: ['head/hidden1', 'head/hidden2'], last: 'head/class' } as const

/**
 * The classic classifier of cut-out cells: three times 3x3 convolution ('valid'), ReLU and 2x2 max pooling on 70x70 grey pixels, then dense
 * layers of 64, 64 and the classes. 279,489 parameters for two classes.
 *
 * Output `features` [batch, 14, 14, width] is the last convolution's, behind its ReLU: Grad-CAM is made of it. Output `logits` [batch, classes], to go through a softmax; for two classes [batch, 1], the second class's, to go through a sigmoid. Both
 * belong behind the network: a loss of logits is stable where one of probabilities is not.
 */
export function cnnNetwork({ classes, width = 64 }: CnnOptions): Network {
  return {
    name: 'cnn-70',
    channels: 1,
    normalization: { mean: [0], scale: [255] },
    multiple: 70,
    fixedSize: 70,
    build<T>(ops: Ops<T>, input: T) {
      const common = { bias: true, init: KERAS_INIT } as const
      const conv = (x: T, name: string): T => ops.conv(x, { name, filters: width, kernel: 3, pad: 'valid', ...common })
      let x = input
      // ReLU behind the pooling gives the same numbers and gradients as before it, from a quarter of the values.
      for (const name of ['encoder/conv1', 'encoder/conv2']) x = ops.relu(ops.maxPool(conv(x, name), 2, 2, 'valid'))
      const features = ops.relu(conv(x, 'encoder/conv3'))
      x = ops.flatten(ops.maxPool(features, 2, 2, 'valid'))
      for (const name of CNN_HEAD.hidden) x = ops.relu(ops.dense(x, { name, units: width, ...common }))
      return { features, logits: ops.dense(x, { name: CNN_HEAD.last, units: classes > 2 ? classes : 1, ...common }) }
    },
  }
}
