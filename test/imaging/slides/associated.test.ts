import { existsSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { AppError } from '#shared/errors.ts'
import { readAssociated, readDetails } from '../../../src/imaging/slides/associated.ts'
import { isOpenSlide, openSlide } from '../../../src/imaging/slides/openslide-library.ts'
import { temporaryFolder } from '../samples.ts'

const wsi = path.resolve(import.meta.dirname, '../../../../shared/data/wsi')
const CMU = path.join(wsi, 'aperio/CMU-1-Small-Region.svs')
const TCGA = path.join(wsi, 'aperio/tcga-cr-7395-01a-01-ts1.svs')
const NO_LIBRARY = { why: 'none' }

const pixelsOf = async (png: string): Promise<Buffer> => sharp(Buffer.from(png, 'base64')).removeAlpha().raw().toBuffer()

describe.skipIf(!existsSync(wsi) || !isOpenSlide(openSlide()))(
  'pictures beside a slide (skipped: no ../shared/data or no OpenSlide)',
  () => {
    it('are named, with the levels and the maker, without a look at them', async () => {
      expect(await readDetails(CMU)).toEqual({
        reader: 'openslide: aperio',
        levels: [{ width: 2220, height: 2967, downsample: 1 }],
        associated: ['label', 'macro', 'thumbnail'],
        channels: [],
      })
      expect((await readDetails(TCGA)).levels).toMatchObject([{ width: 4443 }, { width: 2221, height: 1783 }])
    })

    it('are read whole, by OpenSlide and by libvips alike', async () => {
      for (const [name, width, height] of [
        ['label', 387, 463],
        ['macro', 1280, 431],
      ] as const) {
        const seen = await readAssociated(CMU, name)
        expect(seen).toMatchObject({ width, height })
        const pixels = await pixelsOf(seen.png)
        expect(pixels.length).toBe(width * height * 3)
        expect(new Set(pixels).size).toBeGreaterThan(50)
        const other = await pixelsOf((await readAssociated(CMU, name, NO_LIBRARY)).png)
        let off = 0
        for (let i = 0; i < pixels.length; i++) off += Math.abs(pixels[i]! - other[i]!)
        expect(off / pixels.length).toBeLessThan(1)
      }
    })

    it('are found in the TIFF itself where OpenSlide is not there', async () => {
      expect(await readDetails(CMU, NO_LIBRARY)).toMatchObject({ reader: 'libvips: tiff', associated: ['label', 'macro'] })
    })

    it('are refused by name where there is none', async () => {
      for (const library of [openSlide(), NO_LIBRARY]) {
        const thrown = await readAssociated(CMU, 'portrait', library).catch((one: unknown) => one as AppError)
        expect(thrown).toMatchObject({ code: 'image-unsupported', message: 'CMU-1-Small-Region.svs has no such picture beside its slide.' })
      }
    })
  },
)

describe('details of an image', () => {
  it('of one in one piece are its own size', async () => {
    const file = path.join(temporaryFolder(), 'plain.png')
    await sharp({ create: { width: 30, height: 20, channels: 3, background: '#fff' } }).toFile(file)
    expect(await readDetails(file)).toEqual({
      reader: 'libvips: png',
      levels: [{ width: 30, height: 20, downsample: 1 }],
      associated: [],
      channels: [],
    })
    await expect(readAssociated(file, 'label')).rejects.toMatchObject({ code: 'image-unsupported' })
  })

  it('of a pyramid name its levels', async () => {
    const file = path.join(temporaryFolder(), 'pyramid.tif')
    await sharp({ create: { width: 600, height: 400, channels: 3, background: '#fff' } })
      .tiff({ tile: true, pyramid: true, tileWidth: 256, tileHeight: 256 })
      .toFile(file)
    const { levels } = await readDetails(file)
    expect(levels.map(({ width, height, downsample }) => [width, height, downsample])).toEqual([
      [600, 400, 1],
      [300, 200, 2],
      [150, 100, 4],
    ])
  })
})
