import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { type ImageResult } from '#shared/records/prediction.ts'
import { type ErrorMap } from './error-map.ts'
import { DEFAULT_LOOKS, NO_WISH, type MapKind, type MapLook, type MapLooks, type MapWish } from './map-views.ts'

/** The map over the open image: what is wanted, how it looks, and what the run drew. */
export interface MapState {
  readonly wish: MapWish
  readonly looks: MapLooks
  /** Whose result this is; it arrives after the image. */
  readonly runId: RunId | null
  readonly imageId: ImageId | null
  readonly result: ImageResult | null
  /** Of the error map on show. */
  readonly tally: ErrorMap['tally'] | null
  /** The map's file could not be read. */
  readonly failed: boolean
}

export function emptyMaps(): MapState {
  return { wish: NO_WISH, looks: DEFAULT_LOOKS, runId: null, imageId: null, result: null, tally: null, failed: false }
}

/** Another run or image is wanted: the old map leaves at once, so that it is never seen over the wrong image. */
export function mapsAwaited(state: MapState, runId: RunId | null, imageId: ImageId | null): MapState {
  if (runId === state.runId && imageId === state.imageId) return state
  return { ...state, runId, imageId, result: null, tally: null, failed: false }
}

/** A result arrived; passed over if something else is wanted by now. */
export function mapsArrived(state: MapState, runId: RunId, imageId: ImageId, result: ImageResult | null): MapState {
  return runId === state.runId && imageId === state.imageId ? { ...state, result } : state
}

export interface MapActions {
  readonly await: (runId: RunId | null, imageId: ImageId | null) => void
  readonly arrive: (runId: RunId, imageId: ImageId, result: ImageResult | null) => void
  /** Shows a kind of map, of a probability that of a class of the model. */
  readonly show: (kind: MapKind, classIndex?: number) => void
  readonly hide: () => void
  /** Hides the map, or shows the last one again. */
  readonly toggle: () => void
  readonly look: (kind: MapKind, look: Partial<MapLook>) => void
  /** How the project was left. */
  readonly restore: (wish: MapWish, looks: MapLooks) => void
  readonly tell: (told: Pick<MapState, 'tally' | 'failed'>) => void
}

export type MapStore = StoreApi<MapState> & MapActions

export function createMapStore(): MapStore {
  const store = createStore<MapState>(emptyMaps)
  const actions: MapActions = {
    await: (runId, imageId) => {
      store.setState((state) => mapsAwaited(state, runId, imageId))
    },
    arrive: (runId, imageId, result) => {
      store.setState((state) => mapsArrived(state, runId, imageId, result))
    },
    show: (kind, classIndex) => {
      store.setState(({ wish }) => ({ wish: { kind, classIndex: classIndex ?? wish.classIndex, shown: true } }))
    },
    hide: () => {
      store.setState(({ wish }) => ({ wish: { ...wish, shown: false } }))
    },
    toggle: () => {
      store.setState(({ wish }) => ({ wish: { ...wish, shown: !wish.shown } }))
    },
    look: (kind, look) => {
      store.setState(({ looks }) => ({ looks: { ...looks, [kind]: { ...looks[kind], ...look } } }))
    },
    restore: (wish, looks) => {
      store.setState({ wish, looks })
    },
    tell: ({ tally, failed }) => {
      store.setState({ tally, failed })
    },
  }
  return Object.assign(store, actions)
}
