import type { LearnedPreset } from './preset.ts'

/** What stands behind a classifier's `features`: their mean over the picture, or a 2x2 max pool and flattening; then dense layers, ReLU between them. */
export interface ClassHead {
  readonly pool: 'mean' | 'max'
  /** Names, the last one gives the logits. Behind a mean there is one. */
  readonly layers: readonly string[]
}

/**
 * A classifier of whole images or patches. Its network gives `logits` [batch, classes], or [batch, 1] for two classes: then the logit of the
 * second class. Where it also gives `features` [batch, height, width, n], `head` says how the logits come of them: maps of where the evidence is
 * are made of that.
 */
export interface ClassificationPreset extends LearnedPreset {
  readonly task: 'classification'
  readonly head: ClassHead
  /** The preset for images whose middle longer side is so many pixels, where it is not the same for all. */
  suited?(longestSide: number): ClassificationPreset
}
