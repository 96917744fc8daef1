import type { LearnedPreset } from './preset.ts'

/**
 * A classifier of whole images or patches. Its network gives `logits` [batch, classes], or [batch, 1] for two classes: then the logit of the
 * second class.
 */
export interface ClassificationPreset extends LearnedPreset {
  readonly task: 'classification'
}
