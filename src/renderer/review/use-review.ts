import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { useApp, type AppModel } from '../app/context.ts'
import { backToShown, runToAsk } from './look-actions.ts'
import { followQueue } from './follow-queue.ts'
import { galleryItems } from './gallery-items.ts'
import { type ReviewItem } from './items.ts'
import { type Answered, isOpen, nextOpen } from './queue.ts'
import { answerHandlers, readRun, reviewHandlers } from './review-actions.ts'
import { type ReviewState } from './review-store.ts'

export function useReview<T>(select: (state: ReviewState) => T): T {
  return useStore(useApp().review, select)
}

/** What needs no answer any more; the same value while it is the same. */
export function useAnswered(): Answered {
  const answers = useReview((state) => state.answers)
  const finished = useReview((state) => state.finished)
  const shown = useReview((state) => state.shown)
  return useMemo(() => ({ answers, finished, shown }), [answers, finished, shown])
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
  useEffect(releaseClicked, [])
  useNextImage()
}

/** The gallery's images that are asked about, null where it shows none, and whether all of them have their answer. */
export function useGalleryAsked(): { readonly images: readonly ReviewItem[] | null; readonly allAnswered: boolean } {
  const gallery = useReview((state) => state.gallery)
  const queue = useReview((state) => state.queue)
  const images = useMemo(() => galleryItems({ gallery, queue }), [gallery, queue])
  const allAnswered = useReview((state) => images?.every((item) => !isOpen(item, state)) ?? false)
  return { images, allAnswered }
}

/** A click gives the keyboard back: with the focus on a button or a choice, Enter and Tab would press it or go to the next one instead of answering. The returned function stops. */
function releaseClicked(): () => void {
  const release = ({ target, detail }: MouseEvent): void => {
    // A press by key is no click: whoever goes by Tab stays where they are.
    if (detail === 0 || !(target instanceof Element) || target.closest('[role="dialog"]') !== null) return
    const button = target.closest('button:not([aria-haspopup])')
    const choice = target.closest('label')?.closest('[role="radiogroup"]')
    if (button !== null && button === document.activeElement) toCanvas()
    // The label hands its click on, and the keyboard with it.
    else if (choice) setTimeout(() => choice.contains(document.activeElement) && toCanvas())
  }
  document.addEventListener('click', release)
  return () => {
    document.removeEventListener('click', release)
  }
}

function toCanvas(): void {
  const canvas = document.querySelector('[data-canvas]')
  if (canvas instanceof HTMLElement) canvas.focus({ preventScroll: true })
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
}

/** Milliseconds after which the next image is read at the latest. */
const NEXT_AFTER = 200

/** The objects and the picture of the next item's image are read while this one is looked at. */
function useNextImage(): void {
  const { stores } = useApp()
  const next = useReview((state) => state.queue[nextOpen(state.queue, state, state.at)]?.imageId ?? null)
  useEffect(() => {
    if (next === null) return
    // What is asked about now is drawn first.
    const handle = requestIdleCallback(
      () => {
        // Which may be this very image by then.
        const { imageId, tables } = stores.document.getState()
        const image = next === imageId ? undefined : tables.images.get(next)
        if (!image) return
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

/** Reads the queue of the run on show, and of another one that is put on show; on leaving, the threshold and image of Label are as they were. */
function beginReview(app: AppModel): () => void {
  const { stores } = app
  const { threshold } = stores.predictions.getState()
  const { imageId } = stores.document.getState()
  const view = stores.view.getState()
  // What is asked about has to be seen.
  stores.filter.pause(true)
  readRun(app, runToAsk(app))
  const stop = stores.predictions.subscribe(({ onShow }, before) => {
    if (onShow !== before.onShow) readRun(app, onShow)
  })
  return () => {
    stop()
    backToShown(stores)
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
