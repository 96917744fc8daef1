import type { CountSource } from '#shared/contracts/project.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { CountedImage } from './counting.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'

/** What is known of an image for counting by a source: just the shapes that the task counts. */
export function countedOf(project: OpenProject, image: ImageRecord, source: CountSource): CountedImage {
  const task = workbenchTask(project.task)
  const counts = ({ shape }: { readonly shape: Shape }): boolean => task.counts?.(shape) ?? true
  const known = knownOf(project, image, source)
  return { ...known, annotations: known.annotations.filter(counts), predictions: known.predictions.filter(counts) }
}

/** The same with every shape, as for drawing: an abnormal image is counted as one, its areas are drawn. */
export function knownOf({ db }: OpenProject, image: ImageRecord, source: CountSource): CountedImage {
  return {
    image,
    annotations: db.annotationsOf(image.id),
    predictions: source.kind === 'truth' ? [] : db.predictionsOf(image.id, source.runId),
    decisions: source.kind === 'corrected' ? db.decisionsOf(image.id) : [],
  }
}
