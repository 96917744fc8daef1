import type { BackendReport, ModelDescription, PresetInfo } from '#shared/contracts/engine.ts'
import type { GraphLook } from '#shared/contracts/foreign.ts'
import type { Job, JobProgress, JobResult } from '#shared/contracts/job.ts'
import type { SamplePictures } from '#shared/contracts/sample-pictures.ts'
import { AppError } from '#shared/errors.ts'
import type { JobId } from '#shared/records/ids.ts'
import type { ChildDeath, ChildLaunch } from '../../process/child-program.ts'
import { crashError, type EngineClient, EngineProcess } from './engine-process.ts'
import type { DeathOutcome } from './predict-progress.ts'
import { SupervisedJob, type JobListeners } from './supervised-job.ts'

export type { JobListeners } from './supervised-job.ts'

// How the workbench uses it:
//
//   const supervisor = new EngineSupervisor({ execPath: process.execPath, entry: '.../src/engine/index.ts' })
//   const presets = await supervisor.presets()
//   const handle = supervisor.start(job, { onProgress, onSample, onPredicted, onSkipped, onRestart })
//   await handle.pause(); await handle.resume(); await handle.cancel(true)
//   const result = await handle.done        // rejects with AppError: `cancelled`, `engine-crashed`, `engine-stopped`, or what the job said
//   await supervisor.stop()                 // before quitting: the engine writes its checkpoint and ends
//
// Jobs run one after the other in the order in which they were started; one that waits reports state `waiting` once. The engine starts when
// it is needed and is let go of when it has had nothing to do for a while. If it dies during a job it is started again and the job goes on
// (a training from its last checkpoint, a prediction with the missing images), at most three times without getting any further. An image over
// which it dies twice, the second time with nothing beside it, is skipped by name.

/** A job that was handed over. */
export interface JobHandle {
  readonly id: JobId
  readonly done: Promise<JobResult>
  pause(): Promise<void>
  resume(): Promise<void>
  /** keep: a training ends with its best weights as a model; otherwise `done` rejects with code `cancelled`. */
  cancel(keep: boolean): Promise<void>
}

export interface SupervisorOptions {
  /** How often an engine that died is started again for one job. */
  readonly restarts?: number
  /** Images in a row that an engine may die over before it is itself held to be broken. */
  readonly imagesInARow?: number
  /** Seconds without work after which the engine is let go of: it holds some hundred MB. */
  readonly idleSeconds?: number
}

export class EngineSupervisor {
  readonly #launch: ChildLaunch
  readonly #restarts: number
  readonly #imagesInARow: number
  readonly #idleSeconds: number
  readonly #queue: SupervisedJob[] = []
  #engine: EngineProcess | null = null
  #running: SupervisedJob | null = null
  #asking = 0
  #stopped = false
  #idle: NodeJS.Timeout | null = null

  constructor(launch: ChildLaunch, { restarts = 3, imagesInARow = 10, idleSeconds = 60 }: SupervisorOptions = {}) {
    this.#launch = launch
    this.#restarts = restarts
    this.#imagesInARow = imagesInARow
    this.#idleSeconds = idleSeconds
  }

  /** Process id of the engine where one runs. */
  get pid(): number | undefined {
    return this.#engine?.alive === true ? this.#engine.pid : undefined
  }

