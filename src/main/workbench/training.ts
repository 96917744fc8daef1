import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { jobSamples, trainJob, type JobResult, type TrainJob, type TrainResult } from '#shared/contracts/job.ts'
import { trainRequest, type TrainRequest, type TrainingData } from '#shared/contracts/work.ts'
import { AppError } from '#shared/errors.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { groupBy } from '#shared/group-by.ts'
import { imageId, jobId, modelId, newId, type ImageId, type JobId, type ModelId } from '#shared/records/ids.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { familyName, foldName } from '#shared/fold-names.ts'
import { modelRecord, type ModelRecord } from '#shared/records/model.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import { say } from '#shared/i18n/say.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { foldGroups, type FoldPart, foldParts } from '../images/splits.ts'
import { holdBack, type HeldBack } from './held-back.ts'
import type { ImageFiles } from './image-files.ts'
import type { JobBook } from './job-book.ts'
import { jobFolder, readJobs, removeBrokenOff } from './job-folders.ts'
import { isLabelled, labelledParts } from './labelled-parts.ts'
import { imagesOfSamples, keepLearnedImages, learnedImages } from './learned-images.ts'
import { type AlikeAmong, assignMissingSplits, type AssignedSplits, NONE_ASSIGNED, toCompare } from './missing-splits.ts'
import type { OpenProject } from './open-project.ts'
import { previewFolder } from './sample-pictures.ts'
import { undrawnWarnings } from './tasks/place-alone.ts'
import { workbenchTask } from './tasks/registry.ts'
import type { WorkbenchTask } from './tasks/workbench-task.ts'
import { dataHash, learnedOf, samplesOf, trainingDataOf, type LabelledImage, type SplitOf } from './training-data.ts'
import { leftOpen } from './unfinished-images.ts'
import type { WholeJob } from './whole-job.ts'

/** Stored beside the job's checkpoints, so that an interrupted training can go on and become the model it was meant to be. */
const jobFile = z.object({
  job: trainJob,
  model: modelRecord.unwrap().pick({
    id: true,
    name: true,
    classes: true,
    parent: true,
    settings: true,
    author: true,
    dataHash: true,
    objects: true,
    trainImages: true,
    valImages: true,
    fold: true,
  }),
  /** Left out by older versions. */
  learned: learnedImages.optional(),
  /** What is to be said of the choice of images. */
  notes: z.array(z.string()).default([]),
})
type JobFile = z.infer<typeof jobFile>

/** How the folder of a model begins that is being written (engine/data/model-folder.ts, files/write-folder.ts). */
const HALF_MODEL = '.slidewright-'

/** Ends after which a training can go on at once. */
const GOES_ON: ReadonlySet<string> = new Set(['cancelled', 'engine-crashed'])

export const goesOn = (thrown: unknown): boolean => thrown instanceof AppError && GOES_ON.has(thrown.code)

/** One fold of a cross-validation. */
export interface FoldOf {
  /** Shared by all folds of one cross-validation, as is what its models are called. */
  readonly of: string
  readonly name: string
  readonly index: number
  readonly folds: number
  readonly splitOf: SplitOf
}

export interface TrainedModel {
  readonly model: ModelRecord
  readonly result: TrainResult
}

/** What a training is a part of. */
export interface TrainedWithin {
  readonly within?: WholeJob | undefined
}

/** Trainings of a project: makes the snapshot, runs the job, and keeps the model. */
export class Training {
  readonly #project: OpenProject
  readonly #files: ImageFiles
  readonly #jobs: JobBook
  readonly #alikeAmong: AlikeAmong

  /** `alikeAmong`: which of some images look nearly the same, so that none is learned from while the other is held out. */
  constructor(project: OpenProject, files: ImageFiles, jobs: JobBook, alikeAmong: AlikeAmong = () => Promise.resolve([])) {
    this.#project = project
    this.#files = files
    this.#jobs = jobs
    this.#alikeAmong = alikeAmong
  }

  get #task(): WorkbenchTask {
    return workbenchTask(this.#project.task)
  }

