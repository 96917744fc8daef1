import type { LearnedPreset } from './preset.ts'

/**
 * A segmenter. Class 0 of its network is the background; the project's classes follow. `logits` is [batch, h, w, 1 + classes], or
 * [batch, h, w, 1] for a single class: then the logit of that class.
 */
export interface SegmentationPreset extends LearnedPreset {
  readonly task: 'segmentation'
  /**
   * Image pixels a side of one input pixel. `auto`: so that the middle one of the labelled objects takes a third of the input's side at most,
   * and never below 1.
   */
  readonly pixelsPerInput: number | 'auto'
}
