import { type ClassRecord } from '#shared/records/class.ts'
import { type DecideAsked } from '#shared/contracts/project.ts'
import { type RunId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { namesNow } from '../state/names.ts'
import { setImageState } from '../app/app-commands.ts'
import { type AppModel } from '../app/context.ts'
import { type CommandHandlers } from '../tools/command-registry.ts'
import { imageTarget, toggleFlags } from '../tools/flag-commands.ts'
import { settlePage } from './gallery-page.ts'
import { galleryItems, showsObjects, selectedItems, selectItem, selectNextOpen, toggleGallery } from './gallery-items.ts'
import { answerOf, openAgain, type ReviewItem } from './items.ts'
import { doneFrom, isDecided } from './queue.ts'

type Means = Pick<AppModel, 'stores' | 'review' | 'labels'>

/** Reads what a run found, for Review to ask about; a failure is told. */
export function readRun(
  { stores, review }: Pick<AppModel, 'stores' | 'review'>,
  runId: RunId | null,
  doneToo = review.getState().doneToo,
): void {
  review.read(runId, doneToo).catch((thrown: unknown) => {
    stores.messages.failed(t('Read the predictions'), thrown)
  })
}

/** The prediction that is asked about now. */
export function currentItem({ review }: Pick<AppModel, 'review'>): ReviewItem | null {
  const { queue, at } = review.getState()
  return queue[at] ?? null
}

/**
 * Decides the current prediction and goes on at once; one that was decided already (its box was adjusted) is only left. In the gallery of
 * images all that are selected are decided together, also such as were decided before. False where there is nothing to decide.
 */
export function decideCurrent(means: Means, kind: 'accept' | 'reject', to: ClassRecord | null = null): boolean {
  const { review } = means
  if (galleryItems(review.getState()) !== null) {
    const items = selectedItems(means)
    if (items.length === 0) return false
    decideNow(means, items, kind, to)
    selectNextOpen(means, items)
    return true
  }
  const item = currentItem(means)
  if (!item) return false
  if (!isDecided(item, review.getState())) decideNow(means, [item], kind, to)
  review.move(1)
  return true
}

/** Sends a decision. It is seen as made at once, so that "next" does not come back to it before main answered; main's word follows. */
function decideNow({ stores, review }: Means, items: readonly ReviewItem[], kind: 'accept' | 'reject', to: ClassRecord | null): void {
  const mine = items.filter((item) => !isDecided(item, review.getState()))
  const request = { ...answerFor(items, kind, to), predictions: items.map(({ id }) => id), doneFrom: doneFrom(review.getState()) }
  void stores.actions.decide(request).then((decided) => {
    review.answer(openAgain(mine, decided))
  })
  const classIds = review.getState().columns?.classIds ?? []
  review.answer(new Map(mine.map(({ id, classId }) => [id, answerOf(kind, to?.id ?? classId, classIds)])))
}

/** A class that the model did not say is a correction. */
function answerFor(items: readonly ReviewItem[], kind: 'accept' | 'reject', to: ClassRecord | null): Pick<DecideAsked, 'kind' | 'to'> {
  if (kind === 'reject' || to === null || items.every(({ classId }) => classId === to.id)) return { kind, to: null }
  return { kind: 'correct', to: { classId: to.id } }
}

/** Decides all open predictions of the queue from a score up (accept) or below it (reject): one step to undo. */
export async function decideMany({ stores, review }: Means, kind: 'accept' | 'reject', items: readonly ReviewItem[]): Promise<void> {
  if (items.length === 0) return
  const from = doneFrom(review.getState())
  const decided = await stores.actions.decide({ predictions: items.map(({ id }) => id), kind, to: null, doneFrom: from })
  if (decided.length === 0) return
  stores.messages.done(
    t(kind === 'accept' ? 'Accepted {{count}} predictions' : 'Rejected {{count}} predictions', { count: decided.length }),
    true,
  )
  review.move(1)
}

/** The image of the current prediction is done: what is undecided on it stays so, and the next image comes up. False where none is current. */
export function finishImage(means: Means): boolean {
  const { stores, review } = means
  const item = currentItem(means)
  const image = item && stores.document.getState().tables.images.get(item.imageId)
  if (!image) return false
  void setImageState(means, image, image.state === 'reviewed' ? 'reviewed' : 'done').then((committed) => {
    if (!committed) return
    stores.messages.done(t('{{of}} is finished', { of: namesNow(stores).of(image) }), true)
    review.setState(({ finished }) => ({ finished: new Set([...finished, image.id]) }))
    review.move(1)
  })
  return true
}

/** Whether the selection is what the queue shows: otherwise keys mean what the person picked on the canvas. */
function isAboutCurrent({ stores, review }: Means): boolean {
  if (galleryItems(review.getState()) !== null) return true
  const { selected } = stores.selection.getState()
  const item = currentItem({ review })
  return item !== null && (selected.size === 0 || (selected.size === 1 && selected.has(item.id)))
}

/** Says that there is none before what is asked about. */
export function sayFirst({ messages }: Pick<AppModel['stores'], 'messages'>): void {
  messages.hint(t('This is the first of those that are left.'), t('What was answered before it comes back by undo.'))
}

function step(means: Means, by: 1 | -1): void {
  if (!means.review.move(by)) {
    if (currentItem(means) !== null) sayFirst(means.stores)
    return
  }
  if (galleryItems(means.review.getState()) !== null) selectItem(means, currentItem(means))
}

/** With the canvas gone: the images that are selected. On a page of objects none is the one that is meant. */
function flagInGallery(means: Means): boolean {
  const { stores, review } = means
  const state = review.getState()
  if (showsObjects(state)) {
    stores.messages.hint(t('One object can be flagged at a time.'), t('Leave the gallery, or show the object on its image first.'))
    return true
  }
  return (
    galleryItems(state) !== null &&
    toggleFlags(
      stores,
      selectedItems(means).map(({ imageId }) => imageTarget(imageId)),
    )
  )
}

export function reviewHandlers(means: Means): CommandHandlers {
  return {
    'review.accept': () => (showsObjects(means.review.getState()) ? settlePage(means) : decideCurrent(means, 'accept')),
    'review.next': () => {
      step(means, 1)
    },
    'review.previous': () => {
      step(means, -1)
    },
    'review.image-done': () => finishImage(means),
    'object.flag': () => flagInGallery(means),
    'review.gallery': () => {
      toggleGallery(means)
    },
    'review.context': () => {
      means.review.setState(({ context }) => ({ context: !context }))
    },
  }
}

/** Keys that the canvas knows too: in Review they answer the question first, unless the person picked something else. */
export function answerHandlers(means: Means): CommandHandlers {
  const { stores } = means
  const handlers: CommandHandlers = { 'prediction.reject': () => isAboutCurrent(means) && decideCurrent(means, 'reject') }
  for (const digit of [1, 2, 3, 4, 5, 6, 7, 8, 9] as const)
    handlers[`class.${digit}`] = () => {
      const to = stores.document.getState().classes.find((record) => record.digit === digit)
      return to !== undefined && isAboutCurrent(means) && decideCurrent(means, 'accept', to)
    }
  return handlers
}
