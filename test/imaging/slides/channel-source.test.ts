import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { writeChannel } from '../../../src/imaging/channels.ts'
import type { Raster } from '../../../src/imaging/raster.ts'
import { readDetails } from '../../../src/imaging/slides/associated.ts'
import { type ChannelSource, LookedSource, seenChannel } from '../../../src/imaging/slides/channel-source.ts'
import { openChannels, openImageSource } from '../../../src/imaging/slides/open-source.ts'
import { SourceStore } from '../../../src/imaging/slides/source-store.ts'
import { TileWriter } from '../../../src/imaging/slides/tile-writer.ts'
import { omeXml } from '../stack-tiff.ts'
import { writeZarr } from '../zarr/write-zarr.ts'
import { writeTiledTiff } from './tiled-tiff.ts'

// Larger than what is drawn in one piece, and no more than that.
const [WIDTH, HEIGHT] = [8400, 96]

function place(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'channels-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  return path.join(folder, name)
}

async function opened(file: string): Promise<ChannelSource> {
  const source = await openChannels(file)
  expect(source).not.toBeNull()
  onTestFinished(() => source!.close())
  return source!
}

function grey(width: number, height: number, value: (x: number, y: number) => number): Raster {
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = value(x, y)
  return { width, height, channels: 1, data }
}

/** An OME-TIFF of two channels of 8 bits, each with its smaller pictures. */
function writeOme(file: string): void {
  const channels = [
    { name: 'DAPI', color: 0x0000ffff },
    { name: 'FITC', color: 0x00ff00ff },
  ]
  const rules = [(x: number): number => x % 200, (x: number, y: number): number => (x + y) % 100]
  const pages = rules.map((rule) => ({
    raster: grey(WIDTH, HEIGHT, rule),
    tile: 64,
    reduced: [2, 4].map((step) => grey(WIDTH / step, HEIGHT / step, (x, y) => rule(x * step, y * step))),
  }))
  writeTiledTiff(file, pages, omeXml(channels))
}

async function writeDeep(file: string): Promise<void> {
  const data = new Uint16Array(WIDTH * HEIGHT * 3)
  for (let i = 0; i < WIDTH * HEIGHT; i++) data.set([1000 + (i % WIDTH), 2000, i % 7], i * 3)
  const image = sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).toColourspace('rgb16')
  await image.tiff({ tile: true, pyramid: true, tileWidth: 256, tileHeight: 256, compression: 'deflate' }).toFile(file)
}

const look = (color: string, low: number, high: number, on = true) => ({ on, color, low, high })

