import type { ClassificationPreset } from './classification-preset.ts'
import type { DetectionPreset } from './detection-preset.ts'

/** A preset that is learned batch by batch, of any task. */
export type AnyLearnedPreset = DetectionPreset | ClassificationPreset
export type AnyPreset = AnyLearnedPreset
