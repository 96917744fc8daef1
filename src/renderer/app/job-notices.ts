import { type JobView } from '#shared/contracts/work.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { type Stores } from '../state/stores.ts'
import { type JobsStore } from './jobs-store.ts'
import { type ShellStore } from './shell-store.ts'

interface Means {
  readonly stores: Stores
  readonly shell: ShellStore
  readonly jobs: JobsStore
}

/** Tells of the ends of jobs: a quiet notice in the window, one of the system where the person looks elsewhere. */
export function followJobs(means: Means): () => void {
  return means.jobs.onStatus((job, before) => {
    // What main lists when a project opens is no news.
    if (before === null) return
    if (job.status === 'finished') void finished(means, job)
    if (job.status === 'cancelled')
      means.stores.messages.hint(t('{{title}} was cancelled.', { title: heard(job.title) }), cancelledText(job))
    if (job.status === 'failed' && job.error) means.stores.messages.failed(job.title, job.error)
  })
}

const cancelledText = ({ kind }: JobView): string =>
  kind === 'train' ? t('Its checkpoint stays: it can go on from there, or be given up.') : t('Nothing of it was kept.')

async function finished({ stores }: Means, job: JobView): Promise<void> {
  await stores.actions.reload()
  if (job.runId !== null && job.aside !== true && stores.document.getState().runs.some(({ id }) => id === job.runId))
    await stores.actions.chooseRun(job.runId)
  const title = job.kind === 'train' ? t('Training is done') : t('Prediction is done')
  stores.messages.tell({ kind: 'hint', title, text: [job.title, ...(job.notes ?? [])].map(heard).join('\n'), error: null, undo: false })
  await stores.clients.app.notify({ title, body: heard(job.title) }).catch(() => undefined)
}
