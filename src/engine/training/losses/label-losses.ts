import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { assertNever, must } from '#shared/assert.ts'
import type { LossFunction } from '../step.ts'
import { crossEntropy, crossEntropySettings } from './cross-entropy.ts'
import { focal, focalSettings } from './focal.ts'
import { type Labelled, labelledFrom, type LabelLoss } from './labelled.ts'
import { dice, diceSettings, jaccard, jaccardSettings, tversky, tverskySettings } from './overlap.ts'
import { squaredError, squaredErrorSettings } from './squared-error.ts'

const namedLossSettings = z.discriminatedUnion('kind', [
  crossEntropySettings,
  focalSettings,
  diceSettings,
  jaccardSettings,
  tverskySettings,
  squaredErrorSettings,
])
type NamedLossSettings = z.output<typeof namedLossSettings>

/** The weighted sum of several losses, each logged as `loss/<kind>` before its weight. */
const combinedSettings = z.object({
  kind: z.literal('combined'),
  parts: z
    .array(z.object({ weight: z.number().positive(), loss: namedLossSettings }))
    .min(1)
    .refine((parts) => new Set(parts.map(({ loss }) => loss.kind)).size === parts.length, 'each kind once'),
})

/** A loss as a preset names it; what is left out has the default that its family states. */
export const lossSettings = z.union([namedLossSettings, combinedSettings])
export type LossSettings = z.input<typeof lossSettings>

/** Labels are bytes; this one says that nobody labelled the pixel. */
const IGNORED_PIXEL = 255

/**
 * The loss of a segmentation: network output `logits` [n, h, w, c] (c = 1: sigmoid of class 1), fed `labels` int32 [n, h, w], a class index
 * or 255 where the pixel counts for nothing. Throws ZodError for settings that are none; the loss throws Error for shapes that do not fit.
 */
export function segmentationLoss(settings: LossSettings): LossFunction {
  return lossOver(settings, (logits, labels) => {
    if (labels.rank !== 3) throw new Error(`Labels of pixels are [n, h, w], not [${labels.shape.join()}]`)
    if ((logits.shape.at(-1) ?? 0) > IGNORED_PIXEL) throw new Error(`More than ${IGNORED_PIXEL} classes of pixels`)
    return labelledFrom(logits, labels)
  })
}

/** The loss of a classification: output `logits` [n, c] (c = 1: sigmoid of class 1), fed `labels` int32 [n], -1 counts for nothing. Throws as segmentationLoss does. */
export function classificationLoss(settings: LossSettings): LossFunction {
  return lossOver(settings, (logits, labels) => {
    if (labels.rank !== 1) throw new Error(`Labels of images are [n], not [${labels.shape.join()}]`)
    return labelledFrom(logits, labels)
  })
}

function lossOver(input: LossSettings, compared: (logits: Tensor, labels: Tensor) => Labelled): LossFunction {
  const settings = lossSettings.parse(input)
  const parts = settings.kind === 'combined' ? settings.parts : [{ weight: 1, loss: settings }]
  const losses = parts.map(({ weight, loss }) => ({ name: `loss/${loss.kind}`, weight, of: labelLoss(loss) }))
  return (outputs, fed) => {
    const labelled = compared(must(outputs['logits'], 'logits'), must(fed['labels'], 'labels'))
    const values = losses.map(({ of }) => of(labelled))
    if (settings.kind !== 'combined') return { loss: must(values[0], 'one loss') }
    const weighted = losses.map(({ weight }, i): Scalar => tf.mul(must(values[i], 'a value a loss'), weight))
    return { ...Object.fromEntries(losses.map(({ name }, i) => [name, must(values[i], name)])), loss: tf.addN(weighted) }
  }
}

function labelLoss(settings: NamedLossSettings): LabelLoss {
  switch (settings.kind) {
    case 'cross-entropy':
      return crossEntropy(settings)
    case 'focal':
      return focal(settings)
    case 'dice':
      return dice(settings)
    case 'jaccard':
      return jaccard(settings)
    case 'tversky':
      return tversky(settings)
    case 'squared-error':
      return squaredError
    default:
      return assertNever(settings)
  }
}
