import type { Network } from '../../nn/network.ts'
import type { Ops } from '../../nn/ops.ts'
import { convBlock, KERAS_INIT } from '../keras-blocks.ts'

export interface AutoencoderOptions {
  /** Filters of the first block; 64 where left out. The second and third have twice and four times as many. */
  readonly width?: number
}

/**
 * The convolutional autoencoder for normal images: blocks of two 3x3 conv-BN-ReLU (64, 128, 256 filters), each followed by 2x2 max pooling,
 * down to 16x16x256; the same blocks in reverse order, each followed by nearest up-sampling; a 1x1 convolution to RGB. 2,886,275 parameters.
 *
 * Output `reconstruction` [batch, 128, 128, 3] of the normalised input (pixel / 255): in 0..1, the sigmoid inside, because squared error is
 * stable behind it and what is looked at is the picture.
 */
export function autoencoderNetwork({ width = 64 }: AutoencoderOptions = {}): Network {
  const blocks = [width, 2 * width, 4 * width]
  return {
    name: 'autoencoder-128',
    channels: 3,
    normalization: { mean: [0], scale: [255] },
    multiple: 128,
    fixedSize: 128,
    build<T>(ops: Ops<T>, input: T) {
      let x = input
      for (const [i, filters] of blocks.entries()) x = ops.maxPool(convBlock(ops, x, `encoder/block${i + 1}`, filters, 2), 2, 2, 'valid')
      for (const [i, filters] of blocks.toReversed().entries())
        x = ops.upsampleNearest(convBlock(ops, x, `decoder/block${i + 1}`, filters, 2), 2)
      const pixels = ops.conv(x, { name: 'head/pixels', filters: 3, kernel: 1, bias: true, init: KERAS_INIT })
      return { reconstruction: ops.sigmoid(pixels) }
    },
  }
}
