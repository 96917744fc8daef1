import { z } from 'zod'
import type { LearnedPreset } from './preset.ts'

/** What a segmenter takes from the labels that it learns from, and must know again when it predicts; stored in the model's settings. */
export const areaFacts = z
  .object({
    /** Image pixels a side of one input pixel; below 1 the image is magnified. */
    pixelsPerInput: z.number().min(0.01).max(1e4),
    /** Whether touching objects of one class are told apart. */
    instances: z.boolean(),
    /** How deep a neck between touching objects is at least, in image pixels; see neck-depth.ts. */
    neckDepth: z.number().positive(),
    /** Of each class: image pixels below which an area is taken for a speck and left out. */
    leastAreas: z.array(z.number().nonnegative()),
  })
  .readonly()
export type AreaFacts = z.infer<typeof areaFacts>

/**
 * A segmenter. Class 0 of its network is the background; the project's classes follow. `logits` is [batch, h, w, 1 + classes], or
 * [batch, h, w, 1] for a single class: then the logit of that class.
 */
export interface SegmentationPreset extends LearnedPreset {
  readonly task: 'segmentation'
  /**
   * Image pixels a side of one input pixel. `auto`: so that the middle one of the labelled objects takes a third of the input's side at most;
   * 1 where it takes less, and down to 0.5 (the image is magnified) where it is only a few pixels large.
   */
  readonly pixelsPerInput: number | 'auto'
  /**
   * Whether the network has one more logit, the last: the normalized distance of a pixel to the edge of its object (see
   * `normalizedDistances`). Touching objects are then told apart by the valleys of what it tells, else by those of the outline's own distance map.
   */
  readonly distances: boolean
  /** Whether touching objects of one class are told apart. `auto`: where labels of one class touch. */
  readonly instances: boolean | 'auto'
  /** Once the labels are known; null before. */
  readonly facts: AreaFacts | null
}
