import type { JobProgress } from '#shared/contracts/job.ts'
import type { JobView } from '#shared/contracts/work.ts'
import { AppError } from '#shared/errors.ts'
import type { JobId } from '#shared/records/ids.ts'
import type { JobHandle } from '../engine/supervisor.ts'

/** What people may wish of a job that is under way. */
export type Steering = Pick<JobHandle, 'pause' | 'resume' | 'cancel'>

export type FoldsState = NonNullable<JobView['folds']>

/** Share of a fold that its training takes; the rest is the look at what it did not see. */
const TRAINING = 0.95

/**
 * The trainings and predictions of a cross-validation, one after the other, which people see and steer as one job. What they wish of it holds for
 * the part that is under way and for those that come.
 */
export class WholeJob implements Steering {
  readonly id: JobId
  #state: FoldsState
  /** Seconds that each finished fold took. */
  readonly #took: number[]
  readonly #now: () => number
  #begun: number
  #part: Steering | null = null
  #isFresh = false
  #paused = false
  #cancelled = false

  /** `took`: seconds of the folds that an earlier session finished; `now`: milliseconds. */
  constructor(id: JobId, { folds, took }: { readonly folds: number; readonly took: readonly number[] }, now = () => performance.now()) {
    this.id = id
    this.#state = { folds, done: took.length, doing: 'train' }
    this.#took = [...took]
    this.#now = now
    this.#begun = now()
  }

  get state(): FoldsState {
    return this.#state
  }

  /** A training or a prediction of the fold under way begins. Throws AppError `cancelled` where that is wished. */
  begin(doing: FoldsState['doing']): void {
    if (this.#cancelled) throw new AppError('cancelled', 'The job was cancelled before it began.')
    if (doing === 'train') this.#begun = this.#now()
    this.#isFresh = doing === 'train'
    this.#state = { ...this.#state, doing }
  }

  foldDone(): void {
    this.#took.push((this.#now() - this.#begun) / 1000)
    this.#state = { ...this.#state, done: this.#state.done + 1, doing: 'train' }
  }

  /** The engine has the part that began. */
  take(part: Steering): void {
    this.#part = part
    if (this.#paused) void part.pause()
    if (this.#cancelled) void part.cancel(false)
  }

  async pause(): Promise<void> {
    this.#paused = true
    await this.#part?.pause()
  }

  async resume(): Promise<void> {
    this.#paused = false
    await this.#part?.resume()
  }

  /** keep: the fold under way ends with its best weights, and the next begins. */
  async cancel(keep: boolean): Promise<void> {
    this.#paused = false
    this.#cancelled = !keep
    await this.#part?.cancel(keep)
  }

  /** How far all of it is, from how far the part under way is. The curves are those of one training: each begins them anew. */
  progress(part: JobProgress): JobProgress {
    const { folds, done, doing } = this.#state
    const within = doing === 'train' ? TRAINING * part.fraction : TRAINING + (1 - TRAINING) * part.fraction
    const anew = this.#isFresh ? { curvesReset: true } : {}
    this.#isFresh = false
    return { ...part, id: this.id, fraction: Math.min(1, (done + within) / folds), secondsLeft: this.#left(part), ...anew }
  }

  /** The part's own time, and for each fold to come what one takes: as those before, else as this one. */
  #left({ secondsLeft }: JobProgress): number | null {
    const { folds, done, doing } = this.#state
    const spent = (this.#now() - this.#begun) / 1000
    const usual = this.#took.length === 0 ? null : this.#took.reduce((a, b) => a + b, 0) / this.#took.length
    const own = secondsLeft ?? (usual === null ? (doing === 'predict' ? 0 : null) : Math.max(0, usual - spent))
    return own === null ? null : own + (folds - done - 1) * (usual ?? spent + own)
  }
}
