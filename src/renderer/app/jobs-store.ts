import { createStore, type StoreApi } from 'zustand/vanilla'
import { type JobPreview } from '#shared/contracts/job.ts'
import { type BackendReport } from '#shared/contracts/engine.ts'
import { type JobUpdate, type JobView } from '#shared/contracts/work.ts'
import { type JobId } from '#shared/records/ids.ts'
import { type WorkClient } from '../state/clients.ts'

/** Jobs of the open project as main tells of them. */
export interface JobsState {
  readonly jobs: ReadonlyMap<JobId, JobView>
  /** The newest samples of each training. */
  readonly samples: ReadonlyMap<JobId, JobPreview>
  /** What the engine runs on; null until it was asked. */
  readonly backends: readonly BackendReport[] | null
}

/** Milliseconds between two updates of what is seen of a running job: four a second. */
const UPDATE_EVERY = 250

export const isActive = ({ status }: JobView): boolean => status === 'waiting' || status === 'running' || status === 'paused'

/** The job that the status line shows: the one that runs, else one that waits. */
export function activeJob({ jobs }: Pick<JobsState, 'jobs'>): JobView | null {
  const active = [...jobs.values()].filter(isActive)
  return active.find(({ status }) => status === 'running') ?? active[0] ?? null
}

/** The newest training that the Train place is about: an active one first, then one that can go on. */
export function currentTraining({ jobs }: Pick<JobsState, 'jobs'>): JobView | null {
  const trainings = [...jobs.values()].filter(({ kind }) => kind === 'train').reverse()
  return trainings.find(isActive) ?? trainings.find(({ status }) => status === 'interrupted') ?? trainings[0] ?? null
}

export function emptyJobs(): JobsState {
  return { jobs: new Map(), samples: new Map(), backends: null }
}

/** Called when a job's status changed. */
export type StatusListener = (job: JobView, before: JobView['status'] | null) => void

export type JobsStore = StoreApi<JobsState> & {
  /** Reads the jobs of a project that was opened. */
  readonly load: () => Promise<void>
  readonly clear: () => void
  readonly onStatus: (listener: StatusListener) => () => void
  readonly dispose: () => void
}

/** Follows main's jobs. Progress is gathered and shown four times a second; a change of status at once. */
export function createJobsStore(work: WorkClient): JobsStore {
  const store = createStore<JobsState>(emptyJobs)
  const listeners = new Set<StatusListener>()
  const waiting = new Map<JobId, JobView>()
  let timer: ReturnType<typeof setTimeout> | null = null
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (waiting.size === 0) return
    store.setState(({ jobs }) => ({ jobs: new Map([...jobs, ...waiting]) }))
    waiting.clear()
  }
  const hear = ({ curvesReset, ...job }: JobUpdate): void => {
    const known = waiting.get(job.id) ?? store.getState().jobs.get(job.id)
    const before = known?.status ?? null
    const curves = curvesReset ? job.curves : [...(known?.curves ?? []), ...job.curves]
    waiting.set(job.id, { ...job, curves })
    if (before !== job.status) {
      flush()
      for (const listener of listeners) listener(job, before)
    } else timer ??= setTimeout(flush, UPDATE_EVERY)
  }
  const stops = [
    work.onJob(hear),
    work.onSample((sample) => {
      store.setState(({ samples }) => ({ samples: new Map([...samples, [sample.id, sample]]) }))
    }),
  ]
  return Object.assign(store, {
    load: async () => {
      const jobs = await work.jobs({})
      store.setState({ jobs: new Map(jobs.map((job) => [job.id, job])) })
    },
    clear: () => {
      waiting.clear()
      store.setState(emptyJobs())
    },
    onStatus: (listener: StatusListener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    dispose: () => {
      for (const stop of stops) stop()
      if (timer !== null) clearTimeout(timer)
    },
  })
}
