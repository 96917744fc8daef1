import {
  type DecidedChange,
  decideRequest,
  type ExportPreview,
  exportRequest,
  importRequest,
  type ImportReport,
} from '#shared/contracts/project.ts'
import {
  evaluateRequest,
  type EvaluateRequest,
  type JobView,
  type LookAlikes,
  type PredictRequest,
  trainRequest,
  type TrainRequest,
} from '#shared/contracts/work.ts'
import type { ColorCheck } from '#shared/contracts/domain.ts'
import type { BackendReport, PresetInfo } from '#shared/contracts/engine.ts'
import { type SplitRequest, splitRequest } from '#shared/contracts/steps.ts'
import type { SamplePictures, SamplePicturesRequest } from '#shared/contracts/sample-pictures.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { Change, Edit } from '#shared/records/edit.ts'
import { modelId, runId, type ImageId, type JobId, type RunId } from '#shared/records/ids.ts'
import { isLargeImage, type ImageRecord } from '#shared/records/image.ts'
import type { ProjectInfo } from '#shared/records/info.ts'
import { type ModelRecord, type RunRecord } from '#shared/records/model.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'
import type { TaskKind } from '#shared/records/task.ts'
import path from 'node:path'
import type { z } from 'zod'
import { relocated, relocation } from '../images/relocate.ts'
import type { Pictures } from '../images/pictures.ts'
import { EngineSupervisor } from '../engine/supervisor.ts'
import { createProject } from '../project/create.ts'
import { removeUntaken } from '../interchange/project-images.ts'
import { openProject } from '../project/open.ts'
import { checkColors } from './color-check.ts'
import { tellDomain } from './domain-check.ts'
import { engineLaunch } from './engine-link.ts'
import { evaluatedImages, evaluateRun, runOver, imagesSeenBy } from './evaluation.ts'
import { WorkbenchEmitter } from './events.ts'
import { exportFrom, type ExportReport, previewExport, type PrintPdf } from './export.ts'
import { type CrossValidation, reportFolds } from './folds/cross-validation.ts'
import { FoldTrainings } from './folds/fold-trainings.ts'
import { ImageFiles } from './image-files.ts'
import { type ImportHooks } from './import.ts'
import { ImportDesk } from './import-desk.ts'
import { projectInfo } from './info.ts'
import { JobBook } from './job-book.ts'
import { seenBefore } from './learned-images.ts'
import { nameOf } from './told-run.ts'
import { type LabelErrors, labelErrorsBy, newestFolds } from './label-errors.ts'
import { OpenProject, type Person } from './open-project.ts'
import { ModelLibrary } from './library/model-library.ts'
import { Outlining } from './outlining.ts'
import { type EvaluateOutcome, type JobHooks, type PredictOutcome, trainOutcome, type TrainOutcome } from './outcomes.ts'
import { personName } from './person-name.ts'
import { alikeAmong, findLookAlikes, tellingLookAlikes } from './look-alikes.ts'
import { openPictures } from './picture-link.ts'
import { Prediction, type PredictionWish } from './prediction.ts'
import { checkPreset } from './preset-choice.ts'
import { splitKnown, type SplitReport } from './splitting.ts'
import { notePrediction } from './steps/note-prediction.ts'
import { StepBook } from './steps/step-book.ts'
import { workbenchTask } from './tasks/registry.ts'
import { noteTestScores } from './test-looks.ts'
import { ThumbnailService } from './thumbnail-service.ts'
import { type TrainedModel, Training } from './training.ts'

/** Everything that can be done to one project: the window and the command line both stand on this. */
export class Workbench {
  readonly events: WorkbenchEmitter
  readonly project: OpenProject
  readonly files: ImageFiles
  readonly jobs: JobBook
  readonly training: Training
  readonly prediction: Prediction
  readonly folds: FoldTrainings
  readonly pictures: Pictures
  readonly thumbnails: ThumbnailService
  readonly imports: ImportDesk
  readonly steps: StepBook
  readonly outlining: Outlining
  readonly library: ModelLibrary
  readonly engine: EngineSupervisor

