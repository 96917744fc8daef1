import os from 'node:os'
import type { engineContract } from '#shared/contracts/engine.ts'
import type { JobProgress, TrainResult } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import type { EmitterOf } from '#shared/ipc/service.ts'
import { batchesPerEpoch } from '../data/batch-plan.ts'
import { BatchPipeline, type FilledBatch, workersFor } from '../data/batch-pipeline.ts'
import { stainNotes } from '../data/stains/learned-stain.ts'
import type { JobControl } from '../jobs/job-control.ts'
import type { ProgressReporter } from '../jobs/progress-reporter.ts'
import type { Weights } from '../nn/weights.ts'
import type { Finish } from '../tasks/engine-task.ts'
import { Examiner } from './examiner.ts'
import { saveTrainedModel, worthOf } from './finished-model.ts'
import { type LoopEnd, type LoopSettings, TrainingLoop, type Validation } from './loop.ts'
import { learningRate } from './schedule.ts'
import type { Batch } from './step.ts'
import type { PreparedTraining } from './train-prepare.ts'
import { trainSizes, validationInterval } from './training-setup.ts'

const CHECKPOINT_SECONDS = 30
/** Decoded images may take this share of the machine's memory. */
const CACHE_SHARE = 0.1

/** One training under way: owns the image workers and the stepper. */
export class TrainRun {
  readonly #prepared: PreparedTraining
  readonly #pipeline: BatchPipeline
  readonly #examiner: Examiner
  readonly #loop: TrainingLoop
  readonly #reporter: ProgressReporter
  readonly #emit: EmitterOf<typeof engineContract>
  readonly #buffers = new Map<number, Float32Array>()

  constructor(prepared: PreparedTraining, control: JobControl, emit: EmitterOf<typeof engineContract>, reporter: ProgressReporter) {
    this.#prepared = prepared
    this.#emit = emit
    this.#reporter = reporter
    this.#pipeline = openPipeline(prepared)
    this.#examiner = new Examiner(prepared)
    const { stepper, checkpoints, state } = prepared
    const settings = loopSettings(prepared)
    const rates = { ...prepared.plan.defaults, ...prepared.plan, peak: prepared.plan.learningRate, ...settings }
    this.#loop = new TrainingLoop(
      {
        stepper,
        control,
        nextBatch: () => this.#nextBatch(),
        rate: (step, reductions) => learningRate(rates, step, reductions),
        validate: this.#examiner.canScore ? (weights, epoch) => this.#validate(weights, epoch) : null,
        sample: (weights, epoch) => this.#sample(weights, epoch),
        save: ({ state, loop }) => checkpoints.save({ state, loop: { ...loop, notes: [...new Set([...loop.notes, ...prepared.notes])] } }),
        saveBest: (weights, epoch) => checkpoints.saveBest(weights, epoch),
        report: (progress) => { this.#report(progress) }, // prettier-ignore
        now: () => performance.now() / 1000,
      },
      settings,
      state,
    )
  }

  /** Trains to an end and writes the model. */
  async complete(): Promise<TrainResult> {
    const end = await this.#loop.run()
    if (end === 'cancelled') throw new AppError('cancelled', 'The training was cancelled.')
    if (end === 'interrupted') throw new AppError('interrupted', 'The training was interrupted; it goes on from its checkpoint.')
    this.#report({ state: 'saving', fraction: 1, secondsLeft: null })
    return this.#finish(end)
  }

  async close(): Promise<void> {
    await this.#pipeline.close()
    this.#prepared.stepper.dispose()
  }