  async data(): Promise<TrainingData> {
    const annotated = annotationsByImage(this.#project.db)
    const divisible = this.#divisible(annotated)
    const data = trainingDataOf(this.#task, await this.#labelled(annotated), this.#project.db.classes())
    const warnings = [...data.warnings, ...undrawnWarnings(this.#task, this.#project.db.images(), annotated)]
    return { ...data, warnings, divisible: { images: divisible.length, ...foldGroups(divisible) } }
  }

  /**
   * The folder with the list of what a training would learn from now, and its classes' colours; images without a split count as training
   * images, as most of them will be. Throws AppError `nothing-to-learn` where none is labelled.
   */
  async listed(): Promise<{ folder: string; colors: string[]; cacheFolder: string }> {
    const classes = this.#project.db.classes()
    const { samples } = await this.#samples(await this.#labelled(annotationsByImage(this.#project.db)), ({ split }) => split ?? 'train')
    if (samples.train.length === 0) throw new AppError('nothing-to-learn', 'No training image is labelled yet.', this.#task.firstStep)
    const { cache } = this.#project.paths
    return { folder: await previewFolder(cache, samples), colors: classes.map(({ color }) => color), cacheFolder: cache }
  }

  /** Prepares a training and hands it over; `done` gives the stored model. With `fold`, images are split as that says and not as the project does. */
  async start(
    input: TrainRequest,
    { within, fold }: TrainedWithin & { readonly fold?: FoldOf } = {},
  ): Promise<{ id: JobId; assigned: AssignedSplits; done: Promise<TrainedModel> }> {
    const request = trainRequest.parse(input)
    this.checkStart(request.from)
    const { assigned, annotated } = fold ? { assigned: NONE_ASSIGNED, annotated: annotationsByImage(this.#project.db) } : await this.#withSplits(request.seed) // prettier-ignore
    const prepared = await this.#prepare(request, { annotated, fold })
    return { id: prepared.job.id, assigned, done: this.#see(prepared, within) }
  }

  /** @throws AppError `graph-alone` where no training can go on from a model. */
  checkStart(from: ModelId | null): void {
    const model = from === null ? undefined : this.#project.db.model(from)
    if (model?.preset !== FOREIGN_PRESET) return
    throw new AppError(
      'graph-alone',
      `${model.name} was made elsewhere: only its graph is known, and nothing can be trained from it.`,
      'It predicts as it is. Start from another model, or anew.',
    )
  }

  /**
   * Trainings that were broken off, with the app or by a crash that outlived its restarts; and clears away what a kill left of others. Those of the
   * cross-validations `folds` go on with them.
   */
  async findInterrupted(folds: ReadonlySet<string>): Promise<void> {
    if (this.#project.readOnly !== '') return
    await removeBrokenOff(this.#project.paths.models, HALF_MODEL)
    for (const known of await this.#broken()) {
      // The model was stored, and then there was no time to remove the checkpoint.
      if (this.#project.db.model(known.model.id)) await rm(known.job.folder, { recursive: true, force: true })
      else if (!folds.has(known.model.fold?.of ?? '')) this.#jobs.interrupted(known.job.id, this.#title(known))
    }
  }

  /** Trainings of a cross-validation that were broken off. */
  async brokenFolds(of: string): Promise<{ id: JobId; index: number }[]> {
    const known = await this.#broken()
    return known.flatMap(({ job, model: { fold } }) => (fold?.of === of ? [{ id: job.id, index: fold.index }] : []))
  }

  #broken(): Promise<JobFile[]> {
    return readJobs(this.#project, (folder) => this.#read(folder))
  }

  async goOn(id: JobId, { within }: TrainedWithin = {}): Promise<TrainedModel> {
    const known = await this.#read(this.#folderOf(id))
    if (!known) throw new AppError('no-such-job', 'This training can no longer be continued: its checkpoint is gone.')
    return this.#see(known, within)
  }

  /** Removes what a training left: after it became a model, or when its checkpoint is not wanted. */
  async discard(id: JobId): Promise<void> {
    // Before anything of it goes: nobody takes it up meanwhile.
    this.#jobs.forget(id)
    await rm(this.#folderOf(id), { recursive: true, force: true })
  }

  #folderOf(id: JobId): string {
    return jobFolder(this.#project, id)
  }

  /** Labelled images that a cross-validation divides: all but those of the test split. */
  divisible(): ImageRecord[] {
    return this.#divisible(annotationsByImage(this.#project.db))
  }

  #divisible(annotated: AnnotatedBy): ImageRecord[] {
    return this.#project.db.images().filter((image) => image.split !== 'test' && this.#isLabelled(image, annotated))
  }

  /** The parts of a cross-validation, as `foldParts`; look-alikes are never in two of them. @throws AppError `too-few-groups`. */
  async foldParts(folds: number, seed: number): Promise<FoldPart[]> {
    const alike = await this.#alikeAmong(this.divisible())
    return foldParts(this.divisible(), folds, seed, alike)
  }

  /** What is labelled now, as one hash: it changes with every label. */
  async labelHash(): Promise<string> {
    return dataHash(await this.#labelled(annotationsByImage(this.#project.db)))
  }

  async #labelled(annotated: AnnotatedBy): Promise<LabelledImage[]> {
    const { db } = this.#project
    const candidates = db.images().map((image) => ({ image, ...annotated(image.id) }))
    // Those that only their regions keep from being learned from are told of.
    const labelled = candidates.filter(
      ({ image, annotations }) => this.#isLabelled(image, annotated) || this.#task.isLabelled(image, annotations),
    )
    const partly = leftOpen(this.#project)
    return Promise.all(
      labelled.map(async (l) => {
        const open = partly.get(l.image.id)
        return { ...l, path: await this.#files.pathOf(l.image), ...(open === undefined ? {} : { open }) }
      }),
    )
  }

  #isLabelled(image: ImageRecord, annotated: AnnotatedBy): boolean {
    const { annotations, regions } = annotated(image.id)
    return isLabelled(this.#task, { image, annotations, parts: labelledParts(this.#task, regions) })
  }

  /** Gives labelled images that have no split one; tells what is labelled, as read after the pictures were compared. */
  async #withSplits(seed: number): Promise<{ readonly assigned: AssignedSplits; readonly annotated: AnnotatedBy }> {
    const { db } = this.#project
    const labelledBy =
      (annotated: AnnotatedBy) =>
      (image: ImageRecord): boolean =>
        this.#isLabelled(image, annotated)
    const [before, read] = [db.historyState().sequence, annotationsByImage(db)]
    const compared = toCompare(this.#project, labelledBy(read))
    const alike = compared.length === 0 ? [] : await this.#alikeAmong(compared)
    // Somebody may have gone on labelling meanwhile.
    const annotated = db.historyState().sequence === before ? read : annotationsByImage(db)
    return { assigned: assignMissingSplits(this.#project, { seed, isLabelled: labelledBy(annotated), alike }), annotated }
  }

  async #samples(labelled: readonly LabelledImage[], splitOf?: SplitOf): Promise<HeldBack> {
    const alike = this.#task.holdsBack === true ? await this.#alikeAmong(labelled.map(({ image }) => image)) : []
    const samples = samplesOf(this.#task, labelled, this.#project.db.classes(), splitOf)
    return holdBack(this.#task, samples, (id) => this.#project.image(imageId.parse(id)), alike)
  }

  async #prepare(
    request: z.output<typeof trainRequest>,
    { annotated, fold }: { readonly annotated: AnnotatedBy; readonly fold: FoldOf | undefined },
  ): Promise<JobFile> {
    const { db } = this.#project
    const labelled = await this.#labelled(annotated)
    const classes = db.classes()
    const { samples, notes } = await this.#samples(labelled, fold?.splitOf)
    if (samples.train.every((s) => s.labels.length === 0))
      throw new AppError('nothing-to-learn', 'No training image is labelled yet.', this.#task.firstStep)
    const id = jobId.parse(newId())
    const model = modelId.parse(newId())
    const job: TrainJob = {
      kind: 'train',
      id,
      preset: request.preset,
      folder: this.#folderOf(id),
      modelFolder: this.#modelFolder(model),
      from: this.#parentFolder(request.from),
      seed: request.seed,
      backend: request.backend,
      settings: request.settings,
      cacheFolder: this.#project.paths.cache,
    }
    const prepared: JobFile = {
      job,
      model: {
        id: model,
        name: fold ? foldName(fold) : this.nameFor(request.preset),
        classes: classes.map((c) => ({ id: c.id, name: c.name })),
        parent: request.from,
        settings: { ...request.settings, seed: request.seed },
        author: this.#project.person,
        objects: learnedOf(samples),
        dataHash: dataHash(labelled, fold?.splitOf),
        trainImages: samples.train.length,
        valImages: samples.val.length,
        fold: fold ? { of: fold.of, index: fold.index, folds: fold.folds } : null,
      },
      learned: imagesOfSamples(samples),
      notes: [...notes],
    }
    await mkdir(job.folder, { recursive: true })
    await writeWhole(path.join(job.folder, 'samples.json'), JSON.stringify(jobSamples.parse(samples)))
    await writeWhole(path.join(job.folder, 'job.json'), JSON.stringify(jobFile.parse(prepared)))
    return prepared
  }

  /** What the next model of a preset is called. The folds of one cross-validation count as one. */
  nameFor(preset: string): string {
    const models = this.#project.db.models()
    const taken = new Set(models.map(familyName))
    const before = new Set(models.filter((m) => m.preset === preset).map(({ id, fold }) => fold?.of ?? id)).size
    let number = before + 1
    while (taken.has(`${preset} ${number}`)) number++
    return `${preset} ${number}`
  }

  #title({ job, model }: JobFile): { title: string; modelId: ModelId; runId: null } {
    return { title: say('Training {{name}} ({{preset}})', { name: model.name, preset: job.preset }), modelId: model.id, runId: null }
  }

  async #see(prepared: JobFile, within?: WholeJob): Promise<TrainedModel> {
    const { job } = prepared
    const done = await this.#run(prepared, within)
    if (done.kind !== 'train') throw new AppError('internal', 'The engine answered a training with something else.')
    const result = { ...done, notes: [...done.notes, ...prepared.notes] }
    const model = this.#record(prepared, result)
    if (prepared.learned) keepLearnedImages(this.#project, model.id, prepared.learned)
    this.#project.db.putModel(model)
    this.#jobs.finish(job.id, result.notes)
    await rm(job.folder, { recursive: true, force: true })
    return { model, result }
  }

  /**
   * A training that was cancelled, or whose engine crashed too often, can go on from its checkpoint without the project being opened anew. One
   * that came apart cannot: from its checkpoint it would come apart again.
   */
  async #run(prepared: JobFile, within: WholeJob | undefined): Promise<JobResult> {
    try {
      return await this.#jobs.run(prepared.job, this.#title(prepared), { within })
    } catch (thrown) {
      const code = thrown instanceof AppError ? thrown.code : ''
      if (code === 'diverged') await rm(prepared.job.folder, { recursive: true, force: true })
      else if (goesOn(thrown) && !within) this.#jobs.interrupted(prepared.job.id, this.#title(prepared))
      throw thrown
    }
  }

  #record({ job, model }: JobFile, result: TrainResult): ModelRecord {
    return modelRecord.parse({
      ...model,
      task: this.#project.task,
      preset: job.preset,
      backend: result.backend,
      epochs: result.epochs,
      seconds: result.seconds,
      secondsPerStep: result.secondsPerStep,
      best: result.best,
      curves: result.curves,
      metrics: { ...result.metrics, onnxDifference: result.onnxDifference, waitingShare: result.waitingShare, stopped: result.stopped },
      createdAt: new Date().toISOString(),
    })
  }

  /** Paths are those of the project as it lies now: it may have been moved, and no file of it may point out of it. */
  async #read(folder: string): Promise<JobFile | null> {
    try {
      const { job, model, learned, notes } = jobFile.parse(JSON.parse(await readFile(path.join(folder, 'job.json'), 'utf8')))
      if (job.id !== path.basename(folder) || ![model.id, model.parent].every(isFolderName)) return null
      const cacheFolder = this.#project.paths.cache
      return {
        job: { ...job, folder, cacheFolder, modelFolder: this.#modelFolder(model.id), from: this.#parentFolder(model.parent) },
        model,
        learned,
        notes,
      }
    } catch {
      return null
    }
  }

  #modelFolder(id: ModelId): string {
    return path.join(this.#project.paths.models, id)
  }

  #parentFolder(id: ModelId | null): string | null {
    return id === null ? null : this.#modelFolder(id)
  }
}

type AnnotatedBy = (id: ImageId) => { readonly annotations: readonly AnnotationRecord[]; readonly regions: readonly RegionRecord[] }

/** All annotations and regions, read once. */
function annotationsByImage(db: OpenProject['db']): AnnotatedBy {
  const lists = groupBy(db.annotations(), ({ imageId }) => imageId)
  const regions = groupBy(db.regions(), ({ imageId }) => imageId)
  return (id) => ({ annotations: lists.get(id) ?? [], regions: regions.get(id) ?? [] })
}

const isFolderName = (id: string | null): boolean => id === null || /^[\w-]+$/.test(id)
