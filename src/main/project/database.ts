import { AppError } from '#shared/errors.ts'
import type { DecidedChange, ProjectSnapshot } from '#shared/contracts/project.ts'
import type { PredictionColumns } from '#shared/objects/prediction-columns.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import { type Change, type Diff, type Edit, type HistoryState, invertDiff } from '#shared/records/edit.ts'
import type { FlagRecord } from '#shared/records/flag.ts'
import type { AnnotationId, ImageId, ModelId, PredictionId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord, RunRecord } from '#shared/records/model.ts'
import type { ModelNote } from '#shared/records/model-note.ts'
import type { DecisionRecord, ImageResult, PredictionRecord } from '#shared/records/prediction.ts'
import type { ReadingRecord } from '#shared/records/reading.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import type { TaskKind } from '#shared/records/task.ts'
import type { Steps } from '#shared/steps.ts'
import { type Backup, makeBackup } from './backup.ts'
import { type DecideRequest, decisionEdit } from './decide.ts'
import { applyDiff, isEmptyDiff } from './diff.ts'
import { type ProjectPaths, projectName } from './folder.ts'
import { type History, type HistoryEntry, openHistory } from './history.ts'
import { inParts } from './in-parts.ts'
import { planEdit, planOwn } from './plan-edit.ts'
import { projectFacts } from './project-facts.ts'
import { reviewedInPart } from './left-to-decide.ts'
import { withSizeTimes } from './size-times.ts'
import type { Opened } from './opened.ts'
import { explainSqlite } from './sqlite.ts'
import { type ObjectColumns, objectsIn, openStore, recordsIn, type Store } from './store.ts'
import type { AnnotationCount } from './tables/annotations.ts'
import type { Measured, MeasurementTable } from './tables/measurements.ts'
import type { Answer, PlacedLabel, PlacedPrediction } from './tables/review.ts'
import type { AboveScore, NewPrediction, PredictionCount } from './tables/predictions.ts'

/**
 * An open project. All but columns of objects is synchronous and answers from the database; every change is one transaction that is on the disk when the
 * method returns. Errors are AppErrors: `project-read-only`, `disk-full`, `project-damaged`, ... and those that the methods name.
 */
export class ProjectDatabase {
  readonly paths: ProjectPaths
  /** Empty, or why nothing can be changed: for a person to read. */
  readonly readOnly: string
  readonly task: TaskKind
  readonly #store: Store
  readonly #history: History
  readonly #release: () => void
  #backup: Promise<unknown> = Promise.resolve()

