import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { drawShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import { AreaMaps } from '../../../src/engine/inference/area-maps.ts'
import { areaProbabilities } from '../../../src/engine/inference/area-model.ts'
import { rasterSource } from '../../../src/engine/inference/pixel-source.ts'
import type { AreaModel } from '../../../src/engine/inference/probability-rows.ts'
import { type AreaRow, lookAtAreas, ObjectGatherer } from '../../../src/engine/inference/segment.ts'
import type { Raster } from '../../../src/imaging/raster.ts'
import { blobs, localModel, shiftSession } from './local-model.ts'

interface Look {
  readonly classes: Uint8Array
  /** Probability of the class, a pixel. */
  readonly shares: Float32Array
  readonly tiles: number
}

async function look(
  image: Raster,
  models: readonly [AreaModel, ...AreaModel[]],
  flips = false,
  take?: (row: AreaRow) => void,
): Promise<Look> {
  const classes = new Uint8Array(image.width * image.height)
  const shares = new Float32Array(classes.length)
  const rows: number[] = []
  let tiles = 0
  const turn = (done: number): Promise<void> => {
    tiles = done
    return Promise.resolve()
  }
  await lookAtAreas(models, 1, rasterSource(image), { flips, turn }, (row) => {
    rows.push(row.y)
    classes.set(row.classes, row.y * image.width)
    for (let x = 0; x < image.width; x++) shares[row.y * image.width + x] = row.shares[2 * x + 1]!
    take?.(row)
  })
  expect(rows).toEqual(Array.from({ length: image.height }, (_, y) => y))
  return { classes, shares, tiles }
}

const furthest = (a: Float32Array, b: Float32Array): number => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

const mirrored = ({ width, height, channels, data }: Raster): Raster => {
  const at = (_: unknown, i: number): number => data[Math.floor(i / width) * width + (width - 1 - (i % width))]!
  return { width, height, channels, data: Uint8Array.from(data, at) }
}

describe('lookAtAreas', () => {
  it('gives in tiles what it gives on the whole image', async () => {
    const image = blobs(213, 171, 1)
    const whole = await look(image, [localModel()])
    const tiled = await look(image, [localModel({ size: [64, 64] })])
    expect(whole.tiles).toBe(1)
    expect(tiled.tiles).toBeGreaterThan(9)
    expect(furthest(tiled.shares, whole.shares)).toBeLessThan(1e-5)
    expect(tiled.classes).toEqual(whole.classes)
    expect(new Set(whole.classes)).toEqual(new Set([0, 1]))
  })

  it('sees an image by its own pixels where the scale is 1', async () => {
    const image = blobs(40, 24, 2)
    const { shares } = await look(image, [localModel()])
    let sum = 0
    for (let y = 10; y < 13; y++) for (let x = 20; x < 23; x++) sum += image.data[y * 40 + x]!
    expect(shares[11 * 40 + 21]).toBeCloseTo(1 / (1 + Math.exp(-(sum / 9 - 127) / 20)), 5)
  })

  it('takes any size at any scale', async () => {
    const size = fc.integer({ min: 1, max: 90 })
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        fc.double({ min: 1, max: 5, noNaN: true }),
        fc.constantFrom(16, 32),
        async (width, height, scale, side) => {
          const image = { width, height, channels: 1 as const, data: new Uint8Array(width * height).fill(200) }
          const { shares, classes } = await look(image, [localModel({ pixelsPerInput: scale, size: [side, side] })])
          expect(shares.every((share) => share > 0 && share <= 1.00001)).toBe(true)
          // Away from the canvas's edge, where zeros are seen, all is bright.
          if (width > 30 * scale && height > 30 * scale) expect(classes[Math.floor(height / 2) * width + Math.floor(width / 2)]).toBe(1)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('mirrors what lies beside the image', async () => {
    // Bright up to the edges: with anything but mirrored pixels there, the corners would be dark.
    const image = { width: 13, height: 11, channels: 1 as const, data: new Uint8Array(13 * 11).fill(230) }
    const { classes } = await look(image, [localModel({ size: [32, 32], multiple: 32, fixed: true })])
    expect(classes.every((value) => value === 1)).toBe(true)
  })

  it('averages mirrored inputs where asked to, and several models', async () => {
    const image = blobs(48, 32, 3)
    const shifted = localModel({ session: shiftSession() })
    const [plain, flipped] = [await look(image, [shifted]), await look(image, [shifted], true)]
    const other = await look(mirrored(image), [shifted])
    const mean = plain.shares.map((share, i) => (share + other.shares[Math.floor(i / 48) * 48 + 47 - (i % 48)]!) / 2)
    expect(furthest(flipped.shares, mean)).toBeLessThan(1e-5)
    expect(furthest(flipped.shares, plain.shares)).toBeGreaterThan(0.1)
    const both = await look(image, [shifted, localModel({ size: [32, 32], pixelsPerInput: 2 })])
    const second = await look(image, [localModel({ pixelsPerInput: 2 })])
    const middle = plain.shares.map((share, i) => (share + second.shares[i]!) / 2)
    expect(furthest(both.shares, middle)).toBeLessThan(1e-5)
  })
})

describe('ObjectGatherer', () => {
  const options = { classes: 1, shares: 2, part: null, leastAreas: [0] }

  it('gives shapes that cover the pixels of the class map, and their mean probability', async () => {
    const image = blobs(130, 97, 4)
    const gatherer = new ObjectGatherer(options)
    const { classes, shares } = await look(image, [localModel({ size: [64, 64] })], false, (row) => {
      gatherer.add(row)
    })
    const found = gatherer.objects(0)
    const region = { x: 0, y: 0, width: 130, height: 97 }
    const drawn = new Uint8Array(classes.length)
    for (const { shape, score } of found) {
      if (!isAreaShape(shape)) throw new Error('an object is an area')
      const own = new Uint8Array(classes.length)
      drawShape(shape, own, region, 1)
      drawShape(shape, drawn, region, 1)
      const inside = shares.filter((_, i) => own[i] === 1)
      expect(score).toBeCloseTo(inside.reduce((a, b) => a + b, 0) / inside.length, 5)
    }
    expect(drawn).toEqual(classes)
    expect(found.length).toBeGreaterThan(2)
    expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).toSorted((a, b) => b - a))
  })

  it('leaves out specks and what is too unsure', async () => {
    const image = blobs(130, 97, 4)
    const [all, large, sure] = [0, 60, 0].map((least) => new ObjectGatherer({ ...options, leastAreas: [least] }))
    await look(image, [localModel()], false, (row) => {
      for (const gatherer of [all, large, sure]) gatherer!.add(row)
    })
    expect(large!.objects(0).length).toBeLessThan(all!.objects(0).length)
    const scores = all!.objects(0).map(({ score }) => score)
    expect(sure!.objects(0.9).length).toBe(scores.filter((score) => score >= 0.9).length)
  })
})

describe('areaProbabilities', () => {
  it('are those of background and classes; the distance stands by itself', () => {
    const logits = Float32Array.from([Math.log(0.2), Math.log(0.2), Math.log(0.6), Math.log(0.4 / 0.6)])
    const shares = [...areaProbabilities(logits, 1, 2, true)].map((share) => Math.round(share * 1e4) / 1e4)
    expect(shares).toEqual([0.2, 0.2, 0.6, 0.4])
  })

  it('refuses a network of other classes', () => {
    expect(() => areaProbabilities(new Float32Array(8), 2, 1, false)).toThrow(/4 logits/)
  })
})

describe('AreaMaps', () => {
  it('writes the classes and the probability of each as grey PNG, large images reduced', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'maps-'))
    try {
      const width = 4100
      const maps = new AreaMaps({ width, height: 3 }, 1, 2)
      const classes = Uint8Array.from({ length: width }, (_, x) => (x < 2050 ? 1 : 0))
      const shares = Float32Array.from({ length: 2 * width }, (_, i) => (i % 2 === 1 ? (i < width ? 1 : 0.2) : 0))
      for (let y = 0; y < 3; y++) maps.add({ y, classes, shares })
      const written = await maps.write((name) => ({ file: `${name}.png`, path: path.join(folder, `${name}.png`) }))
      expect(written).toEqual([
        { kind: 'classes', file: 'classes.png', classIndex: null, width: 2050, height: 2 },
        { kind: 'probability', file: 'probability-1.png', classIndex: 0, width: 2050, height: 2 },
      ])
      const read = async (name: string) => sharp(path.join(folder, name)).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
      const [drawn, probable] = [await read('classes.png'), await read('probability-1.png')]
      expect(await sharp(path.join(folder, 'classes.png')).metadata()).toMatchObject({ channels: 1, depth: 'uchar' })
      expect([drawn.data[0], drawn.data[1024], drawn.data[1025], drawn.data[2050]]).toEqual([1, 1, 0, 1])
      expect([probable.data[0], probable.data[2049], probable.data[2050]]).toEqual([255, 51, 255])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
