import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { readHeader, readRaster } from '../../src/imaging/read.ts'
import { paint, type Rgb, temporaryFolder, tiffBytes, writeSample } from './samples.ts'
import { writeStack } from './stack-tiff.ts'

const RED: Rgb = [255, 0, 0]
const GREEN: Rgb = [0, 255, 0]
const BLUE: Rgb = [0, 0, 255]
const GREY: Rgb = [128, 128, 128]

/** 48 x 32: red top left, green top right, blue bottom left, grey bottom right; blocks of JPEG's own size. */
const quarters = (): Sharp =>
  sharp(
    paint(48, 32, (x, y) => (y < 16 ? (x < 24 ? RED : GREEN) : x < 24 ? BLUE : GREY)),
    { raw: { width: 48, height: 32, channels: 3 } },
  )

const pixel = (raster: { width: number; channels: number; data: Uint8Array }, x: number, y: number): number[] => {
  const at = (y * raster.width + x) * raster.channels
  return [...raster.data.subarray(at, at + raster.channels)]
}

const near = (seen: readonly number[], wanted: readonly number[], tolerance: number): void => {
  expect(seen.length).toBe(wanted.length)
  seen.forEach((value, i) => expect(Math.abs(value - wanted[i]!), `${seen.join()} is not ${wanted.join()}`).toBeLessThanOrEqual(tolerance))
}

