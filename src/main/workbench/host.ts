import type { projectContract, ProjectSnapshot } from '#shared/contracts/project.ts'
import { AppError } from '#shared/errors.ts'
import type { EmitterOf, HandlersOf } from '#shared/ipc/service.ts'
import { tellDiff } from '#shared/records/packed-diff.ts'
import type { OutlineModel } from '#shared/contracts/outliner.ts'
import type { workContract } from '#shared/contracts/work.ts'
import { z } from 'zod'
import path from 'node:path'
import { projectBackups, restoreBackup } from '../project/restore.ts'
import { unseenBy } from './prediction.ts'
import { checkDomain, domainNote } from './domain-check.ts'
import { testsOf } from './export-model.ts'
import { newLabelsOf, reviewItemsOf } from './review-items.ts'
import { locateAlong } from './locate-along.ts'
import { openPlane } from './planes.ts'
import { readersOf, readOnceMore, settleReading } from './readers.ts'
import { compareModels } from './library/compare-models.ts'
import { doubtedLabels } from './label-errors.ts'
import { settleLook } from './second-looks.ts'
import { countImages, type PrintPdf } from './export.ts'
import { reportFolds, toldFolds } from './folds/cross-validation.ts'
import { measurementsOn } from './measured-objects.ts'
import { readCounts } from './counts/count-reader.ts'
import { objectsBehind } from './counts/objects-behind.ts'
import { exists } from './paths.ts'
import { setPixelSize } from './pixel-size.ts'
import { setOrigin } from './set-origin.ts'
import { divideAll } from './splitting.ts'
import { Workbench } from './workbench.ts'
import { saveWorkflow, workflowOf } from './steps/save-workflow.ts'

export type ProjectEmitter = EmitterOf<typeof projectContract>
export type WorkEmitter = EmitterOf<typeof workContract>

export interface RecentProject {
  readonly folder: string
  readonly name: string
  readonly openedAt: string
  readonly images: number | null
  /** Data address of a small picture. */
  readonly picture: string | null
}

/** What the app remembers of projects on this machine. */
export interface RecentProjects {
  list(): readonly RecentProject[]
  opened(folder: string, name: string): void
  /** What an open project holds, told when it is opened and when it is left. */
  seen(folder: string, what: { readonly images: number; readonly picture: string | null }): void
  /** Who signs annotations and decisions. */
  person(): string
  /** The model of the person's own for the smart outline. */
  outlineModel(): OutlineModel | null
}

const nothing = {}
const viewState = z.record(z.string(), z.unknown())

/** Holds the one open project of a window and answers for it. It knows nothing of Electron, so that it can be tested as it is. */
export class ProjectHost {
  readonly #recent: RecentProjects
  readonly #printPdf: PrintPdf | undefined
  #bench: Workbench | null = null
  #stop: (() => void)[] = []
  #viewStored: (() => void)[] = []
  #emit: { project: ProjectEmitter; work: WorkEmitter } | null = null

  /** `printPdf`: what prints reports. */
  constructor(recent: RecentProjects, printPdf?: PrintPdf) {
    this.#recent = recent
    this.#printPdf = printPdf
  }

  /** Told once the ends of the channel exist. */
  connect(project: ProjectEmitter, work: WorkEmitter): void {
    this.#emit = { project, work }
  }

