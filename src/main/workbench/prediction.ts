import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { JobImage, PredictResult } from '#shared/contracts/job.ts'
import { predictRequest, type PredictRequest } from '#shared/contracts/work.ts'
import { AppError } from '#shared/errors.ts'
import { jobId, newId, runId, type ImageId, type JobId, type RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord, RunRecord } from '#shared/records/model.ts'
import { say } from '#shared/i18n/say.ts'
import { someNames } from '#shared/some-names.ts'
import type { ImportProblem } from '../interchange/dataset.ts'
import type { ImageFiles } from './image-files.ts'
import type { JobBook } from './job-book.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'
import { glassOf, type LeftGlass, nameOf, type PredictionSettings, runNotes, ToldRun } from './told-run.ts'
import type { WholeJob } from './whole-job.ts'

export interface PredictedRun {
  readonly run: RunRecord
  /** The model's name, or the ensemble's. */
  readonly name: string
  readonly problems: readonly ImportProblem[]
  readonly glass: readonly LeftGlass[]
  /** What has to be known to understand the counts. */
  readonly notes: readonly string[]
}

/** Which images which models are to look at, and how. */
export interface ChosenPrediction {
  readonly models: readonly ModelRecord[]
  readonly images: readonly ImageRecord[]
  readonly settings: PredictionSettings
}

interface LocatedImages {
  readonly readable: readonly JobImage[]
  readonly problems: readonly ImportProblem[]
}

export interface PredictionWish {
  /** The cross-validation that it is a part of. */
  readonly within?: WholeJob | undefined
  /** It is done on the way to an evaluation: nobody asked to look at its run. */
  readonly aside?: boolean
  /** The cross-validation whose model looks at what it did not see. */
  readonly outOfFold?: string
}

interface Wanted extends ChosenPrediction, PredictionWish {
  readonly id: JobId
}

function leftOutNotes(problems: readonly ImportProblem[]): string[] {
  if (problems.length === 0) return []
  return [
    say('{{count}} images could not be read and are left out: {{names}}', {
      count: problems.length,
      names: someNames(problems.map(({ file }) => file)),
    }),
  ]
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

  async start(input: PredictRequest, wish: PredictionWish = {}): Promise<{ id: JobId; done: Promise<PredictedRun> }> {
    const { models, images, settings } = this.chosen(input)
    const id = jobId.parse(newId())
    return { id, done: this.#run({ id, models, images, settings, ...wish }) }
  }

  /** The models and images that a request means, and how they are to be looked at. Throws AppError `no-images`, `no-regions`, `no-model`. */
  chosen(input: PredictRequest): ChosenPrediction {
    const request = predictRequest.parse(input)
    const models = this.#project.modelsToAsk(request.modelId)
    const images = request.inRegions ? this.#withRegions(this.#choose(request)) : this.#choose(request)
    if (images.length === 0)
      throw new AppError('no-images', 'No image fits what was asked for.', 'Check --split or --images, or import images first.')
    const { minScore, flips, tissueOnly, inRegions } = request
    return { models, images, settings: { minScore, flips, tissueOnly, inRegions } }
  }

  /** Images as a prediction job looks at them; those whose file is gone are told. */
  async located({ images, settings }: Pick<ChosenPrediction, 'images' | 'settings'>): Promise<LocatedImages> {
    const { readable, problems } = await this.#files.locateAll(images)
    if (!settings.inRegions) return { readable, problems }
    const regions = (id: ImageId) => this.#project.db.regionsOf(id).map(({ shape }) => shape)
    return { readable: readable.map((image) => ({ ...image, regions: regions(image.id) })), problems }
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
    const { readable, problems } = await this.located(wanted)
    const told = new ToldRun(this.#project.db, wanted.models)
    const half = path.join(this.#project.paths.runs, `.half-${run}`)
    await mkdir(half, { recursive: true })
    try {
      const result = await this.#ask(wanted, run, { readable, half }, told)
      await rename(half, path.join(this.#project.paths.runs, run))
      const { settings, outOfFold, aside } = wanted
      const what = { ...settings, ...(outOfFold === undefined ? {} : { outOfFold }), ...(aside === true ? { aside } : {}) }
      const record = told.keep(run, what, result)
      const names = new Map(wanted.images.map((i) => [i.id, i.name]))
      const skipped = result.skipped.map((s) => ({ file: names.get(s.imageId) ?? s.imageId, what: s.error.message }))
      const glass = glassOf(told.results, names)
      const notes = runNotes(wanted.images, told.results)
      const all = [...problems, ...skipped]
      this.#jobs.finish(wanted.id, [...(aside === true ? [] : this.#countedNotes(record)), ...leftOutNotes(all), ...notes])
      return { run: record, name: nameOf(wanted.models), problems: all, glass, notes }
    } finally {
      await rm(half, { recursive: true, force: true })
    }
  }

  /** Objects of lower scores are kept for whoever moves the score: a person is told how many of them count as it stands. */
  #countedNotes({ id, objects }: RunRecord): string[] {
    const score = workbenchTask(this.#project.task).countedFrom
    const counted = this.#project.db.predictionCounts({ runId: id, score }).reduce((sum, { predictions }) => sum + predictions, 0)
    return counted === objects ? [] : [say('Of these, {{objects}} count (score {{score}} or more).', { objects: counted, score })]
  }

  async #ask(
    { id, models, settings, within, aside = false }: Wanted,
    run: RunId,
    { readable, half }: { readonly readable: readonly JobImage[]; readonly half: string },
    told: ToldRun,
  ): Promise<PredictResult> {
    const [first] = models as [ModelRecord]
    const result = await this.#jobs.run(
      {
        kind: 'predict',
        id,
        modelFolders: models.map((model) => path.join(this.#project.paths.models, model.id)),
        images: [...readable],
        minScore: settings.minScore,
        flips: settings.flips,
        tissueOnly: settings.tissueOnly,
        mapFolder: half,
        cacheFolder: this.#project.paths.cache,
      },
      { title: say('Predicting with {{name}}', { name: nameOf(models) }), modelId: first.id, runId: run, ...(aside ? { aside } : {}) },
      {
        within,
        onPredicted: (image) => {
          told.take(image)
        },
      },
    )
    if (result.kind !== 'predict') throw new AppError('internal', 'The engine answered a prediction with something else.')
    return result
  }
}
