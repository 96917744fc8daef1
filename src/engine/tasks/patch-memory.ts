import type { Size } from '#shared/geometry/point.ts'
import type { ExtraArray } from '../data/model-folder.ts'
import type { PatchMemory } from '../inference/nearest-patches.ts'
import { lookAtPatches } from '../inference/patch-look.ts'
import type { InferenceSession } from '../inference/session.ts'
import type { MemoryPreset } from '../models/anomaly-preset.ts'
import { anomalyPredictor, type LookAt } from './anomaly.ts'
import type { OpenedModel, Predictor } from './engine-task.ts'

/** Name of the remembered patches, [patches, features], among a model's arrays. */
export const MEMORY = 'memory/patches'
/** No memory is larger: what claims to be is damaged. */
const MOST_PATCHES = 100_000

/** What a model folder of such a preset holds beside the network's parameters. */
export function memoryArrays({ features }: Pick<MemoryPreset, 'features'>): ExtraArray[] {
  return [{ name: MEMORY, shape: ['rows', features], most: MOST_PATCHES }]
}

/** A fitted model: its encoder and its memory open. */
export interface OpenedMemory extends OpenedModel {
  readonly memory: PatchMemory
}

/** Looks at images as the model learned: at the preset's size, in tiles of `frame` where they are much larger. */
export function memoryLook(
  preset: MemoryPreset,
  opened: { readonly session: InferenceSession; readonly memory: PatchMemory },
  frame: Size,
): LookAt {
  return (source, options) => lookAtPatches(opened, preset, source, { frame, ...options })
}

export function memoryPredictor(preset: MemoryPreset, [first, ...rest]: readonly [OpenedMemory, ...OpenedMemory[]]): Predictor {
  const model = ({ file, session, memory }: OpenedMemory) => ({ file, look: memoryLook(preset, { session, memory }, file.frame) })
  return anomalyPredictor([model(first), ...rest.map(model)])
}