  /** Use openProject or createProject. */
  constructor({ db, paths, readOnly, release }: Opened) {
    this.paths = paths
    this.readOnly = readOnly
    this.#release = release
    this.#store = openStore(db)
    this.#history = openHistory(db)
    this.task = projectFacts(this.#store).task
  }

  get folder(): string {
    return this.paths.folder
  }

  get name(): string {
    return projectName(this.paths.folder)
  }

  /** Everything that a view starts from, of one moment even while another process writes; annotations are read image by image. */
  snapshot(): ProjectSnapshot {
    const read = (store: Store): ProjectSnapshot => ({
      folder: this.folder,
      name: this.name,
      task: this.task,
      readOnly: this.readOnly,
      ...recordsIn(store),
      history: this.#history.state(),
    })
    return this.#read((store) => store.db.transaction(() => read(store))())
  }

  images(): ImageRecord[] {
    return this.#read((store) => store.images.all())
  }

  image(id: ImageId): ImageRecord | undefined {
    return this.#read((store) => store.images.get(id))
  }

  /** Images of these contents: what is a duplicate at import. */
  imagesWithHash(sha256: string): ImageRecord[] {
    return this.#read((store) => store.images.withHash(sha256))
  }

  classes(): ClassRecord[] {
    return this.#read((store) => store.classes.all())
  }

  /** Oldest first. */
  annotationsOf(imageId: ImageId): AnnotationRecord[] {
    return this.#read((store) => store.annotations.ofImage(imageId))
  }

  annotation(id: AnnotationId): AnnotationRecord | undefined {
    return this.#read((store) => store.annotations.get(id))
  }

  /** Those of an image by columns, with the decisions on it, as they are at one moment; other work comes between. */
  objectColumns(imageId: ImageId): Promise<ObjectColumns> {
    return this.#inParts((store) => objectsIn(store, imageId))
  }

  /** Every annotation of the project, image by image. */
  annotations(): AnnotationRecord[] {
    return this.#read((store) => store.annotations.all())
  }

  /** What files had measured of annotations, and of which shapes. */
  measurements<T>(ask: (table: Pick<MeasurementTable, 'get' | 'shapes' | 'names'>) => T): T {
    return this.#read((store) => ask(store.measurements))
  }

  /** The labels of images as wholes, one an image at most. */
  imageLabels(): AnnotationRecord[] {
    return this.#read((store) => store.annotations.imageLabels())
  }

  /** Annotations an image and class; pairs without any are left out. */
  counts(): AnnotationCount[] {
    return this.#read((store) => store.annotations.counts())
  }

  decisionsOf(imageId: ImageId): DecisionRecord[] {
    return this.#read((store) => store.decisions.ofImage(imageId))
  }

  /** The images of which a review was begun and not ended, with what is left to decide there, by scores of 0..1 (left-to-decide.ts). */
  reviewedInPart(from: number, lowest = from): Map<ImageId, PredictionRecord[]> {
    return this.#read((store) => reviewedInPart(store, from, lowest))
  }

  /** Regions of interest of an image, oldest first. */
  regionsOf(imageId: ImageId): RegionRecord[] {
    return this.#read((store) => store.regions.ofImage(imageId))
  }

  /** Regions of interest of all images, image by image. */
  regions(): RegionRecord[] {
    return this.#read((store) => store.regions.all())
  }

  /** Flags for a colleague, oldest first. */
  flags(): FlagRecord[] {
    return this.#read((store) => store.flags.all())
  }

  /** What readers said: of the predictions of a run, or of all things on an image. */
  readings(of: { readonly runId: RunId } | { readonly imageId: ImageId }): ReadingRecord[] {
    return this.#read((store) => ('runId' in of ? store.readings.ofRun(of.runId) : store.readings.ofImage(of.imageId)))
  }

  /** Decisions on the predictions of a run. */
  decisionsOfRun(runId: RunId): DecisionRecord[] {
    return this.#read((store) => store.decisions.ofRun(runId))
  }

  /** What was decided on the predictions of a run. */
  answersOf(runId: RunId): Map<PredictionId, Answer> {
    return this.#read((store) => store.review.answers(runId))
  }

  /** Decisions against a prediction, and annotations made, after an instant. */
  labelledSince(instant: string): { readonly corrections: number; readonly annotations: number } {
    return this.#read((store) => store.review.since(instant))
  }

  /** The predictions of a run on an image without their outlines, best first. */
  placedPredictions(imageId: ImageId, runId: RunId): PlacedPrediction[] {
    return this.#read((store) => store.review.predictions(imageId, runId))
  }

  /** The annotations of an image without their outlines. */
  placedLabels(imageId: ImageId): PlacedLabel[] {
    return this.#read((store) => store.review.labels(imageId))
  }

  /** Numbers of rows, for `info`. */
  totals(): { predictions: number; decisions: number } {
    return this.#read((store) => ({ predictions: store.predictions.count(), decisions: store.decisions.count() }))
  }

  /**
   * Makes an edit: one transaction, one step of undo; what was undone can't be redone any more. An edit that changes nothing leaves no step.
   * `measured`: what a file had measured of annotations that the edit adds.
   * @throws AppError as `planEdit`; nothing is changed then.
   */
  commit(edit: Edit, measured: readonly Measured[] = []): Change {
    return this.#write((store) => {
      const change = this.#apply(store, edit.label, { diff: planEdit(store, edit), at: new Date().toISOString() })
      store.measurements.add(measured, this.#history.position())
      return change
    })
  }

