import type { Network } from '../../nn/network.ts'
import type { Ops } from '../../nn/ops.ts'
import { BATCH_NORM, buildEfficientNet } from './encoder.ts'
import type { EfficientNetVariant } from './variants.ts'

/** Channels of the decoder's stages, coarsest first. */
const DECODER = [256, 128, 64, 32, 16] as const

/** ImageNet's channel means and deviations, of pixels in 0..255: what the encoder's published weights were trained on. */
const NORMALIZATION = { mean: [0.485 * 255, 0.456 * 255, 0.406 * 255], scale: [0.229 * 255, 0.224 * 255, 0.225 * 255] } as const

export interface UnetEfficientNetOptions {
  readonly variant: EfficientNetVariant
  /** Logits a pixel: background and classes, or 1 for a single class against the background. */
  readonly outputs: number
  /** See EncoderOptions; 0.2 where left out, 0 = no stochastic depth. */
  readonly dropConnect?: number
}

/**
 * U-Net (Ronneberger et al. 2015) on EfficientNet as the Python package segmentation_models 1.0 builds it (`Unet('efficientnetb0')` with
 * its defaults): the decoder doubles five times by nearest up-sampling, joins the encoder's map of that stride in front of two 3x3
 * convolutions with batch norm and ReLU, and ends in a 3x3 convolution with bias. Takes any height and width that are multiples of 32.
 *
 * Output `logits` [batch, height, width, outputs], to go through a sigmoid (a single one) or a softmax, which segmentation_models has inside.
 */
export function unetEfficientNet({ variant, outputs, dropConnect = 0.2 }: UnetEfficientNetOptions): Network {
  return {
    name: `unet-efficientnet-${variant}`,
    channels: 3,
    normalization: NORMALIZATION,
    multiple: 32,
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T): Readonly<Record<string, T>> {
      const { skips, top } = buildEfficientNet(ops, input, { variant, dropConnect })
      const x = DECODER.reduce((below, filters, stage) => decoderStage(ops, below, skips[stage], `decoder/stage${stage}`, filters), top)
      return { logits: ops.conv(x, { name: 'head', filters: outputs, kernel: 3, bias: true, init: { kind: 'glorot-uniform' } }) }
    },
  }
}

/** The last stage, at full size, has no map of the encoder to join. */
function decoderStage<T>(ops: Ops<T>, below: T, skip: T | undefined, name: string, filters: number): T {
  const large = ops.upsampleNearest(below, 2)
  let x = skip === undefined ? large : ops.concat([large, skip])
  for (const part of ['a', 'b']) {
    const y = ops.conv(x, { name: `${name}/${part}/conv`, filters, kernel: 3 })
    x = ops.relu(ops.batchNorm(y, { name: `${name}/${part}/norm`, ...BATCH_NORM }))
  }
  return x
}
