import { say } from '#shared/i18n/say.ts'
import type { ModelChoice } from '#shared/contracts/work.ts'
import { AppError } from '#shared/errors.ts'
import type { Change, Edit } from '#shared/records/edit.ts'
import type { ModelId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { shownModels } from '#shared/records/model-note.ts'
import { madeBy, type ModelRecord, type RunRecord } from '#shared/records/model.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { TASKS } from '#shared/task-facts.ts'
import { assignSplits, type SplitOptions } from '../images/splits.ts'
import type { ProjectPaths } from '../project/folder.ts'
import type { ProjectDatabase } from '../project/database.ts'
import type { Measured } from '../project/tables/measurements.ts'
import type { WorkbenchEmitter } from './events.ts'

/** Who works on a project: a name, or what tells it. */
export type Person = string | (() => string)

/** The open project as the services share it: its database, where its files lie, who works on it, and who hears of changes. */
export class OpenProject {
  readonly db: ProjectDatabase
  readonly events: WorkbenchEmitter
  readonly #person: () => string

  constructor(db: ProjectDatabase, events: WorkbenchEmitter, person: Person) {
    this.db = db
    this.events = events
    this.#person = typeof person === 'string' ? () => person : person
  }

  /** Under this name annotations and decisions are signed; it may change while the project is open. */
  get person(): string {
    return this.#person()
  }

  get folder(): string {
    return this.db.folder
  }

  get paths(): ProjectPaths {
    return this.db.paths
  }

  get task(): TaskKind {
    return this.db.task
  }

  /** Empty, or why nothing can be changed. */
  get readOnly(): string {
    return this.db.readOnly
  }

  /** The one way by which anything that a person can undo is changed: committed to disk, then told. `measured` as `ProjectDatabase.commit`. */
  commit(edit: Edit, measured: readonly Measured[] = []): Change {
    return this.tell(this.db.commit(edit, measured))
  }

  tell(change: Change): Change {
    this.events.emit('changed', change)
    return change
  }

  /** Images with a split each; those of a slide or patient that the project knows already follow it into its split. */
  withSplits(images: readonly ImageRecord[], options: Omit<SplitOptions, 'kept'>): ImageRecord[] {
    const chosen = new Set(images.map((image) => image.id))
    const kept = this.db.images().filter((image) => !chosen.has(image.id))
    return assignSplits(images, { ...options, kept })
  }

  assignSplits(images: readonly ImageRecord[], options: Omit<SplitOptions, 'kept'>): Change {
    return this.commit({ label: say('Split images'), put: { images: this.withSplits(images, options) }, remove: {} })
  }

  image(id: ImageRecord['id']): ImageRecord {
    const image = this.db.image(id)
    if (!image) throw new AppError('no-such-image', 'This image is not in the project any more.')
    return image
  }

  /** A model by id, by its name where no other has it, or the newest that is not archived. */
  model(id: ModelId | 'latest'): ModelRecord {
    if (id === 'latest') return this.#newest()
    const models = this.db.models()
    const model = models.find((m) => m.id === id) ?? onlyOne(models.filter(({ name }) => name === id))
    if (model) return model
    throw new AppError('no-such-model', `The project has no model ${id}.`, 'slidewright models list --all names the models.')
  }

  #newest(): ModelRecord {
    const newest = this.shownModels().at(-1)
    if (newest) return newest
    throw this.db.models().length > 0
      ? new AppError('no-model', 'All models of the project are archived.', 'Name one, or take it out of the archive.')
      : new AppError('no-model', 'The project has no model yet.', 'Train one first: slidewright train, or the Train place of the window.')
  }

  /** Models that are offered: all but archived ones. Oldest first. */
  shownModels(): ModelRecord[] {
    return shownModels(this.db.models(), this.db.modelNotes())
  }

  /** The models that a choice means: one, or the folds of the newest cross-validation. */
  modelsToAsk(choice: ModelChoice): [ModelRecord, ...ModelRecord[]] {
    if (choice !== 'ensemble') return [this.model(choice)]
    const newest = this.shownModels().findLast(({ fold }) => fold !== null)
    const [first, ...rest] = this.db.models().filter(({ fold }) => fold !== null && fold.of === newest?.fold?.of)
    if (first) return [first, ...rest]
    const command = this.foldsCommand()
    throw new AppError('no-folds', 'The project has no models of a cross-validation.', `Train them first: ${command}.`)
  }

  /** How a cross-validation of this project is asked for on the command line: with the preset of its newest model, else the one that does best. */
  foldsCommand(): string {
    const preset = this.shownModels().findLast((model) => model.preset !== FOREIGN_PRESET)?.preset ?? TASKS[this.task].strongPreset
    return `slidewright train "${this.folder}" --preset ${preset} --folds 5`
  }

  /** The models that made a run, in their order. @throws AppError `no-such-model`. */
  modelsOf(run: RunRecord): [ModelRecord, ...ModelRecord[]] {
    const [first, ...rest] = madeBy(run)
    return [this.model(first), ...rest.map((id) => this.model(id))]
  }

  run(id: RunId): RunRecord {
    const run = this.db.runs().find((r) => r.id === id)
    if (!run) throw new AppError('no-such-run', `The project has no run ${id}.`, 'slidewright info --json lists the runs.')
    return run
  }
}

const onlyOne = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined)
