import type { Network } from '../../nn/network.ts'
import type { Ops } from '../../nn/ops.ts'
import { convBlock, KERAS_INIT, upNormRelu } from '../keras-blocks.ts'

export interface UnetOptions {
  /** Logits a pixel: background and classes, or 1 for a single class against the background. */
  readonly outputs: number
  /** Filters of the first block; 64 where left out. Each further block doubles them. */
  readonly width?: number
}

/** Conv-BN-ReLU layers of the encoder's blocks, as VGG16 has them. Each block but the last is followed by 2x2 max pooling. */
const ENCODER_LAYERS = [2, 2, 3, 3] as const
const DECODER_LAYERS = 2

/**
 * The classic U-Net (Ronneberger et al. 2015) with batch norm and an encoder like VGG16's first four stages: 64 x 2, 128 x 2, 256 x 3, 512 x 3
 * filters; three times up by a 2x2 transposed convolution (256, 128, 64) with batch norm and ReLU, joined with the encoder's map behind it,
 * and two conv-BN-ReLU; a 3x3 head. 'same' padding, so the output is as large as the input. 10,664,450 parameters for two outputs.
 *
 * Output `logits` [batch, height, width, outputs], to go through a softmax, a single one through a sigmoid. Both belong behind the network: a
 * loss of logits is stable where one of probabilities is not.
 */
export function unetNetwork({ outputs, width = 64 }: UnetOptions): Network {
  return {
    name: 'unet',
    channels: 3,
    normalization: { mean: [0], scale: [255] },
    multiple: 2 ** (ENCODER_LAYERS.length - 1),
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T) {
      const maps = encoder(ops, input, width)
      const x = decoder(ops, maps)
      return { logits: ops.conv(x, { name: 'head/class', filters: outputs, kernel: 3, bias: true, init: KERAS_INIT }) }
    },
  }
}

/** What each block gives, finest first. */
function encoder<T>(ops: Ops<T>, input: T, width: number): T[] {
  const maps: T[] = []
  for (const [i, layers] of ENCODER_LAYERS.entries()) {
    const below = maps.at(-1)
    const x = below === undefined ? input : ops.maxPool(below, 2, 2, 'valid')
    maps.push(convBlock(ops, x, `encoder/block${i + 1}`, width * 2 ** i, layers))
  }
  return maps
}

/** Works its way up from the coarsest map. */
function decoder<T>(ops: Ops<T>, maps: readonly T[]): T {
  const [coarsest, ...finer] = maps.toReversed()
  let x: T = coarsest!
  for (const [i, map] of finer.entries()) {
    const name = `decoder/block${i + 1}`
    const filters = ops.shapeOf(map).at(-1)!
    x = convBlock(ops, ops.concat([upNormRelu(ops, x, `${name}/up`, filters), map]), name, filters, DECODER_LAYERS)
  }
  return x
}
