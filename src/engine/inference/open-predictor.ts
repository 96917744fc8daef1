import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { assertNever, must } from '#shared/assert.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { stainTarget } from '#shared/stains/normalize.ts'
import type { StainFacts } from '#shared/stains/stain-facts.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import { checkedOnnx, foreignGraphBytes, readModelFile, readModelWeights } from '../data/model-folder.ts'
import { declareNetwork } from '../nn/declare-ops.ts'
import type { WeightArray } from '../nn/weights.ts'
import type { AnyPreset } from '../models/any-preset.ts'
import type { OpenedModel, Predictor } from '../tasks/engine-task.ts'
import { MEMORY, memoryArrays, memoryPredictor } from '../tasks/patch-memory.ts'
import { engineTask } from '../tasks/registry.ts'
import type { TrainEnvironment } from '../training/train-prepare.ts'
import type { DenseWeights } from './grad-cam.ts'
import { foreignPredictor } from '../foreign/foreign-predictor.ts'
import { openForeignSession } from '../foreign/foreign-session.ts'
import { openPatchMemory, type PatchMemory } from './nearest-patches.ts'
import { openOnnxSession } from './onnx-session.ts'
import type { InferenceSession } from './session.ts'
import { openTensorSession } from './tensor-session.ts'

/** Trained models, ready to predict together. Their owner disposes of them. */
export interface OpenedPredictor extends Predictor {
  /** What computes. */
  readonly runtime: string
  /** Why it is not ONNX Runtime, where it is not. */
  readonly note: string
  /** The same for the same models: what they are and how they were made to predict. */
  readonly identity: string
  /** The colours that images are moved to before they are looked at; null: they keep their own. */
  readonly stain: StainFacts | null
  dispose(): Promise<void>
}

type OpenEnvironment = Pick<TrainEnvironment, 'preset' | 'openBackend'>

interface OpenedFolder extends OpenedModel {
  readonly note: string
  /** What a fitted model remembers; null for one that was learned. */
  readonly memory: PatchMemory | null
}

/**
 * Opens model folders of one preset and the same classes: the graph of each in ONNX Runtime, or the network in TensorFlow.js where the graph
 * is missing or not the one that was saved. Throws AppError `no-model`, `model-damaged`, `model-newer`, `unknown-preset`, or `models-differ`.
 */
export async function openPredictor(folders: readonly string[], environment: OpenEnvironment): Promise<OpenedPredictor> {
  const opened: OpenedFolder[] = []
  const dispose = async (): Promise<void> => {
    for (const { session, memory } of opened) {
      await session.dispose()
      await memory?.dispose()
    }
  }
  try {
    for (const folder of folders) opened.push(await openModel(folder, environment))
    const [first, ...rest] = opened
    if (!first) throw new AppError('no-model', 'No model was named.')
    for (const { file } of rest) checkAlike(first.file, file)
    const predictor =
      first.file.foreign === null ? predictorOf(presetOf(first.file, environment), [first, ...rest]) : foreignPredictor([first, ...rest])
    const identity = createHash('sha256').update(JSON.stringify(opened.map(({ file }) => file)))
    return {
      ...predictor,
      stain: stainOf(opened),
      runtime: first.session.runtime,
      note: first.note,
      identity: identity.digest('hex'),
      dispose,
    }
  } catch (thrown) {
    await dispose()
    throw thrown
  }
}

function predictorOf(preset: AnyPreset, [first, ...rest]: readonly [OpenedFolder, ...OpenedFolder[]]): Predictor {
  const remembering = (model: OpenedFolder) => ({ ...model, memory: must(model.memory, 'a fitted model has a memory') })
  switch (preset.kind) {
    case 'learned':
      return engineTask(preset).predictor([first, ...rest])
    case 'fitted':
      return memoryPredictor(preset, [remembering(first), ...rest.map(remembering)])
    default:
      return assertNever(preset)
  }
}

/** The preset with the sizes at which this model was made to predict. */
function presetOf(file: ModelFile, environment: OpenEnvironment): AnyPreset {
  const preset = environment.preset(file.preset)
  if (preset.task !== file.task)
    throw new AppError('model-damaged', `The model says that ${file.preset} is for ${file.task}, which it is not.`)
  return { ...preset, inferenceSizes: file.inferenceSizes }
}

function checkAlike(first: ModelFile, other: ModelFile): void {
  const alike = first.foreign === null && first.preset === other.preset && first.classes.join('\n') === other.classes.join('\n')
  if (alike && first.stain?.target.method === other.stain?.target.method) return
  throw new AppError(
    'models-differ',
    'Models that predict together must be of one preset, the same classes and the same stain normalisation.',
    'Choose models of one training.',
  )
}

/** Models that predict together look at one picture: its colours are moved to the middle of what each of them aims at. */
function stainOf(opened: readonly Pick<OpenedFolder, 'file'>[]): StainFacts | null {
  const targets = opened.flatMap(({ file }) => (file.stain === null ? [] : [file.stain.target]))
  const [first] = targets
  return first === undefined ? null : stainTarget(first.method, targets)
}

async function openModel(folder: string, environment: OpenEnvironment): Promise<OpenedFolder> {
  const file = await readModelFile(folder)
  if (file.foreign !== null) return openForeign(folder, file)
  const preset = presetOf(file, environment)
  const memory = await openMemory(folder, file, preset)
  try {
    return { file, memory, head: await readHead(folder, file, preset), ...(await openSession(folder, file, preset, environment)) }
  } catch (thrown) {
    await memory?.dispose()
    throw thrown
  }
}

async function openForeign(folder: string, file: ModelFile): Promise<OpenedFolder> {
  return { file, memory: null, head: null, note: '', session: await openForeignSession(await foreignGraphBytes(folder, file), file) }
}

/** The dense layers that maps of the evidence are made with, where the network gives what they are applied to. */
async function readHead(folder: string, file: ModelFile, preset: AnyPreset): Promise<DenseWeights[] | null> {
  if (!('head' in preset)) return null
  const network = preset.network(file.classes.length)
  if (file.weightsSha256 === null || declareNetwork(network).outputs['features'] === undefined) return null
  const weights = await readModelWeights(folder, file, network)
  const arrayOf = (name: string): WeightArray => must(weights.get(name), 'its arrays were checked')
  return preset.head.layers.map((name) => ({ kernel: arrayOf(`${name}/kernel`), bias: arrayOf(`${name}/bias`) }))
}

async function openMemory(folder: string, file: ModelFile, preset: AnyPreset): Promise<PatchMemory | null> {
  if (preset.kind === 'learned') return null
  const weights = await readModelWeights(folder, file, preset.network(), memoryArrays(preset))
  return openPatchMemory(must(weights.get(MEMORY), 'its arrays were checked'))
}

async function openSession(
  folder: string,
  file: ModelFile,
  preset: AnyPreset,
  environment: OpenEnvironment,
): Promise<{ session: InferenceSession; note: string }> {
  const graph = await checkedOnnx(folder, file)
  if (graph !== null) return { session: await openOnnxSession(await readFile(graph)), note: '' }
  const network = preset.network(file.classes.length)
  const weights = await readModelWeights(folder, file, network, preset.kind === 'fitted' ? memoryArrays(preset) : [])
  await environment.openBackend(null)
  const why =
    file.onnxSha256 === null ? say('The model has no graph for ONNX Runtime.') : say("The model's graph is missing or was changed.")
  return { session: openTensorSession(network, weights), note: why }
}