async function failure(task: Promise<unknown>): Promise<AppError> {
  const thrown = await task.then(
    () => null,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(AppError)
  return thrown as AppError
}

// Where each corner of the picture as stored is shown, by EXIF orientation (Exif 2.32, tag 274).
const SHOWN: Readonly<Record<number, readonly [Rgb, Rgb, Rgb, Rgb]>> = {
  1: [RED, GREEN, BLUE, GREY],
  2: [GREEN, RED, GREY, BLUE],
  3: [GREY, BLUE, GREEN, RED],
  4: [BLUE, GREY, RED, GREEN],
  5: [RED, BLUE, GREEN, GREY],
  6: [BLUE, RED, GREY, GREEN],
  7: [GREY, GREEN, BLUE, RED],
  8: [GREEN, GREY, RED, BLUE],
}

describe('reading images', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns EXIF orientation %i upright, at any size', async (orientation) => {
    const file = path.join(temporaryFolder(), 'turned.jpg')
    await quarters().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).withMetadata({ orientation }).toFile(file)
    const header = await readHeader(file)
    const [width, height] = orientation >= 5 ? [32, 48] : [48, 32]
    expect(header).toMatchObject({ format: 'jpeg', width, height, orientation, channels: 3, bitDepth: 8, micronsPerPixel: null })
    for (const maxSide of [48, 24]) {
      const raster = await readRaster(file, { maxSide })
      expect([raster.width, raster.height]).toEqual([(width * maxSide) / 48, (height * maxSide) / 48])
      const [right, bottom] = [raster.width - 3, raster.height - 3]
      const corners = [pixel(raster, 2, 2), pixel(raster, right, 2), pixel(raster, 2, bottom), pixel(raster, right, bottom)]
      corners.forEach((seen, i) => near(seen, SHOWN[orientation]![i]!, 6))
    }
  })

  it('turns CMYK into sRGB', async () => {
    const file = path.join(temporaryFolder(), 'print.jpg')
    await quarters().toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 100 }).toFile(file)
    expect(await readHeader(file)).toMatchObject({ colour: 'cmyk', channels: 4, width: 48, height: 32 })
    const raster = await readRaster(file)
    expect(raster.channels).toBe(3)
    // What LittleCMS makes of the same file and profile (Pillow's ImageCms, perceptual): ink shows no pure red.
    near(pixel(raster, 4, 4), [223, 31, 28], 2)
    near(pixel(raster, 40, 28), [110, 110, 109], 2)
  })

  it('gives grey images three equal channels, or one', async () => {
    const file = path.join(temporaryFolder(), 'grey.png')
    await quarters().toColourspace('b-w').png().toFile(file)
    expect(await readHeader(file)).toMatchObject({ channels: 1, colour: 'grey' })
    const [three, one] = [await readRaster(file), await readRaster(file, { channels: 1 })]
    expect([three.channels, one.channels]).toEqual([3, 1])
    expect(three.data.filter((_, i) => i % 3 === 1)).toEqual(one.data)
    expect(pixel(one, 40, 28)).toEqual([128])
  })

  it('makes colour grey by Rec. 601, as Pillow does', async () => {
    const file = path.join(temporaryFolder(), 'colour.png')
    await quarters().png().toFile(file)
    const grey = await readRaster(file, { channels: 1 })
    expect([pixel(grey, 2, 2), pixel(grey, 40, 2), pixel(grey, 2, 28), pixel(grey, 40, 28)]).toEqual([[76], [150], [29], [128]])
  })

  it('lays RGBA on white and expands palettes', async () => {
    const folder = temporaryFolder()
    const rgba = Buffer.from([200, 100, 50, 255, 200, 100, 50, 0, 0, 0, 0, 51, 10, 20, 30, 255])
    const [file, palette] = [path.join(folder, 'rgba.png'), path.join(folder, 'palette.png')]
    await sharp(rgba, { raw: { width: 2, height: 2, channels: 4 } })
      .png()
      .toFile(file)
    await quarters().png({ palette: true }).toFile(palette)
    expect(await readHeader(file)).toMatchObject({ channels: 4, alpha: true })
    const raster = await readRaster(file)
    expect([...raster.data.subarray(0, 6)]).toEqual([200, 100, 50, 255, 255, 255])
    near(pixel(raster, 0, 1), [204, 204, 204], 1)
    near(pixel(await readRaster(palette), 4, 4), RED, 2)
  })

  it('windows 16-bit grey by percentiles and 16-bit colour by the bits of the camera', async () => {
    const folder = temporaryFolder()
    const camera = Uint16Array.from({ length: 64 }, (_, i) => 100 + i * 50) // 12 bits, 100..3250
    const bytes = new Uint8Array(camera.buffer)
    const grey = writeSample(folder, 'grey.tif', tiffBytes({ width: 8, height: 8, bits: 16, samples: 1, pixels: bytes }))
    expect(await readHeader(grey)).toMatchObject({ bitDepth: 16, channels: 1, format: 'tiff' })
    const seen = await readRaster(grey, { channels: 1 })
    expect([...seen.data]).toEqual([...camera].map((value) => Math.round(((value - 100) * 255) / 3150)))
    const colour = Uint16Array.from([4095, 0, 2048, 1024, 4095, 512])
    const rgb = writeSample(
      folder,
      'rgb.tif',
      tiffBytes({ width: 2, height: 1, bits: 16, samples: 3, pixels: new Uint8Array(colour.buffer) }),
    )
    expect([...(await readRaster(rgb)).data]).toEqual([255, 0, 128, 64, 255, 32])
  })

  it('shows a 16-bit image the same at every size', async () => {
    const folder = temporaryFolder()
    const values = Uint16Array.from({ length: 64 * 64 }, (_, i) => (i % 64 < 32 ? 500 : 1500))
    values[0] = 60_000 // one hot pixel of 4096 is within the share that is left out
    const pixels = new Uint8Array(values.buffer)
    const file = writeSample(folder, 'a.tif', tiffBytes({ width: 64, height: 64, bits: 16, samples: 1, pixels }))
    const [full, small] = [await readRaster(file), await readRaster(file, { maxSide: 16 })]
    expect([small.width, small.height]).toEqual([16, 16])
    for (const x of [4, 60]) near(pixel(small, Math.floor(x / 4), 8), pixel(full, x, 32), 1)
  })

  it('reads 32-bit floats', async () => {
    const pixels = new Uint8Array(Float32Array.from([0, 0.25, 0.5, 1]).buffer)
    const spec = { width: 2, height: 2, bits: 32, samples: 1, pixels, sampleFormat: 3 } as const
    const file = writeSample(temporaryFolder(), 'f.tif', tiffBytes(spec))
    expect(await readHeader(file)).toMatchObject({ bitDepth: 32 })
    expect([...(await readRaster(file, { channels: 1 })).data]).toEqual([0, 64, 128, 255])
  })

  it('tells of a fourth channel that is no transparency, and refuses stains side by side', async () => {
    const folder = temporaryFolder()
    const pixels = Uint8Array.from([10, 20, 30, 0, 40, 50, 60, 0])
    const four = { width: 2, height: 1, bits: 8, samples: 4, pixels } as const
    const unspecified = writeSample(folder, 'four.tif', tiffBytes({ ...four, extraSamples: [0] }))
    const alpha = writeSample(folder, 'alpha.tif', tiffBytes({ ...four, extraSamples: [2] }))
    const two = writeSample(folder, 'two.tif', tiffBytes({ ...four, width: 4, samples: 2, extraSamples: [0] }))
    expect((await readHeader(unspecified)).notes).toEqual(['Its fourth channel is left out.'])
    expect([...(await readRaster(unspecified)).data]).toEqual([10, 20, 30, 40, 50, 60])
    expect([...(await readRaster(alpha)).data]).toEqual([255, 255, 255, 255, 255, 255])
    expect(await failure(readHeader(two))).toMatchObject({ code: 'image-unsupported' })
  })

  it('says that only the first page is read', async () => {
    const folder = temporaryFolder()
    const pages = await Promise.all(
      [RED, BLUE].map((colour) =>
        sharp(
          paint(6, 4, () => colour),
          { raw: { width: 6, height: 4, channels: 3 } },
        )
          .png()
          .toBuffer(),
      ),
    )
    const file = path.join(folder, 'pages.tif')
    await sharp(pages, { join: { animated: true } })
      .tiff({ compression: 'lzw' })
      .toFile(file)
    const header = await readHeader(file)
    expect(header).toMatchObject({ width: 6, height: 4 })
    expect(header.notes).toEqual(['It has 2 pages; the first is used.'])
    const raster = await readRaster(file)
    expect([raster.width, raster.height, pixel(raster, 0, 0)]).toEqual([6, 4, RED])
  })

  it('says nothing of the smaller pages of a pyramid, and of channels that all can be looked at', async () => {
    const folder = temporaryFolder()
    const pyramid = path.join(folder, 'pyramid.tif')
    await sharp({ create: { width: 600, height: 400, channels: 3, background: '#f00' } })
      .tiff({ tile: true, pyramid: true, tileWidth: 64, tileHeight: 64 })
      .toFile(pyramid)
    expect((await sharp(pyramid).metadata()).pages).toBeGreaterThan(1)
    expect((await readHeader(pyramid)).notes).toEqual([])
    const page = { width: 8, height: 6, values: new Uint16Array(48).fill(7) }
    const channels = '<?xml version="1.0"?><OME><Image><Pixels SizeC="2" SizeZ="1" SizeT="1"><Channel/><Channel/></Pixels></Image></OME>'
    const stack = path.join(folder, 'channels.ome.tif')
    writeStack(stack, [page, page], channels)
    expect((await readHeader(stack)).notes).toEqual(['It has 2 channels: all can be looked at, models see the first.'])
    writeStack(stack, [page, page], channels.replace('SizeC="2" SizeZ="1"', 'SizeC="1" SizeZ="2"'))
    expect((await readHeader(stack)).notes).toEqual(['It has 2 pages; the first is used.'])
  })
})

