import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Found, JobProgress, PredictedImage, PredictResult } from '#shared/contracts/job.ts'
import { predictRequest, type PredictRequest } from '#shared/contracts/work.ts'
import { AppError } from '#shared/errors.ts'
import { jobId, newId, runId, type ClassId, type ImageId, type JobId, type RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord, RunRecord } from '#shared/records/model.ts'
import { type ImageResult, resultNotes } from '#shared/records/prediction.ts'
import type { NewPrediction } from '../project/tables/predictions.ts'
import type { ImportProblem } from '../interchange/dataset.ts'
import type { ImageFiles } from './image-files.ts'
import type { JobBook } from './job-book.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'

export interface PredictedRun {
  readonly run: RunRecord
  readonly problems: readonly ImportProblem[]
  readonly glass: readonly LeftGlass[]
  /** What has to be known to understand the counts. */
  readonly notes: readonly string[]
}

/** Of one slide or large image: the share of its area that is glass (0..1), and how many of its tiles showed nothing else and were left out. */
export interface LeftGlass {
  readonly image: string
  readonly share: number
  readonly tiles: number
  readonly skipped: number
}

interface Wanted {
  readonly id: JobId
  readonly models: readonly ModelRecord[]
  readonly images: readonly ImageRecord[]
  readonly minScore: number
  readonly flips: boolean
  readonly tissueOnly: boolean
  readonly inRegions: boolean
  readonly onProgress: ((progress: JobProgress) => void) | undefined
}

/** What a job has told so far. */
interface Gathered {
  readonly seen: ImageId[]
  readonly found: NewPrediction[]
  readonly results: ImageResult[]
}

/** Predictions of a project's models: runs the job and keeps what it found as one run, apart from the truth. */
export class Prediction {
  readonly #project: OpenProject
  readonly #files: ImageFiles
  readonly #jobs: JobBook

  constructor(project: OpenProject, files: ImageFiles, jobs: JobBook) {
    this.#project = project
    this.#files = files
    this.#jobs = jobs
  }

  async start(input: PredictRequest, onProgress?: (progress: JobProgress) => void): Promise<{ id: JobId; done: Promise<PredictedRun> }> {
    const request = predictRequest.parse(input)
    const models = this.#project.modelsToAsk(request.modelId)
    const images = request.inRegions ? this.#withRegions(this.#choose(request)) : this.#choose(request)
    if (images.length === 0)
      throw new AppError('no-images', 'No image fits what was asked for.', 'Check --split or --images, or import images first.')
    const id = jobId.parse(newId())
    const { minScore, flips, tissueOnly, inRegions } = request
    return { id, done: this.#run({ id, models, images, minScore, flips, tissueOnly, inRegions, onProgress }) }
  }

  /** All conditions must hold; null = any. */
  #choose({ split, images, glob }: { split: string | null; images: readonly ImageId[] | null; glob: string | null }): ImageRecord[] {
    const wanted = images === null ? null : new Set(images)
    return this.#project.db
      .images()
      .filter(
        (i) =>
          (split === null || i.split === split) &&
          (wanted === null || wanted.has(i.id)) &&
          (glob === null || path.matchesGlob(i.name, glob)),
      )
  }

