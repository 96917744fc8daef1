import type { Target } from './target.ts'
import path from 'node:path'
import { must } from '#shared/assert.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { translateSsdName } from '../../models/ssd300/foreign-names.ts'
import { adaptFirstKernel } from '../../models/ssd300/foreign-pixels.ts'
import { translateEfficientNetName } from '../../models/unet-efficientnet/foreign-names.ts'
import { declareNetwork } from '../../nn/declare-ops.ts'
import type { Network } from '../../nn/network.ts'
import type { WeightArray, Weights } from '../../nn/weights.ts'
import { matchKerasLayers } from './keras-layers.ts'
import { openWeightFile } from './open-weight-file.ts'
import type { SkippedArray, StoredArray, WeightFile } from './weight-file.ts'

export interface ImportedWeights {
  /** By parameter name of the network; what is missing keeps its initial values. */
  readonly weights: Weights
  /** Names in the file that were taken over. */
  readonly taken: readonly string[]
  readonly skipped: readonly SkippedArray[]
}

/** Networks that people have trained in Keras under whatever names its layers got: there the order of the layers tells which is which. */
const BY_ORDER: ReadonlySet<string> = new Set(['cnn-70', 'autoencoder-128', 'unet'])

/**
 * Weights to start a network from, out of a file that a person points to (see `openWeightFile`): our own by parameter name; for
 * `ssd300-vgg16` also torchvision's ssd300_vgg16 and vgg16, and Keras's VGG16; for `unet-efficientnet-b0` to `-b7` also Keras's EfficientNet
 * and segmentation_models' U-Net on it; for the classic networks Keras models of the same layers (on pixels / 255). Shapes are held against
 * the network before numbers are read. Throws AppError `weights-foreign` where nothing fits, otherwise as the readers do.
 */
export async function importWeights(file: string, preset: { readonly name: string }, network: Network): Promise<ImportedWeights> {
  const opened = await openWeightFile(file)
  try {
    const imported = await takeOver(opened, preset.name, network)
    if (imported.taken.length > 0) return imported
    throw new AppError(
      'weights-foreign',
      `${path.basename(file)} holds no weights that fit ${preset.name}.`,
      `It holds ${opened.arrays.size} arrays, such as "${[...opened.arrays.keys()].slice(0, 3).join('", "').slice(0, 300)}".`,
    )
  } finally {
    await opened.close()
  }
}

async function takeOver(file: WeightFile, preset: string, network: Network): Promise<ImportedWeights> {
  const wanted = new Map(declareNetwork(network).parameters.map(({ name, shape }) => [name, shape]))
  const weights = new Map<string, WeightArray>()
  const taken: string[] = []
  const skipped: SkippedArray[] = [...file.skipped]
  const translate = translator(file, preset, wanted)
  for (const [name, array] of file.arrays) {
    const target = wanted.has(name) ? { name, order: 'as-is' as const } : translate(name, array)
    const shape = target === null ? undefined : wanted.get(target.name)
    const why = target === null || shape === undefined ? say('has no counterpart in this network') : misfit(array, target, shape, weights)
    if (why !== null) skipped.push({ name, why })
    else {
      const { name: own, order } = must(target, 'a target, since it fits')
      weights.set(own, { shape: must(shape, 'a shape, since it fits'), data: reordered(await array.read(), array.shape, order) })
      taken.push(name)
    }
  }
  if (preset === 'ssd300-vgg16') await adaptFirstKernel(file, weights)
  return { weights, taken, skipped }
}

type Translate = (name: string, array: StoredArray) => Target | null

function translator(file: WeightFile, preset: string, wanted: ReadonlyMap<string, readonly number[]>): Translate {
  if (preset === 'ssd300-vgg16') return (name, { shape }) => translateSsdName(name, shape.length)
  if (preset.startsWith('unet-efficientnet-')) return translateEfficientNetName
  if (!BY_ORDER.has(preset) || file.format !== 'keras') return () => null
  const targets = matchKerasLayers(file.arrays, wanted)
  return (name) => targets.get(name) ?? null
}

/** Why an array does not go where its name says, or null where it does. */
function misfit(array: StoredArray, target: Target, shape: readonly number[], have: ReadonlyMap<string, unknown>): string | null {
  if (have.has(target.name)) return say('is a second array for {{name}}', { name: target.name })
  const [out, input, height, width] = array.shape
  const offered = target.order === 'oihw' && array.shape.length === 4 ? [height!, width!, input!, out!] : array.shape
  if (offered.length === shape.length && offered.every((side, i) => side === shape[i])) return null
  const shapes = { shape: offered.join(', '), wanted: shape.join(', ') }
  return target.name.startsWith('head/class')
    ? say('was made for another number of classes: [{{shape}}] does not fit [{{wanted}}]', shapes)
    : say('[{{shape}}] does not fit [{{wanted}}]', shapes)
}

/** PyTorch's [out, in, height, width] as [height, width, in, out]. */
function reordered(data: Float32Array, shape: readonly number[], order: Target['order']): Float32Array {
  if (order === 'as-is' || shape.length !== 4) return data
  const [filters = 0, inputs = 0, height = 0, width = 0] = shape
  const area = height * width
  const out = new Float32Array(data.length)
  let at = 0
  for (let o = 0; o < filters; o++)
    for (let i = 0; i < inputs; i++) for (let pixel = 0; pixel < area; pixel++) out[(pixel * inputs + i) * filters + o] = data[at++]!
  return out
}
