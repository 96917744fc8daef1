import type { PresetInfo } from '#shared/contracts/engine.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { parameterCount } from '../nn/initialize.ts'
import { createCellsLite0Preset } from './cells-lite0/preset.ts'
import type { AnyLearnedPreset, AnyPreset } from './any-preset.ts'
import { createAutoencoder128Preset } from './autoencoder-128/preset.ts'
import { createClassifierLite0Preset } from './classifier-lite0/preset.ts'
import { createCnn70Preset } from './cnn-70/preset.ts'
import { createPatchMemoryLite0Preset } from './patch-memory-lite0/preset.ts'
import { createSsd300Preset } from './ssd300/preset.ts'
import { createUnetEfficientNetPreset } from './unet-efficientnet/preset.ts'
import { EFFICIENTNETS } from './unet-efficientnet/variants.ts'
import { createUnetLite0Preset } from './unet-lite0/preset.ts'
import { createUnetPreset } from './unet/preset.ts'

/** Classes for which parameters are counted where no project says how many: as the studies had them that the networks come from. */
const CLASSES = { detection: 3, segmentation: 1, classification: 2, anomaly: 1 } as const

/** How to make each preset, the one to begin with first. */
const PRESETS: readonly (() => AnyPreset)[] = [
  createCellsLite0Preset,
  createSsd300Preset,
  createClassifierLite0Preset,
  createCnn70Preset,
  createPatchMemoryLite0Preset,
  createAutoencoder128Preset,
  createUnetLite0Preset,
  createUnetPreset,
  ...EFFICIENTNETS.map((variant) => () => createUnetEfficientNetPreset(variant)),
]

/** All presets, the recommended one first. */
export function allPresets(): AnyPreset[] {
  return PRESETS.map((create) => create())
}

/** The preset of a name. Throws AppError `unknown-preset`, naming those that there are. */
export function findPreset(name: string): AnyPreset {
  const presets = allPresets()
  const found = presets.find((preset) => preset.name === name)
  if (found !== undefined) return found
  throw new AppError(
    'unknown-preset',
    `There is no preset "${name.slice(0, 80)}".`,
    `Choose one of: ${presets.map((preset) => preset.name).join(', ')}.`,
  )
}

/** The preset of a name where it is one that is learned batch by batch. Throws as `findPreset`, and RangeError for another. */
export function findLearnedPreset(name: string): AnyLearnedPreset {
  const preset = findPreset(name)
  if (preset.kind === 'learned') return preset
  throw new RangeError(`${name} is fitted, not learned`)
}

/** What images are shown to a network as. */
function inputText({ fixedSize, channels }: { readonly fixedSize: number | null; readonly channels: number }): string {
  if (fixedSize === null) return channels === 1 ? say('any size, grey') : say('any size, RGB')
  const size = `${fixedSize}x${fixedSize}`
  return channels === 1 ? say('{{size}}, grey', { size }) : `${size}, RGB`
}

/** What `presets` prints. */
export function describePresets(): PresetInfo[] {
  return allPresets().map((preset) => {
    const network = preset.network(CLASSES[preset.task])
    return {
      name: preset.name,
      task: preset.task,
      input: inputText(network),
      parameters: parameterCount(network).total,
      summary: preset.summary,
      epochs: preset.kind === 'learned' ? preset.defaults.epochs : 1,
      ...(preset.kind === 'learned' ? { leastSteps: preset.defaults.leastSteps, batch: preset.defaults.batch } : {}),
    }
  })
}