  /** Those of the images that have a region. Throws AppError `no-regions` where none has, and where the task is one of whole images. */
  #withRegions(images: readonly ImageRecord[]): ImageRecord[] {
    if (workbenchTask(this.#project.task).withinParts === undefined)
      throw new AppError('no-regions', 'This kind of project has no regions: its models speak of whole images.', 'Predict on all images.')
    const marked = new Set(this.#project.db.regions().map(({ imageId }) => imageId))
    const found = images.filter(({ id }) => marked.has(id))
    if (found.length === 0 && images.length > 0)
      throw new AppError(
        'no-regions',
        'None of these images has a region of interest.',
        'Draw regions in Label, or predict on all of the images.',
      )
    return found
  }

  async #run(wanted: Wanted): Promise<PredictedRun> {
    const run = runId.parse(newId())
    const { readable, problems } = await this.#files.locateAll(wanted.images)
    const told: Gathered = { seen: [], found: [], results: [] }
    const half = path.join(this.#project.paths.runs, `.half-${run}`)
    await mkdir(half, { recursive: true })
    try {
      const result = await this.#ask(wanted, run, { readable, half }, told)
      await rename(half, path.join(this.#project.paths.runs, run))
      const record = this.#keep(wanted, run, result, told)
      this.#jobs.finish(wanted.id)
      const names = new Map(wanted.images.map((i) => [i.id, i.name]))
      const skipped = result.skipped.map((s) => ({ file: names.get(s.imageId) ?? s.imageId, what: s.error.message }))
      const glass = told.results.flatMap(({ imageId, glass: left }) => (left ? [{ image: names.get(imageId) ?? imageId, ...left }] : []))
      return { run: record, problems: [...problems, ...skipped], glass, notes: runNotes(wanted.images, told.results) }
    } finally {
      await rm(half, { recursive: true, force: true })
    }
  }

  async #ask(
    { id, models, minScore, flips, tissueOnly, inRegions, onProgress }: Wanted,
    run: RunId,
    { readable, half }: { readable: Awaited<ReturnType<ImageFiles['locateAll']>>['readable']; half: string },
    told: Gathered,
  ): Promise<PredictResult> {
    const [first] = models as [ModelRecord]
    const classes = this.#classesOf(first)
    const result = await this.#jobs.run(
      {
        kind: 'predict',
        id,
        modelFolders: models.map((model) => path.join(this.#project.paths.models, model.id)),
        images: inRegions
          ? readable.map((image) => ({ ...image, regions: this.#project.db.regionsOf(image.id).map(({ shape }) => shape) }))
          : readable,
        minScore,
        mapFolder: half,
        flips,
        tissueOnly,
        cacheFolder: this.#project.paths.cache,
      },
      { title: `Predicting with ${nameOf(models)}`, modelId: first.id, runId: run },
      {
        ...(onProgress ? { onProgress } : {}),
        onPredicted: (image) => {
          gather(told, image, classes)
        },
      },
    )
    if (result.kind !== 'predict') throw new AppError('internal', 'The engine answered a prediction with something else.')
    return result
  }

  #keep({ models, minScore, flips, tissueOnly, inRegions }: Wanted, run: RunId, result: PredictResult, told: Gathered): RunRecord {
    const [first] = models as [ModelRecord]
    const ensemble = models.length > 1 ? { ensemble: models.map(({ id }) => id) } : {}
    const record: RunRecord = {
      id: run,
      modelId: first.id,
      settings: { minScore, flips, tissueOnly, ...(inRegions ? { inRegions } : {}), runtime: result.runtime, ...ensemble },
      images: told.seen.length,
      objects: told.found.length,
      seconds: result.seconds,
      createdAt: new Date().toISOString(),
    }
    this.#project.db.addRun(record, told.seen, told.found, told.results)
    return record
  }

  /** The model's classes as the project knows them now: by id, else by name; a class that is gone gives no predictions. */
  #classesOf(model: ModelRecord): (ClassId | null)[] {
    const classes = this.#project.db.classes()
    return model.classes.map((m) => (classes.find((c) => c.id === m.id) ?? classes.find((c) => c.name === m.name))?.id ?? null)
  }
}

/** What has to be known of a run's results on some images to understand the counts there, with the image's name before it. */
export function runNotes(images: readonly ImageRecord[], results: readonly ImageResult[]): string[] {
  const names = new Map(images.map(({ id, name }) => [id, name]))
  return results.flatMap((result) => {
    const name = names.get(result.imageId)
    return name === undefined ? [] : resultNotes(result).map((note) => `${name}: ${note}`)
  })
}

function nameOf(models: readonly ModelRecord[]): string {
  return models.length === 1 ? models[0]!.name : `${models.length} models together`
}

function gather(told: Gathered, { imageId, found, result }: PredictedImage, classes: readonly (ClassId | null)[]): void {
  told.seen.push(imageId)
  // One by one: a slide has more objects than a call may have arguments.
  for (const one of found) {
    const prediction = predictionOf(one, imageId, classes)
    if (prediction !== null) told.found.push(prediction)
  }
  if (result !== null) told.results.push({ imageId, ...result })
}

function predictionOf(found: Found, imageId: ImageId, classes: readonly (ClassId | null)[]): NewPrediction | null {
  const classId = classes[found.classIndex] ?? null
  if (classId === null) return null
  return { imageId, classId, score: Math.min(1, Math.max(0, found.score)), shape: found.shape }
}
