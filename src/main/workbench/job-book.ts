import type { Job, JobProgress, JobResult } from '#shared/contracts/job.ts'
import type { JobUpdate, JobView } from '#shared/contracts/work.ts'
import { AppError, toErrorInfo } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { jobId, newId, type JobId, type ModelId, type RunId } from '#shared/records/ids.ts'
import type { EngineSupervisor, JobListeners } from '../engine/supervisor.ts'
import type { WorkbenchEmitter } from './events.ts'
import type { Steering, WholeJob } from './whole-job.ts'

/** What a job is called and what it will leave behind. */
export interface JobTitle {
  readonly title: string
  readonly modelId: ModelId | null
  readonly runId: RunId | null
  /** Done on the way to something else. */
  readonly aside?: boolean
  /** Of a cross-validation. */
  readonly folds?: NonNullable<JobView['folds']>
}

/** Who hears of a job, and the job that it is a part of: then people see that one alone. */
export interface JobCompany extends Pick<JobListeners, 'onPredicted'> {
  readonly within?: WholeJob | undefined
}

/** A curve is kept to about this many points a name: a view needs no more. */
const CURVE_LIMIT = 20_000

/** New points of a job's curves: only they cross to the window, not the whole curve ten times a second. */
type Told = Pick<JobUpdate, 'curves' | 'curvesReset'>
const NOTHING_NEW: Told = { curves: [], curvesReset: false }

/** What work that is seen as a job tells, and whether it is wished no more. */
export interface Watch {
  /** How much of it is done, 0..1. */
  readonly onShare: (share: number) => void
  /** Its reason is the AppError `cancelled`. */
  readonly signal: AbortSignal
}

/** Milliseconds after which work is seen at all, and between two tellings of how far it is. */
const SEEN_FROM = 300
const TOLD_EVERY = 100
/** Share of work from which its pace says how long the rest takes. */
const SURE_FROM = 0.02

/** Work that goes on or is given up, never paused. */
const givingUp = (controller: AbortController, title: string): Steering => ({
  pause: () => Promise.resolve(),
  resume: () => Promise.resolve(),
  cancel: () => {
    controller.abort(new AppError('cancelled', say('{{title}} was cancelled.', { title }), 'Nothing was changed by it.'))
    return Promise.resolve()
  },
})

/** All jobs since the project was opened, with their state as people see it, and those that an earlier session left unfinished. */
export class JobBook {
  readonly #supervisor: EngineSupervisor
  readonly #events: WorkbenchEmitter
  readonly #views = new Map<JobId, JobView>()
  readonly #handles = new Map<JobId, Steering>()

  constructor(supervisor: EngineSupervisor, events: WorkbenchEmitter) {
    this.#supervisor = supervisor
    this.#events = events
  }

