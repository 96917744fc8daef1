import type { BackendReport, engineContract, ModelDescription, PresetInfo } from '#shared/contracts/engine.ts'
import type { GraphLook } from '#shared/contracts/foreign.ts'
import type { Job, JobResult } from '#shared/contracts/job.ts'
import type { SamplePictures, SamplePicturesRequest } from '#shared/contracts/sample-pictures.ts'
import type { FeatureFacts } from '#shared/feature-domain.ts'
import { AppError, toErrorInfo } from '#shared/errors.ts'
import type { EmitterOf, HandlersOf } from '#shared/ipc/service.ts'
import type { JobId } from '#shared/records/ids.ts'
import { memoryError } from './memory-error.ts'
import { JobControl } from './job-control.ts'

type Emit = EmitterOf<typeof engineContract>

/** `folder` holds the list of samples; `colors` are those of its classes. */
export type SamplePicturesAsked = SamplePicturesRequest & {
  readonly folder: string
  readonly colors: readonly string[]
  readonly cacheFolder?: string | undefined
}

/** What the service hands work to; the process entry gives the real ones. */
export interface EngineWork {
  backends(): Promise<BackendReport[]>
  presets(): PresetInfo[]
  describeModel(folder: string): Promise<ModelDescription>
  exportKeras(folder: string, file: string): Promise<void>
  imageFeatures(asked: { file: string; isWhole: boolean }): Promise<FeatureFacts>
  lookAtGraph(file: string): Promise<GraphLook>
  samplePictures(request: SamplePicturesAsked): Promise<SamplePictures>
  run(job: Job, control: JobControl, emit: Emit): Promise<JobResult>
}

/** Answers the engine's contract: one job at a time, whose end is always told, by `finished` or by `failed`. */
export class EngineService {
  readonly #work: EngineWork
  readonly #emit: Emit
  #job: { readonly id: JobId; readonly control: JobControl; readonly ended: Promise<void> } | null = null

  constructor(work: EngineWork, emit: Emit) {
    this.#work = work
    this.#emit = emit
  }

  handlers(): HandlersOf<typeof engineContract> {
    return {
      hello: () => ({ pid: process.pid, node: process.version }),
      backends: () => this.#work.backends(),
      presets: () => this.#work.presets(),
      imageFeatures: (asked) => this.#work.imageFeatures(asked),
      lookAtGraph: ({ file }) => this.#work.lookAtGraph(file),
      describeModel: ({ folder }) => this.#work.describeModel(folder),
      exportKeras: async ({ folder, file }) => {
        await this.#work.exportKeras(folder, file)
        return {}
      },
      samplePictures: (request) => this.#work.samplePictures(request),
      start: ({ job }) => this.#start(job),
      pause: ({ id }) => this.#control(id, (control) => { control.pause() }), // prettier-ignore
      resume: ({ id }) => this.#control(id, (control) => { control.resume() }), // prettier-ignore
      cancel: ({ id, keep }) => this.#control(id, (control) => { control.end(keep ? 'keep' : 'cancel') }), // prettier-ignore
    }
  }

  /** Main has gone: the job writes its checkpoint and ends; resolves when it has. */
  async interrupt(): Promise<void> {
    this.#job?.control.end('interrupt')
    await this.#job?.ended
  }

  #start(job: Job): Record<string, never> {
    if (this.#job) throw new AppError('engine-busy', 'The engine works on another job.', 'Wait for it to end, or cancel it.')
    const control = new JobControl()
    this.#job = { id: job.id, control, ended: this.#see(job, control) }
    return {}
  }

  async #see(job: Job, control: JobControl): Promise<void> {
    // Only from the next turn on, when the job is noted down: it could end at once.
    await Promise.resolve()
    try {
      const result = await this.#work.run(job, control, this.#emit)
      this.#job = null
      this.#emit('finished', { id: job.id, result })
    } catch (thrown) {
      this.#job = null
      const error = toErrorInfo(memoryError(thrown) ?? thrown)
      this.#emit('failed', { id: job.id, error, cancelled: error.code === 'cancelled' })
    }
  }

  #control(id: JobId, wish: (control: JobControl) => void): Record<string, never> {
    // A wish for a job that has just ended is no error: its end is on the way.
    if (this.#job?.id === id) wish(this.#job.control)
    return {}
  }
}
