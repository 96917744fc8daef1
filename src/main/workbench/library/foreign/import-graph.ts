import path from 'node:path'
import { type ForeignProposal, foreignWish, type ForeignWish, type GraphLook } from '#shared/contracts/foreign.ts'
import { AppError } from '#shared/errors.ts'
import { modelId, newId } from '#shared/records/ids.ts'
import { formatOf, type ModelFile } from '#shared/records/model-file.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { isOwnGraph, ownFacts } from '../../../../files/own-facts.ts'
import { writeFolderWhole } from '../../../../files/write-folder.ts'
import type { EngineSupervisor } from '../../../engine/supervisor.ts'
import { fingerprint } from '../../../images/hash-file.ts'
import type { OpenProject } from '../../open-project.ts'
import { type ImportedModel, keepModel, namedBy } from '../keep-model.ts'
import { classesFor } from '../model-classes.ts'
import { foreignPlan, type Given } from './foreign-plan.ts'
import { type GraphSource, withGraph } from './graph-source.ts'

/** What an import of a graph asks the engine, which alone opens it. */
export type GraphEngine = Pick<EngineSupervisor, 'describeModel' | 'lookAtGraph'>

/** What an import of a graph would take, with what is known and supposed filled in. @throws AppError as `importGraph`. */
export function proposeGraph(project: OpenProject, file: string, engine: GraphEngine): Promise<ForeignProposal> {
  return withGraph(file, project.paths.cache, async (source) => {
    const { ours, look } = await lookedAt(source, file, engine)
    if (ours !== null) return null
    return foreignPlan(givenOf(project, source, { look, wish: foreignWish.parse({}) }), { unnamed: true }).proposal
  })
}

/**
 * Takes a graph that was made elsewhere, or exported as a bare graph, into the project: whole or not at all. Before the project hears of it, the
 * engine has it look at a picture. It predicts; nothing can be trained from it. @throws AppError `not-found`, `graph-unfit`, `wrong-task`,
 * `other-classes`, `package-damaged`.
 */
export async function importGraph(project: OpenProject, file: string, wish: ForeignWish, engine: GraphEngine): Promise<ImportedModel> {
  return withGraph(file, project.paths.cache, async (source) => {
    const { sha256 } = await fingerprint(file)
    const onnxSha256 = source.graph === file ? sha256 : (await fingerprint(source.graph)).sha256
    const { ours, look } = await lookedAt(source, file, engine)
    const facts =
      ours === null ? foreignFacts(givenOf(project, source, { look, wish }), onnxSha256) : ourFacts(project, ours, { file, onnxSha256 })
    const wanted = classesFor(project, { classes: facts.classes.map((name) => ({ id: modelClassId, name })) })
    const id = modelId.parse(newId())
    const folder = path.join(project.paths.models, id)
    await writeFolderWhole(folder, async (writer) => {
      await writer.copy('model.onnx', source.graph)
      await writer.file('model.json', JSON.stringify(facts, null, 1))
      await writer.checked(async (half) => {
        await engine.describeModel(half).catch(namedBy(file, half))
      })
    })
    const name = source.told.name ?? path.basename(file).replace(/\.(onnx|zip)$/i, '')
    return keepModel(project, {
      model: recordOf(id, name, facts),
      origin: { file: path.basename(file), sha256, project: '', model: null, ancestors: [] },
      folder,
      wanted,
    })
  })
}

/** Only the names of a graph's classes are known; the project gives them ids. */
const modelClassId = '' as ModelRecord['classes'][number]['id']

interface Looked {
  readonly look: GraphLook
  /** What Slidewright itself says of the graph: beside it, or in it. */
  readonly ours: ModelFile | null
}

/** @throws AppError `graph-unfit` for a graph of ours that has lost what tells of it: by the rules for others it would be read wrongly. */
async function lookedAt({ graph, ours }: GraphSource, file: string, engine: GraphEngine): Promise<Looked> {
  const look = await engine.lookAtGraph(graph)
  const known = ours ?? ownFacts(look.metadata)
  if (known !== null || !isOwnGraph(look)) return { look, ours: known }
  const name = path.basename(file)
  throw new AppError(
    'graph-unfit',
    `${name} is the graph of a model of Slidewright's (${look.metadata['preset'] ?? 'written by another version'}), without what tells of its pixels and scores.`,
    `Nothing was changed. Put ${name}.json beside it, which was written with it; or export the model anew, as .onnx or by models export.`,
  )
}

function givenOf(
  project: OpenProject,
  { told }: GraphSource,
  { look, wish }: { readonly look: GraphLook; readonly wish: ForeignWish },
): Given {
  const classes = project.db.classes().map(({ name }) => name)
  return { task: project.task, classes, look, told, wish: foreignWish.parse(wish) }
}

function foreignFacts(given: Given, onnxSha256: string): ModelFile {
  return { ...foreignPlan(given).facts, onnxSha256, createdAt: new Date().toISOString() }
}

/** A graph that was exported from here, by what was written beside it. */
function ourFacts(
  { task }: OpenProject,
  ours: ModelFile,
  { file, onnxSha256 }: { readonly file: string; readonly onnxSha256: string },
): ModelFile {
  const name = path.basename(file)
  // What stands in the file itself is of that file.
  if (ours.onnxSha256 !== null && ours.onnxSha256 !== onnxSha256)
    throw new AppError(
      'package-damaged',
      `${name}.json tells of another graph than ${name}.`,
      'Nothing was changed. Put the two that were written together beside each other.',
    )
  if (ours.task !== task)
    throw new AppError(
      'wrong-task',
      `This model is for ${ours.task}; the project is for ${task}.`,
      'Nothing was changed. Import it into a project of its kind.',
    )
  const facts = { ...ours, onnxSha256, weightsSha256: null }
  return { ...facts, format: formatOf(facts) }
}

function recordOf(id: ModelRecord['id'], name: string, facts: ModelFile): Omit<ModelRecord, 'classes' | 'origin'> {
  const { task, preset, settings, epochs, backend, best, metrics, createdAt } = facts
  return {
    ...{
      id,
      name: name.trim().slice(0, 200) || 'imported',
      task,
      preset,
      parent: null,
      settings,
      author: '',
      dataHash: '',
      trainImages: 0,
      valImages: 0,
    },
    ...{ objects: null, fold: null, backend, epochs, seconds: 0, secondsPerStep: 0, best, curves: [], metrics, createdAt },
  }
}
