import { Worker } from 'node:worker_threads'
import { must } from '#shared/assert.ts'
import { AppError } from '#shared/errors.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { JobLabel, JobSample, SampleWindow } from '#shared/contracts/job.ts'
import type { OwnColors } from '#shared/stains/stain-facts.ts'
import type { Truth } from '../models/preset.ts'
import { type PlannedBatch, type PlanSettings, planEpoch } from './batch-plan.ts'
import { RasterStore } from './raster-store.ts'
import type { BatchReply, BatchTask, SampleTask, WorkerSettings } from './worker-protocol.ts'

/** A labelled image as training reads it; labels in its full-resolution pixels. */
export interface TrainImage {
  readonly path: string
  readonly width: number
  readonly height: number
  readonly labels: readonly JobLabel[]
  /** The parts of it that count; left out: all of it. */
  readonly regions?: JobSample['regions']
  /** The part of a large image that this is. */
  readonly window?: SampleWindow | undefined
}

/** A part of an image that is learned from as one sample: the whole of it, or a tile of a large one. */
export interface TrainFrame {
  readonly image: number
  readonly region: Box
}

export interface PipelineSettings {
  readonly images: readonly TrainImage[]
  readonly frames: readonly TrainFrame[]
  readonly plan: Omit<PlanSettings, 'frames'>
  readonly worker: WorkerSettings
  readonly workers: number
  /** Bytes of decoded images kept between epochs. */
  readonly cacheBytes: number
  readonly start: { readonly epoch: number; readonly position: number }
  /** Module that a worker thread runs (data/worker.ts, or its bundle). */
  readonly entry: URL
}

/** A batch ready to be learned from. `pixels` is shared memory of the ring: read it, then call `release`, and do not touch it afterwards. */
export interface FilledBatch {
  readonly plan: PlannedBatch
  readonly pixels: Float32Array
  readonly truths: readonly Truth[]
  release(): void
}

interface Crew {
  readonly thread: Worker
  outstanding: number
}
interface Waiting {
  readonly resolve: (batch: FilledBatch) => void
  readonly reject: (error: unknown) => void
}

/**
 * Keeps a ring of batches filled ahead of the training step by worker threads. Batches come in the planned order whichever worker was
 * faster, and hold the same numbers for any number of workers. Owns its threads: `close` ends them.
 */
export class BatchPipeline {
  readonly #settings: PipelineSettings
  readonly #plan: PlanSettings
  readonly #store: RasterStore
  readonly #crew: Crew[]
  readonly #free: SharedArrayBuffer[]
  readonly #sent = new Map<number, { readonly plan: PlannedBatch; readonly slot: SharedArrayBuffer; readonly crew: Crew }>()
  readonly #ready = new Map<number, FilledBatch>()
  readonly #broken = new Map<number, string>()
  readonly #ownColors = new Map<string, OwnColors>()
  readonly #batches: Generator<PlannedBatch, never>
  #nextToSend = 0
  #nextToGive = 0
  #waiting: Waiting | null = null
  #failure: unknown = null

  constructor(settings: PipelineSettings) {
    this.#settings = settings
    this.#plan = { ...settings.plan, frames: settings.frames.length }
    this.#store = new RasterStore(settings.cacheBytes)
    this.#free = Array.from({ length: 2 * settings.workers + 1 }, () => new SharedArrayBuffer(slotBytes(settings)))
    this.#batches = batchesFrom(this.#plan, settings.start)
    this.#crew = Array.from({ length: settings.workers }, () => this.#hire())
    this.#send()
  }

  /** Images that could not be read so far, by index, and why. */
  get broken(): ReadonlyMap<number, string> {
    return this.#broken
  }

  /** Images that were left in their own colours so far, by path, and why. */
  get ownColors(): ReadonlyMap<string, OwnColors> {
    return this.#ownColors
  }

