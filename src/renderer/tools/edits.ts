import { counted } from '#shared/counted.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { type Amend, amendedFacts, type Edit, sameFacts } from '#shared/records/edit.ts'
import { type AnnotationId, type ClassId, type ImageId } from '#shared/records/ids.ts'
import { type Shape } from '#shared/records/shape.ts'

/** Who edits what and when: what new records are stamped with. */
export interface Stamp {
  readonly imageId: ImageId
  readonly author: string
  /** ISO 8601, UTC. */
  readonly now: string
  readonly newId: () => AnnotationId
}

/** An object without a record yet. */
export interface NewObject {
  readonly classId: ClassId
  readonly shape: Shape
  /** What a copy takes over from what it was copied from. */
  readonly facts?: CopiedFacts
}

/** A copy is not locked: it is there to be moved. */
export type CopiedFacts = Pick<AnnotationRecord, 'crowd' | 'difficult' | 'note' | 'name' | 'level'>

export const copiedFacts = ({ crowd, difficult, note, name, level }: AnnotationRecord): CopiedFacts => ({
  crowd,
  difficult,
  note,
  name,
  level,
})

/** Names an edit by what it did to how much: `Move RBC`, `Move 3 objects`. */
export function editLabel(verb: string, count: number, className: string | null): string {
  return `${verb} ${count === 1 ? (className ?? 'object') : counted(count, 'object')}`.slice(0, 120)
}

function madeBy(stamp: Stamp, { classId, shape, facts }: NewObject): AnnotationRecord {
  return {
    id: stamp.newId(),
    imageId: stamp.imageId,
    classId,
    shape,
    origin: 'drawn',
    predictionId: null,
    ...PLAIN,
    ...facts,
    author: stamp.author,
    createdAt: stamp.now,
    updatedAt: stamp.now,
  }
}

/** New annotations on the image. */
export function addEdit(verb: string, objects: readonly NewObject[], className: string | null, stamp: Stamp): Edit {
  return {
    label: editLabel(verb, objects.length, className),
    put: { annotations: objects.map((object) => madeBy(stamp, object)) },
    remove: {},
  }
}

/** A new object with a place on the image: what the canvas draws, copies and pastes. */
export interface PlacedObject extends NewObject {
  readonly shape: PlacedShape
}

/** Annotations with new shapes. */
export function reshapeEdit(
  verb: string,
  changes: readonly (readonly [AnnotationRecord, Shape])[],
  className: string | null,
  now: string,
): Edit {
  const annotations = changes.map(([record, shape]) => ({ ...record, shape, updatedAt: now }))
  return { label: editLabel(verb, annotations.length, className), put: { annotations }, remove: {} }
}

/** Annotations with another class; those that have it already are left alone. Null where none is left. */
export function relabelEdit(records: readonly AnnotationRecord[], to: ClassRecord, now: string): Edit | null {
  const annotations = records.filter(({ classId }) => classId !== to.id).map(({ id }) => id)
  if (annotations.length === 0) return null
  const what = annotations.length === 1 ? 'object' : counted(annotations.length, 'object')
  const amend = { annotations, to: { classId: to.id, updatedAt: now } }
  return { label: `Relabel ${what} as ${to.name}`.slice(0, 120), put: {}, remove: {}, amend }
}

export function removeEdit(verb: string, records: readonly AnnotationRecord[], className: string | null): Edit {
  return { label: editLabel(verb, records.length, className), put: {}, remove: { annotations: records.map(({ id }) => id) } }
}

/** Annotations with other facts, in one step; those that have them already are left alone. Null where none is left. */
export function factsEdit(
  verb: string,
  records: readonly AnnotationRecord[],
  to: Omit<Amend['to'], 'classId' | 'updatedAt'>,
  className: string | null,
  now: string,
): Edit | null {
  const annotations = records.filter((record) => !sameFacts(record, amendedFacts(record, { ...to, updatedAt: now }))).map(({ id }) => id)
  if (annotations.length === 0) return null
  return {
    label: editLabel(verb, annotations.length, className),
    put: {},
    remove: {},
    amend: { annotations, to: { ...to, updatedAt: now } },
  }
}
