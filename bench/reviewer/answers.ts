import type { Found, JobLabel, JobSample } from '#shared/contracts/job.ts'
import { overlapIndex, SAME_OBJECT } from '#shared/geometry/shape-overlap.ts'

/**
 * What is learned of the rest of an image of which a part is decided: all of it as background; nothing where a prediction is open; or open ones that
 * count as the model says and nothing where it doubts, which is what the product does.
 */
export type Unknown = 'background' | 'ignored' | 'guessed'

/** From what score up a prediction counts, and from what score up there is a doubt: as in the product (unfinished-images.ts). */
const COUNTED = 0.5
const DOUBTED = 0.1

/** The answers on one image, none of which finishes it. */
export class Answers {
  readonly #image: JobSample
  readonly #labels = new Set<JobLabel>()
  #rejected = 0

  constructor(image: JobSample) {
    this.#image = image
  }

  get isBegun(): boolean {
    return this.#labels.size + this.#rejected > 0
  }

  /** Predictions that nobody needs to decide on, since a label shows the same object. */
  isShown(found: Found): boolean {
    return overlapIndex([...this.#labels].map(({ shape }) => shape))
      .overlaps(found.shape)
      .some(({ overlap }) => overlap >= SAME_OBJECT)
  }

  /** The truth about a prediction: the object that it shows becomes a label, of its own class and where it lies; or it is rejected. */
  decide(found: Found): void {
    const { labels } = this.#image
    const [best] = [...overlapIndex(labels.map(({ shape }) => shape)).overlaps(found.shape)].sort((a, b) => b.overlap - a.overlap)
    if (best !== undefined && best.overlap >= SAME_OBJECT) this.#labels.add(labels[best.index]!)
    else this.#rejected++
  }

  /** The image as a training learns from it. `open`: predictions on it that are left. */
  lesson(open: readonly Found[], unknown: Unknown): JobSample {
    const labelled = (from: number, to: number, ignore: boolean): JobLabel[] =>
      open.filter(({ score }) => score >= from && score < to).map(({ shape, classIndex }) => ({ shape, classIndex, ignore }))
    const rest = {
      background: () => [],
      ignored: () => labelled(COUNTED, Infinity, true),
      guessed: () => [...labelled(DOUBTED, COUNTED, true), ...labelled(COUNTED, Infinity, false)],
    }
    return { ...this.#image, labels: [...rest[unknown](), ...this.#labels] }
  }
}
