import type { CountSource } from '#shared/contracts/project.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { CountedImage } from './counting.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'

/** What is known of an image for counting by a source. */
export function countedOf({ db, task: kind }: OpenProject, image: ImageRecord, source: CountSource): CountedImage {
  const task = workbenchTask(kind)
  const counts = ({ shape }: { readonly shape: Shape }): boolean => task.counts?.(shape) ?? true
  return {
    image,
    annotations: db.annotationsOf(image.id).filter(counts),
    predictions: source.kind === 'truth' ? [] : db.predictionsOf(image.id, source.runId).filter(counts),
    decisions: source.kind === 'corrected' ? db.decisionsOf(image.id) : [],
  }
}
