import type { JobImage } from '#shared/contracts/job.ts'

/** What an image costs beside its pixels, in pixels. */
const EACH = 2 ** 18

/** How far a prediction is, by the pixels of its images, and how long the rest will take at the pace so far. */
export class PredictPace {
  readonly #total: number
  /** Work done before the image under way, what of it was taken from an earlier prediction, and of the image under way. */
  #before = 0
  #given = 0
  #image = 0
  #share = 0
  #imageGiven = 0
  #fresh = true
  #seconds = 0
  /** Null while it stands still. */
  #since: number | null = performance.now()

  constructor(images: readonly JobImage[]) {
    this.#total = images.reduce((sum, image) => sum + costOf(image), 0)
  }

  /** Seconds of work so far, pauses left out. */
  get seconds(): number {
    return this.#since === null ? this.#seconds : this.#seconds + (performance.now() - this.#since) / 1000
  }

  get fraction(): number {
    return this.#total === 0 ? 1 : Math.min(1, (this.#before + this.#image * this.#share) / this.#total)
  }

  /** Null until something was worked off. */
  get secondsLeft(): number | null {
    const done = this.#before + this.#image * this.#share
    const worked = done - this.#given - this.#image * this.#imageGiven
    return worked <= 0 ? null : (this.seconds / worked) * Math.max(0, this.#total - done)
  }

  begin(image: JobImage): void {
    this.#image = costOf(image)
    this.#share = 0
    this.#imageGiven = 0
    this.#fresh = true
  }

  /** So many tiles of the image under way are through. What the first word of an image tells was there before. */
  reach(done: number, tiles: number): void {
    this.#share = tiles === 0 ? 1 : Math.min(1, done / tiles)
    if (this.#fresh) this.#imageGiven = this.#share
    this.#fresh = false
  }

  /** The image under way is through. */
  end(): void {
    this.#before += this.#image
    this.#given += this.#image * this.#imageGiven
    this.#image = 0
    this.#imageGiven = 0
  }

  /** The clock stands still until `resume`. */
  pause(): void {
    this.#seconds = this.seconds
    this.#since = null
  }

  resume(): void {
    this.#since = performance.now()
  }
}

function costOf({ width, height }: JobImage): number {
  return width * height + EACH
}
