import type { MemoryPreset, ReconstructionPreset } from './anomaly-preset.ts'
import type { ClassificationPreset } from './classification-preset.ts'
import type { DetectionPreset } from './detection-preset.ts'
import type { SegmentationPreset } from './segmentation-preset.ts'

/** A preset that is learned batch by batch, of any task. */
export type AnyLearnedPreset = DetectionPreset | ClassificationPreset | SegmentationPreset | ReconstructionPreset
/** A preset that is fitted to images at once. */
export type AnyFittedPreset = MemoryPreset
export type AnyPreset = AnyLearnedPreset | AnyFittedPreset
