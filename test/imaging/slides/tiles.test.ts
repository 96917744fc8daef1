import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasTile, levelSize, TILE_SIDE, tileBox, tileCount, tileLevels, type TilePlace, tileSize } from '#shared/geometry/tile-grid.ts'
import type { Raster } from '../../../src/imaging/raster.ts'
import { sharpOf } from '../../../src/imaging/sharp-of.ts'
import { cutTile } from '../../../src/imaging/slides/cut-tile.ts'
import { cut, FlatSource } from '../../../src/imaging/slides/flat-source.ts'
import type { ImageSource, SourceRegion } from '../../../src/imaging/slides/image-source.ts'
import { RasterCache } from '../../../src/imaging/slides/raster-cache.ts'
import { SourceStore } from '../../../src/imaging/slides/source-store.ts'
import { difference, soft } from './tiled-tiff.ts'

const FACTS = { reader: 'test', micronsPerPixel: null, objective: null, scannedAt: null }

/** A source with chosen levels, that tells what is read of it. */
class LevelSource implements ImageSource {
  readonly width: number
  readonly height: number
  readonly levels
  readonly tileSize = 256
  readonly facts = FACTS
  readonly read_: SourceRegion[] = []
  closed = false
  readonly #rasters: readonly Raster[]

  constructor(rasters: readonly Raster[]) {
    const [first] = rasters
    this.width = first!.width
    this.height = first!.height
    this.levels = rasters.map(({ width, height }) => ({ width, height, downsample: this.width / width }))
    this.#rasters = rasters
  }

