import { useEffect } from 'react'
import { useStore } from 'zustand'
import { t } from '#shared/i18n/translate.ts'
import { useApp, type AppModel } from '../app/context.ts'
import { answerHandlers, reviewHandlers } from './review-actions.ts'
import { ensureShown } from '../panels/class-visibility.ts'
import { type DocumentState } from '../state/document.ts'
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
  useEffect(() => followQueue(app), [app])
  useNextImage()
}

/** Shows what the queue asks about within the call that turns to it, so that the window is drawn once. */
function followQueue(app: AppModel): () => void {
  const { review, looks, readers, stores } = app
  let shown: ReviewItem | null = null
  let wide = false
  let begun = false
  const follow = (): void => {
    begun ||= hasOpened(stores.document.getState())
    if (!begun) return
    const { queue, at, gallery, context } = review.getState()
    const elsewhere = gallery || looks.getState().on || readers.getState().on
    const item = elsewhere ? null : (queue[at] ?? null)
    if (item === shown && context === wide) return
    shown = item
    wide = context
    if (item) showItem(app, item)
  }
  follow()
  const opened = (): void => {
    if (!begun) follow()
  }
  const stops = [review.subscribe(follow), looks.subscribe(follow), readers.subscribe(follow), stores.document.subscribe(opened)]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Whether a project that is opened in Review has its image back: it would come after what is asked about, and in its place. */
const hasOpened = ({ images, imageId, loading }: DocumentState): boolean => images.length === 0 || (imageId !== null && !loading)

/** Milliseconds after which the next image is read at the latest. */
const NEXT_AFTER = 200

/** The objects and the picture of the next item's image are read while this one is looked at. */
function useNextImage(): void {
  const { stores } = useApp()
  const next = useReview((state) => state.queue[nextOpen(state.queue, state, state.at, 1)]?.imageId ?? null)
  useEffect(() => {
    const { imageId, tables } = stores.document.getState()
    const image = next === null || next === imageId ? undefined : tables.images.get(next)
    if (!image) return
    // What is asked about now is drawn first.
    const handle = requestIdleCallback(
      () => {
        stores.actions.prepareImage(image.id)
        stores.pictureAhead.prepare(image)
      },
      { timeout: NEXT_AFTER },
    )
    return () => {
      cancelIdleCallback(handle)
    }
  }, [stores, next])
  useEffect(() => stores.pictureAhead.clear, [stores])
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

/** Share of the view that the object takes, close up and in context. */
const CLOSE_SHARE = 0.3
const CONTEXT_SHARE = 0.08

/** Opens the object's image where another one is open, and looks at it. */
function showItem(app: AppModel, item: ReviewItem): void {
  const { stores, review } = app
  if (stores.document.getState().imageId === item.imageId || stores.actions.openPrepared(item.imageId)) {
    lookAt(app, item)
    return
  }
  void stores.actions.openImage(item.imageId).then(() => {
    const { queue, at } = review.getState()
    if (queue[at]?.id === item.id) lookAt(app, item)
  })
}

/** Zooms on an object of the open image and selects it; a label of the whole image shows all of it. */
function lookAt({ stores, review }: AppModel, item: ReviewItem): void {
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
