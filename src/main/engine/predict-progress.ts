import type { Found, Job, JobImage, JobProgress, JobResult, PredictJob, SkippedImage } from '#shared/contracts/job.ts'
import type { ImageId } from '#shared/records/ids.ts'

/** What the death of an engine means for the job that it was at. */
export type DeathOutcome =
  /** Nothing was done since the engine was started: the engine itself may be broken. */
  | { readonly kind: 'no-progress' }
  /** Something was done since then: the job goes on behind it. */
  | { readonly kind: 'progress' }
  /** It died over this image by itself, for the second time: the image is to be left out. */
  | { readonly kind: 'blamed'; readonly image: JobImage }

/**
 * What is left of a job when the engine that ran it is gone. A training goes on from its folder. A prediction goes on with the images that are
 * missing, and the one at which the engine died is tried by itself first, since others were being read beside it.
 */
export class PredictProgress {
  readonly #job: Job
  readonly #found = new Map<ImageId, number>()
  readonly #skipped = new Map<ImageId, SkippedImage>()
  #seconds = 0
  /** Tried by itself, and how many of its tiles were done when an engine died over it. */
  #suspect: { readonly id: ImageId; readonly tile: number } | null = null
  /** Since the engine was started: images that were told, whether the model was open, tiles of the image under way. */
  #told = 0
  #opened = false
  #tile = 0
  #running = 0

  constructor(job: Job) {
    this.#job = job
  }

  /** What the next engine is to do. */
  next(): Job {
    this.#told = 0
    this.#opened = false
    this.#tile = 0
    if (this.#job.kind !== 'predict') return this.#job
    const rest = this.#rest(this.#job)
    const suspect = rest.find(({ id }) => id === this.#suspect?.id)
    const images = suspect ? [suspect] : rest
    this.#running = images.length
    return { ...this.#job, images }
  }

  /** Whether images are missing still, after an engine has done what it was to do. */
  get unfinished(): boolean {
    return this.#job.kind === 'predict' && this.#rest(this.#job).length > 0
  }

  predicted(imageId: ImageId, found: readonly Found[]): void {
    this.#found.set(imageId, found.length)
    this.#heardOf(imageId)
  }

  skipped(image: SkippedImage): void {
    this.#skipped.set(image.imageId, image)
    this.#heardOf(image.imageId)
  }

  /** Takes in what an engine tells of its part, and gives what it means for the whole. */
  heard(progress: JobProgress): JobProgress {
    if (this.#job.kind !== 'predict') return progress
    this.#opened ||= progress.state === 'running'
    this.#tile = Math.max(this.#tile, progress.tile ?? 0)
    const all = this.#job.images.length
    const before = this.#found.size + this.#skipped.size - this.#told
    if (before === 0 && this.#running === all) return progress
    const fraction = all === 0 ? 1 : Math.min(1, (before + progress.fraction * this.#running) / all)
    const place = progress.image === undefined ? {} : { image: Math.min(all, before + progress.image), images: all }
    return { ...progress, fraction, ...place }
  }

  /** An engine died. */
  died(): DeathOutcome {
    if (this.#job.kind !== 'predict' || !this.#opened) return { kind: this.#told > 0 ? 'progress' : 'no-progress' }
    const [first] = this.#rest(this.#job)
    if (!first) return { kind: 'progress' }
    const again = this.#suspect?.id === first.id ? this.#suspect : null
    if (again && this.#tile <= again.tile) {
      this.#suspect = null
      return { kind: 'blamed', image: first }
    }
    this.#suspect = { id: first.id, tile: this.#tile }
    return { kind: this.#told > 0 || this.#tile > 0 ? 'progress' : 'no-progress' }
  }

  /** An engine worked for so long before it ended. */
  spent(seconds: number): void {
    this.#seconds += seconds
  }

  /** The result over all engines that had a part in it. */
  whole(result: JobResult): JobResult {
    if (result.kind !== 'predict') return result
    const objects = [...this.#found.values()].reduce((sum, count) => sum + count, 0)
    return { ...result, images: this.#found.size, objects, seconds: result.seconds + this.#seconds, skipped: [...this.#skipped.values()] }
  }

  #rest({ images }: PredictJob): JobImage[] {
    return images.filter(({ id }) => !this.#found.has(id) && !this.#skipped.has(id))
  }

  #heardOf(imageId: ImageId): void {
    this.#told++
    this.#tile = 0
    if (this.#suspect?.id === imageId) this.#suspect = null
  }
}
