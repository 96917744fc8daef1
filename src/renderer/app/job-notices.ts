import { type JobView } from '#shared/contracts/work.ts'
import { type Place } from '#shared/commands.ts'
import { type RunId } from '#shared/records/ids.ts'
import { isEnsemble, lastLook } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { labelsImages } from '../labels/said.ts'
import { familyTitle } from '../panels/run-titles.ts'
import { reviewRun } from '../review/look-actions.ts'
import { type LooksStore } from '../review/looks-store.ts'
import { type ReadersStore } from '../review/readers-store.ts'
import { readRun } from '../review/review-actions.ts'
import { isUnderWay, type ReviewStore } from '../review/review-store.ts'
import { type Stores } from '../state/stores.ts'
import { scoreText } from '../training/score-text.ts'
import { type JobsStore } from './jobs-store.ts'
import { type ShellStore } from './shell-store.ts'

interface Means {
  readonly stores: Stores
  readonly shell: ShellStore
  readonly jobs: JobsStore
  readonly review: ReviewStore
  readonly looks: LooksStore
  readonly readers: ReadersStore
}

/** Tells of the ends of jobs: a quiet notice in the window, one of the system where the person looks elsewhere. */
export function followJobs(means: Means): () => void {
  return means.jobs.onStatus((job, before) => {
    // What main lists when a project opens is no news.
    if (before === null) return
    // What it was for goes on, or tells itself why not.
    if (job.kind === 'compare') return
    if (job.status === 'finished') void finished(means, job)
    if (job.status === 'cancelled')
      means.stores.messages.hint(t('{{title}} was cancelled.', { title: heard(job.title) }), cancelledText(job))
    if (job.status === 'failed' && job.error) means.stores.messages.failed(job.title, job.error)
  })
}

const cancelledText = ({ kind }: JobView): string =>
  kind === 'train' ? t('Its checkpoint stays: it can go on from there, or be given up.') : t('Nothing of it was kept.')

/** An evaluation shows what came of its own predictions; only what is to be known of them is told. */
async function finished(means: Means, job: JobView): Promise<void> {
  const { stores, shell, review } = means
  await stores.actions.reload()
  const { runs } = stores.document.getState()
  const wanted = job.runId !== null && job.aside !== true && runs.some(({ id }) => id === job.runId)
  // Whoever is in the middle of a queue goes on with it, and is offered the new one.
  const later = wanted && isReviewing(means, job.runId)
  if (job.runId !== null && wanted && !later) {
    await stores.actions.chooseRun(job.runId)
    if (shell.getState().place === 'review' && review.getState().runId !== job.runId) readRun(means, job.runId)
  }
  const notes = (job.notes ?? []).map(heard)
  if (job.aside === true && notes.length === 0) return
  const title = job.kind === 'train' ? t('Training is done') : t('Prediction is done')
  const made = madeText(stores, job)
  // Where predictions are looked at, they are seen to be there.
  const offer = later
    ? { label: t('Review them now'), run: () => void reviewRun(means, job.runId) }
    : wanted && !LOOKED_AT.has(shell.getState().place)
      ? { label: t('Review'), run: () => shell.goTo('review') }
      : null
  const text = [made, ...notes].filter(Boolean).join('\n')
  stores.messages.tell({ kind: 'hint', title, text, error: null, undo: false, offer })
  await stores.clients.app.notify({ title, body: made }).catch(() => undefined)
}

/** Whether Review is in the middle of something that another run would take away. */
function isReviewing({ shell, review, looks, readers }: Means, found: RunId | null): boolean {
  const state = review.getState()
  if (shell.getState().place !== 'review' || state.runId === found) return false
  return looks.getState().on || readers.getState().on || isUnderWay(state)
}

const LOOKED_AT: ReadonlySet<Place> = new Set(['label', 'review'])

/** What a job has made: a model and its score, or how much a model found. Empty where it is gone by now. */
function madeText({ document }: Pick<Stores, 'document'>, { modelId, runId, folds }: JobView): string {
  const { models, runs, project } = document.getState()
  if (folds !== undefined) return t('{{count}} folds', { count: folds.folds })
  const run = runs.find(({ id }) => id === runId)
  const model = models.find(({ id }) => id === (run?.modelId ?? modelId))
  if (model === undefined) return ''
  if (run === undefined) return `${model.name}: ${scoreText(model)}`
  const looked = lastLook(run)
  const images = t('{{count}} images', { count: looked.images })
  const found = project !== null && labelsImages(project.task) ? images : `${t('{{count}} objects', { count: looked.objects })}, ${images}`
  return `${isEnsemble(run) ? familyTitle(model) : model.name}: ${found}`
}
