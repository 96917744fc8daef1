import { createStore, type StoreApi } from 'zustand/vanilla'
import { NO_FILTER, type Criterion, type ObjectFilter } from '../objects/object-filter.ts'

export interface FilterState {
  readonly filter: ObjectFilter
  /** The part of the panel with its fields is open. */
  readonly open: boolean
  /** Where objects are asked about one by one none is kept back. */
  readonly paused: boolean
}

export interface FilterActions {
  readonly set: (change: Partial<ObjectFilter>) => void
  /** Goes no longer by these. */
  readonly drop: (criteria: readonly Criterion[]) => void
  readonly clear: () => void
  readonly toggle: () => void
  readonly pause: (paused: boolean) => void
}

export type FilterStore = StoreApi<FilterState> & FilterActions

/** Which objects the canvas shows. It lasts as long as the project is open: what is stored with the project never hides anything. */
export function createFilterStore(): FilterStore {
  const store = createStore<FilterState>(() => ({ filter: NO_FILTER, open: false, paused: false }))
  const change = (next: (filter: ObjectFilter) => ObjectFilter): void => {
    store.setState(({ filter }) => ({ filter: next(filter) }))
  }
  return Object.assign(store, {
    set: (wanted: Partial<ObjectFilter>) => {
      change((filter) => ({ ...filter, ...wanted }))
    },
    drop: (criteria: readonly Criterion[]) => {
      change((filter) => ({ ...filter, ...Object.fromEntries(criteria.map((one) => [one, NO_FILTER[one]])) }))
    },
    clear: () => {
      store.setState({ filter: NO_FILTER })
    },
    toggle: () => {
      store.setState(({ open }) => ({ open: !open }))
    },
    pause: (paused: boolean) => {
      store.setState({ paused })
    },
  })
}
