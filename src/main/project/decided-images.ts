import { groupBy } from '#shared/group-by.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ImageId, PredictionId } from '#shared/records/ids.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import { isInRegions } from '#shared/records/model.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'
import { leftToDecide } from './left-to-decide.ts'
import type { Store } from './store.ts'

/** What one edit decides. */
export interface Decided {
  readonly decided: readonly PredictionRecord[]
  /** Annotations that the decisions make or change. */
  readonly annotations: readonly AnnotationRecord[]
  /** Annotations that they remove. */
  readonly removed: ReadonlySet<string>
  /** The score from which everything of a run must be decided on before an image is done; null = no image becomes done by it. */
  readonly doneFrom: number | null
}

/**
 * Images whose state follows from decisions, with their new state:
 * - one on which nothing of the run from `doneFrom` on is left to decide is done: every prediction was decided on, or an annotation shows the
 *   same object; where nobody asked for that, one that got a label as a whole is done, as where a person labels it; a run that looked at regions
 *   alone finishes no image, since nobody looked at the rest;
 * - one on which something was decided, be it rejected, while there is more to decide is in work: somebody has begun on it; one that lost its label
 *   as a whole is unlabelled again.
 *
 * What is done or reviewed already stays so.
 */
export function imageStates(store: Store, made: Decided): ImageRecord[] {
  const states = new Map<ImageId, ImageRecord['state']>()
  for (const { imageId, shape } of made.decided) if (shape.type !== 'image') states.set(imageId, 'in-work')
  for (const imageId of unlabelled(made)) states.set(imageId, 'unlabelled')
  const labelled = made.doneFrom === null ? 'done' : 'in-work'
  for (const { imageId, shape } of made.annotations)
    if (shape.type === 'image') states.set(imageId, labelled)
    else if (!states.has(imageId)) states.set(imageId, 'in-work')
  for (const imageId of finished(store, made)) if (states.get(imageId) !== 'unlabelled') states.set(imageId, 'done')
  return [...states].flatMap(([id, state]) => {
    const image = store.images.get(id)
    if (!image || image.state === state || (state !== 'unlabelled' && isFinished(image))) return []
    return [{ ...image, state }]
  })
}

/** Images whose label was removed. */
function unlabelled({ decided, removed }: Decided): Set<ImageId> {
  if (removed.size === 0) return new Set()
  return new Set(decided.filter(({ shape }) => shape.type === 'image').map(({ imageId }) => imageId))
}

function finished(store: Store, { decided, annotations, removed, doneFrom }: Decided): ImageId[] {
  if (doneFrom === null) return []
  const now = new Set<PredictionId>(decided.map(({ id }) => id))
  const made = groupBy(annotations, ({ imageId }) => imageId)
  const touched = new Map(decided.map((prediction) => [prediction.imageId, prediction.runId]))
  const inRegions = new Set(store.models.runs().flatMap((run) => (isInRegions(run) ? [run.id] : [])))
  return [...touched].flatMap(([imageId, runId]) => {
    if (inRegions.has(runId)) return []
    const shown = (): AnnotationRecord[] => {
      const changed = made.get(imageId) ?? []
      const replaced = new Set<string>([...removed, ...changed.map(({ id }) => id)])
      return [...store.annotations.ofImage(imageId).filter(({ id }) => !replaced.has(id)), ...changed]
    }
    const left = leftToDecide(store, { imageId, runId, from: doneFrom }, shown, (id) => now.has(id))
    return left.length === 0 ? [imageId] : []
  })
}