  private constructor(project: OpenProject, events: WorkbenchEmitter, pictures: Pictures) {
    this.project = project
    this.pictures = pictures
    this.events = events
    this.files = new ImageFiles(project)
    this.steps = new StepBook(project)
    this.engine = new EngineSupervisor(engineLaunch())
    this.jobs = new JobBook(this.engine, events)
    this.training = new Training(project, this.files, this.jobs, (images) => alikeAmong(this, images))
    this.prediction = new Prediction(project, this.files, this.jobs)
    const { jobs, training, prediction, steps } = this
    this.folds = new FoldTrainings({ project, jobs, training, prediction, steps, onStored: () => events.emit('reload', {}) })
    this.thumbnails = new ThumbnailService(project, this.files, pictures)
    this.outlining = new Outlining(project, this.files)
    this.library = new ModelLibrary({ project, events, steps, engine: this.engine })
    const onProgress: ImportHooks['onProgress'] = (done, total, name) => events.emit('imported', { done, total, name })
    this.imports = new ImportDesk(project, { pictures, onProgress, alikeAmong: (images) => alikeAmong(this, images) })
  }

  static async create(
    wanted: { folder: string; task: TaskKind; classes: readonly string[] },
    person: Person = personName(),
  ): Promise<Workbench> {
    workbenchTask(wanted.task).checkClasses(wanted.classes)
    const events = new WorkbenchEmitter()
    const db = await createProject(wanted.folder, { task: wanted.task, classes: wanted.classes })
    return new Workbench(new OpenProject(db, events, person), events, await openPictures())
  }

  static async open(folder: string, person: Person = personName()): Promise<Workbench> {
    const events = new WorkbenchEmitter()
    const bench = new Workbench(new OpenProject(await openProject(folder), events, person), events, await openPictures())
    if (bench.readOnly === '') await Promise.all([removeUntaken(bench.folder), bench.prediction.removeBrokenOff()])
    await bench.training.findInterrupted(await bench.folds.findInterrupted())
    return bench
  }

  get folder(): string {
    return this.project.folder
  }

  get readOnly(): string {
    return this.project.readOnly
  }

  /** Stops the engine (it writes its checkpoint) and whatever makes pictures, and closes the database. */
  async close(): Promise<void> {
    await this.thumbnails.close()
    await this.imports.drop()
    await Promise.all([this.engine.stop(), this.pictures.stop(), this.outlining.stop()])
    await this.project.db.close()
  }

  info(): ProjectInfo {
    return projectInfo(this.project)
  }

  images(): ImageRecord[] {
    return this.project.db.images()
  }

  image(id: ImageId): ImageRecord {
    return this.project.image(id)
  }

  classes(): ClassRecord[] {
    return this.project.db.classes()
  }

  runs(): RunRecord[] {
    return this.project.db.runs()
  }

  /** A model by id, or the newest for `latest`. */
  model(id: string): ModelRecord {
    return this.project.model(id === 'latest' ? 'latest' : modelId.parse(id))
  }

  latestModel(): ModelRecord {
    return this.project.model('latest')
  }

  predictions(image: ImageId, run: string): PredictionRecord[] {
    return this.project.db.predictionsOf(image, runId.parse(run))
  }

  edit(edit: Edit): Change {
    return this.project.commit(edit)
  }

  decide(request: z.input<typeof decideRequest>): DecidedChange {
    const { locked, ...change } = this.project.db.decide(decideRequest.parse(request), this.project.person)
    return { ...this.project.tell(change), locked }
  }

  async import(asked: z.input<typeof importRequest>, hooks: ImportHooks & JobHooks = {}): Promise<ImportReport> {
    const request = importRequest.parse(asked)
    const onProgress: ImportHooks['onProgress'] = (done, total, name) => {
      this.events.emit('imported', { done, total, name })
      hooks.onProgress?.(done, total, name)
    }
    const report = await this.#followed('compare', this.imports.take(request, { ...hooks, pictures: this.pictures, onProgress }), hooks)
    this.steps.note({ kind: 'import', request: { ...request, paths: request.paths.map((given) => path.resolve(given)) } })
    return report
  }

  async train(request: TrainRequest, hooks: JobHooks = {}): Promise<TrainOutcome> {
    checkPreset(await this.presets(), this.project.task, request.preset)
    const { id, assigned, done } = await this.#followed('compare', this.#train(request), hooks)
    if (assigned.train + assigned.val + assigned.test > 0) hooks.onAssigned?.(assigned)
    const trained = await this.#followed(id, tellingLookAlikes(this, hooks, done), hooks)
    this.events.emit('reload', {})
    return trainOutcome(trained, assigned)
  }

