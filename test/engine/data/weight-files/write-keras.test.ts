import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Group } from 'h5wasm/node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { importWeights } from '../../../../src/engine/data/weight-files/import-weights.ts'
import { writeKerasWeights } from '../../../../src/engine/data/weight-files/write-keras.ts'
import { autoencoderNetwork } from '../../../../src/engine/models/autoencoder-128/network.ts'
import { cnnNetwork } from '../../../../src/engine/models/cnn-70/network.ts'
import { unetNetwork } from '../../../../src/engine/models/unet/network.ts'
import { declareNetwork } from '../../../../src/engine/nn/declare-ops.ts'
import type { Network } from '../../../../src/engine/nn/network.ts'
import { drawnWeights } from '../../models/classic-cases.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'write-keras-'))
})
afterAll(() => rm(folder, { recursive: true }))

const orderOf = (network: Network): string[] => declareNetwork(network).parameters.map(({ name }) => name)

/** A file's lists of names, as Keras puts them together. */
async function namesIn(file: string): Promise<{ layers: string[]; weights: string[][] }> {
  const hdf5 = await import('h5wasm/node')
  await hdf5.ready
  const root = new hdf5.File(file, 'r')
  const listed = (group: Group, name: string): string[] => {
    if (group.attrs[name]) return group.attrs[name].value as string[]
    const parts: string[] = []
    for (let i = 0; group.attrs[`${name}${i}`]; i++) parts.push(...(group.attrs[`${name}${i}`]!.value as string[]))
    return parts
  }
  const layers = listed(root, 'layer_names')
  const weights = layers.map((name) => listed(root.get(name) as Group, 'weight_names'))
  root.close()
  return { layers, weights }
}

describe('weights for Keras', () => {
  it.each([
    ['cnn-70', cnnNetwork({ classes: 3, width: 2 })],
    ['unet', unetNetwork({ outputs: 2, width: 1 })],
    ['autoencoder-128', autoencoderNetwork({ width: 1 })],
  ])('of %s come back the same where they are read as a file of Keras', async (name, network) => {
    const file = path.join(folder, `${name}.h5`)
    const weights = drawnWeights(`written/${name}`, network)
    await writeKerasWeights(file, weights, orderOf(network))
    const read = await importWeights(file, { name }, network)
    expect(read.skipped).toEqual([])
    expect(read.weights).toEqual(weights)
  })

  it('are listed in the order of first use, the parts of a layer as Keras has them', async () => {
    const file = path.join(folder, 'order.h5')
    const one = (data: number[]) => ({ shape: [data.length], data: Float32Array.from(data) })
    const weights = new Map([
      ['b/norm/variance', one([4])],
      ['b/norm/gamma', one([1])],
      ['b/norm/mean', one([3])],
      ['b/norm/beta', one([2])],
      ['a/bias', one([6])],
      ['a/kernel', one([5, 5])],
    ])
    await writeKerasWeights(file, weights, ['b/norm/variance', 'b/norm/gamma', 'b/norm/mean', 'b/norm/beta', 'a/bias', 'a/kernel'])
    expect(await namesIn(file)).toEqual({
      layers: ['b.norm', 'a'],
      weights: [
        ['gamma:0', 'beta:0', 'moving_mean:0', 'moving_variance:0'],
        ['kernel:0', 'bias:0'],
      ],
    })
  })

  it('of more layers than an attribute of HDF5 holds have their names in several', async () => {
    const file = path.join(folder, 'many.h5')
    const names = Array.from({ length: 900 }, (_, i) => `${'long'.repeat(25)}${i}/kernel`)
    const weights = new Map(names.map((name) => [name, { shape: [1], data: Float32Array.of(1) }]))
    await writeKerasWeights(file, weights, names)
    expect((await namesIn(file)).layers).toEqual(names.map((name) => name.replace('/kernel', '')))
  })

  it('are written whole or not at all, and leave nothing behind', async () => {
    // A folder for temporary files of its own: other tests have theirs in the common one.
    const room = path.join(folder, 'temporary')
    await mkdir(room)
    vi.stubEnv('TMPDIR', room)
    const network = cnnNetwork({ classes: 3, width: 2 })
    const nowhere = path.join(folder, 'no such folder', 'a.h5')
    await expect(writeKerasWeights(nowhere, drawnWeights('x', network), orderOf(network))).rejects.toMatchObject({ code: 'no-folder' })
    await expect(stat(nowhere)).rejects.toThrow()
    expect(await readdir(room)).toEqual([])
    vi.unstubAllEnvs()
  })
})
