import { AppError } from '#shared/errors.ts'
import type { Size } from '#shared/geometry/point.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import type { ExtraArray } from '../data/model-folder.ts'
import type { PatchMemory } from '../inference/nearest-patches.ts'
import { lookAtPatches } from '../inference/patch-look.ts'
import { scaledSize } from '#shared/trained-scale.ts'
import type { InferenceSession } from '../inference/session.ts'
import { memorySettings, type MemoryPreset, type MemorySettings } from '../models/anomaly-preset.ts'
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
  return (source, { scale = 1, ...options }) => lookAtPatches(opened, preset, source, { ...options, frame: scaledSize(frame, scale) })
}

export function memoryPredictor(preset: MemoryPreset, [first, ...rest]: readonly [OpenedMemory, ...OpenedMemory[]]): Predictor {
  const model = ({ file, session, memory }: OpenedMemory) => {
    const asFitted = { ...preset, inferenceSizes: file.inferenceSizes, memory: settingsIn(file) }
    return { file, look: memoryLook(asFitted, { session, memory }, file.frame) }
  }
  return anomalyPredictor([model(first), ...rest.map(model)])
}

function settingsIn({ settings }: ModelFile): MemorySettings {
  const parsed = memorySettings.safeParse(settings['memory'])
  if (parsed.success) return parsed.data
  throw new AppError('model-damaged', 'The model does not say how its memory is to be compared with.', 'Train again, or restore the model from a backup.') // prettier-ignore
}
