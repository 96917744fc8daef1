import { type ImageId } from '#shared/records/ids.ts'
import { type AppModel } from '../app/context.ts'
import { type ReviewItem } from './items.ts'
import { isOpen } from './queue.ts'
import { type ReviewState } from './review-store.ts'

type Means = Pick<AppModel, 'review' | 'labels'>

/**
 * What the gallery asks about images as wholes, in the queue's order: it is then the gallery of Label, with one key for each class. Null where
 * it is closed, or asks about objects.
 */
export function galleryItems({ gallery, queue }: Pick<ReviewState, 'gallery' | 'queue'>): readonly ReviewItem[] | null {
  return gallery ? itemsOfImages(queue) : null
}

/** Whether the gallery shows objects, page by page. */
export const showsObjects = (state: Pick<ReviewState, 'gallery' | 'queue'>): boolean => state.gallery && galleryItems(state) === null

function itemsOfImages(queue: readonly ReviewItem[]): readonly ReviewItem[] | null {
  const whole = queue.filter(({ box }) => box === null)
  return whole.length > 0 ? whole : null
}

/** Those of the selected images. */
export function selectedItems({ review, labels }: Means): ReviewItem[] {
  const { selected } = labels.getState()
  return (galleryItems(review.getState()) ?? []).filter(({ imageId }) => selected.has(imageId))
}

/** Selects the image of an item alone, and asks about it. */
export function selectItem({ review, labels }: Means, item: ReviewItem | null): void {
  if (!item) return
  labels.setState({ selected: new Set([item.imageId]), cursor: item.imageId, anchor: item.imageId })
  review.goTo(item.id)
}

/** After an answer: the next open image behind those that were answered, round the end. Where none is left the selection stays. */
export function selectNextOpen(means: Means, answered: readonly ReviewItem[]): void {
  const state = means.review.getState()
  const items = galleryItems(state) ?? []
  const last = items.findLastIndex(({ id }) => answered.some((one) => one.id === id))
  const next = [...items.slice(last + 1), ...items.slice(0, last + 1)].find((item) => isOpen(item, state))
  selectItem(means, next ?? null)
}

/** The item that asks about an image as a whole. */
export function itemOf({ review }: Pick<Means, 'review'>, image: ImageId): ReviewItem | undefined {
  return galleryItems(review.getState())?.find(({ imageId }) => imageId === image)
}

/** Turns between the gallery and one by one; what is current in the one is current in the other. */
export function toggleGallery(means: Means): void {
  const { review } = means
  const { gallery, queue, at } = review.getState()
  review.configure({ gallery: !gallery })
  if (!gallery && itemsOfImages(queue) !== null) selectItem(means, queue[at] ?? null)
}
