import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as zarr from 'zarrita'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createRandom } from '../../../src/shared/random.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { readHeader } from '../../../src/imaging/read-header.ts'
import { readRaster } from '../../../src/imaging/read.ts'
import { openImageSource } from '../../../src/imaging/slides/open-source.ts'
import { readDetails } from '../../../src/imaging/slides/associated.ts'
import { ZarrSource } from '../../../src/imaging/zarr/zarr-source.ts'
import { damageOne } from './damage.ts'
import { writeZarr, type ZarrOptions } from './write-zarr.ts'

function folder(name = 'image.ome.zarr'): string {
  const root = mkdtempSync(path.join(tmpdir(), 'zarr-'))
  onTestFinished(() => {
    rmSync(root, { recursive: true })
  })
  return path.join(root, name)
}

function written(options: ZarrOptions): string {
  const file = folder()
  writeZarr(file, options)
  return file
}

async function opened(file: string): Promise<ZarrSource> {
  const source = await ZarrSource.open(file)
  onTestFinished(() => source.close())
  return source
}

const ramp = (x: number, y: number): number => (x * 3 + y * 5) % 251
const GREY = { width: 150, height: 100, levels: 2, value: ramp } satisfies ZarrOptions

describe('OME-Zarr', () => {
  it.each([
    [2, false],
    [2, true],
    [3, false],
    [3, true],
  ] as const)('gives every pixel of any part, over the edges of chunks: Zarr %i, gzip %s', async (format, gzip) => {
    const source = await opened(written({ ...GREY, format, gzip }))
    expect(source.levels).toEqual([
      { width: 150, height: 100, downsample: 1 },
      { width: 75, height: 50, downsample: 2 },
    ])
    const { data, channels } = await source.read({ level: 0, x: 60, y: 10, width: 80, height: 90 })
    expect(channels).toBe(1)
    const wanted = Array.from({ length: 80 * 90 }, (_, i) => ramp(60 + (i % 80), 10 + Math.floor(i / 80)))
    expect([...data]).toEqual(wanted)
    const coarse = await source.read({ level: 1, x: 70, y: 49, width: 5, height: 1 })
    expect([...coarse.data]).toEqual([70, 71, 72, 73, 74].map((x) => ramp(2 * x, 98)))
  })

  it('reads what zarrita itself compresses by Blosc and by Zstandard', async () => {
    for (const codecs of [
      [
        { name: 'bytes', configuration: { endian: 'little' } },
        { name: 'blosc', configuration: { cname: 'lz4', clevel: 5, shuffle: 1, blocksize: 0 } },
      ],
      [
        { name: 'bytes', configuration: { endian: 'little' } },
        { name: 'zstd', configuration: { level: 3 } },
      ],
    ]) {
      const file = written({ ...GREY, levels: 1, format: 3 })
      rmSync(path.join(file, '0'), { recursive: true })
      const store = new Map<string, Uint8Array>()
      const array = await zarr.create(zarr.root(store).resolve('0'), {
        ...{ dtype: 'uint8', shape: [1, 1, 1, 100, 150], chunkShape: [1, 1, 1, 32, 32], codecs: codecs as zarr.CodecMetadata[] },
      } as Parameters<typeof zarr.create>[1])
      const data = Uint8Array.from({ length: 100 * 150 }, (_, i) => ramp(i % 150, Math.floor(i / 150)))
      await zarr.set(array as unknown as zarr.Array<'uint8', Map<string, Uint8Array>>, null, {
        data,
        shape: [1, 1, 1, 100, 150],
        stride: [15_000, 15_000, 15_000, 150, 1],
      })
      for (const [key, bytes] of store) {
        mkdirSync(path.dirname(path.join(file, key)), { recursive: true })
        writeFileSync(path.join(file, key), bytes)
      }
      const { data: read } = await (await opened(file)).read({ level: 0, x: 0, y: 0, width: 150, height: 100 })
      expect(Buffer.from(read).equals(Buffer.from(data))).toBe(true)
    }
  })

  it('states size, scale and what a person should know', async () => {
    const file = written({ ...GREY, bytes: 2, channels: 2, times: 3, slices: 4, microns: 0.25, value: (x) => 1000 + x })
    expect(await readHeader(file)).toMatchObject({
      ...{ format: 'zarr', width: 150, height: 100, bitDepth: 16, channels: 3, micronsPerPixel: 0.25 },
      notes: [
        'It has 3 points in time; the first is used.',
        'It has 4 slices; the first is used.',
        expect.stringContaining('laid over each other') as string,
      ],
    })
    expect((await readHeader(written(GREY))).micronsPerPixel).toBeNull()
  })

  it('takes the first time and slice', async () => {
    const value = (_x: number, _y: number, _c: number, t: number, z: number): number => 10 + 50 * t + 20 * z
    const { data } = await (
      await opened(written({ ...GREY, times: 2, slices: 2, value }))
    ).read({ level: 0, x: 0, y: 0, width: 4, height: 4 })
    expect(new Set(data)).toEqual(new Set([10]))
  })

  it('takes three channels of 8 bits for the colours of a picture', async () => {
    const source = await opened(written({ ...GREY, channels: 3, value: (x, _y, c) => (c === 0 ? x : 10 * c) }))
    const { data, channels } = await source.read({ level: 0, x: 5, y: 5, width: 2, height: 1 })
    expect([channels, ...data]).toEqual([3, 5, 10, 20, 6, 10, 20])
    expect((await readDetails(written({ ...GREY, channels: 3 }))).channels).toEqual([])
  })

  it('lays channels over each other in the colours and between the numbers of the file; hidden ones are left out', async () => {
    const omero = {
      channels: [
        { label: 'DAPI', color: '0000FF', active: true, window: { start: 1000, end: 3000, min: 0, max: 65535 } },
        { label: 'FITC', color: '00FF00', active: true, window: { start: 0, end: 200 } },
        { label: 'Off', color: 'FF0000', active: false, window: { start: 0, end: 1 } },
      ],
    }
    const file = written({ ...GREY, bytes: 2, channels: 3, omero, value: (_x, _y, c) => [2000, 50, 60_000][c]! })
    const source = await opened(file)
    expect(source.channels).toEqual([
      { name: 'DAPI', color: '#0000ff', range: { low: 1000, high: 3000 } },
      { name: 'FITC', color: '#00ff00', range: { low: 0, high: 200 } },
      { name: 'Off', color: '#ff0000', on: false, range: { low: 0, high: 1 } },
    ])
    const { data } = await source.read({ level: 0, x: 0, y: 0, width: 1, height: 1 })
    expect([...data]).toEqual([0, 64, 128])
  })

  it('spreads 16-bit grey by the rule of all images', async () => {
    const source = await opened(written({ ...GREY, bytes: 2, value: (x) => 1000 + 10 * x }))
    const { data } = await source.read({ level: 0, x: 0, y: 0, width: 150, height: 1 })
    expect([data[0], data[149]! > 250]).toEqual([0, true])
    expect(data[75]! / 255).toBeCloseTo(0.5, 1)
  })

  it('is read as any other image: whole, shrunk, by regions; and takes a chunk that is not there for its fill value, as Zarr does', async () => {
    const file = written(GREY)
    rmSync(path.join(file, '0', '0', '0', '0', '0', '1'))
    const whole = await readRaster(file, { channels: 1 })
    expect([whole.width, whole.height, whole.data[0], whole.data[70]]).toEqual([150, 100, ramp(0, 0), 0])
    const small = await readRaster(file, { maxSide: 30 })
    expect([small.width, small.height, small.channels]).toEqual([30, 20, 3])
    const source = await openImageSource(file)
    expect(source).toBeInstanceOf(ZarrSource)
    await source.close()
  })

  it('opens the first image that bioformats2raw wrote', async () => {
    const file = folder()
    writeZarr(path.join(file, '0'), GREY)
    writeZarr(path.join(file, '1'), GREY)
    writeFileSync(path.join(file, '.zgroup'), '{"zarr_format": 2}')
    writeFileSync(path.join(file, '.zattrs'), '{"bioformats2raw.layout": 3}')
    const source = await opened(file)
    expect([source.width, source.notes]).toEqual([150, ['It holds several images; the first is read.']])
  })

  describe("takes the objective and the date from bioformats2raw's OME-XML", () => {
    const image = (settings: string, date: string): string =>
      `<Image ID="Image:0"><AcquisitionDate>${date}</AcquisitionDate><ObjectiveSettings ID="${settings}"/><Pixels SizeX="150"/></Image>`
    const objectives = '<Instrument><Objective ID="Objective:0" NominalMagnification="20"/><Objective ID="Objective:1" NominalMagnification="63.0"/></Instrument>' // prettier-ignore
    const facts = async (xml: string | Uint8Array): Promise<readonly [number | null, string | null]> => {
      const file = folder()
      writeZarr(path.join(file, '0'), GREY)
      writeFileSync(path.join(file, '.zgroup'), '{"zarr_format": 2}')
      writeFileSync(path.join(file, '.zattrs'), '{"bioformats2raw.layout": 3}')
      mkdirSync(path.join(file, 'OME'))
      writeFileSync(path.join(file, 'OME', 'METADATA.ome.xml'), xml)
      const { facts: read } = await opened(file)
      expect([(await readHeader(file)).objective, (await readHeader(file)).scannedAt]).toEqual([read.objective, read.scannedAt])
      return [read.objective, read.scannedAt]
    }

    it('of the first image, whatever others say', async () => {
      const two = `<?xml version="1.0"?><OME>${objectives}${image('Objective:1', '2021-03-04T15:02:01')}${image('Objective:0', '1999-01-01T00:00:00')}</OME>`
      expect(await facts(two)).toEqual([63, '2021-03-04T15:02:01'])
      const later = `<OME>${objectives}<Image ID="Image:0"><Pixels/></Image>${image('Objective:0', '1999-01-01T00:00:00')}</OME>`
      expect(await facts(later)).toEqual([null, null])
    })

    it('of the beginning of a long one, and nothing of what is none', async () => {
      const planes = '<Plane TheZ="0" TheT="0" TheC="0" DeltaT="0.1"/>'.repeat(120_000)
      expect(planes.length).toBeGreaterThan(2 ** 22)
      const open = image('Objective:0', '2021-03-04').replace('</Image>', planes)
      expect(await facts(`<OME>${objectives}${open}</Image></OME>`)).toEqual([20, '2021-03-04'])
      expect(await facts(Buffer.alloc(1000, 0xff))).toEqual([null, null])
      expect(await facts('')).toEqual([null, null])
    })
  })
})

