import path from 'node:path'
import type { engineContract } from '#shared/contracts/engine.ts'
import type { JobImage, JobProgress, PredictJob, PredictResult, SkippedImage } from '#shared/contracts/job.ts'
import { AppError, toErrorInfo } from '#shared/errors.ts'
import type { EmitterOf } from '#shared/ipc/service.ts'
import type { Raster } from '../../imaging/raster.ts'
import { readRaster } from '../../imaging/read.ts'
import { readAhead } from '../data/read-ahead.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { ProgressReporter } from '../jobs/progress-reporter.ts'
import { type OpenedPredictor, openPredictor } from './open-predictor.ts'
import { rasterSource } from './pixel-source.ts'
import type { TrainEnvironment } from '../training/train-prepare.ts'

type Emit = EmitterOf<typeof engineContract>

/**
 * Predicts all images of a job, one after the other, and tells each with `predicted`. An image that can't be read is told with
 * `skipped`, and the rest goes on. Throws AppError `cancelled` or `interrupted` between two images or tiles, `no-model`, `model-damaged` or
 * `model-newer` where the model can't be used.
 */
export async function runPredictJob(
  job: PredictJob,
  control: JobControl,
  emit: Emit,
  environment: TrainEnvironment,
): Promise<PredictResult> {
  const reporter = new ProgressReporter((progress) => {
    emit('progress', progress)
  })
  reporter.report({ id: job.id, state: 'preparing', fraction: 0, secondsLeft: null })
  const predictor = await openPredictor(job.modelFolders, environment)
  try {
    return await new PredictRun(job, control, emit, reporter, predictor).complete()
  } finally {
    reporter.flush()
    await predictor.dispose()
  }
}

class PredictRun {
  readonly #job: PredictJob
  readonly #control: JobControl
  readonly #emit: Emit
  readonly #reporter: ProgressReporter
  readonly #predictor: OpenedPredictor
  readonly #skipped: SkippedImage[] = []
  #seconds = 0
  #done = 0
  #objects = 0

  constructor(job: PredictJob, control: JobControl, emit: Emit, reporter: ProgressReporter, predictor: OpenedPredictor) {
    this.#job = job
    this.#control = control
    this.#emit = emit
    this.#reporter = reporter
    this.#predictor = predictor
  }

  async complete(): Promise<PredictResult> {
    this.#report('running')
    let since = performance.now()
    for await (const result of readAhead(this.#job.images, readRaster)) {
      if ('error' in result) this.#skip(result.image, result.error)
      else await this.#predict(result.image, result.raster)
      this.#seconds += (performance.now() - since) / 1000
      this.#report('running')
      await this.#turn()
      since = performance.now()
    }
    const images = this.#job.images.length - this.#skipped.length
    return {
      kind: 'predict',
      images,
      objects: this.#objects,
      seconds: this.#seconds,
      runtime: this.#predictor.runtime,
      skipped: this.#skipped,
    }
  }

  async #predict(image: JobImage, raster: Raster): Promise<void> {
    if (raster.width !== image.width || raster.height !== image.height) {
      this.#skip(image, changed(image, raster))
      return
    }
    const { minScore, flips, mapFolder } = this.#job
    const predicted = await this.#predictor.predict(rasterSource(raster), image, {
      minScore,
      flips,
      mapPlace: mapFolder === null ? null : (name, ending = 'png') => mapPlace(mapFolder, image, `${name}.${ending}`),
      turn: () => this.#turn(),
    })
    this.#objects += predicted.found.length
    this.#done++
    this.#emit('predicted', { id: this.#job.id, imageId: image.id, ...predicted })
  }

  #skip({ id }: JobImage, thrown: unknown): void {
    const skipped = { imageId: id, error: toErrorInfo(thrown) }
    this.#skipped.push(skipped)
    this.#done++
    this.#emit('skipped', { id: this.#job.id, ...skipped })
  }

  /** Between two images or tiles: hears pause and stop. */
  async #turn(): Promise<void> {
    let ending = await this.#control.turn()
    if (ending === null && this.#control.paused) {
      this.#report('paused')
      await this.#control.untilResumed()
      ending = this.#control.ending
      if (ending === null) this.#report('running')
    }
    if (ending === 'interrupt') throw new AppError('interrupted', 'The prediction was interrupted.')
    if (ending !== null) throw new AppError('cancelled', 'The prediction was cancelled.')
  }

  #report(state: JobProgress['state']): void {
    const { images, id } = this.#job
    const left = images.length - this.#done
    const secondsLeft = this.#done === 0 ? null : (this.#seconds / this.#done) * left
    const fraction = images.length === 0 ? 1 : this.#done / images.length
    this.#reporter.report({ id, state, fraction, secondsLeft, backend: this.#predictor.runtime, backendNote: this.#predictor.note })
  }
}

function mapPlace(folder: string, { id }: JobImage, name: string): { file: string; path: string } {
  const file = `${id}.${name}`
  return { file, path: path.join(folder, file) }
}

function changed(image: JobImage, raster: Raster): AppError {
  return new AppError(
    'image-changed',
    `The image is ${raster.width} x ${raster.height} pixels now, but was ${image.width} x ${image.height} when it was imported.`,
    'Put the original file back, or import the new one.',
  )
}
