import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ImageId, type PredictionId, type RunId } from '#shared/records/ids.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { ObjectTable } from '../objects/object-table.ts'

/** Predictions of one run on the open image: guesses, never mixed with annotations. */
export interface PredictionsState {
  /**
   * The project's run on show: what Review asks about and Count counts, remembered with the project. Somebody chose it, or it is the newest
   * that was asked for.
   */
  readonly onShow: RunId | null
  /** The run whose predictions are drawn: the one on show but while something is looked at that another run said. */
  readonly runId: RunId | null
  readonly imageId: ImageId | null
  readonly loading: boolean
  readonly predictions: ObjectTable<PredictionRecord>
  /** Predictions below it are not shown, 0 to 1. */
  readonly threshold: number
  /** While a reader must not see what others said: the one prediction that is shown, and no annotation. */
  readonly blind: PredictionId | null
}

export function emptyPredictions(): PredictionsState {
  return { onShow: null, runId: null, imageId: null, loading: false, predictions: new ObjectTable(), threshold: 0.5, blind: null }
}

/** Another run or image is wanted: the old guesses leave at once, so that they are never seen on the wrong image. */
export function awaited(state: PredictionsState, runId: RunId | null, imageId: ImageId | null): PredictionsState {
  if (runId === state.runId && imageId === state.imageId) return state
  return { ...state, runId, imageId, loading: runId !== null && imageId !== null, predictions: new ObjectTable() }
}

/** Predictions arrived; passed over if something else is wanted by now. */
export function arrived(
  state: PredictionsState,
  runId: RunId,
  imageId: ImageId,
  predictions: ObjectTable<PredictionRecord>,
): PredictionsState {
  if (runId !== state.runId || imageId !== state.imageId) return state
  return { ...state, loading: false, predictions }
}

export interface PredictionsActions {
  readonly setOnShow: (runId: RunId | null) => void
  readonly await: (runId: RunId | null, imageId: ImageId | null) => void
  readonly arrive: (runId: RunId, imageId: ImageId, predictions: ObjectTable<PredictionRecord>) => void
  readonly setThreshold: (threshold: number) => void
  readonly setBlind: (only: PredictionId | null) => void
}

export type PredictionsStore = StoreApi<PredictionsState> & PredictionsActions

export function createPredictionsStore(): PredictionsStore {
  const store = createStore<PredictionsState>(emptyPredictions)
  return Object.assign(store, {
    setOnShow: (runId: RunId | null) => {
      store.setState({ onShow: runId })
    },
    await: (runId: RunId | null, imageId: ImageId | null) => {
      store.setState((state) => awaited(state, runId, imageId))
    },
    arrive: (runId: RunId, imageId: ImageId, predictions: ObjectTable<PredictionRecord>) => {
      store.setState((state) => arrived(state, runId, imageId, predictions))
    },
    setBlind: (only: PredictionId | null) => {
      store.setState({ blind: only })
    },
    setThreshold: (threshold: number) => {
      store.setState({ threshold: Math.min(1, Math.max(0, threshold)) })
    },
  })
}