  /** Hands over a job. Throws AppError `job-known` where one with this id is on the way. */
  start(job: Job, listeners: JobListeners = {}): JobHandle {
    if (this.#stopped) throw stopped()
    if ([this.#running, ...this.#queue].some((known) => known?.job.id === job.id))
      throw new AppError('job-known', 'This job is on the way already.')
    const supervised = new SupervisedJob(job, listeners)
    this.#queue.push(supervised)
    if (this.#running) listeners.onProgress?.(waiting(job.id))
    void this.#work()
    return this.#handle(supervised)
  }

  backends(): Promise<BackendReport[]> {
    return this.#ask((client) => client.backends({}))
  }

  presets(): Promise<PresetInfo[]> {
    return this.#ask((client) => client.presets({}))
  }

  /** What a model folder takes and gives, checked as far as a prediction relies on it. */
  describeModel(folder: string): Promise<ModelDescription> {
    return this.#ask((client) => client.describeModel({ folder }))
  }

  /** Writes the weights of the model in a folder for Keras, whole or not at all. */
  async exportKeras(folder: string, file: string): Promise<void> {
    await this.#ask((client) => client.exportKeras({ folder, file }))
  }

  /** What an image shows, in numbers. */
  imageFeatures(asked: Parameters<EngineClient['imageFeatures']>[0]): ReturnType<EngineClient['imageFeatures']> {
    return this.#ask((client) => client.imageFeatures(asked))
  }

  /** What an ONNX file takes and gives. */
  lookAtGraph(file: string): Promise<GraphLook> {
    return this.#ask((client) => client.lookAtGraph({ file }))
  }

  /** Samples of the list in `folder` as a training would get them. */
  samplePictures(request: Parameters<EngineClient['samplePictures']>[0]): Promise<SamplePictures> {
    return this.#ask((client) => client.samplePictures(request))
  }

  /** Ends the engine after it has written its checkpoint. Jobs on the way reject with code `engine-stopped`; nothing can be started any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#rest()
    for (const waitingJob of this.#queue.splice(0)) waitingJob.fail(stopped())
    await this.#engine?.stop()
  }

  #handle(supervised: SupervisedJob): JobHandle {
    return {
      id: supervised.job.id,
      done: supervised.done,
      pause: () => supervised.pause(),
      resume: () => supervised.resume(),
      cancel: async (keep) => {
        const at = this.#queue.indexOf(supervised)
        if (at >= 0) this.#queue.splice(at, 1)
        if (at >= 0) supervised.fail(new AppError('cancelled', 'The job was cancelled before it began.'))
        else await supervised.cancel(keep)
      },
    }
  }

  async #work(): Promise<void> {
    if (this.#running) return
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      this.#running = job
      await this.#see(job)
      this.#running = null
    }
    this.#restLater()
  }

  /** Sees a job through, over the deaths of engines. */
  async #see(job: SupervisedJob): Promise<void> {
    const deaths = new Deaths(this.#restarts, this.#imagesInARow)
    for (;;) {
      const end = await job.runOn(this.#awake())
      if (end === 'ended') return
      if (end === 'more') continue
      if (this.#stopped) {
        job.fail(stopped())
        return
      }
      const given = deaths.add(end, job.died(end).kind)
      if (given !== null) {
        job.fail(crashError(given))
        return
      }
      job.listeners.onRestart?.({ attempt: deaths.count, error: crashError([end]) })
    }
  }

  /** The engine, started if need be. */
  #awake(): EngineProcess {
    this.#rest()
    if (this.#engine?.alive !== true) this.#engine = new EngineProcess(this.#launch)
    return this.#engine
  }

  async #ask<T>(question: (client: EngineClient) => Promise<T>): Promise<T> {
    if (this.#stopped) throw stopped()
    const engine = this.#awake()
    this.#asking++
    try {
      return await question(engine.client)
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'disconnected') throw crashError([await engine.died])
      throw thrown
    } finally {
      this.#asking--
      this.#restLater()
    }
  }

  #restLater(): void {
    if (this.#running || this.#asking > 0 || this.#stopped) return
    this.#rest()
    this.#idle = setTimeout(() => {
      const engine = this.#engine
      this.#engine = null
      void engine?.stop()
    }, this.#idleSeconds * 1000)
    this.#idle.unref()
  }

  #rest(): void {
    if (this.#idle) clearTimeout(this.#idle)
    this.#idle = null
  }
}

/** Counts the deaths of engines at one job, and tells when to give up. */
class Deaths {
  readonly #most: number
  readonly #mostImages: number
  #inVain: ChildDeath[] = []
  #blamed: ChildDeath[] = []
  count = 0

  constructor(most: number, mostImages: number) {
    this.#most = most
    this.#mostImages = mostImages
  }

  /** The deaths for which the job is given up, or null while it is not. */
  add(death: ChildDeath, kind: DeathOutcome['kind']): readonly ChildDeath[] | null {
    this.count++
    if (kind === 'progress') this.#blamed = []
    this.#inVain = kind === 'no-progress' ? [...this.#inVain, death] : []
    if (kind === 'blamed') this.#blamed = [...this.#blamed, death]
    if (this.#inVain.length > this.#most) return this.#inVain
    return this.#blamed.length > this.#mostImages ? this.#blamed : null
  }
}

function waiting(id: JobId): JobProgress {
  return { id, state: 'waiting', fraction: 0, secondsLeft: null }
}

function stopped(): AppError {
  return new AppError(
    'engine-stopped',
    'The engine was stopped because the program ends; a training goes on from its checkpoint when it is resumed.',
  )
}
