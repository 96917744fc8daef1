import type { ClassificationPreset } from './classification-preset.ts'
import type { DetectionPreset } from './detection-preset.ts'
import type { SegmentationPreset } from './segmentation-preset.ts'

/** A preset that is learned batch by batch, of any task. */
export type AnyLearnedPreset = DetectionPreset | ClassificationPreset | SegmentationPreset
export type AnyPreset = AnyLearnedPreset
