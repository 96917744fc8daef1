import type { TaskKind } from './records/task.ts'

/**
 * What sets the kinds of task apart where a room knows nothing else of them: the files that are read and written, the window, the command line.
 * A fifth kind is an entry here and a value in the registries that are typed by `TaskKind`; lint lets nothing else ask for a kind by its name.
 */
export interface TaskFacts {
  /** What is labelled within an image: boxes, areas, or nothing. */
  readonly objects: 'boxes' | 'areas' | 'none'
  /** Whether a label may stand for an image as a whole. */
  readonly wholeImages: boolean
  /** Whether the first class is the normal one, of which alone models learn. */
  readonly normalFirst: boolean
  /** Whether it hangs on a score what is counted and measured. */
  readonly byScore: boolean
  /** The preset that does best: what is named where somebody has still to choose. */
  readonly strongPreset: string
  /** What the validation score of a model (`best`) is. */
  readonly measure: string
  /** Validation scores below this tell of next to nothing learned. AUC is 0.5 by chance; the other measures have their chance near 0. */
  readonly littleLearned: number
}

export const TASKS: Readonly<Record<TaskKind, TaskFacts>> = {
  detection: {
    ...{ objects: 'boxes', wholeImages: false, normalFirst: false, byScore: true },
    ...{ strongPreset: 'cells-lite0', measure: 'AP50', littleLearned: 0.1 },
  },
  segmentation: {
    ...{ objects: 'areas', wholeImages: false, normalFirst: false, byScore: false },
    ...{ strongPreset: 'unet-lite0', measure: 'Dice', littleLearned: 0.1 },
  },
  classification: {
    ...{ objects: 'none', wholeImages: true, normalFirst: false, byScore: false },
    ...{ strongPreset: 'classifier-lite0', measure: 'AUC', littleLearned: 0.6 },
  },
  anomaly: {
    ...{ objects: 'areas', wholeImages: true, normalFirst: true, byScore: false },
    ...{ strongPreset: 'patch-memory-lite0', measure: 'AUROC', littleLearned: 0.1 },
  },
}