  /** Takes back the last edit that is done; null at the beginning. @throws AppError as `History.back`. */
  undo(images = true): Change | null {
    return this.#write((store) => this.#step(store, 'undo', this.#history.back(images)))
  }

  /** Makes the last edit that was undone again; null where there is none. */
  redo(): Change | null {
    return this.#write((store) => this.#step(store, 'redo', this.#history.forward()))
  }

  historyState(): HistoryState {
    return this.#read(() => this.#history.state())
  }

  /** Accepts, corrects or rejects predictions (see `decisionEdit`): an edit like any other, so undo takes it back. */
  decide(request: DecideRequest, who: string): DecidedChange {
    return this.#write((store) => {
      const at = new Date().toISOString()
      const { edit, known, locked } = decisionEdit(store, request, { who, at })
      return { ...this.#apply(store, edit.label, { diff: planOwn(store, edit, known), at }), locked: [...locked] }
    })
  }

  models(): ModelRecord[] {
    return this.#read((store) => store.models.models())
  }

  model(id: ModelId): ModelRecord | undefined {
    return this.models().find((model) => model.id === id)
  }

  modelNotes(): ModelNote[] {
    return this.#read((store) => store.modelNotes.all())
  }

  /** Adds a model or replaces the one of the same id; with an edit, both or neither. */
  putModel(model: ModelRecord, edit?: Edit): Change | null {
    return this.#write((store) => {
      store.models.putModel(model)
      return edit ? this.commit(edit) : null
    })
  }

  runs(): RunRecord[] {
    return this.#read((store) => store.models.runs())
  }

  /** Adds a run with the images that it looked at, what it found and what it says of them so far. @throws AppError `unknown-model`, `bad-prediction`. */
  addRun(
    run: RunRecord,
    images: readonly ImageId[],
    predictions: readonly NewPrediction[] = [],
    results: readonly ImageResult[] = [],
  ): PredictionId[] {
    return this.#write((store) => {
      if (!this.model(run.modelId)) throw new AppError('unknown-model', `There is no model ${run.modelId} in this project.`)
      store.models.addRun(run)
      store.predictions.addImages(run.id, images)
      store.predictions.addResults(run.id, results)
      return store.predictions.add(run.id, predictions)
    })
  }

  /** Adds predictions to a run, in one transaction: some 100,000 a second. @throws AppError `bad-prediction`; none is added then. */
  addPredictions(runId: RunId, predictions: readonly NewPrediction[]): PredictionId[] {
    return this.#write((store) => store.predictions.add(runId, predictions))
  }

  /** Adds further images with what was found there to a run, whose record is replaced. @throws AppError `unknown-run`, `bad-prediction`. */
  extendRun(run: RunRecord, images: readonly ImageId[], predictions: readonly NewPrediction[], results: readonly ImageResult[]): void {
    this.#write((store) => {
      store.models.updateRun(run)
      store.predictions.addImages(run.id, images)
      store.predictions.addResults(run.id, results)
      store.predictions.add(run.id, predictions)
    })
  }

  /** Images that a run looked at, found something or not. */
  imagesOfRun(runId: RunId): ImageId[] {
    return this.#read((store) => store.predictions.imagesOfRun(runId))
  }

  /** What a run says of an image as a whole. */
  resultOf(imageId: ImageId, runId: RunId): ImageResult | undefined {
    return this.#read((store) => store.predictions.resultOf(imageId, runId))
  }

  resultsOf(runId: RunId): ImageResult[] {
    return this.#read((store) => store.predictions.results(runId))
  }

  prediction(id: PredictionId): PredictionRecord | undefined {
    return this.#read((store) => store.predictions.get(id))
  }

  /** Best first. */
  predictionsOf(imageId: ImageId, runId: RunId): PredictionRecord[] {
    return this.#read((store) => store.predictions.ofImage(imageId, runId))
  }

  /** The same by columns; other work comes between. */
  predictionColumns(imageId: ImageId, runId: RunId): Promise<PredictionColumns> {
    return this.#inParts((store) => store.predictions.columnsOf(imageId, runId))
  }

  /** Their ids alone, rising. */
  predictionIds(imageId: ImageId, runId: RunId): Float64Array<ArrayBuffer> {
    return this.#read((store) => store.predictions.idsOf(imageId, runId))
  }

  /** Best first. Those on images or of classes that have left the project are among them. */
  predictionsAbove({ runId, score, undecided = false }: AboveScore): PredictionRecord[] {
    return this.#read((store) => store.predictions.above(runId, score, undecided))
  }

  /** Predictions an image and class. */
  predictionCounts({ runId, score, undecided = false }: AboveScore): PredictionCount[] {
    return this.#read((store) => store.predictions.counts(runId, score, undecided))
  }

  /** A small value by name, as `check` accepts it; undefined where it was never set. */
  setting<T>(key: string, check: (value: unknown) => T): T | undefined {
    return this.#read((store) => store.settings.get(key, check))
  }

  setSetting(key: string, value: unknown): void {
    this.#write((store) => store.settings.set(key, value))
  }

  /** Makes a backup now, after any that is being made. */
  backup(): Promise<Backup> {
    const made = this.#backup.then(() => makeBackup(this.#store.db, this.paths.backups, { now: new Date(), reason: 'daily' }))
    this.#backup = made.catch(() => undefined)
    return made
  }

  /** Waits for a backup in the making, closes the database and lets others write. The project can't be used after it. */
  async close(): Promise<void> {
    await this.#backup
    if (!this.#store.db.open) return
    this.#store.db.close()
    this.#release()
  }

  #apply(store: Store, label: string, { diff, at }: { diff: Diff; at: string }): Change {
    if (!isEmptyDiff(diff)) {
      applyDiff(store, diff)
      store.measurements.forgetAfter(this.#history.position())
      this.#history.push({ label, diff }, at)
    }
    return this.#change('edit', label, diff)
  }

  #step(store: Store, kind: 'undo' | 'redo', entry: HistoryEntry | null): Change | null {
    if (!entry) return null
    const diff = withSizeTimes(store, kind === 'undo' ? invertDiff(entry.diff) : entry.diff, new Date().toISOString())
    applyDiff(store, diff)
    return this.#change(kind, entry.label, diff)
  }

  #change(kind: Change['kind'], label: string, diff: Diff): Change {
    return { label, kind, diff, history: this.#history.state() }
  }

  #read<T>(task: (store: Store) => T): T {
    try {
      return task(this.#opened())
    } catch (thrown) {
      throw explainSqlite(thrown, this.name)
    }
  }

  #inParts<T>(reading: (store: Store) => Steps<T>): Promise<T> {
    const version = (): number => this.#read(() => this.#history.sequence())
    return inParts({ begin: () => this.#read(reading), version }).catch((thrown: unknown) => {
      throw explainSqlite(thrown, this.name)
    })
  }

  #opened(): Store {
    if (this.#store.db.open) return this.#store
    throw new AppError('project-closed', `${this.name} was closed.`, 'Open it again.')
  }

  /** Runs in one transaction; within one, joins it. */
  #write<T>(task: (store: Store) => T): T {
    if (this.readOnly !== '') throw new AppError('project-read-only', `${this.name} can't be changed: ${this.readOnly}.`)
    const { db } = this.#opened()
    try {
      return db.inTransaction ? task(this.#store) : db.transaction(() => task(this.#store)).immediate()
    } catch (thrown) {
      this.#store.keys.forget()
      throw explainSqlite(thrown, this.name)
    }
  }
}
