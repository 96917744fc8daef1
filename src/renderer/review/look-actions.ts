import { type SecondLook, type SettleRequest } from '#shared/contracts/review.ts'
import { type RunId } from '#shared/records/ids.ts'
import { outOfFold } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { type AppModel } from '../app/context.ts'
import { ensureShown } from '../panels/class-visibility.ts'
import { whenImageIsHere } from '../state/image-here.ts'
import { type Stores } from '../state/stores.ts'
import { sayRefused } from '../state/locked.ts'
import { type CommandHandlers } from '../tools/command-registry.ts'
import { pickClass } from '../tools/object-commands.ts'
import { currentLook } from './looks-store.ts'
import { readRun, sayFirst } from './review-actions.ts'

type Means = Pick<AppModel, 'stores' | 'looks' | 'readers'>

/** Why a difference is asked about, in a sentence. */
export function whyLook({ kind, score }: SecondLook, labelled: string, predicted: string): string {
  switch (kind) {
    case 'class':
      return t('The label says {{labelled}}, the model says {{predicted}} (score {{score}}).', {
        labelled,
        predicted,
        score: shownDecimals(score, 2),
      })
    case 'place':
      return t('The model finds {{predicted}} here as well (score {{score}}), with its box in another place.', {
        predicted,
        score: shownDecimals(score, 2),
      })
    case 'missed':
      return t('The label says {{labelled}}, the model finds nothing here (best score {{score}}).', {
        labelled,
        score: shownDecimals(score, 2),
      })
    case 'extra':
      return t('The model is sure of {{predicted}} here (score {{score}}), and the image is finished without a label for it.', {
        predicted,
        score: shownDecimals(score, 2),
      })
  }
}

/** What becomes of it where the model is right, as a button says it. */
export function modelIsRight({ kind }: SecondLook, predicted: string): string {
  switch (kind) {
    case 'class':
      return t('It is {{predicted}}', { predicted })
    case 'place':
      return t('Take its box')
    case 'missed':
      return t('Remove this label')
    case 'extra':
      return t('Label it {{predicted}}', { predicted })
  }
}

/** What stays where the label is right. */
export function labelIsRight({ kind }: SecondLook, labelled: string): string {
  switch (kind) {
    case 'class':
      return t('It is {{labelled}}', { labelled })
    case 'place':
      return t('Keep the box')
    case 'missed':
      return t('Keep this label')
    case 'extra':
      return t('Nothing is there')
  }
}

/** Makes a run the one on show and has Review ask about what it says. */
export function askRun(means: Pick<AppModel, 'stores' | 'review'>, id: RunId): void {
  void means.stores.actions.chooseRun(id)
  if (means.review.getState().runId !== id) readRun(means, id)
}

/** The run that Review begins with: the one on show, but while labels are set against what folds say, those. */
export function runToAsk({ stores, review, looks }: Pick<AppModel, 'stores' | 'review' | 'looks'>): RunId | null {
  const { runId } = review.getState()
  const asked = stores.document.getState().runs.find(({ id }) => id === runId)
  return looks.getState().on && asked && outOfFold(asked) !== null ? asked.id : stores.predictions.getState().onShow
}

/** Draws the run on show again, where something was looked at that another one says. */
export function backToShown({ actions, predictions }: Pick<Stores, 'actions' | 'predictions'>): void {
  const { runId, onShow } = predictions.getState()
  if (runId !== onShow) void actions.visitRun(onShow)
}

/** Opens Review with the predictions of a run, whatever else it asked about. */
export async function reviewRun(means: Means & Pick<AppModel, 'review' | 'shell'>, id: RunId | null): Promise<void> {
  const { stores, review, looks, readers, shell } = means
  if (id === null) return
  await stores.actions.chooseRun(id)
  readers.turn(false)
  looks.turn(false)
  shell.goTo('review')
  if (review.getState().runId !== id) readRun(means, id)
}

/** Opens Review with the labels that a cross-validation says otherwise of; `id` is one of its runs. */
export function showLabelErrors(means: Means & Pick<AppModel, 'shell' | 'review'>, id: RunId): void {
  const { looks, readers, shell } = means
  readers.turn(false)
  looks.turn(true)
  readRun(means, id)
  shell.goTo('review')
}

/** Answers the current difference and goes on. False where none is asked about. */
export function settleCurrent({ stores, looks }: Means, right: SettleRequest['right']): boolean {
  const look = currentLook(looks.getState())
  if (look === null) return false
  looks.settle(look, right).catch((thrown: unknown) => {
    sayRefused(stores.messages, t('Settle the difference'), thrown)
  })
  return true
}

/** Opens the image of a difference where another one is open, and once it is here zooms on it, with label and prediction in sight. The returned function stops waiting. */
export function showLook({ stores, looks }: Means, look: SecondLook): () => void {
  const { imageId, runId } = look
  // Of folds each has its own images.
  if (stores.predictions.getState().runId !== runId) void stores.actions.visitRun(runId)
  if (stores.document.getState().imageId !== imageId) void stores.actions.openImage(imageId)
  return whenImageIsHere(stores, { imageId, runId }, () => {
    if (currentLook(looks.getState()) === look) lookAt(stores, look)
  })
}

function lookAt(stores: Means['stores'], look: SecondLook): void {
  stores.predictions.setThreshold(look.predictionId === null ? 0.5 : look.score)
  for (const classId of [look.labelled, look.predicted]) if (classId !== null) ensureShown(stores, classId)
  if (look.box === null) {
    stores.view.fit()
    stores.selection.select([])
    return
  }
  stores.view.zoomTo(look.box, OBJECT_SHARE)
  const shown = look.annotationId ?? look.predictionId
  if (shown !== null) stores.selection.select([shown])
}

/** Share of the view that the object takes. */
const OBJECT_SHARE = 0.3

/** The keys of Review while differences are asked about: they go before those of the queue. */
export function lookHandlers(means: Means): CommandHandlers {
  const { looks } = means
  const step = (by: 1 | -1) => (): boolean => {
    if (!looks.getState().on) return false
    if (!looks.move(by) && currentLook(looks.getState()) !== null) sayFirst(means.stores)
    return true
  }
  const handlers: CommandHandlers = {}
  // A third class: what is selected gets it, as in Label.
  for (const digit of [1, 2, 3, 4, 5, 6, 7, 8, 9] as const)
    handlers[`class.${digit}`] = () => looks.getState().on && (pickClass(means.stores, digit), true)
  return {
    ...handlers,
    'review.readers': () => {
      looks.turn(false)
      means.readers.turn(!means.readers.getState().on)
    },
    // With none left the keys must not reach the queue, which is not seen.
    'review.accept': () => settleCurrent(means, 'model') || looks.getState().on,
    'prediction.reject': () => settleCurrent(means, 'label') || looks.getState().on,
    'review.next': step(1),
    'review.previous': step(-1),
    'review.image-done': () => looks.getState().on,
    'review.gallery': () => looks.getState().on,
    'review.second-look': () => {
      means.readers.turn(false)
      looks.turn(!looks.getState().on)
    },
  }
}
