import { readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { cut } from '../../../src/imaging/slides/flat-source.ts'
import { openImageSource, opensAtOnce } from '../../../src/imaging/slides/open-source.ts'
import type { PyramidSource } from '../../../src/imaging/slides/pyramid-source.ts'
import { readLevel } from '../../../src/imaging/slides/read-level.ts'
import type { Raster } from '../../../src/imaging/raster.ts'
import { sharpOf } from '../../../src/imaging/sharp-of.ts'
import { temporaryFolder } from '../samples.ts'
import { difference, gradient, soft } from './tiled-tiff.ts'

const WIDE = soft(8300, 700)

async function saved(name: string, raster: Raster, how: (image: Sharp) => Sharp): Promise<{ file: string; cacheFolder: string }> {
  const folder = temporaryFolder()
  const file = path.join(folder, name)
  await how(sharpOf(raster)).toFile(file)
  return { file, cacheFolder: path.join(folder, 'pyramids') }
}

/** Each whole block of so many pixels a side as its mean. */
function blockMeans({ width, height, channels, data }: Raster, side: number): Raster {
  const [columns, rows] = [Math.floor(width / side), Math.floor(height / side)]
  const out = new Uint8Array(columns * rows * channels)
  for (let i = 0; i < out.length; i++) {
    const [c, column, row] = [i % channels, Math.floor(i / channels) % columns, Math.floor(i / channels / columns)]
    let sum = 0
    for (let y = row * side; y < (row + 1) * side; y++)
      for (let x = column * side; x < (column + 1) * side; x++) sum += data[(y * width + x) * channels + c]!
    out[i] = Math.round(sum / side ** 2)
  }
  return { width: columns, height: rows, channels, data: out }
}

describe('large flat images', () => {
  it('are read from a pyramid that is built once, with progress', async () => {
    const { file, cacheFolder } = await saved('wide.png', WIDE, (image) => image.png({ compressionLevel: 1 }))
    expect(await opensAtOnce(file, { cacheFolder })).toBe(false)
    const told: number[] = []
    const source = await openImageSource(file, { cacheFolder, onProgress: (share) => told.push(share) })
    expect(told.at(-1)).toBe(1)
    expect(source).toMatchObject({ width: 8300, height: 700, tileSize: 512, facts: { reader: 'libvips: png' } })
    expect(source.levels.map(({ width, height, downsample }) => [width, height, downsample])).toEqual([
      [8300, 700, 1],
      [4150, 350, 2],
      [2075, 175, 4],
      [1038, 88, 8],
      [519, 44, 16],
      [260, 22, 32],
    ])
    const region = { x: 3900, y: 400, width: 900, height: 300 }
    expect(difference(await source.read({ level: 0, ...region }), cut(WIDE, region))).toBeLessThan(2)
    await source.close()
    const again: number[] = []
    await (await openImageSource(file, { cacheFolder, onProgress: (share) => again.push(share) })).close()
    expect([again, await opensAtOnce(file, { cacheFolder })]).toEqual([[], true])
  })

  it('show the same at every level', async () => {
    const { file, cacheFolder } = await saved('wide.jpg', WIDE, (image) => image.jpeg({ quality: 95 }))
    const source = await openImageSource(file, { cacheFolder })
    for (const level of [1, 3, 5]) {
      const { width, height } = source.levels[level]!
      const seen = await readLevel(source, level)
      // Whole blocks: the last pixel of a row reaches beyond an image whose side is no multiple of the level's step.
      const region = { x: 0, y: 0, width: Math.floor(8300 / 2 ** level), height: Math.floor(700 / 2 ** level) }
      expect([seen.width, seen.height]).toEqual([width, height])
      expect(difference(cut(seen, region), blockMeans(WIDE, 2 ** level))).toBeLessThan(3)
    }
    await source.close()
  })

  it.each([
    ['grey', (image: Sharp) => image.toColourspace('b-w').png()],
    ['grey TIFF in strips', (image: Sharp) => image.toColourspace('b-w').tiff({ compression: 'lzw' })],
  ])('stay exact where they may be masks: %s', async (_what, how) => {
    const raster = gradient(8100, 90, 1)
    const { file, cacheFolder } = await saved('mask', raster, how)
    const source = await openImageSource(file, { cacheFolder })
    expect(difference(await readLevel(source, 0), raster)).toBe(0)
    expect((source as PyramidSource).tileFile({ level: 0, column: 0, row: 0 })).toMatch(/\.png$/)
    await source.close()
  })

  it('show more than 8 bits through one window', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'deep.png')
    const deep = Uint16Array.from({ length: 8200 * 20 }, (_, i) => 20_000 + (i % 8200))
    await sharp(deep, { raw: { width: 8200, height: 20, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(file)
    const source = await openImageSource(file, { cacheFolder: path.join(folder, 'pyramids') })
    const { data } = await source.read({ level: 0, x: 0, y: 5, width: 8200, height: 1 })
    expect([data[0]! < 8, data[8199]! > 247, Math.abs(data[4100]! - 128) < 8]).toEqual([true, true, true])
    await source.close()
  })

  it('turn upright by EXIF', async () => {
    const { file, cacheFolder } = await saved('turned.jpg', WIDE, (image) => image.withMetadata({ orientation: 6 }).jpeg({ quality: 95 }))
    const source = await openImageSource(file, { cacheFolder })
    expect([source.width, source.height]).toEqual([700, 8300])
    await source.close()
  })

  it('are not half there when cancelled, and can be built afterwards', async () => {
    const { file, cacheFolder } = await saved('wide.png', WIDE, (image) => image.png({ compressionLevel: 1 }))
    const stop = new AbortController()
    const opening = openImageSource(file, { cacheFolder, signal: stop.signal })
    setTimeout(() => {
      stop.abort()
    }, 150)
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(cacheFolder)).toEqual([])
    await (await openImageSource(file, { cacheFolder })).close()
    expect(readdirSync(cacheFolder)).toHaveLength(1)
  })

  it('are built twice at once without harm', async () => {
    const { file, cacheFolder } = await saved('wide.png', WIDE, (image) => image.png({ compressionLevel: 1 }))
    const both = await Promise.all([openImageSource(file, { cacheFolder }), openImageSource(file, { cacheFolder })])
    for (const source of both) {
      expect((await source.read({ level: 0, x: 8000, y: 0, width: 300, height: 700 })).height).toBe(700)
      await source.close()
    }
    expect(readdirSync(cacheFolder)).toHaveLength(1)
  })

  it('are built anew when the file has changed, or when the pyramid was damaged', async () => {
    const { file, cacheFolder } = await saved('wide.png', WIDE, (image) => image.png({ compressionLevel: 1 }))
    await (await openImageSource(file, { cacheFolder })).close()
    utimesSync(file, new Date(), new Date(2020, 1, 1))
    expect(await opensAtOnce(file, { cacheFolder })).toBe(false)
    await (await openImageSource(file, { cacheFolder })).close()
    expect(readdirSync(cacheFolder)).toHaveLength(2)
    for (const folder of readdirSync(cacheFolder)) writeFileSync(path.join(cacheFolder, folder, 'pyramid.json'), '{"version":1')
    const source = await openImageSource(file, { cacheFolder })
    expect((await source.read({ level: 0, x: 0, y: 0, width: 10, height: 10 })).width).toBe(10)
    await source.close()
  })

  it('say what is wrong with a broken file and leave nothing behind', async () => {
    const { file, cacheFolder } = await saved('wide.png', WIDE, (image) => image.png({ compressionLevel: 1 }))
    truncateSync(file, Math.floor(statSync(file).size / 2))
    await expect(openImageSource(file, { cacheFolder })).rejects.toMatchObject({ code: expect.stringMatching(/^image-/) as string })
    expect(readdirSync(cacheFolder)).toEqual([])
    expect(readFileSync(file).length).toBeGreaterThan(0)
  })
})
