import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import { overlapIndex } from '#shared/geometry/shape-overlap.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type ImageId, type PredictionId } from '#shared/records/ids.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { type Shape } from '#shared/records/shape.ts'

/** In which order predictions are decided. */
export type QueueOrder = 'doubt' | 'image'

export interface QueueSettings {
  readonly order: QueueOrder
  /** Scores that are looked at, both ends included. */
  readonly low: number
  readonly high: number
}

/** Every image has one class: all of them are asked about, whatever the score. */
export const ALL_SCORES: QueueSettings = { order: 'doubt', low: 0, high: 1 }

export const UNCERTAIN: QueueSettings = { order: 'doubt', low: 0.3, high: 0.7 }

/** IoU from which an annotation is held to show the same object, as counting has it. */
export const SAME_OBJECT = 0.5

/** An image is done when everything on it with this score or more is decided: what the queue looks at, and at least what is counted. */
export const doneFrom = ({ low }: Pick<QueueSettings, 'low'>): number => Math.min(low, 0.5)

/** Of an image's predictions those that a person still has to decide: no decision yet, and no annotation that shows the same object (boxes or bounds of areas) or labels the whole image. */
export function openPredictions(
  predictions: readonly PredictionRecord[],
  decided: ReadonlySet<PredictionId>,
  annotations: readonly AnnotationRecord[],
): PredictionRecord[] {
  const taken = overlapIndex(annotations.map(({ shape }) => shape))
  const isTaken = (shape: Shape): boolean => taken.overlaps(shape).some(({ overlap }) => overlap >= SAME_OBJECT)
  return predictions.filter(({ id, shape }) => !decided.has(id) && !isTaken(shape))
}

const doubt = ({ score }: PredictionRecord): number => Math.abs(score - 0.5)

/** How unsure a run is of images as wholes, 0 (sure) to 1. */
export type ImageDoubts = ReadonlyMap<ImageId, number>

/** The queue: by doubt (of objects closest to 0.5 first, of images as wholes those of which the run is least sure), or image by image in the order they came, the highest score first. */
export function queueOf(
  predictions: readonly PredictionRecord[],
  { order, low, high }: QueueSettings,
  doubts: ImageDoubts = new Map(),
): PredictionRecord[] {
  const sure = (one: PredictionRecord): number => {
    const known = isPlaced(one.shape) ? undefined : doubts.get(one.imageId)
    return known === undefined ? doubt(one) : (1 - known) / 2
  }
  const wanted = predictions.filter(({ score }) => score >= low && score <= high)
  if (order === 'doubt') return wanted.sort((a, b) => sure(a) - sure(b) || a.id - b.id)
  const place = new Map<string, number>()
  for (const { imageId } of wanted) if (!place.has(imageId)) place.set(imageId, place.size)
  return wanted.sort((a, b) => place.get(a.imageId)! - place.get(b.imageId)! || b.score - a.score || a.id - b.id)
}

/** What needs no answer any more: predictions that were decided on, and whatever else lies on images that were finished. */
export interface Answered {
  readonly decided: ReadonlySet<PredictionId>
  readonly finished: ReadonlySet<ImageId>
}

export const isOpen = ({ id, imageId }: PredictionRecord, { decided, finished }: Answered): boolean =>
  !decided.has(id) && !finished.has(imageId)

/** The place of the next open item after `at` in a direction, round the end; -1 where none is. */
export function nextOpen(queue: readonly PredictionRecord[], answered: Answered, at: number, step: 1 | -1): number {
  const { length } = queue
  for (let n = 1; n <= length; n++) {
    const index = (((at + step * n) % length) + length) % length
    if (isOpen(queue[index]!, answered)) return index
  }
  return -1
}

/** Why an object stands where it does in the queue. */
export function whyNext({ score }: PredictionRecord, order: QueueOrder): string {
  if (order === 'image') return 'Image by image, the surest first.'
  const distance = Math.abs(score - 0.5)
  if (distance < 0.05) return 'The model is as good as undecided here: your answer teaches it most.'
  return distance < 0.15 ? 'The model is unsure here.' : 'The surer ones come last.'
}
