import type { Found, JobSample } from '#shared/contracts/job.ts'
import type { Raster } from '../../imaging/raster.ts'
import { readRaster } from '../../imaging/read.ts'
import { detectObjects } from '../inference/detect.ts'
import { exportOnnx } from '../inference/onnx-export.ts'
import { openOnnxSession } from '../inference/onnx-session.ts'
import type { InferenceSession } from '../inference/session.ts'
import type { Weights } from '../nn/weights.ts'
import type { Validation } from './loop.ts'
import type { PreparedTraining } from './train-prepare.ts'
import { canValidate, sampleDetector, validateDetector } from './validation.ts'

/** Low enough for the whole precision-recall curve. */
const MIN_SCORE = 0.02

/** Looks how good weights are, on the validation images. */
export class Examiner {
  readonly #prepared: PreparedTraining
  readonly #broken = new Set<string>()

  constructor(prepared: PreparedTraining) {
    this.#prepared = prepared
  }

  /** Whether there are validation images with something to be found. */
  get canScore(): boolean {
    return canValidate(this.#prepared.samples.val)
  }

  /** Validation images that could not be read. */
  get broken(): readonly string[] {
    return [...this.#broken]
  }

  async validate(weights: Weights): Promise<{ validation: Validation; shown: JobSample['images'] }> {
    const { samples } = this.#prepared
    const session = await this.#open(weights)
    try {
      const source = { images: samples.val, classes: samples.classes, read: readRaster }
      const { validation, shown, broken } = await validateDetector(source, (raster) => this.#detect(session, raster))
      for (const file of broken) this.#broken.add(file)
      return { validation, shown }
    } finally {
      await session.dispose()
    }
  }

  /** What is found on a few images: of the validation, or of the training where there is none. */
  async sample(weights: Weights): Promise<JobSample['images']> {
    const { samples } = this.#prepared
    const images = samples.val.length > 0 ? samples.val : samples.train
    const session = await this.#open(weights)
    try {
      return await sampleDetector({ images, classes: samples.classes, read: readRaster }, (raster) => this.#detect(session, raster))
    } finally {
      await session.dispose()
    }
  }

  async #detect(session: InferenceSession, raster: Raster): Promise<Found[]> {
    const { preset, frame } = this.#prepared
    // One size only, to keep validation short.
    return detectObjects(session, preset, raster, { minScore: MIN_SCORE, frame, sizes: preset.inferenceSizes.slice(0, 1) })
  }

  #open(weights: Weights): Promise<InferenceSession> {
    return openOnnxSession(exportOnnx(this.#prepared.network, weights))
  }
}
