import type { Found, Job, JobResult, PredictJob, SkippedImage } from '#shared/contracts/job.ts'
import type { ImageId } from '#shared/records/ids.ts'

/** What is left of a job when the engine that ran it is gone: a training goes on from its folder, a prediction with the images that are missing. */
export class PredictProgress {
  readonly #found = new Map<ImageId, number>()
  readonly #skipped = new Map<ImageId, SkippedImage>()
  #seconds = 0

  predicted(imageId: ImageId, found: readonly Found[]): void {
    this.#found.set(imageId, found.length)
  }

  skipped(image: SkippedImage): void {
    this.#skipped.set(image.imageId, image)
  }

  /** An engine worked for so long before it ended. */
  spent(seconds: number): void {
    this.#seconds += seconds
  }

  rest<J extends Job>(job: J): J | PredictJob {
    if (job.kind !== 'predict') return job
    return { ...job, images: job.images.filter(({ id }) => !this.#found.has(id) && !this.#skipped.has(id)) }
  }

  /** The result over all engines that had a part in it. */
  whole(result: JobResult): JobResult {
    if (result.kind !== 'predict') return result
    const objects = [...this.#found.values()].reduce((sum, count) => sum + count, 0)
    return { ...result, images: this.#found.size, objects, seconds: result.seconds + this.#seconds, skipped: [...this.#skipped.values()] }
  }
}