describe('files that cannot be read', () => {
  it('says what each is and what to do', async () => {
    const folder = temporaryFolder()
    const cases: [string, Uint8Array | null, string][] = [
      ['gone.png', null, 'image-missing'],
      ['empty.png', new Uint8Array(0), 'image-empty'],
      ['text.jpg', Buffer.from('BMI of the patient: 23'), 'image-unsupported'],
      ['a.gif', Buffer.from('GIF89a............................'), 'image-unsupported'],
      ['broken.png', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(60, 7)]), 'image-broken'],
    ]
    for (const [name, bytes, code] of cases) {
      const file = bytes === null ? path.join(folder, name) : writeSample(folder, name, bytes)
      const error = await failure(readHeader(file))
      expect(error.code, name).toBe(code)
      expect(error.message).toContain(name)
      expect(error.message).not.toContain(folder)
      expect(error.hint?.length).toBeGreaterThan(10)
    }
    expect((await failure(readHeader(folder))).code).toBe('image-unsupported')
  })

  it.each(['jpg', 'png', 'webp', 'tif', 'bmp'])('notices a %s whose copying was broken off, from its header already', async (kind) => {
    const folder = temporaryFolder()
    const noise = paint(64, 64, (x, y) => [(x * 71 + y * 13) % 256, (x * y) % 256, (x * 31) % 256])
    const image = sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    const whole =
      kind === 'jpg'
        ? await image.jpeg().toBuffer()
        : kind === 'png'
          ? await image.png().toBuffer()
          : kind === 'webp'
            ? await image.webp().toBuffer()
            : kind === 'tif'
              ? tiffBytes({ width: 64, height: 64, bits: 8, samples: 3, pixels: noise })
              : bmp24(64, 64)
    await readHeader(writeSample(folder, `whole.${kind}`, whole))
    const cut = writeSample(folder, `cut.${kind}`, whole.subarray(0, Math.floor(whole.length * 0.7)))
    expect((await failure(readHeader(cut))).code).toMatch(/image-(truncated|broken)/)
    expect((await failure(readRaster(cut))).code).toMatch(/image-(truncated|broken)/)
  })

  it('a cut-off JPEG is never taken for a whole one, many looked at at a time', async () => {
    const data = Buffer.alloc(200 * 200 * 3)
    for (let i = 0; i < 200 * 200; i++) data.set([(i * 5 + 2) % 256, (i % 200) * 5, 2], i * 3)
    const whole = await sharp(data, { raw: { width: 200, height: 200, channels: 3 } })
      .jpeg()
      .toBuffer()
    const folder = temporaryFolder()
    const files = Array.from({ length: 40 }, (_, i) => writeSample(folder, `cut-${i}.jpg`, whole.subarray(0, 2000)))
    const failures = await Promise.all(files.map((file) => failure(readHeader(file))))
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['image-truncated']))
  })

  it('accepts a sound JPEG with padding after its end mark', async () => {
    const file = writeSample(temporaryFolder(), 'padded.jpg', Buffer.concat([await quarters().jpeg().toBuffer(), Buffer.alloc(10_000)]))
    expect(await readHeader(file)).toMatchObject({ width: 48 })
  })

  it('refuses what claims to be huge before taking memory', async () => {
    const folder = temporaryFolder()
    const huge = writeSample(folder, 'huge.bmp', bmp24(2, 2))
    const bytes = readFileSync(huge)
    bytes.writeInt32LE(60_000, 18)
    bytes.writeInt32LE(60_000, 22)
    expect((await failure(readHeader(writeSample(folder, 'huge.bmp', bytes)))).code).toBe('image-too-large')
    const tiff = tiffBytes({ width: 60_000, height: 60_000, bits: 8, samples: 1, pixels: new Uint8Array(10) })
    expect((await failure(readRaster(writeSample(folder, 'huge.tif', tiff)))).code).toBe('image-too-large')
  })

  it('never does worse than an AppError on damaged files', async () => {
    const folder = temporaryFolder()
    const sound = [
      await quarters().png().toBuffer(),
      await quarters().jpeg().toBuffer(),
      tiffBytes({
        width: 4,
        height: 4,
        bits: 16,
        samples: 1,
        pixels: new Uint8Array(32),
        description: 'ImageJ=1\nunit=um',
        resolution: [4, 4],
      }),
      bmp24(5, 4),
    ]
    const change = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), change, async (which, changes) => {
        const bytes = Buffer.from(sound[which]!)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const file = writeSample(folder, 'damaged', bytes)
        for (const task of [readHeader, readRaster]) await task(file).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(AppError))
      }),
      { numRuns: 150 },
    )
  })
})