  async #finish(end: Exclude<LoopEnd, 'cancelled' | 'interrupted'>): Promise<TrainResult> {
    const { stepper, checkpoints, plan, backend } = this.#prepared
    const { state, clock } = this.#loop
    const weights = state.best ? await checkpoints.loadBest(state.best.file, state.best.epoch) : stepper.averaged()
    const finish = await this.#examiner.finish(weights)
    const ownColors = new Map([...this.#pipeline.ownColors, ...this.#examiner.ownColors])
    const { onnxDifference, notes } = await saveTrainedModel(this.#prepared, { state, finish, left: ownColors.size }, weights)
    const worth = worthOf({ state, finish })
    const epochs = state.epoch + state.position / this.#batches()
    return {
      kind: 'train',
      epochs: Math.min(plan.epochs, epochs),
      steps: state.step,
      best: worth?.score ?? null,
      seconds: state.elapsed,
      secondsPerStep: clock.secondsPerStep(),
      waitingShare: clock.waitingShare(),
      backend: backend.name,
      onnxDifference,
      stopped: end,
      curves: [...state.curves],
      metrics: { ...worth?.metrics, ...levelsOf(finish) },
      notes: [
        ...new Set([
          ...state.notes,
          ...this.#prepared.notes,
          ...this.#brokenNotes(),
          ...stainNotes(this.#prepared.stain, ownColors),
          ...(finish?.notes ?? []),
          ...notes,
        ]),
      ],
    }
  }

  #batches(): number {
    return loopSettings(this.#prepared).batchesPerEpoch
  }

  /** Copies a filled batch out of the shared ring, so that the ring's place is free while the step runs. */
  async #nextBatch(): Promise<Batch> {
    const filled = await this.#pipeline.next()
    const { height, width, samples } = filled.plan
    const image = { shape: [samples.length, height, width, this.#prepared.network.channels], data: this.#copied(filled) }
    const targets = this.#prepared.task.feed(filled.truths, height, width)
    filled.release()
    return { image, ...targets }
  }

  #copied({ pixels }: FilledBatch): Float32Array {
    const buffer = this.#buffers.get(pixels.length) ?? new Float32Array(pixels.length)
    this.#buffers.set(pixels.length, buffer)
    buffer.set(pixels)
    return buffer
  }

  async #validate(weights: Weights, epoch: number): Promise<Validation> {
    const { validation, shown } = await this.#examiner.validate(weights)
    this.#emit('sample', { id: this.#prepared.job.id, epoch, images: [...shown] })
    return validation
  }

  async #sample(weights: Weights, epoch: number): Promise<void> {
    this.#emit('sample', { id: this.#prepared.job.id, epoch, images: [...(await this.#examiner.sample(weights))] })
  }

  #report(progress: Omit<JobProgress, 'id'>): void {
    const { job, backend } = this.#prepared
    this.#reporter.report({ id: job.id, backend: backend.name, backendNote: backend.note, ...progress })
  }

  #brokenNotes(): string[] {
    const { train } = this.#prepared.samples
    const named = [...this.#pipeline.broken].map(([image, why]) =>
      say('{{file}} was left out: {{why}}', { file: train[image]?.path ?? '', why }),
    )
    return [...named, ...this.#examiner.broken.map((file) => say('{{file}} was left out of the validation: it cannot be read.', { file }))]
  }
}

/** Levels that a last look picked: metrics of the model, too. */
function levelsOf(finish: Finish | null): Record<string, unknown> {
  const levels = { threshold: finish?.threshold, pixelThreshold: finish?.pixelThreshold, mapScale: finish?.mapScale }
  return Object.fromEntries(Object.entries(levels).filter(([, level]) => level !== undefined))
}

function openPipeline({ task, images, frames, plan, network, job, stain, state, environment }: PreparedTraining): BatchPipeline {
  const { augmentation } = plan.defaults
  const { mean } = network.normalization
  const fill = Array.from({ length: network.channels }, (_, channel) => mean[channel] ?? mean[0] ?? 127)
  return new BatchPipeline({
    images,
    frames,
    plan: { batch: plan.batch, seed: job.seed, sizes: trainSizes(augmentation) },
    worker: {
      ...{ augmentation, truth: task.truth, fill, channels: network.channels },
      ...{ lowPriority: true, cacheFolder: job.cacheFolder, stain: stain?.target },
    },
    workers: workersFor(os.availableParallelism()),
    cacheBytes: CACHE_SHARE * os.totalmem(),
    start: { epoch: state.epoch, position: state.position },
    entry: environment.workerEntry,
  })
}

function loopSettings({ samples, frames, plan, environment }: PreparedTraining): LoopSettings {
  const { schedule } = plan.defaults
  return {
    epochs: plan.epochs,
    batchesPerEpoch: batchesPerEpoch({ frames: frames.length, batch: plan.batch }),
    validateEvery: validationInterval(frames.length, samples.val.length, plan.epochs),
    patience: plan.patience,
    plateau: schedule.kind === 'plateau' ? schedule : null,
    checkpointSeconds: environment.checkpointSeconds ?? CHECKPOINT_SECONDS,
  }
}
