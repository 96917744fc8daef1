import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { writeWhole } from '../../../files/write-whole.ts'
import type { WeightArray, Weights } from '../../nn/weights.ts'

/** Our parts of a layer in the order in which Keras lists a layer's weights, with its names for them. */
const KERAS_PARTS: readonly (readonly [ours: string, theirs: string])[] = [
  ['kernel', 'kernel'],
  ['bias', 'bias'],
  ['gamma', 'gamma'],
  ['beta', 'beta'],
  ['mean', 'moving_mean'],
  ['variance', 'moving_variance'],
]
/** Beyond this Keras has a list of names in several attributes, as HDF5 wants it: `layer_names0`, `layer_names1`, ... */
const MOST_ATTRIBUTE_BYTES = 64_000

/** The HDF5 group or file of the library, as far as it is needed here. */
interface HdfGroup {
  create_group(name: string): HdfGroup | null
  create_attribute(name: string, data: string | string[]): void
  create_dataset(args: { name: string; data: Float32Array; shape: number[]; dtype: '<f' }): unknown
}

interface KerasLayer {
  readonly name: string
  readonly arrays: readonly (readonly [name: string, array: WeightArray])[]
}

/**
 * Writes weights as an HDF5 file in the layout of Keras 1 and 2 (attributes `layer_names` and `weight_names`), which Keras 3 reads as well:
 * `model.load_weights('x.h5')` on the same network built in Keras fills it layer by layer, in the order of first use, and `by_name=True` by the
 * layers' names (`encoder.block1`). Keras itself lists the layers of branches side by side by their depth, so the first of these does not fit a
 * detector (`bench/keras-weights.ts` tries both with each preset). `order`: the names of the parameters in that order. Whole or not at all.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeKerasWeights(file: string, weights: Weights, order: readonly string[]): Promise<void> {
  const hdf5 = await import('h5wasm/node')
  const library = await hdf5.ready
  library.activate_throwing_error_handler()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keras-weights-'))
  try {
    // HDF5 writes to files of its own only.
    const copy = path.join(folder, 'weights.h5')
    const root = new hdf5.File(copy, 'w')
    try {
      fill(root, kerasLayers(weights, order))
    } finally {
      root.close()
    }
    await writeWhole(file, async (handle) => {
      for await (const chunk of createReadStream(copy)) await handle.write(chunk as Uint8Array)
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function fill(root: HdfGroup, layers: readonly KerasLayer[]): void {
  listNames(root, 'layer_names', layers.map(({ name }) => name)) // prettier-ignore
  root.create_attribute('backend', 'tensorflow')
  root.create_attribute('keras_version', '2.15.0')
  for (const { name, arrays } of layers) {
    const group = root.create_group(name)
    if (group === null) throw new Error(`HDF5 made no group for ${name}`)
    listNames(group, 'weight_names', arrays.map(([part]) => part)) // prettier-ignore
    for (const [part, { shape, data }] of arrays) group.create_dataset({ name: part, data, shape: [...shape], dtype: '<f' })
  }
}

function listNames(group: HdfGroup, attribute: string, names: readonly string[]): void {
  const widest = Math.max(1, ...names.map((name) => Buffer.byteLength(name)))
  const each = Math.floor(MOST_ATTRIBUTE_BYTES / widest)
  if (names.length <= each) group.create_attribute(attribute, [...names])
  else for (let at = 0; at < names.length; at += each) group.create_attribute(`${attribute}${at / each}`, names.slice(at, at + each))
}

/** Our `encoder/block1/kernel` is the weight `kernel:0` of the layer `encoder.block1`: a slash would be a group within a group. */
function kerasLayers(weights: Weights, order: readonly string[]): KerasLayer[] {
  const layers = new Map<string, Map<string, WeightArray>>()
  for (const name of order) {
    const cut = name.lastIndexOf('/')
    const layer = name.slice(0, Math.max(0, cut)).replaceAll('/', '.') || 'layer'
    const parts = layers.get(layer) ?? new Map<string, WeightArray>()
    parts.set(name.slice(cut + 1), weights.get(name)!)
    layers.set(layer, parts)
  }
  return [...layers].map(([name, parts]) => {
    const known = KERAS_PARTS.flatMap(([ours, theirs]) => (parts.has(ours) ? [[`${theirs}:0`, parts.get(ours)!] as const] : []))
    const own = [...parts].filter(([part]) => !KERAS_PARTS.some(([ours]) => ours === part))
    return { name, arrays: [...known, ...own.map(([part, array]) => [`${part}:0`, array] as const)] }
  })
}