const data = path.resolve('../shared/data')

describe.runIf(existsSync(data))('real images (skipped: no ../shared/data where it is absent)', () => {
  it('reads white blood cells (BMP) to the pixels that Pillow reads', async () => {
    const raster = await readRaster(path.join(data, 'wbc/images/001.bmp'))
    expect([raster.width, raster.height]).toEqual([120, 120])
    expect(createHash('sha256').update(raster.data).digest('hex')).toBe(WBC_001)
  })

  it('reads nuclei (RGBA PNG) to the pixels that Pillow reads', async () => {
    const raster = await readRaster(path.join(data, 'dsb2018/images/00ae65c1c6631ae6.png'))
    expect([raster.width, raster.height, raster.channels]).toEqual([320, 256, 3])
    expect(createHash('sha256').update(raster.data).digest('hex')).toBe(DSB_00AE)
  })

  it('reads the calibration of an Aperio slide', async () => {
    const header = await readHeader(path.join(data, 'wsi/aperio/CMU-1-Small-Region.svs'))
    expect(header).toMatchObject({ width: 2220, height: 2967, micronsPerPixel: 0.499 })
  })

  it('reads the size and pixels of a slide in JPEG 2000', async () => {
    const file = path.join(data, 'wsi/aperio/tcga-cr-7395-01a-01-ts1.svs')
    expect(await readHeader(file)).toMatchObject({ format: 'slide', width: 4443, height: 3567, micronsPerPixel: null })
    expect(await readRaster(file, { maxSide: 300 })).toMatchObject({ width: 300, height: 241, channels: 3 })
  })
})

// sha256 of Image.open(file).convert('RGB').tobytes(), Pillow 12.
const WBC_001 = 'bb5480bc7d4cc3704f36768382b728166318393aacd9eea346ef96dfa919268e'
const DSB_00AE = '9bc8c004b0a4d89bf7369f361e3bcdfc8fa8c125e75422fabc575a308bbd13d6'

function bmp24(width: number, height: number): Buffer {
  const row = Math.ceil((width * 3) / 4) * 4
  const file = Buffer.alloc(54 + row * height, 99)
  file.write('BM')
  const fields: [number, number][] = [
    [2, file.length],
    [6, 0],
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
    [30, 0],
    [34, 0],
    [38, 0],
    [42, 0],
    [46, 0],
    [50, 0],
  ]
  for (const [at, value] of fields) file.writeUInt32LE(value, at)
  file.writeUInt16LE(1, 26)
  file.writeUInt16LE(24, 28)
  return file
}
