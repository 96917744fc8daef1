import { say } from '#shared/i18n/say.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { type Edit } from '#shared/records/edit.ts'
import { annotationId, newId, type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'

export type Labels = ReadonlyMap<ImageId, AnnotationRecord>

export interface Signature {
  readonly author: string
  /** ISO 8601, UTC. */
  readonly now: string
}

const imagesNamed = (count: number): string => (count === 1 ? say('image') : say('{{count}} images', { count }))

/** An image that has its label is done; without one it is not. A review that was made stays. */
function withState(images: readonly ImageRecord[], labelled: boolean): ImageRecord[] {
  return images.flatMap((image): ImageRecord[] => {
    if (labelled) return isFinished(image) ? [] : [{ ...image, state: 'done' }]
    return image.state === 'unlabelled' ? [] : [{ ...image, state: 'unlabelled' }]
  })
}

/** Gives images a class as wholes: one transaction. Null where all have it already. */
export function labelEdit(images: readonly ImageRecord[], labels: Labels, to: ClassRecord, { author, now }: Signature): Edit | null {
  const others = images.filter(({ id }) => labels.get(id)?.classId !== to.id)
  if (others.length === 0) return null
  const annotations = others.map(({ id }): AnnotationRecord => {
    const before = labels.get(id)
    if (before) return { ...before, classId: to.id, author, updatedAt: now }
    return {
      ...{ id: annotationId.parse(newId()), imageId: id, classId: to.id, shape: { type: 'image' }, origin: 'drawn', predictionId: null },
      ...{ ...PLAIN, author, createdAt: now, updatedAt: now },
    }
  })
  const label = say('Label {{what}} as {{name}}', { what: imagesNamed(others.length), name: to.name }).slice(0, 120)
  return { label, put: { annotations, images: withState(others, true) }, remove: {} }
}

/** Takes the labels of images away: one transaction. Null where none has one. */
export function unlabelEdit(images: readonly ImageRecord[], labels: Labels): Edit | null {
  const labelled = images.filter(({ id }) => labels.has(id))
  if (labelled.length === 0) return null
  const removed = labelled.flatMap(({ id }) => labels.get(id)?.id ?? [])
  return {
    label: say('Remove the label of {{what}}', { what: imagesNamed(labelled.length) }),
    put: { images: withState(labelled, false) },
    remove: { annotations: removed },
  }
}

/** The labels after an edit, as it is seen before main answered. */
export function labelsAfter(labels: Labels, { put, remove }: Pick<Edit, 'put' | 'remove'>): Labels {
  const next = new Map(labels)
  const gone = new Set(remove.annotations ?? [])
  if (gone.size > 0) for (const [image, { id }] of labels) if (gone.has(id)) next.delete(image)
  for (const record of put.annotations ?? []) if (record.shape.type === 'image') next.set(record.imageId, record)
  return next
}

/** The next image after the open one that has no label, round the end; null where all have one. */
export function nextUnlabelled(images: readonly ImageRecord[], open: ImageId | null, labels: Labels): ImageRecord | null {
  const at = images.findIndex(({ id }) => id === open)
  return [...images.slice(at + 1), ...images.slice(0, Math.max(0, at))].find(({ id }) => !labels.has(id)) ?? null
}
