import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MODEL_FORMAT, modelFile } from '#shared/records/model-file.ts'
import { checkedOnnx, readModelFile, readModelWeights, writeModelFolder } from '../../../src/engine/data/model-folder.ts'
import { writeSafetensors } from '../../../src/engine/data/weight-files/safetensors.ts'
import { initialWeights } from '../../../src/engine/nn/initialize.ts'
import { tinyPreset } from '../training/tiny.ts'

const network = tinyPreset.network(2)
const weights = initialWeights(network, 1)

const facts = modelFile.omit({ format: true, weightsSha256: true, onnxSha256: true }).parse({
  task: 'detection',
  preset: 'tiny',
  classes: ['square', 'disc'],
  normalization: { mean: [127], scale: [64] },
  inferenceSizes: [[64, 64]],
  frame: { width: 64, height: 64 },
  parameters: 1234,
  onnxDifference: 1e-6,
  threshold: 0.4,
  scoreMidpoints: null,
  mirroredMidpoints: null,
  best: 0.5,
  metrics: { ap50: 0.5 },
  backend: 'tensorflow',
  seed: 3,
  epochs: 4,
  settings: {},
  createdAt: '2026-01-01T00:00:00.000Z',
})

describe('a model folder', () => {
  let parent: string
  let folder: string
  beforeEach(async () => {
    parent = await mkdtemp(path.join(os.tmpdir(), 'model-'))
    folder = path.join(parent, 'model')
    await writeModelFolder(folder, weights, async (temporary) => {
      await writeFile(path.join(temporary, 'model.onnx'), 'graph')
      return facts
    })
  })
  afterEach(() => rm(parent, { recursive: true, force: true }))

  const rewrite = async (change: (json: Record<string, unknown>) => void): Promise<void> => {
    const file = path.join(folder, 'model.json')
    const json = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
    change(json)
    await writeFile(file, JSON.stringify(json))
  }
  const load = async () => readModelWeights(folder, await readModelFile(folder), network)

  it('gives back what was saved', async () => {
    expect(await readModelFile(folder)).toMatchObject({ ...facts, format: 1 })
    expect(await load()).toEqual(weights)
    expect(await checkedOnnx(folder, await readModelFile(folder))).toBe(path.join(folder, 'model.onnx'))
    expect((await readdir(parent)).sort()).toEqual(['model'])
  })

  it('opens as ever where nothing is said of stains, and tells older programs of it where there is', async () => {
    await rewrite((json) => delete json['stain'])
    expect((await readModelFile(folder)).stain).toBeNull()
    const target = {
      method: 'reinhard' as const,
      mean: [0, 1, 2] as [number, number, number],
      spread: [1, 1, 1] as [number, number, number],
    }
    const stain = { target, images: 3, left: 0 }
    await writeModelFolder(folder, weights, () => Promise.resolve({ ...facts, stain }))
    expect(await readModelFile(folder)).toMatchObject({ stain, format: 2 })
    await rewrite((json) => (json['stain'] = { ...stain, target: { ...target, method: 'hue' } }))
    await expect(readModelFile(folder)).rejects.toMatchObject({ code: 'model-damaged' })
  })

  it('is replaced whole, and stays where writing the new one fails', async () => {
    await writeModelFolder(folder, weights, () => Promise.resolve({ ...facts, best: 0.9 }))
    expect((await readModelFile(folder)).best).toBe(0.9)
    await expect(writeModelFolder(folder, weights, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room')
    expect((await readModelFile(folder)).best).toBe(0.9)
    expect(await readdir(parent)).toEqual(['model'])
  })

  it('is refused with a clear word where a newer version wrote it', async () => {
    await rewrite((json) => {
      json['format'] = MODEL_FORMAT + 1
      json['somethingNew'] = true
    })
    await expect(readModelFile(folder)).rejects.toMatchObject({ code: 'model-newer', hint: expect.stringMatching(/update/i) as string })
  })

  it('is refused where model.json is missing, no JSON, too large or says too little', async () => {
    const file = path.join(folder, 'model.json')
    await expect(readModelFile(path.join(parent, 'nowhere'))).rejects.toMatchObject({ code: 'no-model' })
    for (const text of ['', 'null', '{', '[]', '{"format":1}', `"${'x'.repeat(5_000_000)}"`]) {
      await writeFile(file, text)
      await expect(readModelFile(folder), text.slice(0, 20)).rejects.toMatchObject({ code: 'model-damaged' })
    }
  })

  it('is refused where the weights were changed, cut or do not fit the network', async () => {
    const file = path.join(folder, 'weights.safetensors')
    const bytes = await readFile(file)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(file, bytes)
    await expect(load()).rejects.toMatchObject({ code: 'model-damaged' })
    await truncate(file, 1000)
    await expect(load()).rejects.toMatchObject({ code: 'model-damaged' })
    await rm(file)
    await expect(load()).rejects.toMatchObject({ code: 'model-damaged' })
    await writeModelFolder(folder, initialWeights(tinyPreset.network(3), 1), () => Promise.resolve(facts))
    await expect(load()).rejects.toMatchObject({ code: 'model-damaged' })
  })

  it('is refused where an array has another name, though its size and hash are right', async () => {
    const [first, ...rest] = [...weights]
    const renamed = new Map([['other', first![1]], ...rest])
    await writeModelFolder(folder, renamed, () => Promise.resolve(facts))
    await expect(load()).rejects.toMatchObject({ code: 'model-damaged' })
  })

  it('does without a graph that is missing or was changed', async () => {
    await writeFile(path.join(folder, 'model.onnx'), 'other')
    expect(await checkedOnnx(folder, await readModelFile(folder))).toBeNull()
    await rm(path.join(folder, 'model.onnx'))
    expect(await checkedOnnx(folder, await readModelFile(folder))).toBeNull()
  })

  it('does not read weights of another size than the network needs', async () => {
    await mkdir(path.join(parent, 'big'))
    await writeSafetensors(path.join(parent, 'big', 'weights.safetensors'), new Map([['x', { shape: [5e6], data: new Float32Array(5e6) }]]))
    await expect(readModelWeights(path.join(parent, 'big'), await readModelFile(folder), network)).rejects.toMatchObject({
      message: expect.stringMatching(/bytes, which does not fit/) as string,
    })
  })
})
