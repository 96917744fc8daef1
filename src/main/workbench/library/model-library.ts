import path from 'node:path'
import { type ForeignProposal, importModelRequest, type ImportModelRequest } from '#shared/contracts/foreign.ts'
import type { WorkbenchEmitter } from '../events.ts'
import type { OpenProject } from '../open-project.ts'
import { refuseReadOnly } from '../refuse-read-only.ts'
import type { StepBook } from '../steps/step-book.ts'
import { isForeign } from './foreign/graph-source.ts'
import { type GraphEngine, importGraph, proposeGraph } from './foreign/import-graph.ts'
import { importPackage } from './import-package.ts'
import type { ImportedModel } from './keep-model.ts'

interface LibraryParts {
  readonly project: OpenProject
  readonly events: WorkbenchEmitter
  readonly steps: StepBook
  readonly engine: GraphEngine
}

/** Models that come from elsewhere. */
export class ModelLibrary {
  readonly #parts: LibraryParts

  constructor(parts: LibraryParts) {
    this.#parts = parts
  }

  /** What is to be said of a model's file before it is imported: null where it says all of itself. @throws AppError as `import`. */
  async propose(file: string): Promise<ForeignProposal> {
    const { project, engine } = this.#parts
    return (await isForeign(file)) ? proposeGraph(project, file, engine) : null
  }

  /**
   * Takes a model into the project, whole or not at all: one that was exported as one file, or a graph from elsewhere. @throws AppError of
   * `importPackage` and `importGraph`, or `read-only`.
   */
  async import(asked: ImportModelRequest): Promise<ImportedModel> {
    const { project, events, steps, engine } = this.#parts
    refuseReadOnly(project)
    const request = importModelRequest.parse(asked)
    const file = path.resolve(request.file)
    const imported = (await isForeign(file))
      ? await importGraph(project, file, request.foreign, engine)
      : await importPackage(project, file, (folder) => engine.describeModel(folder))
    steps.note({ kind: 'import-model', request: { ...request, file }, made: imported.model.id, sha256: imported.sha256 })
    events.emit('reload', {})
    return imported
  }
}