/** What opening and reading all of an image says; `read` where nothing is said. */
async function said(file: string): Promise<string> {
  try {
    const source = await ZarrSource.open(file)
    try {
      for (const [level, { width, height }] of source.levels.entries()) await source.read({ level, x: 0, y: 0, width, height })
      return 'read'
    } finally {
      await source.close()
    }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    expect(thrown.code).toMatch(/^image-/)
    expect(thrown.hint).not.toBe('')
    return thrown.message
  }
}

function changed(file: string, relative: string, change: (metadata: Record<string, unknown>) => void): string {
  const at = path.join(file, relative)
  const metadata = JSON.parse(readFileSync(at, 'utf8')) as Record<string, unknown>
  change(metadata)
  writeFileSync(at, JSON.stringify(metadata))
  return file
}

const array = '0/.zarray'

describe('an OME-Zarr that is not whole', () => {
  it.each<[string, (file: string) => unknown, RegExp]>([
    [
      'a chunk that is cut off',
      (file) => {
        truncateSync(path.join(file, '0/0/0/0/0/0'), 1000)
      },
      /cut off/,
    ],
    ['another kind of numbers', (file) => changed(file, array, (it) => (it['dtype'] = '<f4')), /numbers of the kind float32/],
    [
      'an unknown compressor',
      (file) => changed(file, array, (it) => (it['compressor'] = { id: 'jpegxl' })),
      /compressed by .*jpegxl, which is not read/,
    ],
    [
      'a level that is not there',
      (file) => {
        rmSync(path.join(file, '1'), { recursive: true })
      },
      /lacks what describes one of its levels/,
    ],
    [
      'no description',
      (file) => {
        rmSync(path.join(file, '.zattrs'))
      },
      /holds no OME-Zarr image/,
    ],
    [
      'nothing at all',
      (file) => {
        rmSync(file, { recursive: true })
        mkdirSync(file)
      },
      /holds no OME-Zarr image/,
    ],
    [
      'no JSON',
      (file) => {
        writeFileSync(path.join(file, '.zattrs'), '{"multiscales": [')
      },
      /metadata that make no sense/,
    ],
    [
      'a plate',
      (file) => {
        writeFileSync(path.join(file, '.zattrs'), '{"plate": {}}')
      },
      /plate of wells/,
    ],
    ['chunks of no size', (file) => changed(file, array, (it) => (it['chunks'] = [1, 1, 1, 0, 64])), /size makes no sense/],
    ['chunks beyond memory', (file) => changed(file, array, (it) => (it['chunks'] = [1, 1, 1, 1e6, 1e6])), /chunks that are too large/],
    [
      'a level of other axes',
      (file) =>
        changed(file, array, (it) => {
          it['shape'] = [100, 150]
          it['chunks'] = [64, 64]
        }),
      /2 axes where 5 are named/,
    ],
    ['a size beyond reason', (file) => changed(file, array, (it) => (it['shape'] = [1, 1, 1, 1e9, 1e9])), /size makes no sense/],
    [
      'no small level',
      (file) => {
        for (const level of ['0', '1'])
          changed(file, `${level}/.zarray`, (it) => (it['shape'] = [1, 1, 1, 20_000, 20_000 / (Number(level) + 1)]))
      },
      /has no small level/,
    ],
  ])('is told in a sentence: %s', async (_, damage, sentence) => {
    const file = written(GREY)
    damage(file)
    expect(await said(file)).toMatch(sentence)
  })

  it('reads nothing beside its folder, whatever its metadata say', async () => {
    for (const way of ['../other', '..%2fother', '/../other', '%2e%2e/other']) {
      const file = written(GREY)
      const other = path.join(path.dirname(file), 'other')
      renameSync(path.join(file, '0'), other)
      changed(file, '.zattrs', (it) => {
        const [image] = it['multiscales'] as [{ datasets: { path: string }[] }]
        image.datasets[0]!.path = way
      })
      expect(await said(file)).not.toBe('read')
    }
  })

  it('is read or refused, whatever is cut off or changed: no crash, no hang', async () => {
    const random = createRandom('zarr')
    const outcomes = new Set<string>()
    for (let round = 0; round < 120; round++) {
      const file = written({ ...GREY, format: round % 2 === 0 ? 2 : 3, gzip: round % 4 < 2 })
      damageOne(file, random, round)
      outcomes.add((await said(file)) === 'read' ? 'read' : 'refused')
    }
    expect(outcomes).toEqual(new Set(['read', 'refused']))
  }, 120_000)

  it('passes over a link that leads in a circle', async () => {
    const file = written(GREY)
    symlinkSync(file, path.join(file, 'again'))
    expect(await said(file)).toBe('read')
  })
})
