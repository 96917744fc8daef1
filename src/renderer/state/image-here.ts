import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { type StoreSet } from './stores.ts'

type Watched = Pick<StoreSet, 'document' | 'predictions'>

/** An image, and of which run its predictions are wanted; any where none is named. */
interface Wanted {
  readonly imageId: ImageId
  readonly runId?: RunId
}

/**
 * Calls `show` once an image is open with all that lies on it: at once where it is, else as soon as that has arrived, since what arrives later would
 * take the selection away. It opens nothing. The returned function stops waiting.
 */
export function whenImageIsHere(stores: Watched, wanted: Wanted, show: () => void): () => void {
  if (isHere(stores, wanted)) {
    show()
    return () => undefined
  }
  const stops = [stores.document, stores.predictions].map((store) =>
    store.subscribe(() => {
      if (!isHere(stores, wanted)) return
      stop()
      show()
    }),
  )
  const stop = (): void => {
    for (const one of stops) one()
  }
  return stop
}

function isHere({ document, predictions }: Watched, { imageId, runId }: Wanted): boolean {
  const guesses = predictions.getState()
  return (
    [document.getState(), guesses].every((state) => state.imageId === imageId && !state.loading) &&
    (runId ?? guesses.runId) === guesses.runId
  )
}
