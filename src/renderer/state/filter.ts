import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { isFiltering, NO_FILTER, type Criterion, type ObjectFilter } from '../objects/object-filter.ts'
import { bothOf } from '../objects/row-set.ts'
import { type ObjectId } from '../objects/rows.ts'

export interface FilterState {
  readonly filter: ObjectFilter
  /** Objects that somebody put out of sight one by one, of any image. */
  readonly hidden: ReadonlySet<ObjectId>
  /** The part of the panel with its fields is open. */
  readonly open: boolean
  /** Where objects are asked about one by one none is kept back. */
  readonly paused: boolean
  /** What runs that the filter goes by found on images: ids of predictions, rising. */
  readonly found: ReadonlyMap<ImageId, ReadonlyMap<RunId, Float64Array>>
}

/** What runs found on an image, as far as it is known. */
export const foundOn = ({ found }: Pick<FilterState, 'found'>, imageId: ImageId | null): ReadonlyMap<RunId, Float64Array> | undefined =>
  imageId === null ? undefined : found.get(imageId)

/** Whether some objects may be kept back. */
export const keepsBack = ({ filter, hidden }: Pick<FilterState, 'filter' | 'hidden'>): boolean => hidden.size > 0 || isFiltering(filter)

export interface FilterActions {
  readonly set: (change: Partial<ObjectFilter>) => void
  /** Goes no longer by these. */
  readonly drop: (criteria: readonly Criterion[]) => void
  /** Puts objects out of sight, beside those that are. */
  readonly hide: (ids: ReadonlySet<ObjectId>) => void
  /** Shows again what was hidden; the filter stays. */
  readonly unhide: () => void
  /** Shows all objects. */
  readonly clear: () => void
  readonly toggle: () => void
  readonly pause: (paused: boolean) => void
  readonly tellFound: (imageId: ImageId, runId: RunId, ids: Float64Array) => void
}

export type FilterStore = StoreApi<FilterState> & FilterActions

/** Which objects the canvas shows. It lasts as long as the project is open: what is stored with the project never hides anything. */
export function createFilterStore(): FilterStore {
  const store = createStore<FilterState>(() => ({ filter: NO_FILTER, hidden: new Set(), open: false, paused: false, found: new Map() }))
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
    hide: (ids: ReadonlySet<ObjectId>) => {
      store.setState(({ hidden }) => ({ hidden: bothOf(hidden, ids) }))
    },
    unhide: () => {
      store.setState({ hidden: new Set() })
    },
    clear: () => {
      store.setState({ filter: NO_FILTER, hidden: new Set(), found: new Map() })
    },
    toggle: () => {
      store.setState(({ open }) => ({ open: !open }))
    },
    pause: (paused: boolean) => {
      store.setState({ paused })
    },
    tellFound: (imageId: ImageId, runId: RunId, ids: Float64Array) => {
      store.setState(({ found }) => ({ found: new Map(found).set(imageId, new Map(found.get(imageId)).set(runId, ids)) }))
    },
  })
}
