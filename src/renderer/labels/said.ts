import { type ClassRecord } from '#shared/records/class.ts'
import { type ClassId, type ImageId } from '#shared/records/ids.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { type ImageResult } from '#shared/records/prediction.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { decideClass } from '#shared/metrics/classification.ts'
import { TASKS } from '#shared/task-facts.ts'

/** What a run says of an image as a whole, as it is shown. */
export interface Said {
  /** Null where the class that was said has left the project. */
  readonly classId: ClassId | null
  /** Of a classification the probability of that class, 0 to 1; of an anomaly how far the image is from normal, unbounded. */
  readonly score: number
  /** How unsure the run is: 0 (sure) to 1 (as good as undecided). */
  readonly doubt: number
}

/** Whether images of a task are labelled as wholes; false without a task. */
export const labelsImages = (task: TaskKind | undefined): boolean => task !== undefined && TASKS[task].wholeImages

/** Uncertainty by margin (Scheffer et al. 2001): 1 minus the distance between the two best scores; 0 of fewer than two. */
export function marginDoubt(scores: readonly number[]): number {
  if (scores.length < 2) return 0
  const [best, second] = [...scores].sort((a, b) => b - a) as [number, number]
  return 1 - (best - second)
}

/** The threshold that the training picked on its validation images, or null. */
export function thresholdOf(model: Pick<ModelRecord, 'metrics'> | null): number | null {
  const threshold = model?.metrics['threshold']
  return typeof threshold === 'number' ? threshold : null
}

/**
 * Of two classes with a threshold for the second: 1 minus the distance of its score from the threshold, in terms of the largest distance that
 * there can be. With a threshold of 0.5 it is `marginDoubt`.
 */
export function thresholdDoubt(score: number, threshold: number): number {
  return 1 - Math.abs(score - threshold) / Math.max(threshold, 1 - threshold)
}

type Told = Pick<ModelRecord, 'classes' | 'metrics'>

/** A run's word on each image, by the model's own threshold. Images of which nothing is said as a whole are left out. */
export function saidOf(results: readonly ImageResult[], model: Told, classes: readonly ClassRecord[]): ReadonlyMap<ImageId, Said> {
  const ids = model.classes.map((known) => classes.find(({ id, name }) => id === known.id || name === known.name)?.id ?? null)
  const threshold = thresholdOf(model)
  const said = new Map<ImageId, Said>()
  for (const { imageId, scores, anomaly } of results) {
    if (scores !== null) said.set(imageId, classSaid(scores, ids, threshold))
    else if (anomaly !== null) said.set(imageId, anomalySaid(anomaly, classes, threshold))
  }
  return said
}

function classSaid(scores: readonly number[], ids: readonly (ClassId | null)[], threshold: number | null): Said {
  const picked = scores.length === 2 ? threshold : null
  const index = decideClass(scores, picked === null ? null : { positive: 1, threshold: picked })
  const doubt = picked === null ? marginDoubt(scores) : thresholdDoubt(scores[1] ?? 0, picked)
  return { classId: ids[index] ?? null, score: scores[index] ?? 0, doubt }
}

/** The first class is the normal one; an image that is as far from normal as the threshold is the least sure one. */
function anomalySaid(score: number, classes: readonly ClassRecord[], threshold: number | null): Said {
  if (threshold === null) return { classId: null, score, doubt: 0 }
  const apart = threshold === 0 ? score : Math.abs(score - threshold) / threshold
  return { classId: classes[score >= threshold ? 1 : 0]?.id ?? null, score, doubt: Math.max(0, 1 - apart) }
}