  list(): JobView[] {
    return [...this.#views.values()]
  }

  /** Hands a job to the engine; its view follows what it tells. Gives its result, or throws what it failed with. */
  async run(job: Job, title: JobTitle, { within, ...listeners }: JobCompany = {}): Promise<JobResult> {
    const shown = within?.id ?? job.id
    if (!within) this.#set({ id: job.id, kind: job.kind, ...title, status: 'waiting', progress: null, curves: [], error: null })
    const handle = this.#supervisor.start(job, {
      ...listeners,
      onProgress: (progress) => {
        this.#progress(within ? within.progress(progress) : progress, within)
      },
      onSample: (sample) => {
        this.#events.emit('sample', { ...sample, id: shown })
      },
    })
    if (within) within.take(handle)
    else this.#handles.set(job.id, handle)
    try {
      return await handle.done
    } catch (thrown) {
      if (!within) this.#fail(job.id, thrown)
      throw thrown
    } finally {
      this.#handles.delete(job.id)
    }
  }

  /** Sees a job through that is done in parts; its view follows what they tell. Throws what one of them failed with. */
  async runWhole(whole: WholeJob, title: JobTitle, parts: () => Promise<void>): Promise<void> {
    this.#set({ id: whole.id, kind: 'train', ...title, folds: whole.state, status: 'waiting', progress: null, curves: [], error: null })
    this.#handles.set(whole.id, whole)
    try {
      await parts()
      this.#update(whole.id, (view) => ({ ...view, folds: whole.state }))
      this.finish(whole.id)
    } catch (thrown) {
      this.#fail(whole.id, thrown)
      throw thrown
    } finally {
      this.#handles.delete(whole.id)
    }
  }

  /**
   * Compares images before something else is done: where it lasts it is seen and cancelled as a job of its own.
   * Throws what the work throws; AppError `cancelled` where it was cancelled.
   */
  async comparing<T>(work: (watch: Watch) => Promise<T>): Promise<T> {
    const [id, title] = [jobId.parse(newId()), say('Comparing images')]
    const giveUp = new AbortController()
    const begun = performance.now()
    let told = begun + SEEN_FROM - TOLD_EVERY
    let share = 0
    const tell = (): void => {
      const now = performance.now()
      if (now - told < TOLD_EVERY || giveUp.signal.aborted) return
      told = now
      const secondsLeft = share < SURE_FROM ? null : ((now - begun) / 1000) * (1 / share - 1)
      const progress = { id, state: 'running' as const, fraction: share, secondsLeft }
      this.#set({ id, kind: 'compare', title, modelId: null, runId: null, status: 'running', progress, curves: [], error: null })
    }
    const onShare = (done: number): void => {
      share = done
      tell()
    }
    // The first piece alone may take long: a slide's thumbnail, the start of the engine.
    const seen = setTimeout(tell, SEEN_FROM + TOLD_EVERY)
    this.#handles.set(id, givingUp(giveUp, title))
    try {
      const done = await work({ onShare, signal: giveUp.signal })
      this.finish(id)
      return done
    } catch (thrown) {
      this.#fail(id, thrown)
      throw thrown
    } finally {
      clearTimeout(seen)
      this.#handles.delete(id)
    }
  }

  /** The job's products are stored: only now it counts as finished. `notes`: what has to be known of them. */
  finish(id: JobId, notes: readonly string[] = []): void {
    this.#update(id, (view) => ({ ...view, status: 'finished', notes: [...notes] }))
  }

  /** A training that an earlier session left unfinished. */
  interrupted(id: JobId, title: JobTitle): void {
    this.#set({ id, kind: 'train', ...title, status: 'interrupted', progress: null, curves: [], error: null })
  }

  /**
   * Goes on with a job that was interrupted; null where it was not. It waits from now on, before anything of it is read, so that it is taken up
   * once. Where `goOn` fails before it runs, its view says so.
   */
  takeUp(id: JobId, goOn: (view: JobView) => Promise<unknown>): Promise<unknown> | null {
    const view = this.#views.get(id)
    if (view?.status !== 'interrupted') return null
    this.#set({ ...view, status: 'waiting', error: null })
    return goOn(view).catch((thrown: unknown) => {
      if (this.#isStarting(id)) this.#fail(id, thrown)
      throw thrown
    })
  }

  forget(id: JobId): void {
    this.#views.delete(id)
  }

  /** @throws AppError `job-starts` where it was taken up and does not run yet, `no-such-job` where it does not run at all. */
  handle(id: JobId): Steering {
    const handle = this.#handles.get(id)
    if (handle) return handle
    if (this.#isStarting(id)) throw new AppError('job-starts', 'This job is on the way already.', 'Try again in a moment.')
    throw new AppError('no-such-job', 'This job is not running.')
  }

  #isStarting(id: JobId): boolean {
    return this.#views.get(id)?.status === 'waiting' && !this.#handles.has(id)
  }

  #progress(progress: JobProgress, whole: WholeJob | undefined): void {
    // A job that went on from a checkpoint tells its curves from the beginning.
    const told = { curves: progress.curves ?? [], curvesReset: progress.curvesReset === true }
    const status = progress.state === 'paused' || progress.state === 'waiting' ? progress.state : 'running'
    this.#update(
      progress.id,
      (view) => ({
        ...view,
        ...{ status, progress, ...(whole ? { folds: whole.state } : {}) },
        curves: [...(told.curvesReset ? [] : view.curves), ...told.curves].slice(-CURVE_LIMIT),
      }),
      told,
    )
  }

  #fail(id: JobId, thrown: unknown): void {
    const error = toErrorInfo(thrown)
    const status = error.code === 'cancelled' ? 'cancelled' : error.code === 'engine-stopped' ? 'interrupted' : 'failed'
    this.#update(id, (view) => ({ ...view, status, error }))
  }

  #update(id: JobId, change: (view: JobView) => JobView, told: Told = NOTHING_NEW): void {
    const view = this.#views.get(id)
    if (view) this.#set(change(view), told)
  }

  #set(view: JobView, told: Told = NOTHING_NEW): void {
    this.#views.set(view.id, view)
    this.#events.emit('job', { ...view, ...told })
  }
}
