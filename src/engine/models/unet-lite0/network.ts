import type { Network } from '../../nn/network.ts'
import type { Ops } from '../../nn/ops.ts'
import { buildEfficientNetLite0, EFFICIENTNET_LITE0_NORMALIZATION, type EncoderOptions } from '../efficientnet-lite0.ts'

export interface UnetLite0Settings {
  /** Encoder blocks that never change (besides the stem); see efficientnet-lite0.ts. */
  readonly frozenBlocks: number
  /** Momentum of the trained batch norms. */
  readonly momentum: number
  /** Channels of the decoder's maps at strides 16, 8, 4 and 2. */
  readonly widths: readonly [number, number, number, number]
}

export const UNET_LITE0: UnetLite0Settings = { frozenBlocks: 1, momentum: 0.03, widths: [128, 64, 48, 32] }

/** The encoder's block at stride 32, and those whose maps join the decoder at strides 16, 8, 4 and 2. */
const TOP = 14
const SKIPS = [10, 4, 2, 0] as const

export function encoderOptions({ frozenBlocks, momentum }: UnetLite0Settings): EncoderOptions {
  return { name: 'encoder', blocks: TOP + 1, frozenBlocks, momentum }
}

/**
 * U-Net (Ronneberger et al. 2015) on EfficientNet-Lite0: from stride 32 the decoder doubles four times (bilinear), joins the encoder's map of
 * that stride and passes two 3x3 convolutions with batch norm and ReLU; the logits of stride 2 are doubled once more. Takes any height and
 * width that are multiples of 32. Output: `logits` [batch, height, width, outputs].
 */
export function unetLite0Network(outputs: number, settings: UnetLite0Settings = UNET_LITE0): Network {
  return {
    name: 'unet-lite0',
    channels: 3,
    normalization: EFFICIENTNET_LITE0_NORMALIZATION,
    multiple: 32,
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T) {
      const { blocks } = buildEfficientNetLite0(ops, input, encoderOptions(settings))
      let x: T = blocks[TOP] as T
      for (const [stage, skip] of SKIPS.entries()) {
        const joined = ops.concat([ops.upsampleBilinear(x), blocks[skip] as T])
        x = convs(ops, joined, `decoder/stage${stage}`, settings.widths[stage]!, settings.momentum)
      }
      const init = { kind: 'normal', std: 0.01 } as const
      return { logits: ops.upsampleBilinear(ops.conv(x, { name: 'head/class', filters: outputs, kernel: 3, bias: true, init })) }
    },
  }
}

function convs<T>(ops: Ops<T>, input: T, name: string, filters: number, momentum: number): T {
  let x = input
  for (const part of ['a', 'b']) {
    const y = ops.conv(x, { name: `${name}/${part}/conv`, filters, kernel: 3 })
    x = ops.relu(ops.batchNorm(y, { name: `${name}/${part}/norm`, epsilon: 1e-3, momentum }))
  }
  return x
}