  read(region: SourceRegion): Promise<Raster> {
    this.read_.push(region)
    return Promise.resolve(cut(this.#rasters[region.level]!, region))
  }

  close(): Promise<void> {
    this.closed = true
    return Promise.resolve()
  }
}

async function shrunk(raster: Raster, width: number, height: number): Promise<Raster> {
  const data = await sharpOf(raster).resize({ width, height, fit: 'fill' }).raw().toBuffer()
  return { width, height, channels: raster.channels, data }
}

/** A whole level put together from its tiles. */
async function assembled(source: ImageSource, level: number, cache = new RasterCache(2 ** 24)): Promise<Raster> {
  const { width, height } = levelSize(source, level)
  const whole: Raster = { width, height, channels: 3, data: new Uint8Array(width * height * 3) }
  const { columns, rows } = tileCount(source, level)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const place = { level, column, row }
      const tile = await cutTile({ name: 'x', source, cache }, place)
      expect({ width: tile.width, height: tile.height }).toEqual(tileSize(source, place))
      for (let y = 0; y < tile.height; y++) {
        const to = ((row * TILE_SIDE + y) * width + column * TILE_SIDE) * 3
        whole.data.set(tile.data.subarray(y * tile.width * 3, (y + 1) * tile.width * 3), to)
      }
    }
  return whole
}

describe('the grid of tiles', () => {
  it('covers the image without gaps or doubles at every level, the last with one tile', () => {
    const side = fc.integer({ min: 1, max: 400_000 })
    fc.assert(
      fc.property(side, side, (width, height) => {
        const image = { width, height }
        const last = tileLevels(image) - 1
        expect(tileCount(image, last)).toEqual({ columns: 1, rows: 1 })
        if (last > 0) expect(Math.max(...Object.values(tileCount(image, last - 1)))).toBe(2)
        for (let level = 0; level <= last; level++) {
          const { columns, rows } = tileCount(image, level)
          const sum = (count: number, place: (i: number) => TilePlace, key: 'width' | 'height'): number[] => {
            const ends = [place(0), place(count - 1)]
            return [
              (count - 1) * TILE_SIDE + tileSize(image, ends[1]!)[key],
              tileBox(image, ends[1]!)[key === 'width' ? 'x' : 'y'] + tileBox(image, ends[1]!)[key],
            ]
          }
          expect(sum(columns, (column) => ({ level, column, row: 0 }), 'width')).toEqual([levelSize(image, level).width, width])
          expect(sum(rows, (row) => ({ level, column: 0, row }), 'height')).toEqual([levelSize(image, level).height, height])
          expect(hasTile(image, { level, column: columns, row: 0 })).toBe(false)
        }
        expect(hasTile(image, { level: last + 1, column: 0, row: 0 })).toBe(false)
      }),
    )
  })
})

describe('tiles of a source', () => {
  const fine = soft(2100, 1300)

  it("are the image's own pixels at level 0", async () => {
    expect(difference(await assembled(new FlatSource(fine, FACTS), 0), fine)).toBe(0)
  })

  it("come from the nearest finer level, whatever the levels' ratios", async () => {
    const source = new LevelSource([fine, await shrunk(fine, 525, 325)])
    expect(difference(await assembled(source, 1), await shrunk(fine, 1050, 650))).toBeLessThan(2)
    expect(new Set(source.read_.map(({ level }) => level))).toEqual(new Set([0]))
    source.read_.length = 0
    expect(difference(await assembled(source, 2), await shrunk(fine, 525, 325))).toBeLessThan(1)
    expect(new Set(source.read_.map(({ level }) => level))).toEqual(new Set([1]))
  })

  it('take a level that is coarser by rounding alone as it is', async () => {
    const source = new LevelSource([fine, await shrunk(fine, 1049, 649)])
    expect(difference(await assembled(source, 1), await shrunk(fine, 1050, 650))).toBeLessThan(2)
    expect(new Set(source.read_.map(({ level }) => level))).toEqual(new Set([1]))
  })

  it('are put together from finer ones where the source has one level, never reading much at a time, each part once', async () => {
    const large = soft(5200, 4300)
    const source = new LevelSource([large])
    const cache = new RasterCache(2 ** 26)
    const level = tileLevels(source) - 1
    const small = await assembled(source, level, cache)
    expect(level).toBe(4)
    expect(difference(small, await shrunk(large, small.width, small.height))).toBeLessThan(3)
    expect(Math.max(...source.read_.map(({ width, height }) => width * height))).toBeLessThanOrEqual(2048 * 2048)
    const read = source.read_.reduce((sum, { width, height }) => sum + width * height, 0)
    expect(read).toBe(5200 * 4300)
    await assembled(source, level, cache)
    expect(source.read_.reduce((sum, { width, height }) => sum + width * height, 0)).toBe(read)
  })

  it('are refused beyond the grid', async () => {
    const origin = { name: 'x.png', source: new FlatSource(fine, FACTS), cache: new RasterCache(1) }
    await expect(cutTile(origin, { level: 0, column: 5, row: 0 })).rejects.toMatchObject({ code: 'image-unreadable' })
  })
})

describe('decoded tiles in memory', () => {
  it('stay within their bytes, the longest unused going first', () => {
    const cache = new RasterCache(300)
    const raster = (bytes: number): Raster => ({ width: bytes, height: 1, channels: 1, data: new Uint8Array(bytes) })
    for (const name of ['a', 'b', 'c']) cache.set(name, raster(100))
    cache.get('a')
    cache.set('d', raster(100))
    expect([...'abcd'].filter((name) => cache.get(name))).toEqual(['a', 'c', 'd'])
    cache.set('e', raster(301))
    expect([cache.get('e'), cache.bytes]).toEqual([undefined, 300])
    cache.set('a', raster(40))
    expect(cache.bytes).toBe(240)
  })
})

describe('open sources', () => {
  const made: LevelSource[] = []
  const open = (): Promise<ImageSource> => {
    const source = new LevelSource([soft(8, 8)])
    made.push(source)
    return Promise.resolve(source)
  }
  const use = (store: SourceStore, file: string): Promise<ImageSource> => store.use(file, {}, (source) => Promise.resolve(source))

  it('are opened once, and the longest unused is closed', async () => {
    const store = new SourceStore({ most: 2, open })
    const a = await use(store, 'a')
    const b = await use(store, 'b')
    expect(await use(store, 'a')).toBe(a)
    await use(store, 'c')
    expect([(a as LevelSource).closed, (b as LevelSource).closed, store.size]).toEqual([false, true, 2])
    await store.close()
    expect([(a as LevelSource).closed, store.size]).toEqual([true, 0])
  })

  it('are not closed while they are used', async () => {
    const store = new SourceStore({ most: 1, open })
    await store.use('a', {}, async (source) => {
      await use(store, 'b')
      await use(store, 'c')
      expect((source as LevelSource).closed).toBe(false)
    })
    expect(store.size).toBeLessThanOrEqual(1)
  })

  it('hold no more pixels than they may', async () => {
    const store = new SourceStore({ bytes: 1000, open: () => Promise.resolve(new FlatSource(soft(16, 16), FACTS)) })
    const first = await use(store, 'a')
    await use(store, 'b')
    expect(store.size).toBe(1)
    expect((first as FlatSource).bytes).toBe(0)
  })

  it('are tried anew after one could not be opened', async () => {
    let times = 0
    const store = new SourceStore({ open: () => (times++ === 0 ? Promise.reject(new Error('not yet')) : open()) })
    await expect(use(store, 'a')).rejects.toThrow('not yet')
    expect((await use(store, 'a')).width).toBe(8)
    await store.close()
  })
})
