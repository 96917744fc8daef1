import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAreaShape, shapesToLabelMap } from '#shared/masks/draw-shape.ts'
import {
  abnormalAreas,
  type AnomalyLook,
  anomalyLevels,
  tellAnomaly,
  toldScore,
  workedSize,
} from '../../../src/engine/inference/anomaly-map.ts'

/** A map of zeros with a square of one value. */
function look(score: number, width: number, height: number, spot: { x: number; y: number; side: number; value: number }): AnomalyLook {
  const inside = (at: number, from: number): boolean => at >= from && at < from + spot.side
  const values = Float32Array.from({ length: width * height }, (_, i) =>
    inside(i % width, spot.x) && inside(Math.floor(i / width), spot.y) ? spot.value : 0,
  )
  return { score, map: { width, height, values } }
}

const levels = { threshold: 2, pixelThreshold: 4, mapScale: 8 }

describe('levels', () => {
  it('let 95 of 100 normal images pass, by their score and by the highest place of their map', () => {
    const normal = Array.from({ length: 101 }, (_, i) => look(i, 4, 4, { x: 0, y: 0, side: 1, value: 3 * i }))
    expect(anomalyLevels(normal)).toEqual({ threshold: 95, pixelThreshold: 285, mapScale: 570 })
  })

  it('are above 0 even where normal images show nothing at all', () => {
    const { threshold, pixelThreshold } = anomalyLevels([look(0, 2, 2, { x: 0, y: 0, side: 0, value: 0 })])
    expect(threshold).toBeGreaterThan(0)
    expect(pixelThreshold).toBeGreaterThan(0)
    expect(() => anomalyLevels([])).toThrow(RangeError)
  })

  it('lie at a told score of 0.5', () => {
    expect([0, 1, 2, 6].map((score) => toldScore(score, 2))).toEqual([0, 1 / 3, 0.5, 0.75])
  })
})

describe('areas of a map', () => {
  it('lie in the image where they lie in the map; specks are left out, the worst comes first', () => {
    const { map } = look(0, 20, 10, { x: 2, y: 1, side: 3, value: 5 })
    for (let y = 5; y < 9; y++) map.values.fill(8, y * 20 + 12, y * 20 + 16)
    map.values[19] = 100
    const found = abnormalAreas(map, { width: 200, height: 50 }, 4)
    expect(found.map(({ score }) => score)).toEqual([8 / 12, 5 / 9])
    expect(found.map(({ shape }) => shape)).toMatchObject([
      { type: 'mask', x: 120, y: 25, width: 40, height: 20 },
      { type: 'mask', x: 20, y: 5, width: 30, height: 15 },
    ])
    const areas = found.flatMap(({ shape }) => (isAreaShape(shape) ? [shape] : []))
    const drawn = shapesToLabelMap(areas, { x: 0, y: 0, width: 200, height: 50 })
    expect(drawn.filter((value) => value === 1)).toHaveLength(800)
    expect(drawn.filter((value) => value === 2)).toHaveLength(450)
  })

  it('end where they are half as bad as at their worst, and may so be two', () => {
    const { map } = look(0, 30, 12, { x: 2, y: 2, side: 8, value: 5 })
    for (let y = 2; y < 10; y++) map.values.fill(5, y * 30 + 2, y * 30 + 28)
    for (let y = 4; y < 8; y++) {
      map.values.fill(40, y * 30 + 4, y * 30 + 8)
      map.values.fill(25, y * 30 + 20, y * 30 + 23)
    }
    expect(abnormalAreas(map, map, 4).map(({ shape }) => shape)).toMatchObject([
      { x: 4, y: 4, width: 4, height: 4 },
      { x: 20, y: 4, width: 3, height: 4 },
    ])
  })

  it('keep their pixels where the map is as large as the image', () => {
    const { map } = look(0, 9, 9, { x: 3, y: 4, side: 3, value: 5 })
    expect(abnormalAreas(map, map, 4)[0]?.shape).toMatchObject({ x: 3, y: 4, width: 3, height: 3 })
  })
})

describe('what is told of an image', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'anomaly-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is abnormal from the threshold on, and how sure that is', async () => {
    const quiet = { minScore: 0, mapPlace: null }
    const spot = { x: 0, y: 0, side: 0, value: 0 }
    const size = { width: 4, height: 4 }
    const tell = async (score: number) => (await tellAnomaly(look(score, 4, 4, spot), size, levels, quiet)).found
    expect(await tell(2)).toEqual([{ classIndex: 1, score: 0.5, shape: { type: 'image' } }])
    expect(await tell(1)).toEqual([{ classIndex: 0, score: 1 - 1 / 3, shape: { type: 'image' } }])
    expect((await tellAnomaly(look(3, 4, 4, spot), size, levels, quiet)).result).toEqual({ scores: null, anomaly: 3, maps: [] })
  })

  it('comes with a picture scaled so that the threshold is in its middle, and with the numbers', async () => {
    const seen = look(3, 10, 6, { x: 1, y: 1, side: 3, value: 4 })
    seen.map.values[59] = 100
    const mapPlace = (name: string, ending = 'png') => ({ file: `${name}.${ending}`, path: path.join(folder, `${name}.${ending}`) })
    const { found, result } = await tellAnomaly(seen, { width: 10, height: 6 }, levels, { minScore: 0, mapPlace })
    expect(found.map(({ shape }) => shape.type)).toEqual(['image', 'mask'])
    expect(result?.maps).toEqual([
      { kind: 'heat', file: 'heat.png', classIndex: null, width: 10, height: 6 },
      { kind: 'values', file: 'values.f32', classIndex: null, width: 10, height: 6 },
    ])
    const { data, info } = await sharp(path.join(folder, 'heat.png')).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 10, height: 6, channels: 1 })
    expect([data[0], data[11], data[59]]).toEqual([0, 128, 255])
    const values = await readFile(path.join(folder, 'values.f32'))
    expect([values.length, values.readFloatLE(4 * 11), values.readFloatLE(4 * 59)]).toEqual([240, 4, 100])
  })
})

describe('the size at which an image is worked through', () => {
  it('is the input, or the tiles put together, lying as the image does, and never over 4096', () => {
    const frame = { width: 100, height: 50 }
    expect(workedSize({ width: 120, height: 50 }, false, [128, 128], frame)).toEqual({ width: 128, height: 128 })
    expect(workedSize({ width: 400, height: 100 }, true, [64, 64], frame)).toEqual({ width: 256, height: 128 })
    expect(workedSize({ width: 100, height: 400 }, true, [64, 64], frame)).toEqual({ width: 128, height: 256 })
    expect(Math.max(...Object.values(workedSize({ width: 50_000, height: 20_000 }, true, [64, 64], frame)))).toBe(4096)
  })
})