describe('channels of images that are drawn by tiles', () => {
  it('are those of the pages of an OME-TIFF, on every level', async () => {
    const file = place('stack.ome.tif')
    writeOme(file)
    expect((await readDetails(file)).channels).toEqual([
      { name: 'DAPI', color: '#0000ff' },
      { name: 'FITC', color: '#00ff00' },
    ])
    const source = await opened(file)
    const second = await source.readChannel(1, { level: 0, x: 100, y: 3, width: 4, height: 1 })
    expect([...second.values]).toEqual([3, 4, 5, 6])
    const coarse = await source.readChannel(0, { level: 1, x: 70, y: 0, width: 3, height: 1 })
    expect([...coarse.values]).toEqual([140, 142, 144])
  })

  it('are the colours of a pyramid of 16 bits, with its own numbers', async () => {
    const file = place('deep.tif')
    await writeDeep(file)
    const source = await opened(file)
    expect(source.channels.map(({ name }) => name)).toEqual(['Red', 'Green', 'Blue'])
    const red = await source.readChannel(0, { level: 0, x: 500, y: 5, width: 2, height: 2 })
    expect([...red.values]).toEqual([1500, 1501, 1500, 1501])
  })

  it('are none of a large picture of 8 bits', async () => {
    const file = place('plain.tif')
    writeTiledTiff(file, [{ raster: grey(WIDTH, HEIGHT, (x) => x), tile: 64, reduced: [grey(WIDTH / 2, HEIGHT / 2, (x) => x)] }])
    expect(await openChannels(file)).toBeNull()
    expect((await readDetails(file)).channels).toEqual([])
  })

  it('are measured on a level that is small', async () => {
    const file = place('stack.ome.tif')
    writeOme(file)
    const plane = await seenChannel(await opened(file), 0)
    expect([plane.width, plane.height]).toEqual([WIDTH / 4, HEIGHT / 4])
    const target = place('channel.png')
    await writeChannel({ file, channel: 1, target })
    const { data, info } = await sharp(target).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, ...data.subarray(0, 6)]).toEqual([WIDTH / 4, 0, 0, 0, 0, 4, 0])
    await expect(writeChannel({ file, channel: 2, target })).rejects.toMatchObject({ code: 'image-unsupported' })
  })

  it('are laid over each other as a person wants them; what is off is not even read', async () => {
    const file = place('stack.ome.tif')
    writeOme(file)
    const source = await opened(file)
    const read: number[] = []
    const counting: ChannelSource = Object.assign(Object.create(source) as ChannelSource, {
      readChannel: (channel: number, region: Parameters<ChannelSource['readChannel']>[1]) => {
        read.push(channel)
        return source.readChannel(channel, region)
      },
    })
    const both = new LookedSource(source, [look('#0000ff', 0, 200), look('#ff0000', 0, 100)])
    const { data } = await both.read({ level: 0, x: 100, y: 10, width: 1, height: 1 })
    expect([...data]).toEqual([Math.round(25.5), 0, Math.round(127.5)])
    const one = new LookedSource(counting, [look('#0000ff', 0, 200, false), look('#ffffff', 0, 100)])
    expect([...(await one.read({ level: 0, x: 100, y: 10, width: 1, height: 1 })).data]).toEqual([26, 26, 26])
    expect(read).toEqual([1])
  })

  it('become tiles of their own, which others do not change; an image without channels has none', async () => {
    const file = place('cells.ome.zarr')
    writeZarr(file, { width: 600, height: 600, channels: 2, levels: 2, chunk: 256, value: (_x, _y, channel) => 100 + 100 * channel })
    const sources = new SourceStore()
    onTestFinished(() => sources.close())
    const tiles = new TileWriter(sources)
    const colourOf = async (looks?: ReturnType<typeof look>[]): Promise<number[]> => {
      const target = place('tile.jpg')
      const request = { file, pyramids: path.dirname(target), place: { level: 1, column: 0, row: 0 }, target }
      await tiles.write({ ...request, ...(looks ? { looks } : {}) })
      return [...(await sharp(target).raw().toBuffer()).subarray(0, 3)]
    }
    const near = (a: readonly number[], b: readonly number[]): void => {
      for (const [i, value] of a.entries()) expect(Math.abs(value - b[i]!)).toBeLessThanOrEqual(3)
    }
    near(await colourOf([look('#ff0000', 0, 200), look('#0000ff', 0, 200)]), [128, 0, 255])
    near(await colourOf([look('#ff0000', 0, 200), look('#0000ff', 0, 200, false)]), [128, 0, 0])
    near(await colourOf([look('#ff0000', 0, 100), look('#00ff00', 0, 400)]), [255, 128, 0])
    const plain = place('plain.png')
    await sharp({ create: { width: 600, height: 600, channels: 3, background: '#808080' } })
      .png()
      .toFile(plain)
    const request = { file: plain, pyramids: path.dirname(plain), place: { level: 0, column: 0, row: 0 }, target: place('x.jpg') }
    await expect(tiles.write({ ...request, looks: [look('#ff0000', 0, 9)] })).rejects.toMatchObject({ code: 'image-unsupported' })
    await (await openImageSource(file)).close()
  })
})
