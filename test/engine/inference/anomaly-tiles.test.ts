import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { floatMapCodec } from '../../../src/engine/inference/float-map.ts'
import type { AnomalyLook } from '../../../src/engine/inference/anomaly-map.ts'
import type { TileWork } from '../../../src/engine/inference/each-tile.ts'
import { lookAtPatches } from '../../../src/engine/inference/patch-look.ts'
import { rasterSource } from '../../../src/engine/inference/pixel-source.ts'
import { reconstructImage } from '../../../src/engine/inference/reconstruct.ts'
import type { InferenceSession } from '../../../src/engine/inference/session.ts'
import { logsIn } from '../../../src/engine/inference/work-log.ts'
import { createAutoencoder128Preset } from '../../../src/engine/models/autoencoder-128/preset.ts'
import { noise } from './fake-slide.ts'

// Anomalies of an image in tiles, broken off and gone on with; the networks are stand-ins that answer by arithmetic.

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'anomaly-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const source = rasterSource(noise(700, 500, 3, 1))
const frame = { width: 128, height: 128 }
const inferenceSizes = [[64, 64]] as const

/** Redraws everything a little darker; its features are the means of blocks of 16 x 16 pixels. */
const session: InferenceSession = {
  runtime: 'test',
  run: (pixels, batch, height, width) => {
    const drawn = pixels.map((pixel, i) => (pixel / 255) * (0.5 + (i % 7) / 20))
    const [rows, columns] = [height / 16, width / 16]
    const features = new Float32Array(rows * columns)
    for (const [i, pixel] of pixels.entries()) {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)]
      features[Math.floor(y / 16) * columns + Math.floor(x / 16)]! += pixel / 768
    }
    return Promise.resolve({
      reconstruction: { shape: [batch, height, width, 3], data: drawn },
      features: { shape: [batch, rows, columns, 1], data: features },
    })
  },
  dispose: () => Promise.resolve(),
}

const { network } = createAutoencoder128Preset()
const memory = {
  distances: (features: Float32Array) => Promise.resolve(features.map((feature) => Math.abs(feature - 120))),
  dispose: () => Promise.resolve(),
}
const settings = { candidates: 1, rim: 0, shrinkage: 1, share: 1, most: 1, scored: 20 }

const LOOKS: [string, (work: TileWork) => Promise<AnomalyLook>][] = [
  ['redrawn', (work) => reconstructImage(session, { network, inferenceSizes }, source, { frame, flips: false, scoredBy: 'area', ...work })],
  [
    'compared with a memory',
    (work) =>
      lookAtPatches({ session, memory }, { network: () => network(1), inferenceSizes, memory: settings }, source, {
        frame,
        flips: false,
        ...work,
      }),
  ],
]

describe.each(LOOKS)('an image %s', (name, look) => {
  it('has the same map and score when it was broken off and gone on with', async () => {
    let tiles = 0
    const whole = await look({
      turn: (done) => {
        tiles = done
        return Promise.resolve()
      },
    })
    expect(tiles).toBeGreaterThan(20)
    const openLog = logsIn(path.join(folder, name))
    const stop = (done: number): Promise<void> => (done >= 9 ? Promise.reject(new Error('killed')) : Promise.resolve())
    await expect(look({ openLog, turn: stop })).rejects.toThrow('killed')
    const turns: number[] = []
    const turn = (done: number): Promise<void> => Promise.resolve(void turns.push(done))
    expect(await look({ openLog, turn })).toEqual(whole)
    expect(turns[0]).toBe(9)
  })

  it('is normal where nothing was looked at', async () => {
    const part = await look({ skips: ({ x }) => x >= 300 })
    const { values, width } = part.map
    const right = values.filter((_, i) => (i % width) / width > 0.7)
    expect(right.every((value) => value === 0)).toBe(true)
    expect(values.some((value) => value > 0)).toBe(true)
    expect((await look({ skips: () => true })).score).toBe(0)
  })
})

describe('the score of an image that was redrawn', () => {
  const small = { frame: { width: 64, height: 64 }, flips: false, turn: () => Promise.resolve() }
  /** Redraws what is bright as dark, and everything else as it is. */
  const dims: InferenceSession = {
    runtime: 'test',
    run: (pixels, batch, height, width) =>
      Promise.resolve({
        reconstruction: { shape: [batch, height, width, 3], data: pixels.map((pixel) => (pixel > 200 ? 0.2 : pixel / 255)) },
      }),
    dispose: () => Promise.resolve(),
  }
  /** Grey, with a bright square of 16 x 16 pixels in it. */
  const withSquare = (side: number) => {
    const data = new Uint8Array(side * side * 3).fill(100)
    for (let y = 24; y < 40; y++) data.fill(250, 3 * (y * side + 24), 3 * (y * side + 40))
    return rasterSource({ width: side, height: side, channels: 3, data })
  }
  const scored = async (side: number, scoredBy: 'area' | 'top'): Promise<number> =>
    (await reconstructImage(dims, { network, inferenceSizes }, withSquare(side), { ...small, scoredBy })).score

  it('is the share of it that differs, with the rim that the map draws', async () => {
    expect(await scored(64, 'area')).toBeCloseTo(18 ** 2 / 64 ** 2, 9)
  })

  it('is not drowned where the image is much larger than what was learned from', async () => {
    expect(await scored(512, 'area')).toBeGreaterThan((4 * 18 ** 2) / 512 ** 2)
  })

  it('is the mean of the highest hundredth for models that got their threshold so', async () => {
    expect(await scored(64, 'top')).toBeCloseTo(Math.sqrt(3) * (250 / 255 - 0.2), 5)
  })
})

describe('floatMapCodec', () => {
  it('gives maps back to the bit, wherever the bytes lie', () => {
    const map = { width: 3, height: 2, values: Float32Array.of(0.1, -2, 1e-30, NaN, Infinity, 7) }
    const bytes = floatMapCodec.encode(map)
    const moved = new Uint8Array(bytes.length + 3)
    moved.set(bytes, 3)
    expect(floatMapCodec.decode(moved.subarray(3))).toEqual(map)
  })
})