  /** Goes on with the training that was broken off last, from its checkpoint; null where none was. */
  async goOn(hooks: JobHooks = {}): Promise<TrainOutcome | CrossValidation | null> {
    const view = this.jobs.list().findLast(({ status }) => status === 'interrupted')
    const done = view && this.jobs.takeUp(view.id, ({ id }) => this.#resumable(view).goOn(id))
    if (!view || !done) return null
    const trained = await this.#followed(view.id, done, hooks)
    this.events.emit('reload', {})
    // A cross-validation is told by its report, one training by its model.
    return view.folds ? reportFolds(this.project, view.id) : trainOutcome(trained as TrainedModel, { train: 0, val: 0, test: 0 })
  }

  /** Trains a model for each fold, divided by slide or patient, and reports what they say of the images that they did not see. */
  async crossValidate(request: TrainRequest, folds: number, hooks: JobHooks = {}): Promise<CrossValidation> {
    checkPreset(await this.presets(), this.project.task, request.preset)
    const { id, before, done } = await this.#followed('compare', this.folds.start(request, folds), hooks)
    if (before > 0) hooks.onGoesOn?.(before)
    await this.#followed(id, done, hooks)
    return reportFolds(this.project, id)
  }

  async predict(request: PredictRequest, hooks: JobHooks = {}): Promise<PredictOutcome> {
    const noted = tellDomain(this, request, hooks)
    const outcome = await this.#predicted(request, hooks, {})
    notePrediction(this, request, outcome)
    const note = await noted
    return note === '' ? outcome : { ...outcome, notes: [note, ...outcome.notes] }
  }

  async #predicted(request: PredictRequest, hooks: JobHooks, wish: PredictionWish = { aside: true }): Promise<PredictOutcome> {
    const { id, done } = await this.prediction.start(request, wish)
    const { run, looked, ...told } = await this.#followed(id, done, hooks)
    this.events.emit('reload', {})
    return { run: run.id, ...looked, imagesOfRun: run.images, ...told }
  }

  /** The model's metrics on a split; predicts first where no run of the model has seen all its images. */
  async evaluate(input: EvaluateRequest, hooks: JobHooks = {}): Promise<EvaluateOutcome> {
    const { run, models, model, images, unlabelled, inPart, problems, score, split, flips } = await this.runOver(input, hooks)
    const judging = workbenchTask(this.project.task).together?.(models) ?? model
    const report = await evaluateRun(this.project, { run, model: judging, images, score })
    const looks = split === 'test' ? { testLooks: noteTestScores(this.project, models, { report, score, flips }) } : {}
    const seen = seenBefore(this.project, models, images)
    const by = { model: model.id, models: models.map(({ id }) => id), name: nameOf(models) }
    return { ...by, split, run, ...report, ...looks, seenBefore: seen, unlabelled, inPart, problems }
  }

  /** A run over the labelled images of a split, an earlier one or one that is made now; noted as a step, and not yet as a look at test images. */
  async runOver(input: EvaluateRequest, hooks: JobHooks = {}) {
    const request = evaluateRequest.parse(input)
    const { modelId: asked, flips, split, score } = request
    const models = this.project.modelsToAsk(asked)
    const looked = evaluatedImages(this.project, split)
    const before = await runOver(this.project, models, { images: looked.images, flips })
    const asking = { modelId: asked, images: looked.images.map(({ id }) => id), flips }
    const { run, problems } = before === null ? await this.#predicted(asking, hooks) : { run: before, problems: [] }
    const images = imagesSeenBy(this.project, run, looked.images)
    this.steps.note({ kind: 'evaluate', request: { ...request, modelId: models.length === 1 ? models[0].id : 'ensemble' } })
    return { run, models, model: models[0], ...looked, images, problems, split, score, flips }
  }

  /** Puts images into a split, or divides them by chance, look-alikes together: one edit. */
  async split(request: SplitRequest, hooks: JobHooks = {}): Promise<SplitReport> {
    const report = await this.#followed('compare', splitKnown(this, request), hooks)
    this.steps.note({ kind: 'split', request: splitRequest.parse(request) })
    return report
  }

  /** As `ProjectDatabase.undo`. */
  undo(images = true): Change | null {
    const change = this.project.db.undo(images)
    return change && this.project.tell(change)
  }

  redo(): Change | null {
    const change = this.project.db.redo()
    return change && this.project.tell(change)
  }

  /** Starts a training and answers at once; its end is told by the job's view and `reload`. */
  async startTraining(request: TrainRequest): Promise<{ id: JobId }> {
    const { id, done } = await this.#train(request)
    this.#tellEnd(done)
    return { id }
  }

