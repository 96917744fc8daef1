import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Box } from '#shared/geometry/box.ts'
import { createRandom } from '#shared/random.ts'
import { AreaMaps } from '../../../src/engine/inference/area-maps.ts'
import { areaProbabilities } from '../../../src/engine/inference/area-model.ts'
import { gatherAreas } from '../../../src/engine/inference/gather-areas.ts'
import { rasterSource } from '../../../src/engine/inference/pixel-source.ts'
import type { AreaModel } from '../../../src/engine/inference/probability-rows.ts'
import { ObjectGatherer } from '../../../src/engine/inference/segment.ts'
import type { InferenceSession } from '../../../src/engine/inference/session.ts'
import { logsIn, type OpenLog } from '../../../src/engine/inference/work-log.ts'
import { localModel } from './local-model.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'areas-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Logits of background, the class and the distance from grey levels right there. */
function deepModel(part: Partial<AreaModel>): AreaModel {
  const session: InferenceSession = {
    runtime: 'test',
    run: (pixels, batch, height, width) => {
      const data = Float32Array.from(
        { length: 3 * height * width },
        (_, i) => [0, (pixels[Math.floor(i / 3)]! - 127) / 20, (pixels[Math.floor(i / 3)]! - 200) / 30][i % 3]!,
      )
      return Promise.resolve({ logits: { shape: [batch, height, width, 3], data } })
    },
    dispose: () => Promise.resolve(),
  }
  return localModel({ session, shares: 3, probabilities: (logits, pixels) => areaProbabilities(logits, pixels, 1, true), ...part })
}

const random = createRandom(9)
const [width, height] = [300, 1900]
const discs = Array.from({ length: 60 }, () => ({ x: random.uniform(0, width), y: random.uniform(0, height), r: random.uniform(4, 18) }))
const picture = {
  ...{ width, height, channels: 1 as const },
  data: Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const depth = Math.max(...discs.map((disc) => 1 - Math.hypot(x - disc.x, y - disc.y) / disc.r))
    return depth > 0 ? 150 + 100 * depth : 60 + ((x * 7 + y * 3) % 40)
  }),
}

interface Way {
  readonly openLog?: OpenLog
  /** Stops as a kill would, after so many tiles. */
  readonly stopAfter?: number
  readonly skips?: (region: Box) => boolean
}

async function predict(models: readonly [AreaModel, ...AreaModel[]], name: string, { openLog, stopAfter = Infinity, skips }: Way) {
  const objects = new ObjectGatherer({ classes: 1, shares: 3, part: { by: 'distances', depth: 0.15 }, leastAreas: [5] })
  const maps = new AreaMaps({ width, height }, 1, 3)
  const told: number[] = []
  let looked = 0
  const turn = (done: number, tiles: number): Promise<void> => {
    if (told.length > 0 && done > told.at(-1)!) looked++
    told.push(done)
    expect(done).toBeLessThanOrEqual(tiles)
    return looked >= stopAfter ? Promise.reject(new Error('killed')) : Promise.resolve()
  }
  await gatherAreas(models, 1, rasterSource(picture), { flips: false, turn, openLog, skips }, { objects, maps })
  const written = await maps.write((map) => ({ file: map, path: path.join(folder, `${name}-${map}.png`) }))
  const pixels = await Promise.all(written.map(({ file }) => readFile(path.join(folder, `${name}-${file}.png`))))
  return { found: objects.objects(0.5), maps: pixels.map((png) => png.toString('base64')), looked, told }
}

describe('gatherAreas', () => {
  const tiles = { size: [128, 128] as const }
  it.each<[string, [AreaModel, ...AreaModel[]]]>([
    ['one model', [deepModel(tiles)]],
    ['models of two scales', [deepModel(tiles), deepModel({ size: [64, 64], pixelsPerInput: 1.7 })]],
  ])('goes on after a kill, wherever it was, with the very same result: %s', async (name, models) => {
    const whole = await predict(models, 'whole', {})
    expect(whole.found.length).toBeGreaterThan(20)
    for (const stopAfter of [1, Math.floor(whole.looked / 2), whole.looked - 1]) {
      const openLog = logsIn(path.join(folder, `${name}-${stopAfter}`))
      await expect(predict(models, 'broken', { openLog, stopAfter })).rejects.toThrow('killed')
      const rest = await predict(models, 'rest', { openLog })
      expect(rest.found).toEqual(whole.found)
      expect(rest.maps).toEqual(whole.maps)
      // At most the rows of tiles are looked at again that reach into the first row that is missing, or a band that was not full.
      if (stopAfter > whole.looked / 3) expect(rest.looked).toBeLessThan(whole.looked - stopAfter / 2)
      const again = await predict(models, 'again', { openLog })
      expect([again.found, again.looked]).toEqual([whole.found, 0])
    }
  })

  it('takes skipped tiles for background and does not look at them', async () => {
    const whole = await predict([deepModel(tiles)], 'all', {})
    const skips = (region: Box): boolean => region.y + region.height > 1000
    const part = await predict([deepModel(tiles)], 'part', { skips })
    expect(part.looked).toBeLessThan(0.6 * whole.looked)
    const above = ({ shape }: { shape: { type: string } }): boolean =>
      'y' in shape && 'height' in shape && (shape.y as number) + (shape.height as number) < 850
    expect(part.found.filter(above)).toEqual(whole.found.filter(above))
    expect(part.found.every(({ shape }) => shape.type === 'mask' && shape.y < 1000)).toBe(true)
    const none = await predict([deepModel(tiles)], 'none', { skips: () => true })
    expect([none.found, none.looked, none.told.at(-1)]).toEqual([[], 0, 0])
  })
})
