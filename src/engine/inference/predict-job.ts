import path from 'node:path'
import type { engineContract } from '#shared/contracts/engine.ts'
import type { JobImage, JobProgress, PredictJob, PredictResult, SkippedImage } from '#shared/contracts/job.ts'
import { AppError, toErrorInfo } from '#shared/errors.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import type { Size } from '#shared/geometry/point.ts'
import type { EmitterOf } from '#shared/ipc/service.ts'
import { isImageError } from '../../imaging/failure.ts'
import type { Raster } from '../../imaging/raster.ts'
import { readRaster } from '../../imaging/read.ts'
import { inTime } from '../../imaging/time-limit.ts'
import type { ImageSource } from '../../imaging/slides/image-source.ts'
import type { OwnColors } from '#shared/stains/stain-facts.ts'
import { normalizedRaster, normalizedSlide } from '../data/stains/normalized.ts'
import { readAhead } from '../data/read-ahead.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { ProgressReporter } from '../jobs/progress-reporter.ts'
import type { Predicted, PredictOptions } from '../tasks/engine-task.ts'
import type { TrainEnvironment } from '../training/train-prepare.ts'
import type { TileWork } from './each-tile.ts'
import { isLarge, openLarge, type OpenSource, pyramidsIn, stoppable } from './large-image.ts'
import { type OpenedPredictor, openPredictor } from './open-predictor.ts'
import { type PixelSource, rasterSource } from './pixel-source.ts'
import { PredictPace } from './predict-pace.ts'
import { slidePixels } from './slide-pixels.ts'
import { findTissue, GlassCounter } from './tissue.ts'
import { UnfinishedWork } from './unfinished-work.ts'

type Emit = EmitterOf<typeof engineContract>

/** What a prediction needs of the process that it runs in. */
export interface PredictEnvironment extends Pick<TrainEnvironment, 'preset' | 'openBackend'> {
  /** Opens an image that is too large to be held; default: `openLarge`. */
  readonly openSource?: OpenSource
  /** Whether an image goes by `openSource`; default: `isLarge`. */
  readonly isLarge?: (image: JobImage) => boolean
}

/**
 * Predicts all images of a job, one after the other, and tells each with `predicted`. Slides and large images are read region by region and
 * worked off tile by tile; what is finished of them is kept in the job's cache folder until the job has ended, so that the same prediction
 * started again goes on from there. An image that can't be read is told with `skipped`, and the rest goes on. Throws AppError `cancelled` or
 * `interrupted` between two images or tiles, `no-model`, `model-damaged` or `model-newer` where the model can't be used.
 */
export async function runPredictJob(
  job: PredictJob,
  control: JobControl,
  emit: Emit,
  environment: PredictEnvironment,
): Promise<PredictResult> {
  const reporter = new ProgressReporter((progress) => {
    emit('progress', progress)
  })
  reporter.report({ id: job.id, state: 'preparing', fraction: 0, secondsLeft: null })
  const predictor = await control.preparing(openPredictor(job.modelFolders, environment))
  try {
    return await new PredictRun({ job, control, emit, reporter, predictor, environment }).complete()
  } finally {
    reporter.flush()
    await predictor.dispose()
  }
}

interface RunParts {
  readonly job: PredictJob
  readonly control: JobControl
  readonly emit: Emit
  readonly reporter: ProgressReporter
  readonly predictor: OpenedPredictor
  readonly environment: PredictEnvironment
}

class PredictRun {
  readonly #parts: RunParts
  readonly #job: PredictJob
  readonly #skipped: SkippedImage[] = []
  readonly #pace: PredictPace
  readonly #work: UnfinishedWork | null
  #done = 0
  #objects = 0
  /** Tiles of the image under way. */
  #tiles: Pick<JobProgress, 'tile' | 'tiles'> = {}

  constructor(parts: RunParts) {
    this.#parts = parts
    this.#job = parts.job
    this.#pace = new PredictPace(parts.job.images)
    const { cacheFolder } = parts.job
    this.#work = cacheFolder === undefined ? null : new UnfinishedWork(path.join(cacheFolder, 'unfinished'))
  }