  async startFolds(request: TrainRequest, folds: number): Promise<{ id: JobId }> {
    const { id, done } = await this.folds.start(request, folds)
    this.#tellEnd(done)
    return { id }
  }

  async #train(request: TrainRequest) {
    const started = await this.training.start(request)
    const done = started.done.then((trained) => {
      this.steps.note({ kind: 'train', request: trainRequest.parse(request), made: trained.model.id })
      return trained
    })
    return { ...started, done }
  }

  async startPrediction(request: PredictRequest): Promise<{ id: JobId }> {
    const { id, done } = await this.prediction.start(request)
    this.#tellEnd(done.then(({ run, looked }) => notePrediction(this, request, { run: run.id, ...looked })))
    return { id }
  }

  /** Goes on with a paused job, or with a training that an earlier session left. */
  async resume(id: JobId): Promise<void> {
    const goesOn = this.jobs.takeUp(id, (view) => this.#resumable(view).goOn(id))
    if (goesOn) this.#tellEnd(goesOn)
    else await this.jobs.handle(id).resume()
  }

  /** Ends a job; of an interrupted training the checkpoint is removed. */
  async cancel(id: JobId, keep: boolean): Promise<void> {
    const view = this.jobs.list().find((job) => job.id === id)
    if (view?.status === 'interrupted') await this.#resumable(view).discard(id)
    else await this.jobs.handle(id).cancel(keep)
  }

  #resumable({ folds }: JobView): Pick<Training, 'goOn' | 'discard'> | FoldTrainings {
    return folds ? this.folds : this.training
  }

  /** Samples of the next training as its net would get them. */
  async samplePictures(request: SamplePicturesRequest): Promise<SamplePictures> {
    return this.engine.samplePictures({ ...request, ...(await this.training.listed()) })
  }

  /** Images that are learned from and look nearly the same as one that is validated or tested on. */
  lookAlikes(): Promise<LookAlikes> {
    return findLookAlikes(this)
  }

  /** Labels that look wrong to the models of the newest cross-validation, or by another run. */
  async labelErrors(run: RunId | null): Promise<LabelErrors> {
    return labelErrorsBy(this.project, run ?? newestFolds(this.project))
  }

  /** Images whose colours are far from those that are learned from. */
  colorCheck(): Promise<ColorCheck> {
    return checkColors(this)
  }

  presets(): Promise<PresetInfo[]> {
    return this.engine.presets()
  }

  backends(): Promise<BackendReport[]> {
    return this.engine.backends()
  }

  /** A file that was moved: taken where size and content are those of the image. */
  async locate(id: ImageId, file: string): Promise<ImageRecord> {
    const image = await relocated(this.project.image(id), file, this.folder)
    this.project.commit(relocation(image))
    return image
  }

  /** What an export would write, and what its format cannot hold of it. */
  previewExport(request: Omit<z.input<typeof exportRequest>, 'file'>): ExportPreview {
    return previewExport(this.project, request)
  }

  /** `printPdf`: what prints a report; left out, a PDF is refused. */
  async export(request: z.input<typeof exportRequest>, printPdf?: PrintPdf, hooks: JobHooks = {}): Promise<ExportReport> {
    const pictureFor = (image: ImageRecord): Promise<string | null> =>
      isLargeImage(image) ? this.thumbnails.thumbnail(image.id, 'large').catch(() => null) : this.files.find(image)
    const { pictures, thumbnails, files, engine, jobs } = this
    const tools = { pictures, thumbnails, files, engine, jobs, pictureFor, ...(printPdf ? { printPdf } : {}) }
    const report = await this.#followed('compare', exportFrom(this.project, request, tools), hooks)
    this.steps.note({ kind: 'export', request: { ...exportRequest.parse(request), file: report.file } })
    return report
  }

  /** A failure is shown by the job's view; here it only must not stay unheard. */
  #tellEnd(done: Promise<unknown>): void {
    const reload = (): void => this.events.emit('reload', {})
    done.then(reload, () => undefined)
  }

  async #followed<T>(which: JobId | 'compare', done: Promise<T>, { onJob }: JobHooks): Promise<T> {
    const stop = onJob
      ? this.events.on('job', (job) => {
          if (which === 'compare' ? job.kind === which : job.id === which) onJob(job)
        })
      : null
    try {
      return await done
    } finally {
      stop?.()
    }
  }
}