  /** The next batch of the plan, waiting for it where it is not filled yet. Throws AppError when images can't be read or a worker fails. */
  next(): Promise<FilledBatch> {
    if (this.#failure !== null) return Promise.reject(this.#failure as Error)
    const ready = this.#take()
    if (ready) return Promise.resolve(ready)
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  async close(): Promise<void> {
    this.#fail(new AppError('closed', 'The image workers were stopped.'))
    await Promise.all(this.#crew.map(({ thread }) => thread.terminate()))
    this.#store.clear()
  }

  #take(): FilledBatch | undefined {
    const batch = this.#ready.get(this.#nextToGive)
    if (batch) this.#ready.delete(this.#nextToGive++)
    return batch
  }

  #hire(): Crew {
    const thread = new Worker(this.#settings.entry, { workerData: this.#settings.worker })
    const crew: Crew = { thread, outstanding: 0 }
    thread.on('message', (reply: BatchReply) => {
      this.#receive(reply)
    })
    thread.on('error', (error) => {
      this.#fail(workerDied(error.message))
    })
    thread.on('exit', (code) => {
      this.#fail(workerDied(`the worker ended with code ${code}.`))
    })
    return crew
  }

  /** Hands out work for every free slot, to the worker with the least to do. */
  #send(): void {
    while (this.#free.length > 0 && this.#failure === null) {
      const slot = must(this.#free.pop(), 'a slot is free')
      const crew = this.#crew.reduce((least, other) => (other.outstanding < least.outstanding ? other : least))
      const plan = this.#batches.next().value
      const index = this.#nextToSend++
      this.#sent.set(index, { plan, slot, crew })
      crew.outstanding++
      crew.thread.postMessage(this.#task(index, plan, slot))
    }
  }

  #task(index: number, { height, width, samples }: PlannedBatch, pixels: SharedArrayBuffer): BatchTask {
    return { index, pixels, height, width, samples: samples.map(({ frame, seed }) => this.#sample(frame, seed)) }
  }

  #sample(frame: number, seed: string): SampleTask {
    const { image, region } = must(this.#settings.frames[frame], 'the plan names frames that exist')
    const { path, width, height, labels, regions, window } = must(this.#settings.images[image], 'a frame names an image that exists')
    return { image, path, raster: this.#store.get(image) ?? null, width, height, window, region, labels, regions, seed }
  }

  #receive(reply: BatchReply): void {
    const sent = must(this.#sent.get(reply.index), 'a worker answers what it was asked')
    this.#sent.delete(reply.index)
    sent.crew.outstanding--
    for (const { image, raster } of reply.decoded) this.#store.set(image, raster)
    for (const { image, why } of reply.broken) this.#broken.set(image, why)
    for (const { path, why } of reply.ownColors ?? []) this.#ownColors.set(path, why)
    if (reply.failure !== null) this.#fail(new Error(`An image worker failed: ${reply.failure}`))
    else if (this.#broken.size * 2 > this.#settings.images.length) this.#fail(this.#unreadable())
    else this.#keep(reply, sent.plan, sent.slot)
  }

  #keep({ index, truths }: BatchReply, plan: PlannedBatch, slot: SharedArrayBuffer): void {
    const numbers = plan.samples.length * plan.height * plan.width * this.#settings.worker.channels
    let released = false
    const release = (): void => {
      if (released) return
      released = true
      this.#free.push(slot)
      this.#send()
    }
    this.#ready.set(index, { plan, pixels: new Float32Array(slot, 0, numbers), truths, release })
    const batch = this.#waiting ? this.#take() : undefined
    if (!batch) return
    this.#waiting?.resolve(batch)
    this.#waiting = null
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    this.#waiting?.reject(this.#failure)
    this.#waiting = null
  }

  #unreadable(): AppError {
    const [first] = this.#broken
    const name = first ? this.#settings.images[first[0]]?.path : ''
    return new AppError(
      'images-unreadable',
      `${this.#broken.size} of ${this.#settings.images.length} training images cannot be read, among them ${name}: ${first?.[1]}`,
      'Check that the drive with the images is connected, then resume.',
    )
  }
}

function workerDied(why: string): AppError {
  return new AppError('image-worker', `Preparing training images failed: ${why}`, 'Close other programs if memory is short, then resume.')
}

/** Room for the largest input of the plan. */
function slotBytes({ plan, worker }: PipelineSettings): number {
  const area = Math.max(...plan.sizes.map(([height, width]) => height * width))
  return plan.batch * area * worker.channels * Float32Array.BYTES_PER_ELEMENT
}

function* batchesFrom(plan: PlanSettings, start: { readonly epoch: number; readonly position: number }): Generator<PlannedBatch, never> {
  for (let epoch = start.epoch; ; epoch++)
    for (const batch of planEpoch(plan, epoch)) if (epoch > start.epoch || batch.position >= start.position) yield batch
}

/** Worker threads for a machine: one where the training step needs every core, more where a fast step eats more images. */
export function workersFor(cores: number): number {
  return Math.min(4, Math.max(1, Math.floor(cores / 4)))
}
