import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWeightFile } from '../../../../src/engine/data/weight-files/open-weight-file.ts'
import { readSafetensors } from '../../../../src/engine/data/weight-files/safetensors.ts'

const golden = path.resolve(import.meta.dirname, '../../../golden/weights')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'weights-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Everything in a file, by name: [shape, numbers]. */
async function contents(file: string, seconds?: number) {
  const opened = await openWeightFile(path.resolve(golden, file), seconds)
  try {
    const arrays: Record<string, [readonly number[], number[]]> = {}
    for (const [name, array] of opened.arrays) arrays[name] = [array.shape, [...(await array.read())]]
    return { arrays, skipped: Object.fromEntries(opened.skipped.map(({ name, why }) => [name, why])), format: opened.format }
  } finally {
    await opened.close()
  }
}

const refused = (file: string, code: string, message: RegExp) =>
  expect(contents(file)).rejects.toMatchObject({ name: 'AppError', code, message: expect.stringMatching(message) })

const counting = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i)

describe('a PyTorch state dict', () => {
  it('is read as PyTorch wrote it: types, views, strides, shared storages', async () => {
    const { arrays, skipped, format } = await contents('plain.pth')
    expect(format).toBe('torch')
    expect(arrays['plain']).toEqual([
      [2, 3],
      [0, 0.25, 0.5, 0.75, 1, 1.25],
    ])
    expect(arrays['scalar']).toEqual([[], [2.5]])
    expect(arrays['empty']).toEqual([[0, 3], []])
    expect(arrays['half']![1][1]).toBe(-0.5)
    expect(arrays['half']![1][2]).toBeCloseTo(6e-8, 9)
    expect(arrays['brain']![1]).toEqual([1, -123.5])
    expect(arrays['double']![1]).toEqual([Math.fround(0.1)])
    expect(arrays['transposed']).toEqual([[6, 4], counting(24).map((i) => (i % 4) * 6 + Math.floor(i / 4))])
    expect(arrays['window']).toEqual([
      [2, 3],
      [8, 9, 10, 14, 15, 16],
    ])
    expect(arrays['last']).toEqual([[2, 3, 2, 2], counting(24)])
    expect(arrays['norm.running_var']![1]).toEqual([1, 1])
    expect(skipped).toEqual({ 'norm.num_batches_tracked': expect.stringContaining('Long') })
  })

  it('holds the same as the safetensors file that the safetensors library wrote', async () => {
    const { arrays } = await contents('plain.pth')
    const { weights, metadata } = await readSafetensors(path.join(golden, 'plain.safetensors'))
    expect(metadata).toEqual({ made: 'by safetensors' })
    expect(Object.fromEntries([...weights].map(([name, { shape, data }]) => [name, [shape, [...data]]]))).toEqual(arrays)
  })

  it('is found inside the checkpoint of a training script', async () => {
    const { arrays } = await contents('checkpoint.pth')
    expect(Object.keys(arrays)).toEqual(['weight', 'bias'])
  })

  it('is read as well in the format before PyTorch 1.6', async () => {
    const [old, now] = [await contents('legacy.pth'), await contents('plain.pth')]
    expect(old).toEqual(now)
  })

  it('is refused by name where it would run something', async () => {
    await refused('hostile.pth', 'weights-refused', /posix\.system/)
    await refused('whole-model.pth', 'weights-refused', /torch\.nn\.modules\.conv\.Conv2d/)
    await expect(readFile('owned.txt')).rejects.toThrow()
  })

  it('is refused where it is none', async () => {
    await refused('no-table.pth', 'weights-unreadable', /no table of weights/)
    await refused('empty.pth', 'weights-unreadable', /no table of weights/)
    await refused('../bmp.json', 'weights-unreadable', /no weight file/)
    await refused('nowhere.pth', 'weights-missing', /cannot be opened/)
  })
})

describe('a Keras file', () => {
  it('of Keras 3 is read under its layers own names', async () => {
    const { arrays, format } = await contents('keras3.weights.h5')
    expect(format).toBe('keras')
    expect(arrays['layers/block1_conv1/vars/0']).toEqual([[3, 3, 3, 2], counting(54)])
    expect(arrays['layers/block1_conv2/vars/1']).toEqual([[2], counting(2, 3000)])
    expect(Object.keys(arrays)).toHaveLength(8)
  })

  it('of a whole model gives its weights', async () => {
    const { arrays } = await contents('keras3.h5')
    expect(arrays['model_weights/block1_conv1/block1_conv1/kernel']).toEqual([[3, 3, 3, 2], counting(54)])
  })

  it('of Keras 1 is read; links are not followed', async () => {
    const { arrays, skipped } = await contents('keras1.h5')
    expect(Object.keys(arrays).sort()).toEqual([
      'block1_conv1/block1_conv1_W_1:0',
      'block1_conv1/block1_conv1_b_1:0',
      'block1_conv1/packed',
    ])
    expect(arrays['block1_conv1/block1_conv1_b_1:0']).toEqual([[64], counting(64)])
    expect(arrays['block1_conv1/packed']![1].every((value) => value === 1)).toBe(true)
    expect(skipped).toEqual({ alias: 'is a link', elsewhere: 'is a link', 'block1_conv1/steps': expect.stringContaining('no 32-bit') })
  })
})

/** Seconds after which a damaged HDF5 file counts as unreadable. */
const PATIENCE = 2

describe('damage', () => {
  it.each(['plain.pth', 'legacy.pth', 'plain.safetensors', 'keras3.weights.h5', 'keras1.h5', 'cnn-70.keras'])(
    'to %s gives a clear error or plain numbers, nothing else',
    async (name) => {
      const whole = await readFile(path.join(golden, name))
      const target = path.join(folder, `damaged-${name}`)
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: whole.length }),
          fc.array(fc.tuple(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
          async (length, changes) => {
            const bytes = Buffer.from(whole)
            for (const [at, value] of changes) bytes[at] = value
            await writeFile(target, changes.length === 0 ? bytes.subarray(0, length) : bytes)
            const outcome = await contents(target, PATIENCE).catch((error: unknown) => error)
            if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'AppError', code: expect.stringMatching(/^weights-/) })
          },
        ),
        // HDF5 starts a thread for each file, and some damage makes it think until its time is over.
        { numRuns: /\.(h5|keras)$/.test(name) ? 25 : 120 },
      )
    },
  )
})
