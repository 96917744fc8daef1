import type { JobLabel } from '#shared/contracts/job.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassId } from '#shared/records/ids.ts'

/** The label of an image as a whole, if it has one. */
export function imageLabel(annotations: readonly AnnotationRecord[]): AnnotationRecord | undefined {
  return annotations.find(({ shape }) => shape.type === 'image')
}

/** That label as a job learns it: none where its class is not among the job's. A difficult one is not learned. */
export function imageLabelsOf(annotations: readonly AnnotationRecord[], classIndex: ReadonlyMap<ClassId, number>): JobLabel[] {
  const label = imageLabel(annotations)
  const index = label && classIndex.get(label.classId)
  return label && index !== undefined ? [{ shape: { type: 'image' }, classIndex: index, ignore: label.difficult }] : []
}
