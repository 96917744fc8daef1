import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { readHeader, readRaster } from '../../../src/imaging/read.ts'
import type { Raster } from '../../../src/imaging/raster.ts'
import { sharpOf } from '../../../src/imaging/sharp-of.ts'
import { cut } from '../../../src/imaging/slides/flat-source.ts'
import type { ImageSource, SourceRegion } from '../../../src/imaging/slides/image-source.ts'
import { isOpenSlide, loadOpenSlide, openSlide } from '../../../src/imaging/slides/openslide-library.ts'
import { openImageSource, type OpenSourceOptions } from '../../../src/imaging/slides/open-source.ts'
import { readLevel } from '../../../src/imaging/slides/read-level.ts'
import { temporaryFolder } from '../samples.ts'
import { difference, gradient, soft, writeTiledTiff } from './tiled-tiff.ts'

const wsi = path.resolve(import.meta.dirname, '../../../../shared/data/wsi')
const CMU = path.join(wsi, 'aperio/CMU-1-Small-Region.svs')
const TCGA = path.join(wsi, 'aperio/tcga-cr-7395-01a-01-ts1.svs')

async function opened(file: string, options?: OpenSourceOptions): Promise<ImageSource> {
  const source = await openImageSource(file, options)
  onTestFinished(() => source.close())
  return source
}

const whole = ({ levels }: ImageSource, level: number): SourceRegion => ({ level, x: 0, y: 0, ...sizeOf(levels[level]!) })
const sizeOf = ({ width, height }: { width: number; height: number }): { width: number; height: number } => ({ width, height })

