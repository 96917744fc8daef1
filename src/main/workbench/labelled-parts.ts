import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { RegionRecord, RegionShape } from '#shared/records/region.ts'
import type { WorkbenchTask } from './tasks/workbench-task.ts'

/** The parts of an image in which every object is labelled; undefined where it has no region: then it is labelled as a whole, or not. */
export type Parts = readonly RegionShape[] | undefined

/**
 * What an image's regions say of its labelling. As soon as it has one, only those that a person called fully labelled count, whatever the
 * state of the image is: outside of them nobody said that what is empty is background.
 */
export function labelledParts({ withinParts }: WorkbenchTask, regions: readonly RegionRecord[]): Parts {
  if (withinParts === undefined || regions.length === 0) return undefined
  return regions.filter(({ fullyLabelled }) => fullyLabelled).map(({ shape }) => shape)
}

/** An image with what is needed to tell whether it is labelled. */
export interface PartlyLabelled {
  readonly image: ImageRecord
  readonly annotations: readonly AnnotationRecord[]
  readonly parts?: Parts
}

/** Whether an image can be learned from or measured on: a fully labelled region can be, one without any object too. */
export function isLabelled(task: WorkbenchTask, { image, annotations, parts }: PartlyLabelled): boolean {
  return parts === undefined ? task.isLabelled(image, annotations) : parts.length > 0
}
