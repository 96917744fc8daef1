import { must } from '#shared/assert.ts'
import type { Network } from '../../nn/network.ts'
import type { Ops } from '../../nn/ops.ts'
import { buildEfficientNetLite0, EFFICIENTNET_LITE0_NORMALIZATION, type EncoderOptions } from '../efficientnet-lite0.ts'

export interface ClassifierSettings {
  /** Encoder blocks that never change, besides the stem; see efficientnet-lite0.ts. */
  readonly frozenBlocks: number
  /** Momentum of the trained batch norms. */
  readonly momentum: number
  /** Share of the features that a training step leaves out (Srivastava et al. 2014). */
  readonly dropout: number
}

export const CLASSIFIER: ClassifierSettings = { frozenBlocks: 3, momentum: 0.03, dropout: 0.2 }

const BLOCKS = 16

export function encoderOptions({ frozenBlocks, momentum }: ClassifierSettings): EncoderOptions {
  return { name: 'encoder', blocks: BLOCKS, frozenBlocks, momentum, head: true }
}

/**
 * Classifier on EfficientNet-Lite0 (Tan & Le 2019) in colour: all blocks and the 1x1 head to 1280 channels, the mean over the picture, dropout,
 * one dense layer. Output `logits` [batch, classes], to go through a softmax; for two classes [batch, 1], the second class's, to go through a
 * sigmoid. Output `features` [batch, height / 32, width / 32, 1280] is what the mean is taken of: class activation maps are made of it.
 */
export function classifierLite0Network(classes: number, settings: ClassifierSettings): Network {
  return {
    name: 'classifier-lite0',
    channels: 3,
    normalization: EFFICIENTNET_LITE0_NORMALIZATION,
    multiple: 32,
    fixedSize: null,
    build<T>(ops: Ops<T>, input: T) {
      const features = must(buildEfficientNetLite0(ops, input, encoderOptions(settings)).head, 'the head was asked for')
      const pooled = ops.flatten(ops.globalAveragePool(features))
      const kept = ops.dropout(pooled, { name: 'head/dropout', rate: settings.dropout })
      const init = { kind: 'normal', std: 0.01 } as const
      return { features, logits: ops.dense(kept, { name: 'head/class', units: classes > 2 ? classes : 1, bias: true, init }) }
    },
  }
}