  async complete(): Promise<PredictResult> {
    this.#report('running')
    const { isLarge: large = isLarge } = this.#parts.environment
    const isRead = new Map(this.#job.images.map((image) => [image.path, !large(image)]))
    const readWhole = inTime(readRaster)
    const read = (file: string): Promise<Raster | null> => (isRead.get(file) === true ? readWhole(file) : Promise.resolve(null))
    for await (const result of readAhead(this.#job.images, read)) {
      this.#pace.begin(result.image)
      if ('error' in result) this.#skip(result.image, result.error)
      else if (result.raster === null) await this.#predictLarge(result.image)
      else await this.#predictWhole(result.image, result.raster)
      this.#pace.end()
      this.#tiles = {}
      this.#report('running')
      await this.#turn()
    }
    await this.#work?.finish()
    return {
      kind: 'predict',
      images: this.#job.images.length - this.#skipped.length,
      objects: this.#objects,
      seconds: this.#pace.seconds,
      runtime: this.#parts.predictor.runtime,
      skipped: this.#skipped,
    }
  }

  async #predictWhole(image: JobImage, raster: Raster): Promise<void> {
    const { stain } = this.#parts.predictor
    const seen = stain === null ? { image: raster, ownColors: null } : await normalizedRaster(raster, stain)
    await this.#predict(image, rasterSource(seen.image), { skips: skipsOutside(image) }, { glass: null, ownColors: seen.ownColors })
  }

  /** An image that is read region by region: glass is left out, and what is finished is kept. */
  async #predictLarge(image: JobImage): Promise<void> {
    let source: ImageSource | null = null
    try {
      source = await this.#open(image)
      const pixels = slidePixels(source)
      const tissue = this.#job.tissueOnly === false ? null : await findTissue(pixels)
      const openLog = await this.#work?.logsOf(image.path, this.#ways(image))
      const calibrated = { ...image, micronsPerPixel: image.micronsPerPixel ?? source.facts.micronsPerPixel }
      const glass = tissue === null ? null : new GlassCounter(tissue)
      const { stain } = this.#parts.predictor
      const seen = stain === null ? null : await normalizedSlide(source, stain)
      const shown = seen === null ? pixels : slidePixels(seen.image)
      const about = { glass, ownColors: seen?.ownColors ?? null }
      await this.#predict(calibrated, shown, { skips: skipsOutside(image, glass?.skips), openLog }, about)
    } catch (thrown) {
      if (!isImageError(thrown)) throw thrown
      this.#skip(image, thrown)
    } finally {
      await source?.close()
    }
  }

  /** A large flat image gets a pyramid first, where it has none: that can be stopped, but not be paused. */
  async #open(image: JobImage): Promise<ImageSource> {
    const { openSource = openLarge } = this.#parts.environment
    const { cacheFolder } = this.#job
    const onProgress = (): void => {
      this.#report('preparing')
    }
    const opened = stoppable(openSource, this.#parts.control)(image.path, { ...pyramidsIn(cacheFolder), onProgress })
    return opened.catch(async (thrown: unknown) => {
      // Whoever stopped it is told as in between two tiles.
      await this.#turn()
      throw thrown
    })
  }