  /** The open project. Throws AppError `no-project` where none is. */
  get bench(): Workbench {
    if (!this.#bench) throw new AppError('no-project', 'No project is open.', 'Open one, or make a new one.')
    return this.#bench
  }

  get isOpen(): boolean {
    return this.#bench !== null
  }

  /** Settles when the window has stored its view the next time, or after some milliseconds without that. */
  viewStored(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#viewStored.push(resolve)
      setTimeout(resolve, milliseconds)
    })
  }

  async close(): Promise<void> {
    for (const stop of this.#stop.splice(0)) stop()
    const bench = this.#bench
    this.#bench = null
    // Nothing about a list of recent projects may keep one from being closed.
    if (bench) await this.#tellOf(bench).catch(() => undefined)
    await bench?.close()
  }

  async #show(bench: Workbench): Promise<ProjectSnapshot> {
    this.#bench = bench
    this.#follow(bench)
    const snapshot = bench.project.db.snapshot()
    this.#recent.opened(snapshot.folder, snapshot.name)
    bench.thumbnails.start(bench.images())
    void this.#tellOf(bench)
    return snapshot
  }

  async #tellOf(bench: Workbench): Promise<void> {
    const images = bench.images()
    const [first] = images
    const picture = first ? await bench.thumbnails.asAddress(first) : null
    this.#recent.seen(bench.folder, { images: images.length, picture })
  }

  #follow({ events }: Workbench): void {
    const emit = this.#emit
    if (!emit) return
    this.#stop.push(
      events.on('changed', (change) => {
        emit.project('changed', { ...change, diff: tellDiff(change.diff) })
      }),
      events.on('imported', (progress) => {
        emit.project('imported', progress)
      }),
      events.on('reload', () => {
        emit.project('reload', nothing)
      }),
      events.on('thumbnail', (ready) => {
        emit.project('thumbnail', ready)
      }),
      events.on('preparing', (progress) => {
        emit.project('preparing', progress)
      }),
      events.on('job', (job) => {
        emit.work('job', job)
      }),
      events.on('sample', (sample) => {
        emit.work('sample', sample)
      }),
    )
  }

  async #open(folder: string): Promise<ProjectSnapshot> {
    await this.close()
    return this.#show(await Workbench.open(folder, () => this.#recent.person()))
  }

  async #create(wanted: Parameters<typeof Workbench.create>[0]): Promise<ProjectSnapshot> {
    await this.close()
    return this.#show(await Workbench.create(wanted, () => this.#recent.person()))
  }

  projectHandlers(): HandlersOf<typeof projectContract> {
    return { ...this.#lifecycle(), ...this.#reading(), ...this.#writing() }
  }

  #lifecycle(): Pick<
    HandlersOf<typeof projectContract>,
    'create' | 'open' | 'close' | 'current' | 'recent' | 'saveView' | 'loadView' | 'backups' | 'restoreBackup'
  > {
    return {
      create: (wanted) => this.#create(wanted),
      open: ({ folder }) => this.#open(folder),
      close: async () => {
        await this.close()
        return nothing
      },
      current: () => (this.#bench ? this.#bench.project.db.snapshot() : null),
      recent: () => Promise.all(this.#recent.list().map(async (r) => ({ ...r, exists: await exists(r.folder) }))),
      saveView: ({ view }) => {
        if (this.#bench?.readOnly === '') this.#bench.project.db.setSetting('view', view)
        for (const heard of this.#viewStored.splice(0)) heard()
        return nothing
      },
      backups: ({ folder }) => projectBackups(folder),
      restoreBackup: async ({ folder, ...wish }) => {
        const isOpen = this.#bench !== null && path.resolve(folder) === path.resolve(this.#bench.folder)
        if (isOpen) await this.close()
        try {
          return await restoreBackup(folder, wish)
        } catch (thrown) {
          // As it was, for the window that shows it still.
          if (isOpen) await this.#open(folder)
          throw thrown
        }
      },
      loadView: () => this.bench.project.db.setting('view', (value) => viewState.parse(value)) ?? {},
    }
  }

  #reading(): Pick<
    HandlersOf<typeof projectContract>,
    | 'objects'
    | 'predictions'
    | 'measurements'
    | 'predictionIds'
    | 'predictionsById'
    | 'unseenImages'
    | 'reviewItems'
    | 'secondLooks'
    | 'readers'
    | 'labels'
    | 'results'
    | 'result'
    | 'counts'
    | 'countColumns'
    | 'countedObjects'
    | 'missing'
    | 'levels'
    | 'stopPreparing'
    | 'details'
    | 'associated'
  > {
    return {
      objects: ({ imageId }) => this.bench.project.db.objectColumns(imageId),
      predictions: ({ imageId, runId }) => this.bench.project.db.predictionColumns(imageId, runId),
      measurements: ({ annotationId }) => measurementsOn(this.bench.project.db, annotationId),
      predictionIds: ({ imageId, runId }) => ({ ids: this.bench.project.db.predictionIds(imageId, runId) }),
      predictionsById: ({ ids }) => ids.flatMap((id) => this.bench.project.db.prediction(id) ?? []),
      unseenImages: ({ runId }) => unseenBy(this.bench.project, runId),
      reviewItems: (request) => reviewItemsOf(this.bench.project, request),
      readers: ({ runId }) => readersOf(this.bench.project, runId),
      secondLooks: ({ runId }) => doubtedLabels(this.bench.project, runId),
      labels: () => this.bench.project.db.imageLabels(),
      results: ({ runId }) => this.bench.project.db.resultsOf(runId),
      result: ({ imageId, runId }) => this.bench.project.db.resultOf(imageId, runId) ?? null,
      counts: ({ source, images }) => {
        const wanted = images === null ? null : new Set(images)
        const counted = this.bench.images().filter(({ id }) => wanted === null || wanted.has(id))
        const counts = countImages(this.bench.project, counted, source)
        return [...counts].map(([imageId, byClass]) => ({ imageId, counts: [...byClass].map(([classId, count]) => ({ classId, count })) }))
      },
      countColumns: ({ runId }) => readCounts(this.bench.project, runId),
      countedObjects: (request) => objectsBehind(this.bench.project, request),
      missing: () => this.bench.files.missing(),
      levels: ({ imageId }) => this.bench.thumbnails.levels(imageId),
      details: ({ imageId }) => this.bench.thumbnails.details(imageId),
      associated: ({ imageId, name }) => this.bench.thumbnails.associated(imageId, name),
      stopPreparing: async ({ imageId }) => {
        await this.bench.thumbnails.stopPreparing(imageId)
        return nothing
      },
    }
  }

  #writing(): Pick<
    HandlersOf<typeof projectContract>,
    | 'edit'
    | 'undo'
    | 'redo'
    | 'decide'
    | 'settleLook'
    | 'read'
    | 'settleReading'
    | 'import'
    | 'previewImport'
    | 'workflow'
    | 'saveWorkflow'
    | 'dropImport'
    | 'locate'
    | 'locateAlong'
    | 'plane'
    | 'assignSplits'
    | 'setPixelSize'
    | 'setOrigin'
    | 'previewExport'
    | 'export'
  > {
    return {
      edit: (edit) => this.bench.edit(edit),
      undo: ({ images }) => this.bench.undo(images),
      redo: () => this.bench.redo(),
      decide: (request) => this.bench.decide(request),
      read: (request) => readOnceMore(this.bench.project, request),
      settleReading: (request) => settleReading(this.bench.project, request),
      settleLook: (request) => settleLook(this.bench.project, request),
      import: async (request) => {
        const report = await this.bench.import(request)
        this.bench.thumbnails.start(this.bench.images())
        return report
      },
      previewImport: (request) => this.bench.imports.preview(request),
      dropImport: async () => {
        await this.bench.imports.drop()
        return nothing
      },
      locate: ({ imageId, path }) => this.bench.locate(imageId, path),
      locateAlong: (move) => locateAlong(this.bench, move),
      plane: (request) => openPlane(this.bench, request),
      assignSplits: (options) => divideAll(this.bench, options),
      setPixelSize: (request) => setPixelSize(this.bench, request),
      setOrigin: (request) => setOrigin(this.bench, request),
      previewExport: (request) => this.bench.previewExport(request),
      export: (request) => this.bench.export(request, this.#printPdf),
      workflow: () => workflowOf(this.bench),
      saveWorkflow: async ({ file }) => ({ steps: await saveWorkflow(this.bench, file) }),
    }
  }

  workHandlers(): HandlersOf<typeof workContract> {
    return {
      presets: () => this.bench.presets(),
      backends: () => this.bench.backends(),
      trainingData: () => this.bench.training.data(),
      newLabels: () => newLabelsOf(this.bench.project),
      lookAlikes: () => this.bench.lookAlikes(),
      colorCheck: () => this.bench.colorCheck(),
      domainCheck: (request) => checkDomain(this.bench, request),
      domainNote: (request) => domainNote(this.bench, request),
      samplePictures: (request) => this.bench.samplePictures(request),
      train: (request) => this.bench.startTraining(request),
      trainFolds: ({ request, folds }) => this.bench.startFolds(request, folds),
      foldsReport: async ({ of }) => toldFolds(this.bench.project, await reportFolds(this.bench.project, of)),
      predict: (request) => this.bench.startPrediction(request),
      evaluate: (request) => this.bench.evaluate(request).then((report) => ({ ...report })),
      modelTests: ({ modelId }) => testsOf(this.bench.project, this.bench.model(modelId)),
      compareModels: (request) => compareModels(this.bench, request),
      proposeModel: ({ file }) => this.bench.library.propose(file),
      importModel: async (request) => {
        const { model, notes } = await this.bench.library.import(request)
        return { id: model.id, name: model.name, notes: [...notes] }
      },
      checkOutlineModel: ({ files }) => this.bench.outlining.check(files),
      outlineLook: async ({ imageId, view }) => {
        await this.bench.outlining.look(this.#recent.outlineModel(), imageId, view)
        return nothing
      },
      outline: ({ imageId, ...question }) => this.bench.outlining.outline(this.#recent.outlineModel(), imageId, question),
      jobs: () => this.bench.jobs.list(),
      pause: async ({ id }) => {
        await this.bench.jobs.handle(id).pause()
        return nothing
      },
      resume: async ({ id }) => {
        await this.bench.resume(id)
        return nothing
      },
      cancel: async ({ id, keep }) => {
        await this.bench.cancel(id, keep)
        return nothing
      },
    }
  }
}
