import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { JobSample } from '#shared/contracts/job.ts'
import { say } from '#shared/i18n/say.ts'
import { ONNX_FILE, writeModelFolder } from '../data/model-folder.ts'
import { checkAgreement } from '../inference/onnx-agreement.ts'
import { learnedScale } from '#shared/trained-scale.ts'
import { exportOnnx } from '../inference/onnx-export.ts'
import type { PresetFacts } from '../models/preset.ts'
import { parameterCount } from '../nn/initialize.ts'
import type { Network } from '../nn/network.ts'
import type { Weights } from '../nn/weights.ts'
import type { Finish } from '../tasks/engine-task.ts'
import type { Validation } from './loop.ts'
import type { LoopState } from './loop-state.ts'
import type { PreparedTraining } from './train-prepare.ts'

/** Float32 sums in another order stay far below this share of an output's magnitude; a wrong graph does not. */
const TOLERANCE = 1e-3

export interface SavedModel {
  readonly onnxDifference: number | null
  readonly notes: readonly string[]
}

export interface FinishedTraining {
  readonly state: LoopState
  readonly finish: Finish | null
  /** Images that were left in their own colours. */
  readonly left: number
}

/**
 * Writes the model folder of a finished training: weights, the graph for ONNX Runtime, and model.json. A graph that does not agree with
 * TensorFlow.js is not written, and a note says so: prediction then runs in TensorFlow.js.
 */
export async function saveTrainedModel(training: PreparedTraining, end: FinishedTraining, weights: Weights): Promise<SavedModel> {
  let graph: Graph = { bytes: null, difference: null, notes: [] }
  await writeModelFolder(training.job.modelFolder, weights, async (folder) => {
    graph = await checkedGraph(training, weights)
    if (graph.bytes) await writeFile(path.join(folder, ONNX_FILE), graph.bytes)
    return modelFacts(training, end, graph.difference)
  })
  return { onnxDifference: graph.difference, notes: graph.notes }
}

export interface Graph {
  readonly bytes: Uint8Array | null
  readonly difference: number | null
  readonly notes: readonly string[]
}

/** What a graph is to say of what it learned from. */
interface Graphed {
  readonly classes: readonly string[]
  readonly train: readonly Pick<JobSample, 'micronsPerPixel'>[]
}

/** The network with its weights as a graph for ONNX Runtime, where that agrees with TensorFlow.js on the backend in use; else why not. */
export async function checkedGraph(
  { network, preset, samples }: { readonly network: Network; readonly samples: Graphed; readonly preset: Pick<PresetFacts, 'name'> },
  weights: Weights,
): Promise<Graph> {
  try {
    const bytes = exportOnnx(network, weights, graphFacts(network, preset.name, samples))
    const agreement = await checkAgreement(bytes, network, weights)
    const difference = Math.max(...agreement.map(({ absolute }) => absolute))
    const relative = Math.max(...agreement.map(({ relative: share }) => share))
    if (relative <= TOLERANCE) return { bytes, difference, notes: [] }
    return noGraph(
      say('its outputs differ by {{share}} of their magnitude', { share: relative.toExponential(1) }),
      Number.isFinite(difference) ? difference : null,
    )
  } catch (thrown) {
    return noGraph(thrown instanceof Error ? thrown.message : String(thrown), null)
  }
}

/** What a program that knows nothing of ours may ask of a graph; `models export` adds all that `model.json` says. */
function graphFacts({ normalization }: Network, preset: string, { classes, train }: Graphed): Record<string, string> {
  const { micronsPerPixel } = learnedScale(train)
  return {
    preset,
    classes: JSON.stringify(classes),
    // Told, not asked for: the graph takes pixels as they are.
    normalization: JSON.stringify({ ...normalization, inside: true }),
    ...(micronsPerPixel === undefined ? {} : { micronsPerPixel: String(micronsPerPixel) }),
  }
}

function noGraph(why: string, difference: number | null): Graph {
  return {
    bytes: null,
    difference,
    notes: [say('The model was saved without a graph for ONNX Runtime ({{why}}); predictions run in TensorFlow.js, slower.', { why })],
  }
}

/** What the weights that are kept are worth: by the last look, where that told it, else by the one after their epoch; null where none could tell. */
export const worthOf = ({ state, finish }: Pick<FinishedTraining, 'state' | 'finish'>): Pick<Validation, 'score' | 'metrics'> | null =>
  finish?.validation ?? state.best

function modelFacts(
  { job, preset, task, network, samples, plan, stain, frame, backend }: PreparedTraining,
  end: FinishedTraining,
  onnxDifference: number | null,
) {
  const { state, finish, left } = end
  const worth = worthOf(end)
  const { mean, scale } = network.normalization
  return {
    task: preset.task,
    preset: preset.name,
    classes: [...samples.classes],
    normalization: { mean: [...mean], scale: [...scale] },
    stain: stain && { ...stain, left },
    inferenceSizes: preset.inferenceSizes.map(([height, width]): [number, number] => [height, width]),
    frame,
    parameters: parameterCount(network).total,
    onnxDifference,
    threshold: finish?.threshold ?? thresholdIn(worth?.metrics),
    pixelThreshold: finish?.pixelThreshold ?? null,
    mapScale: finish?.mapScale ?? null,
    imageScore: finish?.imageScore ?? null,
    scoreMidpoints: finish?.scoreMidpoints ?? null,
    mirroredMidpoints: finish?.mirroredMidpoints ?? null,
    best: worth?.score ?? null,
    metrics: worth?.metrics ?? {},
    backend: backend.name,
    seed: job.seed,
    epochs: state.epoch,
    settings: {
      epochs: plan.epochs,
      batch: plan.batch,
      learningRate: plan.learningRate,
      patience: plan.patience,
      from: job.from,
      ...job.settings,
      ...learnedScale(samples.train),
      ...task.remembers,
    },
    createdAt: new Date().toISOString(),
  }
}

/** The threshold that a validation picked, where it did. */
function thresholdIn(metrics: Readonly<Record<string, unknown>> | undefined): number | null {
  const threshold = metrics?.['threshold']
  return typeof threshold === 'number' ? threshold : null
}
