import { createStore, type StoreApi } from 'zustand/vanilla'
import { type AnnotationId } from '#shared/records/ids.ts'
import { RowSet } from '../objects/row-set.ts'
import { type ObjectId, type Scene } from '../viewer/scene.ts'

export interface SelectionState {
  readonly selected: ReadonlySet<ObjectId>
  /**
   * The selected object was drawn a moment ago and not picked since. Digits then choose the class of the next box instead of
   * relabelling the last one, whose change nobody would be looking at.
   */
  readonly fresh: boolean
  readonly hovered: ObjectId | null
  /** Annotations that came from an accepted prediction a moment ago: drawn with a tick. */
  readonly accepted: ReadonlySet<AnnotationId>
}

export function emptySelection(): SelectionState {
  return { selected: new Set(), fresh: false, hovered: null, accepted: new Set() }
}

function sameSet(a: ReadonlySet<ObjectId>, b: ReadonlySet<ObjectId>): boolean {
  if (a instanceof RowSet && b instanceof RowSet) return a.equals(b)
  return a.size === b.size && [...a].every((id) => b.has(id))
}

export function selectedAs(state: SelectionState, ids: Iterable<ObjectId>, fresh = false): SelectionState {
  const selected = ids instanceof RowSet ? ids : new Set(ids)
  return sameSet(selected, state.selected) && fresh === state.fresh ? state : { ...state, selected, fresh }
}

export function hoveredAs(state: SelectionState, hovered: ObjectId | null): SelectionState {
  return hovered === state.hovered ? state : { ...state, hovered }
}

/** Keeps what is on show. */
export function pruned(state: SelectionState, scene: Scene): SelectionState {
  const exists = (id: ObjectId): boolean => scene.byId.has(id)
  const { selected } = state
  const hovered = state.hovered !== null && exists(state.hovered) ? state.hovered : null
  const left = selected instanceof RowSet ? selected.within(scene) : [...selected].filter(exists)
  return hoveredAs(selectedAs(state, left, state.fresh), hovered)
}

/** Puts one id in another's place: an object that was shown before main gave it its id. */
export function renamed(state: SelectionState, from: ObjectId, to: ObjectId): SelectionState {
  if (!state.selected.has(from)) return state
  return selectedAs(
    state,
    [...state.selected].map((id) => (id === from ? to : id)),
    state.fresh,
  )
}

export interface SelectionActions {
  readonly select: (ids: Iterable<ObjectId>, fresh?: boolean) => void
  readonly hover: (id: ObjectId | null) => void
  readonly prune: (scene: Scene) => void
  readonly rename: (from: ObjectId, to: ObjectId) => void
  /** Shows a tick on accepted annotations for a moment. */
  readonly markAccepted: (ids: readonly AnnotationId[]) => void
}

export type SelectionStore = StoreApi<SelectionState> & SelectionActions

/** Milliseconds for which the tick of an accepted prediction stays. */
const TICK_TIME = 1200

export function createSelectionStore(): SelectionStore {
  const store = createStore<SelectionState>(emptySelection)
  return Object.assign(store, {
    select: (ids: Iterable<ObjectId>, fresh?: boolean) => {
      store.setState((state) => selectedAs(state, ids, fresh))
    },
    hover: (id: ObjectId | null) => {
      store.setState((state) => hoveredAs(state, id))
    },
    prune: (scene: Scene) => {
      store.setState((state) => pruned(state, scene))
    },
    rename: (from: ObjectId, to: ObjectId) => {
      store.setState((state) => renamed(state, from, to))
    },
    markAccepted: (ids: readonly AnnotationId[]) => {
      if (ids.length === 0) return
      store.setState((state) => ({ ...state, accepted: new Set([...state.accepted, ...ids]) }))
      setTimeout(() => {
        store.setState((state) => ({ ...state, accepted: new Set([...state.accepted].filter((id) => !ids.includes(id))) }))
      }, TICK_TIME)
    },
  })
}
