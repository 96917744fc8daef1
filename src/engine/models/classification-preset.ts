import type { LearnedPreset } from './preset.ts'

/**
 * A classifier of whole images or patches. Its network gives `logits` [batch, classes], or [batch, 1] for two classes: then the logit of the
 * second class. Where it also gives `features` [batch, height, width, n], their mean over the picture, dense layer `head/class`, are the logits.
 */
export interface ClassificationPreset extends LearnedPreset {
  readonly task: 'classification'
  /** The preset for images whose middle longer side is so many pixels, where it is not the same for all. */
  suited?(longestSide: number): ClassificationPreset
}