  /** Everything that the parts which are kept of an image depend on, beside its file. */
  #ways({ width, height, micronsPerPixel, regions }: JobImage): unknown {
    const { minScore, flips, mapFolder, tissueOnly = true } = this.#job
    const { identity, runtime } = this.#parts.predictor
    return { identity, runtime, width, height, micronsPerPixel, minScore, flips, maps: mapFolder !== null, tissueOnly, regions }
  }

  async #predict(image: JobImage, source: PixelSource, work: Omit<TileWork, 'turn'>, about: LookedAt): Promise<void> {
    if (source.width !== image.width || source.height !== image.height) {
      this.#skip(image, changed(image, source))
      return
    }
    const told = await this.#parts.predictor.predict(source, image, { ...this.#options(image), ...work })
    const predicted = withLook(inRegions(image, told), about)
    this.#objects += predicted.found.length
    this.#done++
    this.#parts.emit('predicted', { id: this.#job.id, imageId: image.id, ...predicted })
  }

  #options(image: JobImage): PredictOptions {
    const { minScore, flips, mapFolder } = this.#job
    return {
      minScore,
      flips,
      mapPlace: mapFolder === null ? null : (name, ending = 'png') => mapPlace(mapFolder, image, `${name}.${ending}`),
      turn: (done, tiles) => {
        this.#pace.reach(done, tiles)
        this.#tiles = tiles > 1 ? { tile: done, tiles } : {}
        this.#report('running')
        return this.#turn()
      },
    }
  }

  #skip({ id }: JobImage, thrown: unknown): void {
    const skipped = { imageId: id, error: toErrorInfo(thrown) }
    this.#skipped.push(skipped)
    this.#done++
    this.#parts.emit('skipped', { id: this.#job.id, ...skipped })
  }

  /** Between two images or tiles: hears pause and stop. */
  async #turn(): Promise<void> {
    const { control } = this.#parts
    let ending = await control.turn()
    if (ending === null && control.paused) {
      this.#report('paused')
      this.#pace.pause()
      await control.untilResumed()
      this.#pace.resume()
      ending = control.ending
      if (ending === null) this.#report('running')
    }
    if (ending === 'interrupt') throw new AppError('interrupted', 'The prediction was interrupted.')
    if (ending !== null) throw new AppError('cancelled', 'The prediction was cancelled.')
  }

  #report(state: JobProgress['state']): void {
    const { images, id } = this.#job
    const { runtime, note } = this.#parts.predictor
    const { fraction, secondsLeft } = this.#pace
    const place = { image: Math.min(images.length, this.#done + 1), images: images.length, ...this.#tiles }
    this.#parts.reporter.report({ id, state, fraction, secondsLeft, backend: runtime, backendNote: note, ...place })
  }
}

/** Tiles that have nothing of the parts of an image that count are left out, as are those that others leave out. */
function skipsOutside({ regions }: JobImage, skips?: TileWork['skips']): TileWork['skips'] {
  if (regions === undefined) return skips
  const { touches } = regionTest(regions)
  return (tile) => !touches(tile) || skips?.(tile) === true
}

/** Objects whose centre lies in the parts of the image that count, with these parts: whoever counts divides by what was looked at. */
function inRegions({ regions }: JobImage, { found, result }: Predicted): Predicted {
  if (regions === undefined) return { found, result }
  const { holds } = regionTest(regions)
  const inside = found.filter(({ shape }) => isPlaced(shape) && holds(shape))
  return { found: inside, result: { ...(result ?? NOTHING_SAID), regions: [...regions] } }
}

/** What is to be told of how an image was looked at. */
interface LookedAt {
  readonly glass: GlassCounter | null
  readonly ownColors: OwnColors | null
}

function withLook({ found, result }: Predicted, { glass, ownColors }: LookedAt): Predicted {
  if (glass === null && ownColors === null) return { found, result }
  const look = { ...(glass === null ? {} : { glass: glass.count() }), ...(ownColors === null ? {} : { ownColors }) }
  return { found, result: { ...(result ?? NOTHING_SAID), ...look } }
}

/** What is told of an image of which a model says nothing as a whole. */
const NOTHING_SAID = { scores: null, anomaly: null, maps: [] }

function mapPlace(folder: string, { id }: JobImage, name: string): { file: string; path: string } {
  const file = `${id}.${name}`
  return { file, path: path.join(folder, file) }
}

function changed(image: JobImage, { width, height }: Size): AppError {
  return new AppError(
    'image-changed',
    `The image is ${width} x ${height} pixels now, but was ${image.width} x ${image.height} when it was imported.`,
    'Put the original file back, or import the new one.',
  )
}
