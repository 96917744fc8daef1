import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { JobImage, PredictResult } from '#shared/contracts/job.ts'
import { predictRequest, type PredictRequest } from '#shared/contracts/work.ts'
import type { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { jobId, newId, runId, type ImageId, type JobId, type RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { lastLook, type Look, type ModelRecord, outOfFold, type RunRecord, usualRun } from '#shared/records/model.ts'
import { say } from '#shared/i18n/say.ts'
import { someNames } from '#shared/some-names.ts'
import type { ImportProblem } from '../interchange/dataset.ts'
import type { ImageFiles } from './image-files.ts'
import type { JobBook } from './job-book.ts'
import { removeBrokenOff } from './job-folders.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'
import { glassOf, type LeftGlass, nameOf, type PredictionSettings, runNotes, ToldRun } from './told-run.ts'
import type { WholeJob } from './whole-job.ts'

export interface PredictedRun {
  readonly run: RunRecord
  /** What was looked at now: all of the run, or the images that joined it. */
  readonly looked: Look
  /** Objects that it found there with the score from which the task counts. */
  readonly counted: number
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
  /** The run that these images join; null: they are a run of their own. */
  readonly joins: RunRecord | null
}

/** How a run's images were looked at, as its settings tell it; what older ones leave out was as usual. */
export const lookSettings = ({ settings }: RunRecord): PredictionSettings =>
  predictRequest.pick({ minScore: true, flips: true, tissueOnly: true, inRegions: true }).parse(settings)

/** How the folder of maps of a prediction under way begins. */
export const HALF_RUN = '.half-'

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

/** Which run a look at further images joins: of those that somebody asked these models for by these settings the one over the most images. */
function runOfSameLook(runs: readonly RunRecord[], models: readonly ModelRecord[], settings: PredictionSettings): RunRecord | null {
  const ensemble = models.length > 1 ? models.map(({ id }) => id) : undefined
  const same = (run: RunRecord): boolean =>
    run.settings['aside'] !== true &&
    run.modelId === models[0]!.id &&
    isDeepStrictEqual(run.settings['ensemble'], ensemble) &&
    isDeepStrictEqual(lookSettings(run), settings)
  return usualRun(runs.filter(same))
}

/**
 * The project's images that may join a run, since it has not looked at them: of one that looks into regions of interest those that have any, of a
 * part of a cross-validation none. @throws AppError `no-such-run`.
 */
export function unseenBy(project: OpenProject, id: RunId): ImageId[] {
  const run = project.run(id)
  if (outOfFold(run) !== null) return []
  const { inRegions } = lookSettings(run)
  const seen = new Set(project.db.imagesOfRun(id))
  const marked = new Set(project.db.regions().map(({ imageId }) => imageId))
  return project.db.images().flatMap((image) => (seen.has(image.id) || (inRegions && !marked.has(image.id)) ? [] : [image.id]))
}

/** Every image that was asked about is looked at already. */
function nothingNew({ models }: ChosenPrediction, run: RunRecord): PredictedRun {
  return { run, looked: { images: 0, objects: 0, seconds: 0 }, counted: 0, name: nameOf(models), problems: [], glass: [], notes: [] }
}

/** A run's maps come in whole; where the run has maps already these join them. A name is of one image, so none is there before. */
async function moveMaps(half: string, folder: string): Promise<void> {
  if (!existsSync(folder)) return rename(half, folder)
  for (const map of await readdir(half)) await rename(path.join(half, map), path.join(folder, map))
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

  /** Removes what a kill left of the maps of earlier predictions. */
  removeBrokenOff(): Promise<void> {
    return removeBrokenOff(this.#project.paths.runs, HALF_RUN)
  }

  async start(input: PredictRequest, wish: PredictionWish = {}): Promise<{ id: JobId; done: Promise<PredictedRun> }> {
    const chosen = this.chosen(input)
    const id = jobId.parse(newId())
    const nothingLeft = chosen.joins !== null && chosen.images.length === 0
    return { id, done: nothingLeft ? Promise.resolve(nothingNew(chosen, chosen.joins)) : this.#run({ id, ...chosen, ...wish }) }
  }

  /** The models and images that a request means, and how they are to be looked at. Throws AppError `no-images`, `no-regions`, `no-model`. */
  chosen(input: PredictRequest): ChosenPrediction {
    const request = this.#asJoined(predictRequest.parse(input))
    const models = request.joins === null ? this.#project.modelsToAsk(request.modelId) : this.#project.modelsOf(request.joins)
    const images = request.inRegions ? this.#withRegions(this.#choose(request)) : this.#choose(request)
    if (images.length === 0)
      throw new AppError('no-images', 'No image fits what was asked for.', 'Check --split or --images, or import images first.')
    const { minScore, flips, tissueOnly, inRegions } = request
    const settings = { minScore, flips, tissueOnly, inRegions }
    const joins = request.rest ? (request.joins ?? runOfSameLook(this.#project.db.runs(), models, settings)) : null
    const before = new Set(joins === null ? [] : this.#project.db.imagesOfRun(joins.id))
    return { models, images: images.filter(({ id }) => !before.has(id)), settings, joins }
  }

  /** The run that is joined, if one is named, with its own settings instead of those that were asked for. @throws AppError `no-such-run`. */
  #asJoined(
    request: z.output<typeof predictRequest>,
  ): Omit<z.output<typeof predictRequest>, 'joins'> & { readonly joins: RunRecord | null } {
    if (!request.rest || request.joins === null) return { ...request, joins: null }
    const joins = this.#project.run(request.joins)
    if (outOfFold(joins) !== null)
      throw new AppError(
        'not-joined',
        'This run is a part of a cross-validation: no further image joins it.',
        'Predict with the folds together.',
      )
    return { ...request, ...lookSettings(joins), joins }
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
    const run = wanted.joins?.id ?? runId.parse(newId())
    const { readable, problems } = await this.located(wanted)
    const told = new ToldRun(this.#project.db, wanted.models)
    const half = path.join(this.#project.paths.runs, `${HALF_RUN}${wanted.id}`)
    await mkdir(half, { recursive: true })
    try {
      const result = await this.#ask(wanted, run, { readable, half }, told)
      const { settings, outOfFold, aside, joins } = wanted
      await moveMaps(half, path.join(this.#project.paths.runs, run))
      const what = { ...settings, ...(outOfFold === undefined ? {} : { outOfFold }), ...(aside === true ? { aside } : {}) }
      const record = joins === null ? told.keep(run, what, result) : told.join(run, result)
      const names = new Map(wanted.images.map((i) => [i.id, i.name]))
      const skipped = result.skipped.map((s) => ({ file: names.get(s.imageId) ?? s.imageId, what: s.error.message }))
      const glass = glassOf(told.results, names)
      const notes = runNotes(wanted.images, told.results)
      const all = [...problems, ...skipped]
      const looked = lastLook(record)
      const counted = this.#counted(run, told.seen)
      this.#jobs.finish(wanted.id, [...(aside === true ? [] : this.#countedNotes(looked, counted)), ...leftOutNotes(all), ...notes])
      return { run: record, looked, counted, name: nameOf(wanted.models), problems: all, glass, notes }
    } finally {
      await rm(half, { recursive: true, force: true })
    }
  }

  /** Objects on these images of a run that count. */
  #counted(run: RunId, images: readonly ImageId[]): number {
    const { db, task } = this.#project
    const among = new Set(images)
    const counts = db.predictionCounts({ runId: run, score: workbenchTask(task).countedFrom })
    return counts.reduce((sum, { imageId, predictions }) => sum + (among.has(imageId) ? predictions : 0), 0)
  }

  /** Objects of lower scores are kept for whoever moves the score: a person is told how many of them count as it stands. */
  #countedNotes({ objects }: Look, counted: number): string[] {
    const score = workbenchTask(this.#project.task).countedFrom
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
