import { type StoreApi } from 'zustand/vanilla'
import { type AppModel } from '../app/context.ts'
import { ensureShown } from '../panels/class-visibility.ts'
import { whenImageIsHere } from '../state/image-here.ts'
import { type ReviewItem } from './items.ts'

type Switch = Pick<StoreApi<{ readonly on: boolean }>, 'getState' | 'subscribe'>

interface Means extends Pick<AppModel, 'stores' | 'review'> {
  readonly looks: Switch
  readonly readers: Switch
}

/**
 * Shows what the queue asks about, within the call that turns to it where all that lies on its image is here, so that the window is drawn once;
 * else as soon as that has arrived. The returned function stops.
 */
export function followQueue(means: Means): () => void {
  const { review, looks, readers, stores } = means
  let shown: ReviewItem | null = null
  let wide = false
  let stopWaiting = (): void => undefined
  const follow = (): void => {
    const { queue, at, gallery, context } = review.getState()
    const elsewhere = gallery || looks.getState().on || readers.getState().on
    const item = elsewhere ? null : (queue[at] ?? null)
    if (item === shown && context === wide) return
    shown = item
    wide = context
    stopWaiting()
    if (item === null) return
    if (stores.document.getState().imageId !== item.imageId) void stores.actions.openImage(item.imageId)
    stopWaiting = whenImageIsHere(stores, { imageId: item.imageId }, () => {
      lookAt(means, item)
    })
  }
  follow()
  const stops = [review, looks, readers].map((store) => store.subscribe(follow))
  return () => {
    stopWaiting()
    for (const stop of stops) stop()
  }
}

/** Share of the view that the object takes, close up and in context. */
const CLOSE_SHARE = 0.3
const CONTEXT_SHARE = 0.08

/** Zooms on an object of the open image and selects it; a label of the whole image shows all of it. */
function lookAt({ stores, review }: Means, item: ReviewItem): void {
  // What is surer than this one stays in sight; the rest would only be in the way.
  stores.predictions.setThreshold(item.score)
  ensureShown(stores, item.classId)
  if (item.box === null) {
    stores.view.fit()
    stores.selection.select([])
    return
  }
  stores.view.zoomTo(item.box, review.getState().context ? CONTEXT_SHARE : CLOSE_SHARE)
  stores.selection.select([item.id])
}
