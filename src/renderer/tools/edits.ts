import { say } from '#shared/i18n/say.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { type Amend, type Edit } from '#shared/records/edit.ts'
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

/** The longest name of an edit, in UTF-16 units. */
const LONGEST = 120

/** What edits do to objects, in English as the history keeps it. */
const DEEDS = {
  Copy: (what) => say('Copy {{what}}', { what }),
  Cut: (what) => say('Cut {{what}}', { what }),
  Delete: (what) => say('Delete {{name}}', { name: what }),
  Draw: (what) => say('Draw {{what}}', { what }),
  Duplicate: (what) => say('Duplicate {{what}}', { what }),
  Erase: (what) => say('Erase {{what}}', { what }),
  Expand: (what) => say('Expand {{what}}', { what }),
  Intersect: (what) => say('Intersect {{what}}', { what }),
  Join: (what) => say('Join {{what}}', { what }),
  Lock: (what) => say('Lock {{what}}', { what }),
  Move: (what) => say('Move {{name}}', { name: what }),
  Outline: (what) => say('Outline {{what}}', { what }),
  Paint: (what) => say('Paint {{what}}', { what }),
  Paste: (what) => say('Paste {{what}}', { what }),
  Pick: (what) => say('Pick {{what}}', { what }),
  Reshape: (what) => say('Reshape {{name}}', { name: what }),
  Resize: (what) => say('Resize {{what}}', { what }),
  Shrink: (what) => say('Shrink {{what}}', { what }),
  Simplify: (what) => say('Simplify {{what}}', { what }),
  Split: (what) => say('Split {{what}}', { what }),
  Turn: (what) => say('Turn {{what}}', { what }),
  Unlock: (what) => say('Unlock {{what}}', { what }),
  Front: (what) => say('Bring to front: {{what}}', { what }),
  Fill: (what) => say('Fill holes of {{what}}', { what }),
  Mask: (what) => say('Make a mask of {{what}}', { what }),
  Polygon: (what) => say('Make a polygon of {{what}}', { what }),
  Back: (what) => say('Send to back: {{what}}', { what }),
} as const satisfies Record<string, (what: string) => string>
export type Deed = keyof typeof DEEDS

/** Names an edit by what it did to what: `Move region`. */
export const deedTo = (deed: Deed, what: string): string => DEEDS[deed](what).slice(0, LONGEST)

const several = (count: number): string => (count === 1 ? say('object') : say('{{count}} objects', { count }))

/** Names an edit by what it did to how much: `Move RBC`, `Move 3 objects`. */
export function editLabel(deed: Deed, count: number, className: string | null): string {
  return deedTo(deed, count === 1 ? (className ?? say('object')) : several(count))
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
export function addEdit(deed: Deed, objects: readonly NewObject[], className: string | null, stamp: Stamp): Edit {
  return {
    label: editLabel(deed, objects.length, className),
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
  deed: Deed,
  changes: readonly (readonly [AnnotationRecord, Shape])[],
  className: string | null,
  now: string,
): Edit {
  const annotations = changes.map(([record, shape]) => ({ ...record, shape, updatedAt: now }))
  return { label: editLabel(deed, annotations.length, className), put: { annotations }, remove: {} }
}

/** Annotations with another class; those that have it already are left alone. Null where none is left. */
export function relabelEdit(records: readonly AnnotationRecord[], to: ClassRecord, now: string): Edit | null {
  const annotations = records.filter(({ classId }) => classId !== to.id).map(({ id }) => id)
  if (annotations.length === 0) return null
  const amend = { annotations, to: { classId: to.id, updatedAt: now } }
  return {
    label: say('Relabel {{what}} as {{name}}', { what: several(annotations.length), name: to.name }).slice(0, LONGEST),
    put: {},
    remove: {},
    amend,
  }
}

export function removeEdit(deed: Deed, records: readonly AnnotationRecord[], className: string | null): Edit {
  return { label: editLabel(deed, records.length, className), put: {}, remove: { annotations: records.map(({ id }) => id) } }
}

/** Annotations with other facts, in one step. Null where there is none. */
export function factsEdit(
  deed: Deed,
  annotations: AnnotationId[],
  to: Omit<Amend['to'], 'classId' | 'updatedAt'>,
  className: string | null,
  now: string,
): Edit | null {
  if (annotations.length === 0) return null
  return {
    label: editLabel(deed, annotations.length, className),
    put: {},
    remove: {},
    amend: { annotations, to: { ...to, updatedAt: now } },
  }
}
