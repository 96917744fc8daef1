import { overlapIndex, SAME_OBJECT } from '#shared/geometry/shape-overlap.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ImageId, RunId } from '#shared/records/ids.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'
import type { Store } from './store.ts'

/** Of which predictions is asked: those of a run on an image, from a score (0..1) on. */
interface Asked {
  readonly imageId: ImageId
  readonly runId: RunId
  readonly from: number
}

/** The predictions that nobody decided on, that `isDecided` does not name, and of which none of these annotations of the image shows the same object. */
export function leftToDecide(
  store: Store,
  { imageId, runId, from }: Asked,
  annotations: () => readonly AnnotationRecord[],
  isDecided: (id: PredictionRecord['id']) => boolean = () => false,
): PredictionRecord[] {
  const open = store.predictions.open(imageId, runId, from).filter((id) => !isDecided(id))
  if (open.length === 0) return []
  const places = overlapIndex(annotations().map(({ shape }) => shape))
  return open.flatMap((id) => {
    const prediction = store.predictions.get(id)
    if (!prediction || places.overlaps(prediction.shape).some(({ overlap }) => overlap >= SAME_OBJECT)) return []
    return [prediction]
  })
}

/**
 * The images that nobody called done and on which somebody began to decide on what a run found, with what is left to decide there of the run
 * that was decided on last; images on which nothing is left from a score (0..1) on are not among them. `lowest`: with what is left from that
 * score on too.
 */
export function reviewedInPart(store: Store, from: number, lowest: number): Map<ImageId, PredictionRecord[]> {
  const runs = [...store.decisions.lastRuns()]
  return new Map(
    runs.flatMap(([imageId, runId]) => {
      const left = leftToDecide(store, { imageId, runId, from: lowest }, () => store.annotations.ofImage(imageId))
      return left.some(({ score }) => score >= from) ? [[imageId, left] as const] : []
    }),
  )
}
