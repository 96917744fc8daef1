import { readdir, readFile, writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importWeights } from '../../../../src/engine/data/weight-files/import-weights.ts'
import { matchKerasLayers } from '../../../../src/engine/data/weight-files/keras-layers.ts'
import { openWeightFile } from '../../../../src/engine/data/weight-files/open-weight-file.ts'
import type { StoredArray } from '../../../../src/engine/data/weight-files/weight-file.ts'
import { autoencoderNetwork } from '../../../../src/engine/models/autoencoder-128/network.ts'
import { cnnNetwork } from '../../../../src/engine/models/cnn-70/network.ts'
import { unetNetwork } from '../../../../src/engine/models/unet/network.ts'
import { declareNetwork } from '../../../../src/engine/nn/declare-ops.ts'
import type { Network } from '../../../../src/engine/nn/network.ts'
import { drawnWeights } from '../../models/classic-cases.ts'

const golden = path.resolve(import.meta.dirname, '../../../golden/weights')
const classifier = cnnNetwork({ classes: 3, width: 2 })
const segmenter = unetNetwork({ outputs: 2, width: 1 })
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'layers-'))
})
afterAll(() => rm(folder, { recursive: true }))

const temporary = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('keras-weights-'))

describe('Keras models of the classic networks', () => {
  it.each([
    ['a .keras file with the state of its optimiser', 'cnn-70.keras', 'cnn-70', classifier, 26],
    ['an .h5 file whose layers are named against their order', 'cnn-70.h5', 'cnn-70', classifier, 0],
    ['a .weights.h5 file of 37 layers', 'unet.weights.h5', 'unet', segmenter, 0],
  ] as const)('%s: every parameter is taken over where it belongs', async (_, file, name, network, others) => {
    const { weights, taken, skipped } = await importWeights(path.join(golden, file), { name }, network)
    expect(weights).toEqual(drawnWeights(`narrow/${name}`, network))
    expect(taken).toHaveLength(weights.size)
    expect(skipped).toHaveLength(others)
    expect(skipped.every((array) => array.name.startsWith('optimizer/'))).toBe(true)
  })

  it('of another number of classes give all but the last layer', async () => {
    const { weights, skipped } = await importWeights(
      path.join(golden, 'unet.weights.h5'),
      { name: 'unet' },
      unetNetwork({ outputs: 4, width: 1 }),
    )
    expect(skipped.map(({ why }) => why)).toEqual([
      expect.stringContaining('another number of classes'),
      expect.stringContaining('another number of classes'),
    ])
    expect(weights.size).toBe(declareNetwork(segmenter).parameters.length - 2)
  })

  it('of other layers are refused', async () => {
    for (const [file, name, network] of [
      ['unet.weights.h5', 'cnn-70', classifier],
      ['cnn-70.keras', 'unet', segmenter],
      ['keras3.h5', 'autoencoder-128', autoencoderNetwork({ width: 1 })],
    ] as const)
      await expect(importWeights(path.join(golden, file), { name }, network)).rejects.toMatchObject({ code: 'weights-foreign' })
  })
})

describe('matchKerasLayers', () => {
  it.each([
    ['autoencoder-128', autoencoderNetwork({ width: 1 })],
    ['unet', unetNetwork({ outputs: 2 })],
  ] as const)('finds the layers of %s by the names that Keras 2 wrote', (_, network) => {
    const names = kerasTwoNames(network)
    const arrays = new Map(names.map(([, foreign, shape]): [string, StoredArray] => [foreign, stored(shape)]))
    const found = matchKerasLayers(arrays, shapesOf(network))
    expect(new Map([...found].map(([foreign, { name }]) => [foreign, name]))).toEqual(
      new Map(names.map(([own, foreign]) => [foreign, own])),
    )
  })

  it('finds nothing where a layer is missing or one is too many', () => {
    const network = autoencoderNetwork({ width: 1 })
    const arrays = kerasTwoNames(network).map(([, foreign, shape]): [string, StoredArray] => [foreign, stored(shape)])
    const extra: [string, StoredArray] = ['model_weights/more/more/kernel:0', stored([5, 5, 1, 1])]
    expect(matchKerasLayers(new Map([...arrays, extra]), shapesOf(network)).size).toBe(0)
    const fewer = arrays.filter(([name]) => !name.includes('/conv2d_3/'))
    expect(fewer.length).toBeLessThan(arrays.length)
    expect(matchKerasLayers(new Map(fewer), shapesOf(network)).size).toBe(0)
  })
})

describe('a .keras archive', () => {
  it('leaves no temporary files behind, whether it opens or not', async () => {
    const before = await temporary()
    const opened = await openWeightFile(path.join(golden, 'cnn-70.keras'))
    expect((await temporary()).length).toBe(before.length + 1)
    await opened.close()
    expect(await temporary()).toEqual(before)
    const bytes = await readFile(path.join(golden, 'cnn-70.keras'))
    bytes.fill(0xff, bytes.indexOf('\x89HDF', 0, 'latin1'), bytes.indexOf('\x89HDF', 0, 'latin1') + 400)
    const broken = path.join(folder, 'broken.keras')
    await writeFile(broken, bytes)
    await expect(openWeightFile(broken)).rejects.toMatchObject({
      code: 'weights-unreadable',
      message: expect.stringContaining('broken.keras'),
    })
    expect(await temporary()).toEqual(before)
  })
})

function shapesOf(network: Network): ReadonlyMap<string, readonly number[]> {
  return new Map(declareNetwork(network).parameters.map(({ name, shape }) => [name, shape]))
}

/** Each parameter's name, what Keras 2 would call it, and its shape. */
function kerasTwoNames(network: Network): [string, string, readonly number[]][] {
  const words: Readonly<Record<string, string>> = { mean: 'moving_mean', variance: 'moving_variance' }
  const counts = new Map<string, Map<string, number>>()
  return [...shapesOf(network)].map(([name, shape]) => {
    const [layer, part] = [name.slice(0, name.lastIndexOf('/')), name.slice(name.lastIndexOf('/') + 1)]
    const kind = layer.endsWith('/norm') ? 'batch_normalization' : 'conv2d'
    const known = counts.get(kind) ?? new Map<string, number>()
    counts.set(kind, known.set(layer, known.get(layer) ?? known.size))
    const own = `${kind}_${known.get(layer)!}`
    return [name, `model_weights/${own}/${own}/${words[part] ?? part}:0`, shape]
  })
}

function stored(shape: readonly number[]): StoredArray {
  return { shape, read: () => Promise.resolve(new Float32Array()) }
}
