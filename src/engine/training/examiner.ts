import type { JobSample, PredictedImage } from '#shared/contracts/job.ts'
import type { OwnColors } from '#shared/stains/stain-facts.ts'
import { onWholeImages } from '../data/windows/on-whole-image.ts'
import { sampleReader } from '../data/windows/read-sample.ts'
import { exportOnnx } from '../inference/onnx-export.ts'
import { openOnnxSession } from '../inference/onnx-session.ts'
import type { Weights } from '../nn/weights.ts'
import type { Finish, Look } from '../tasks/engine-task.ts'
import type { Validation } from './loop.ts'
import type { PreparedTraining } from './train-prepare.ts'

/** Looks how good weights are, on the validation images. */
export class Examiner {
  readonly #prepared: PreparedTraining
  readonly #broken = new Set<string>()
  readonly #ownColors = new Map<string, OwnColors>()

  constructor(prepared: PreparedTraining) {
    this.#prepared = prepared
  }

  /** Whether there are validation images on which a score can be told. */
  get canScore(): boolean {
    return this.#prepared.task.canScore(this.#prepared.samples.val)
  }

  /** Validation images that could not be read. */
  get broken(): readonly string[] {
    return [...this.#broken]
  }

  /** Images that were looked at in their own colours although others are aimed at, by path, and why. */
  get ownColors(): ReadonlyMap<string, OwnColors> {
    return this.#ownColors
  }

  validate(weights: Weights): Promise<{ validation: Validation; shown: readonly PredictedImage[] }> {
    return this.#with(weights, this.#prepared.samples.val, async (look) => {
      const { validation, shown, broken } = await this.#prepared.task.judge(look)
      for (const file of broken) this.#broken.add(file)
      return { validation, shown: onWholeImages(shown, look.images) }
    })
  }

  /** What the model is to know beside its weights; null where there is nothing to look at. */
  async finish(weights: Weights): Promise<Finish | null> {
    const { task, samples } = this.#prepared
    const { finish } = task
    if (!finish || (!finish.images && !this.canScore)) return null
    const { images, notes } = finish.images?.(samples) ?? { images: samples.val, notes: [] }
    return this.#with(weights, images, (look) => finish.look(look, notes))
  }

  /** What is found on a few images: of the validation, or of the training where there is none. */
  sample(weights: Weights): Promise<readonly PredictedImage[]> {
    const { val, train } = this.#prepared.samples
    return this.#with(weights, val.length > 0 ? val : train, async (look) =>
      onWholeImages(await this.#prepared.task.preview(look), look.images),
    )
  }

  async #with<T>(weights: Weights, images: readonly JobSample[], look: (look: Look) => Promise<T>): Promise<T> {
    const { network, samples, frame, job, stain, environment } = this.#prepared
    const onOwnColors = (file: string, why: OwnColors): void => void this.#ownColors.set(file, why)
    const read = sampleReader({ open: environment.openSource, cacheFolder: job.cacheFolder, stain: stain?.target, onOwnColors })
    const session = await openOnnxSession(exportOnnx(network, weights))
    try {
      return await look({ session, classes: samples.classes, frame, images, read })
    } finally {
      await session.dispose()
    }
  }
}
