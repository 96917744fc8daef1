import { useEffect } from 'react'
import { useStore } from 'zustand'
import { t } from '#shared/i18n/translate.ts'
import { useApp, type AppModel } from '../app/context.ts'
import { answerHandlers, reviewHandlers } from './review-actions.ts'
import { ensureShown } from '../panels/class-visibility.ts'
import { wholeUrl } from '../viewer/tiles/picture-parts.ts'
import { type ReviewItem } from './items.ts'
import { nextOpen } from './queue.ts'
import { type ReviewState } from './review-store.ts'

export function useReview<T>(select: (state: ReviewState) => T): T {
  return useStore(useApp().review, select)
}

/** Review's commands, reading and showing, while the place is open. */
export function useReviewPlace(): void {
  const app = useApp()
  useEffect(() => {
    const stops = [app.stores.commands.register(reviewHandlers(app)), app.stores.commands.intercept(answerHandlers(app))]
    return () => {
      for (const stop of stops) stop()
    }
  }, [app])
  useEffect(() => beginReview(app), [app])
  const item = useReview(({ queue, at }) => queue[at] ?? null)
  const gallery = useReview((state) => state.gallery)
  const reads = useStore(app.readers, ({ on }) => on)
  const looking = useStore(app.looks, ({ on }) => on) || reads
  useEffect(() => {
    if (item && !gallery && !looking) void showItem(app, item)
  }, [app, item, gallery, looking])
  useNextPicture()
}

/** The picture of the next item (the coarsest tile of a large one) is fetched while this one is looked at. */
function useNextPicture(): void {
  const { stores } = useApp()
  const next = useReview((state) => state.queue[nextOpen(state.queue, state, state.at, 1)]?.imageId ?? null)
  useEffect(() => {
    const image = next === null ? undefined : stores.document.getState().tables.images.get(next)
    if (image) new Image().src = wholeUrl(stores.clients, image)
  }, [stores, next])
}

/** Reads the queue of the run that is shown; on leaving, the threshold and image of Label are as they were. */
function beginReview({ stores, review }: AppModel): () => void {
  const { threshold, runId } = stores.predictions.getState()
  const { imageId } = stores.document.getState()
  const view = stores.view.getState()
  // What is asked about has to be seen.
  stores.filter.pause(true)
  review.read(runId, review.getState().doneToo).catch((thrown: unknown) => {
    stores.messages.failed(t('Read the predictions'), thrown)
  })
  return () => {
    stores.filter.pause(false)
    stores.predictions.setThreshold(threshold)
    stores.selection.select([])
    if (imageId === null || !stores.document.getState().tables.images.has(imageId)) return
    void stores.actions.openImage(imageId).then(() => {
      if (view.fitted) stores.view.fit()
      else stores.view.set(view.view)
    })
  }
}

/** Share of the view that the object takes. */
const OBJECT_SHARE = 0.3

/** Opens the object's image where another one is open, zooms on it and selects it; a label of the whole image shows all of it. */
async function showItem({ stores, review }: AppModel, item: ReviewItem): Promise<void> {
  if (stores.document.getState().imageId !== item.imageId) await stores.actions.openImage(item.imageId)
  const { queue, at } = review.getState()
  if (queue[at]?.id !== item.id) return
  // What is surer than this one stays in sight; the rest would only be in the way.
  stores.predictions.setThreshold(item.score)
  ensureShown(stores, item.classId)
  if (item.box === null) {
    stores.view.fit()
    stores.selection.select([])
    return
  }
  stores.view.zoomTo(item.box, OBJECT_SHARE)
  stores.selection.select([item.id])
}
