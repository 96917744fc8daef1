import type { PresetInfo } from '#shared/contracts/engine.ts'
import { AppError } from '#shared/errors.ts'
import { parameterCount } from '../nn/initialize.ts'
import { createCellsLite0Preset } from './cells-lite0/preset.ts'
import type { DetectionPreset } from './detection-preset.ts'
import { createSsd300Preset } from './ssd300/preset.ts'

/** Classes for which parameters are counted where no project says how many: blood cells have three. */
const CLASSES = 3

/** How to make each preset, the one to begin with first. */
const PRESETS: readonly (() => DetectionPreset)[] = [createCellsLite0Preset, createSsd300Preset]

/** All presets, the recommended one first. */
export function allPresets(): DetectionPreset[] {
  return PRESETS.map((create) => create())
}

/** The preset of a name. Throws AppError `unknown-preset`, naming those that there are. */
export function findPreset(name: string): DetectionPreset {
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
    const network = preset.network(CLASSES)
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