describe.skipIf(!existsSync(wsi) || !isOpenSlide(openSlide()))('slides (skipped: no ../shared/data or no OpenSlide where absent)', () => {
  it('reads size, levels, scale, objective and date of an Aperio slide', async () => {
    const source = await opened(CMU)
    expect(source).toMatchObject({
      ...{ width: 2220, height: 2967, tileSize: 240, levels: [{ width: 2220, height: 2967, downsample: 1 }] },
      facts: { reader: 'openslide: aperio', micronsPerPixel: 0.499, objective: 20, scannedAt: '2009-12-29' },
    })
  })

  it('reads the pixels that libvips reads from the same JPEG tiles', async () => {
    const region = { level: 0, x: 700, y: 1100, width: 500, height: 380 }
    const { data } = await sharp(CMU)
      .extract({ left: region.x, top: region.y, width: region.width, height: region.height })
      .raw()
      .toBuffer({ resolveWithObject: true })
    const seen = await (await opened(CMU)).read(region)
    expect(seen.channels).toBe(3)
    expect(difference(seen, { ...sizeOf(region), channels: 3, data })).toBeLessThan(1)
  })

  it('reads JPEG 2000 with its levels, each showing the same', async () => {
    const source = await opened(TCGA)
    expect(source.levels.map(({ width, height }) => [width, height])).toEqual([
      [4443, 3567],
      [2221, 1783],
    ])
    const tiny = async (level: number): Promise<Raster> => {
      const image = sharpOf(await readLevel(source, level)).resize({ width: 277, height: 223, fit: 'fill' })
      return { width: 277, height: 223, channels: 3, data: await image.raw().toBuffer() }
    }
    // The scanner shrinks in its own way: compared where neither way of shrinking shows.
    expect(difference(await tiny(0), await tiny(1))).toBeLessThan(2)
  })

  it('reads DICOM slides', async () => {
    const source = await opened(path.join(wsi, 'dicom/sm_image.dcm'))
    expect(source).toMatchObject({ width: 50, height: 50, facts: { micronsPerPixel: 0.499, scannedAt: '2009-12-29T09:59:15' } })
    expect(new Set((await source.read(whole(source, 0))).data).size).toBeGreaterThan(20)
  })

  it('gives each of many at a time its own region', async () => {
    const source = await opened(CMU)
    const all = await readLevel(source, 0)
    const regions = Array.from({ length: 48 }, (_, i) => ({ level: 0, x: (i * 331) % 2000, y: (i * 577) % 2700, width: 200, height: 190 }))
    const parts = await Promise.all(regions.map((region) => source.read(region)))
    parts.forEach((part, i) => expect(difference(part, cut(all, regions[i]!))).toBe(0))
  })

  it('drops what waits when its signal fires or it is closed, and finishes what is begun', async () => {
    const source = await openImageSource(TCGA)
    const gone = new AbortController()
    const region = { level: 0, x: 0, y: 0, width: 1024, height: 1024 }
    const reads = Array.from({ length: 12 }, () => source.read(region, gone.signal))
    gone.abort()
    const after = await Promise.allSettled(reads)
    expect(after.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    for (const one of after) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'cancelled' })
    const more = Promise.allSettled(Array.from({ length: 6 }, () => source.read(region)))
    await source.close()
    expect((await more).map(({ status }) => status).sort()).toEqual([...Array(4).fill('fulfilled'), ...Array(2).fill('rejected')])
    await expect(source.read(region)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('refuses regions beyond the level as a mistake of the caller', async () => {
    const source = await opened(CMU)
    for (const wrong of [{ x: 2000 }, { x: -1 }, { width: 0 }, { y: 0.5 }, { level: 1 }])
      await expect(source.read({ level: 0, x: 0, y: 0, width: 300, height: 10, ...wrong })).rejects.toThrow(RangeError)
  })

  it.each([
    ['aperio/broken.svs', 'image-unsupported'],
    ['aperio/unreadable.svs', 'image-broken'],
    ['dicom/seg_image_sm_control.dcm', 'image-unsupported'],
    ['dicom/sm_annotations.dcm', 'image-unsupported'],
    ['dicom/sm_image_jpegls.dcm', 'image-unsupported'],
  ])('refuses %s in one sentence that names no folder', async (name, code) => {
    const file = path.join(wsi, name)
    for (const task of [openImageSource, readHeader, readRaster]) {
      const thrown = await task(file).then(
        () => null,
        (error: unknown) => error as AppError,
      )
      expect(thrown).toMatchObject({ code })
      expect(thrown!.message).toMatch(/^[\w.]+ (is|holds) .*\.$/)
      expect(thrown!.message).not.toContain(wsi)
    }
  })

  it('never does worse than an AppError on damaged slides', async () => {
    const folder = temporaryFolder()
    const originals = ['aperio/small.svs', 'dicom/sm_image.dcm'].map((name) => readFileSync(path.join(wsi, name)))
    let n = 0
    const damage = fc.record({
      which: fc.nat(1),
      cut: fc.option(fc.double({ min: 0.05, max: 1, noNaN: true })),
      flips: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 12 }),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ which, cut: at, flips }) => {
        const bytes = Buffer.from(originals[which]!)
        for (const [place, value] of flips) bytes[Math.min(bytes.length - 1, Math.floor(place * bytes.length))] = value
        const file = path.join(folder, `${n++}.${which === 0 ? 'svs' : 'dcm'}`)
        writeFileSync(file, at === null ? bytes : bytes.subarray(0, Math.floor(bytes.length * at)))
        try {
          const source = await openImageSource(file)
          await source.read({ level: 0, x: 0, y: 0, width: Math.min(source.width, 64), height: Math.min(source.height, 64) })
          await source.close()
        } catch (thrown) {
          if (!(thrown instanceof AppError)) throw thrown
        }
      }),
      { numRuns: 80 },
    )
  })
})

describe('without OpenSlide', () => {
  it('says what is missing and what to do, and why a library does not load', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'slide.ndpi')
    writeFileSync(file, Buffer.alloc(400, 7))
    const library = loadOpenSlide([path.join(folder, 'libopenslide.so.1')])
    expect(isOpenSlide(library)).toBe(false)
    await expect(openImageSource(file, { library })).rejects.toMatchObject({
      code: 'image-unsupported',
      message: expect.stringContaining('OpenSlide') as string,
      hint: expect.stringContaining('npm run setup') as string,
    })
  })

  it.skipIf(!existsSync(wsi))('reads slides that are TIFF all the same (skipped: no ../shared/data)', async () => {
    const source = await opened(CMU, { library: { why: 'a test' } })
    expect(source).toMatchObject({ width: 2220, height: 2967, facts: { reader: 'libvips: tiff', micronsPerPixel: 0.499 } })
  })
})

