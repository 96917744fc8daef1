import { readFile } from 'node:fs/promises'
import type { Found } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import type { Raster } from '../../imaging/raster.ts'
import { checkedOnnx, readModelFile, readModelWeights } from '../data/model-folder.ts'
import type { DetectionPreset } from '../models/detection-preset.ts'
import type { TrainEnvironment } from '../training/train-prepare.ts'
import { detectObjects } from './detect.ts'
import { openOnnxSession } from './onnx-session.ts'
import type { InferenceSession } from './session.ts'
import { openTensorSession } from './tensor-session.ts'

/** A trained model, ready to find objects. Its owner disposes of it. */
export interface ModelDetector {
  readonly classes: readonly string[]
  /** What computes. */
  readonly runtime: string
  /** Why it is not ONNX Runtime, where it is not. */
  readonly note: string
  /** `turn` is awaited after each tile of a large image, and may throw to stop. */
  detect(raster: Raster, minScore: number, turn: () => Promise<void>): Promise<Found[]>
  dispose(): Promise<void>
}

interface Opened {
  readonly session: InferenceSession
  readonly note: string
}

/**
 * Opens a model folder: its graph in ONNX Runtime, or the network in TensorFlow.js where the graph is missing or not the one that was
 * saved. Throws AppError `no-model`, `model-damaged`, `model-newer`, or
 * `unknown-preset`.
 */
export async function openModelDetector(folder: string, environment: TrainEnvironment): Promise<ModelDetector> {
  const model = await readModelFile(folder)
  if (model.task !== 'detection') throw new AppError('wrong-task', `This model is for ${model.task}, not for detection.`)
  const preset = presetOf(model, environment)
  const { session, note } = await openSession(folder, model, preset, environment)
  return {
    classes: model.classes,
    runtime: session.runtime,
    note,
    detect: (raster, minScore, turn) => detectObjects(session, preset, raster, { minScore, frame: model.frame, turn }),
    dispose: () => session.dispose(),
  }
}

/** The preset with the sizes at which this model was made to predict. */
function presetOf(model: ModelFile, environment: TrainEnvironment): DetectionPreset {
  return { ...environment.preset(model.preset), inferenceSizes: model.inferenceSizes }
}

async function openSession(folder: string, model: ModelFile, preset: DetectionPreset, environment: TrainEnvironment): Promise<Opened> {
  const graph = await checkedOnnx(folder, model)
  if (graph !== null) return { session: await openOnnxSession(await readFile(graph)), note: '' }
  const network = preset.network(model.classes.length)
  const weights = await readModelWeights(folder, model, network)
  await environment.openBackend(null)
  const why = model.onnxSha256 === null ? 'The model has no graph for ONNX Runtime.' : "The model's graph is missing or was changed."
  return { session: openTensorSession(network, weights), note: why }
}
