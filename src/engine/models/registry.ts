import type { PresetInfo } from '#shared/contracts/engine.ts'
import { AppError } from '#shared/errors.ts'
import { parameterCount } from '../nn/initialize.ts'
import { createCellsLite0Preset } from './cells-lite0/preset.ts'
import type { AnyPreset } from './any-preset.ts'
import { createClassifierLite0Preset } from './classifier-lite0/preset.ts'
import { createCnn70Preset } from './cnn-70/preset.ts'
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

/** What `presets` prints. */
export function describePresets(): PresetInfo[] {
  return allPresets().map((preset) => {
    const network = preset.network(CLASSES[preset.task])
    const size = network.fixedSize === null ? 'any size' : `${network.fixedSize}x${network.fixedSize}`
    return {
      name: preset.name,
      task: preset.task,
      input: `${size}, ${network.channels === 1 ? 'grey' : 'RGB'}`,
      parameters: parameterCount(network).total,
      summary: preset.summary,
      epochs: preset.defaults.epochs,
    }
  })
}
