import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import type { Edit } from '#shared/records/edit.ts'
import { annotationId, type ClassId, type ImageId } from '#shared/records/ids.ts'
import type { Random } from '#shared/random.ts'

/** One thing that the editing process does, as it writes it down before it does it. */
export type Operation =
  | { readonly kind: 'edit'; readonly put: AnnotationRecord[]; readonly remove: AnnotationRecord['id'][] }
  | {
      readonly kind: 'relabel'
      readonly ids: AnnotationRecord['id'][]
      readonly to: { readonly classId: ClassId; readonly updatedAt: string }
    }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }
  | { readonly kind: 'predictions'; readonly count: number }

/** What the database should hold: kept by plain means, so that it shares no code with what it checks. */
export interface Expected {
  readonly annotations: Map<string, AnnotationRecord>
  /** Annotations before each of the last edits that can be undone, and after each that can be redone. */
  readonly undo: Map<string, AnnotationRecord>[]
  readonly redo: Map<string, AnnotationRecord>[]
  readonly predictions: number
}

/** More steps than a run of undos goes back; all states would fill the memory. */
const REMEMBERED = 200

export const nothingYet = (): Expected => ({ annotations: new Map(), undo: [], redo: [], predictions: 0 })

/** The state after an operation; the given one stays as it was. */
export function after(state: Expected, operation: Operation): Expected {
  switch (operation.kind) {
    case 'predictions':
      return { ...state, predictions: state.predictions + operation.count }
    case 'undo':
      return stepBetween(state, 'undo')
    case 'redo':
      return stepBetween(state, 'redo')
    case 'edit':
      return edited(state, operation)
    case 'relabel':
      return edited(state, {
        kind: 'edit',
        remove: [],
        put: operation.ids.map((id) => ({ ...state.annotations.get(id)!, ...operation.to })),
      })
  }
}

function stepBetween(state: Expected, way: 'undo' | 'redo'): Expected {
  const target = state[way].at(-1)
  if (!target) return state
  const other = way === 'undo' ? 'redo' : 'undo'
  return { ...state, annotations: target, [way]: state[way].slice(0, -1), [other]: [...state[other], state.annotations] }
}

function edited(state: Expected, { put, remove }: Extract<Operation, { kind: 'edit' }>): Expected {
  const annotations = new Map(state.annotations)
  for (const id of remove) annotations.delete(id)
  for (const record of put) annotations.set(record.id, record)
  return { ...state, annotations, undo: [...state.undo, state.annotations].slice(-REMEMBERED), redo: [] }
}

/** What the project is asked for. */
export function editFor(operation: Extract<Operation, { kind: 'edit' | 'relabel' }>): Edit {
  if (operation.kind === 'relabel') return { label: 'Edit', put: {}, remove: {}, amend: { annotations: operation.ids, to: operation.to } }
  return { label: 'Edit', put: { annotations: operation.put }, remove: { annotations: operation.remove } }
}

export interface Place {
  readonly images: readonly ImageId[]
  readonly classes: readonly ClassId[]
}

/** What a hasty technician does next: mostly single boxes, now and then a large import, another class for all of an image, undo, redo, a finished prediction. */
export function nextOperation(random: Random, place: Place, present: readonly AnnotationRecord[]): Operation {
  const dice = random.int(100)
  if (dice < 50 || present.length === 0) return { kind: 'edit', put: [newBox(random, place)], remove: [] }
  if (dice < 70) return { kind: 'edit', put: [moved(random, random.pick(present))], remove: [] }
  if (dice < 78) return { kind: 'edit', put: [], remove: [random.pick(present).id] }
  if (dice < 80) return relabelled(random, place, present)
  if (dice < 83) return { kind: 'edit', put: Array.from({ length: 300 }, () => newBox(random, place)), remove: [] }
  if (dice < 90) return { kind: 'undo' }
  if (dice < 96) return { kind: 'redo' }
  return { kind: 'predictions', count: 500 }
}

export function newBox(random: Random, place: Place): AnnotationRecord {
  const at = '2026-01-01T00:00:00.000Z'
  return {
    id: annotationId.parse(`${random.uint32()}-${random.uint32()}`),
    imageId: random.pick(place.images),
    classId: random.pick(place.classes),
    shape: {
      type: 'box',
      x: random.uniform(0, 600),
      y: random.uniform(0, 400),
      width: random.uniform(5, 90),
      height: random.uniform(5, 90),
    },
    origin: 'drawn',
    predictionId: null,
    ...PLAIN,
    author: 'kills',
    createdAt: at,
    updatedAt: at,
  }
}

/** All of an image in one class; those that have it already stay as they are. */
function relabelled(random: Random, { classes }: Place, present: readonly AnnotationRecord[]): Operation {
  const classId = random.pick(classes)
  const ids = present.filter((record) => record.classId !== classId).map(({ id }) => id)
  const updatedAt = new Date(Date.UTC(2026, 0, 1) + random.int(1e9)).toISOString()
  return ids.length === 0 ? { kind: 'undo' } : { kind: 'relabel', ids, to: { classId, updatedAt } }
}

function moved(random: Random, record: AnnotationRecord): AnnotationRecord {
  if (record.shape.type !== 'box') throw new Error('this script draws boxes alone')
  return { ...record, shape: { ...record.shape, x: random.uniform(0, 600), y: random.uniform(0, 400) } }
}