describe('tiled TIFF', () => {
  it('is read by region from the level that is asked for, pages or SubIFDs', async () => {
    const [fine, middle, small] = [gradient(9000, 300), gradient(4500, 150), gradient(2250, 75)]
    const [paged, reduced] = ['pages.tif', 'reduced.ome.tif'].map((name) => path.join(temporaryFolder(), name))
    writeTiledTiff(paged!, [{ raster: fine, tile: 256 }, { raster: middle, tile: 256 }, { raster: small, tile: 256 }]) // prettier-ignore
    writeTiledTiff(reduced!, [{ raster: fine, tile: 256, reduced: [middle, small] }], '<OME PhysicalSizeX="0.25" PhysicalSizeY="0.25"/>')
    for (const file of [paged!, reduced!]) {
      const source = await opened(file)
      expect(source).toMatchObject({ width: 9000, height: 300, tileSize: 256, facts: { reader: 'libvips: tiff' } })
      expect(source.levels.map(({ width, downsample }) => [width, downsample])).toEqual([
        [9000, 1],
        [4500, 2],
        [2250, 4],
      ])
      for (const [level, raster] of [fine, middle, small].entries()) {
        const region = { x: Math.floor(raster.width / 3), y: 11, width: 700, height: 60 }
        expect(difference(await source.read({ level, ...region }), cut(raster, region))).toBe(0)
      }
    }
    expect((await opened(reduced!)).facts.micronsPerPixel).toBe(0.25)
  })

  it('leaves out thumbnails, labels and stacks', async () => {
    const file = path.join(temporaryFolder(), 'stack.tif')
    const page = { raster: gradient(9000, 260, 1), tile: 256 }
    writeTiledTiff(file, [page, page, { raster: gradient(4500, 130, 1), tile: 256 }, { raster: gradient(400, 300, 1), tile: 256 }])
    const { levels } = await opened(file)
    expect(levels.map(({ width }) => width)).toEqual([9000, 4500])
  })

  it('brings 16 bits to 8 with one window for all regions', async () => {
    const file = path.join(temporaryFolder(), 'deep.tif')
    const deep = Uint16Array.from({ length: 8200 * 64 }, (_, i) => 1000 + (i % 8200) / 4)
    await sharp(deep, { raw: { width: 8200, height: 64, channels: 1 } })
      .toColourspace('grey16')
      .tiff({ tile: true, tileWidth: 256, tileHeight: 256, pyramid: true, compression: 'deflate' })
      .toFile(file)
    const source = await opened(file)
    const { data, channels } = await source.read({ level: 0, x: 0, y: 3, width: 8200, height: 1 })
    expect(channels).toBe(1)
    const third = await source.read({ level: 0, x: 4000, y: 3, width: 100, height: 1 })
    expect([...third.data]).toEqual([...data.subarray(4000, 4100)])
    expect(data[4100]).toBeGreaterThan(110)
    expect(data[4100]).toBeLessThan(145)
    expect([data[0]! < 6, data[8199]! > 249]).toEqual([true, true])
  })

  it('shows a large one small from its coarse level', async () => {
    const file = path.join(temporaryFolder(), 'large.tif')
    writeTiledTiff(file, [{ raster: soft(9000, 512), tile: 256 }, { raster: { ...soft(4500, 256), data: new Uint8Array(4500 * 256 * 3).fill(77) }, tile: 256 }]) // prettier-ignore
    const small = await readRaster(file, { maxSide: 300 })
    expect([small.width, small.height, ...new Set(small.data)]).toEqual([300, 17, 77])
  })
})

describe('small images', () => {
  it('are decoded once and held', async () => {
    const file = path.join(temporaryFolder(), 'small.png')
    const raster = gradient(300, 200)
    await sharpOf(raster).png().toFile(file)
    const source = await openImageSource(file)
    const region = { x: 20, y: 30, width: 250, height: 99 }
    expect(difference(await source.read({ level: 0, ...region }), cut(raster, region))).toBe(0)
    expect(source).toMatchObject({ width: 300, height: 200, facts: { reader: 'libvips: png', micronsPerPixel: null } })
    await source.close()
  })
})
