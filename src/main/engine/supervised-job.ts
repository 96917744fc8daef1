import type { Job, JobPreview, JobProgress, JobResult, PredictedImage, SkippedImage } from '#shared/contracts/job.ts'
import { AppError, fromErrorInfo, toErrorInfo } from '#shared/errors.ts'
import type { Unsubscribe } from '#shared/ipc/service.ts'
import type { ChildDeath } from '../../process/child-program.ts'
import { crashError, crashedOver, type EngineClient, type EngineProcess } from './engine-process.ts'
import { type DeathOutcome, PredictProgress } from './predict-progress.ts'

/** What a caller may hear of its job. */
export interface JobListeners {
  readonly onProgress?: (progress: JobProgress) => void
  readonly onSample?: (sample: JobPreview) => void
  readonly onPredicted?: (image: PredictedImage) => void
  readonly onSkipped?: (image: SkippedImage) => void
  /** The engine died and is started again. */
  readonly onRestart?: (restart: { readonly attempt: number; readonly error: AppError }) => void
}

type Ended = { readonly result: JobResult } | { readonly error: AppError }

/** A job on its way through one or more engines. It remembers what was wished of it, so that a restarted engine is told again. */
export class SupervisedJob {
  readonly job: Job
  readonly listeners: JobListeners
  readonly done: Promise<JobResult>
  readonly #progress: PredictProgress
  #settle: { resolve: (result: JobResult) => void; reject: (error: AppError) => void } | null = null
  #client: EngineClient | null = null
  #paused = false
  #cancel: { readonly keep: boolean } | null = null
  /** An image was given up in this engine: a thread of it is lost to a decoder that nothing can stop. */
  #stuck = false

  constructor(job: Job, listeners: JobListeners) {
    this.job = job
    this.#progress = new PredictProgress(job)
    this.listeners = listeners
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    // Whoever does not look at `done` must not bring the process down.
    this.done.catch(() => undefined)
  }

  async pause(): Promise<void> {
    this.#paused = true
    await this.#tell((client) => client.pause({ id: this.job.id }))
  }

  async resume(): Promise<void> {
    this.#paused = false
    await this.#tell((client) => client.resume({ id: this.job.id }))
  }

  async cancel(keep: boolean): Promise<void> {
    this.#cancel = { keep }
    await this.#tell((client) => client.cancel({ id: this.job.id, keep }))
  }

  fail(error: AppError): void {
    this.#settle?.reject(error)
  }

  /** What the death of an engine means: an image at which it died again, by itself, is told as skipped. */
  died(death: ChildDeath): DeathOutcome {
    const outcome = this.#progress.died()
    if (outcome.kind === 'blamed') this.#skipped({ imageId: outcome.image.id, error: toErrorInfo(crashedOver(outcome.image.path, death)) })
    return outcome
  }

  /** Runs on this engine. Tells how the job ended (`done` is settled then), that another part is to be run, or how the engine died on the way. */
  async runOn(engine: EngineProcess): Promise<ChildDeath | 'ended' | 'more'> {
    this.#stuck = false
    const end = await this.#runOn(engine)
    if (!this.#stuck) return end
    // The next job would find one thread less; this one, where there is more to do, was told to end for that.
    engine.kill()
    await engine.died
    return typeof end === 'object' ? 'more' : end
  }

  async #runOn(engine: EngineProcess): Promise<ChildDeath | 'ended' | 'more'> {
    const { client } = engine
    const begun = performance.now()
    const { ended, stopListening } = this.#listen(engine)
    try {
      const outcome = await Promise.race([this.#begin(client).then(() => ended), engine.died])
      if ('signal' in outcome) return outcome
      if ('error' in outcome) this.fail(outcome.error)
      else if (this.#progress.unfinished) return 'more'
      else this.#settle?.resolve(this.#progress.whole(outcome.result))
      return 'ended'
    } catch (thrown) {
      return this.#refused(thrown, engine)
    } finally {
      this.#client = null
      this.#progress.spent((performance.now() - begun) / 1000)
      stopListening()
    }
  }

  async #begin(client: EngineClient): Promise<void> {
    await client.start({ job: this.#progress.next() })
    this.#client = client
    if (this.#paused) await client.pause({ id: this.job.id })
    if (this.#cancel) await client.cancel({ id: this.job.id, keep: this.#cancel.keep })
  }

  /** The start was refused: because the channel broke (the engine died), or with an error that is the job's. */
  async #refused(thrown: unknown, engine: EngineProcess): Promise<ChildDeath | 'ended'> {
    const error = thrown instanceof AppError ? thrown : crashError([])
    if (error.code === 'disconnected') return engine.died
    this.fail(error)
    return 'ended'
  }

  #listen(engine: EngineProcess): { ended: Promise<Ended>; stopListening: Unsubscribe } {
    const { id } = this.job
    const { client } = engine
    const stops: Unsubscribe[] = []
    const mine =
      <P extends { readonly id: string }>(listener: (payload: P) => void) =>
      (payload: P): void => {
        if (payload.id === id) listener(payload)
      }
    stops.push(client.onProgress(mine((progress) => this.listeners.onProgress?.(this.#progress.heard(progress)))))
    stops.push(client.onSample(mine((sample) => this.listeners.onSample?.(sample))))
    stops.push(client.onPredicted(mine(({ imageId, found, result }) => { this.#predicted({ imageId, found, result }) }))) // prettier-ignore
    stops.push(client.onSkipped(mine(({ imageId, error }) => { this.#heardSkipped(engine, { imageId, error }) }))) // prettier-ignore
    const ended = new Promise<Ended>((resolve) => {
      stops.push(client.onFinished(mine(({ result }) => { resolve({ result }) }))) // prettier-ignore
      stops.push(client.onFailed(mine(({ error }) => { resolve({ error: fromErrorInfo(error) }) }))) // prettier-ignore
    })
    return { ended, stopListening: () => { for (const stop of stops) stop() } } // prettier-ignore
  }

  #predicted(image: PredictedImage): void {
    this.#progress.predicted(image.imageId, image.found)
    this.listeners.onPredicted?.(image)
  }

  #heardSkipped(engine: EngineProcess, image: SkippedImage): void {
    this.#skipped(image)
    if (image.error.code !== 'image-too-slow') return
    this.#stuck = true
    if (this.#progress.unfinished) engine.kill()
  }

  #skipped(image: SkippedImage): void {
    this.#progress.skipped(image)
    this.listeners.onSkipped?.(image)
  }

  /** A wish that comes between two engines, or while one dies, is told to the next. */
  async #tell(message: (client: EngineClient) => Promise<unknown>): Promise<void> {
    if (!this.#client) return
    await message(this.#client).catch((thrown: unknown) => {
      if (thrown instanceof AppError && thrown.code === 'disconnected') return
      throw thrown
    })
  }
}
