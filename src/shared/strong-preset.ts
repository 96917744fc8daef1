import type { TaskKind } from './records/task.ts'

/** The preset of a task that does best: what is named where somebody has still to choose. */
export const STRONG_PRESET: Readonly<Record<TaskKind, string>> = {
  detection: 'cells-lite0',
  segmentation: 'unet-lite0',
  classification: 'classifier-lite0',
  anomaly: 'patch-memory-lite0',
}
