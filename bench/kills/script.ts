import type { AnnotationRecord } from '#shared/records/annotation.ts'
import { annotationId, type ClassId, type ImageId } from '#shared/records/ids.ts'
import type { Random } from '#shared/random.ts'

/** One thing that the editing process does, as it writes it down before it does it. */
export type Operation =
  | { readonly kind: 'edit'; readonly put: AnnotationRecord[]; readonly remove: AnnotationRecord['id'][] }
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

export interface Place {
  readonly images: readonly ImageId[]
  readonly classes: readonly ClassId[]
}

/** What a hasty technician does next: mostly single boxes, now and then a large import, undo, redo, a finished prediction. */
export function nextOperation(random: Random, place: Place, present: readonly AnnotationRecord[]): Operation {
  const dice = random.int(100)
  if (dice < 50 || present.length === 0) return { kind: 'edit', put: [newBox(random, place)], remove: [] }
  if (dice < 70) return { kind: 'edit', put: [moved(random, random.pick(present))], remove: [] }
  if (dice < 78) return { kind: 'edit', put: [], remove: [random.pick(present).id] }
  if (dice < 82) return { kind: 'edit', put: Array.from({ length: 300 }, () => newBox(random, place)), remove: [] }
  if (dice < 90) return { kind: 'undo' }
  if (dice < 96) return { kind: 'redo' }
  return { kind: 'predictions', count: 500 }
}

function newBox(random: Random, place: Place): AnnotationRecord {
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
    crowd: false,
    difficult: false,
    note: '',
    author: 'kills',
    createdAt: at,
    updatedAt: at,
  }
}

function moved(random: Random, record: AnnotationRecord): AnnotationRecord {
  if (record.shape.type !== 'box') throw new Error('this script draws boxes alone')
  return { ...record, shape: { ...record.shape, x: random.uniform(0, 600), y: random.uniform(0, 400) } }
}
