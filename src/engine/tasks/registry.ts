import { assertNever } from '#shared/assert.ts'
import type { AnyLearnedPreset } from '../models/any-preset.ts'
import { classificationTask } from './classification.ts'
import { detectionTask } from './detection.ts'
import type { EngineTask } from './engine-task.ts'
import { reconstructionTask } from './reconstruction.ts'
import { segmentationTask } from './segmentation.ts'

/** The part of the engine that knows the kind of task of a preset that is learned batch by batch. */
export function engineTask(preset: AnyLearnedPreset): EngineTask {
  switch (preset.task) {
    case 'detection':
      return detectionTask(preset)
    case 'classification':
      return classificationTask(preset)
    case 'segmentation':
      return segmentationTask(preset)
    case 'anomaly':
      return reconstructionTask(preset)
    default:
      return assertNever(preset)
  }
}
