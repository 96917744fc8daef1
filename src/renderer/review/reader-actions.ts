import { type ItemToRead } from '#shared/contracts/readers.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { type AppModel } from '../app/context.ts'
import { ensureShown } from '../panels/class-visibility.ts'
import { whenImageIsHere } from '../state/image-here.ts'
import { sayRefused } from '../state/locked.ts'
import { type CommandHandlers } from '../tools/command-registry.ts'
import { currentReading } from './readers-store.ts'
import { sayFirst } from './review-actions.ts'

type Means = Pick<AppModel, 'stores' | 'readers'>

/** Answers the current one and goes on; null: nothing that is to be labelled. False where none is asked about. */
export function answerReading({ stores, readers }: Means, classId: ClassId | null): boolean {
  if (currentReading(readers.getState()) === null) return false
  readers.answer(classId).catch((thrown: unknown) => {
    sayRefused(stores.messages, t('Keep what was read'), thrown)
  })
  return true
}

/** Share of the view that the object takes. */
const OBJECT_SHARE = 0.3

/**
 * Opens the image of what is asked about and once it is here zooms on it; nothing else of the model or of a person is seen. The returned function
 * stops waiting.
 */
export function showReading({ stores, readers }: Means, item: ItemToRead): () => void {
  const { imageId, box } = item
  stores.predictions.setBlind(item.predictionId)
  if (stores.document.getState().imageId !== imageId) void stores.actions.openImage(imageId)
  return whenImageIsHere(stores, { imageId }, () => {
    if (currentReading(readers.getState())?.predictionId !== item.predictionId) return
    ensureShown(stores, item.classId)
    stores.selection.select([])
    if (box === null) stores.view.fit()
    else stores.view.zoomTo(box, OBJECT_SHARE)
  })
}

/** The keys of Review while readings are asked for: they go before those of the queue. */
export function readerHandlers(means: Means): CommandHandlers {
  const { stores, readers } = means
  const isOn = (): boolean => readers.getState().on
  const said = (): ClassId | null => currentReading(readers.getState())?.classId ?? null
  const step = (by: 1 | -1) => (): boolean => {
    if (!isOn()) return false
    if (!readers.move(by) && currentReading(readers.getState()) !== null) sayFirst(stores)
    return true
  }
  const handlers: CommandHandlers = {}
  for (const digit of [1, 2, 3, 4, 5, 6, 7, 8, 9] as const)
    handlers[`class.${digit}`] = () => {
      const to = stores.document.getState().classes.find((record) => record.digit === digit)
      if (isOn() && to) answerReading(means, to.id)
      return isOn()
    }
  return {
    ...handlers,
    'review.accept': () => (isOn() && answerReading(means, said())) || isOn(),
    'prediction.reject': () => (isOn() && answerReading(means, null)) || isOn(),
    'review.next': step(1),
    'review.previous': step(-1),
    'review.image-done': isOn,
    'review.gallery': isOn,
    // What is drawn, shown or decided here would be by the answer that is not to be seen.
    ...{ 'layer.annotations': isOn, 'layer.predictions': isOn, 'prediction.accept': isOn, 'prediction.accept-all': isOn },
    ...{ 'prediction.reject-all': isOn, 'object.select-all': isOn, 'object.delete': isOn, 'object.flag': isOn, 'image.beside': isOn },
  }
}
