import type { AssociatedPicture, ImageDetails } from '#shared/contracts/image-details.ts'
import { isZarrName } from '#shared/records/image.ts'
import sharp, { type Sharp } from 'sharp'
import { type OpenedImage, withImage } from '../bytes.ts'
import { channelsOf } from '../channel-facts.ts'
import { decoderError, imageError } from '../failure.ts'
import { inspect } from '../header.ts'
import type { Raster } from '../raster.ts'
import { sharpOf } from '../sharp-of.ts'
import { readTiffPages, type TiffPage } from '../tiff-pages.ts'
import { ZarrSource } from '../zarr/zarr-source.ts'
import { openScanned } from './open-scanned.ts'
import { openSlide, type NoOpenSlide, type OpenSlideLibrary } from './openslide-library.ts'
import { OpenSlideSource } from './openslide-source.ts'
import { slideFile } from './slide-file.ts'
import { pyramidPages } from './tiff-levels.ts'

// Label and macro pictures: photographs of the glass that scanners lay beside the slide. They are read when a person asks, and by nothing else.

/** Longer side of a picture as it is shown, pixels. */
const SHOWN_SIDE = 1600
/** Pixels of one that is still read. */
const MOST_PIXELS = 2 ** 26

type Library = OpenSlideLibrary | NoOpenSlide

/** What a file is made of. Throws AppError of `ImageFailure`. */
export async function readDetails(file: string, library: Library = openSlide()): Promise<ImageDetails> {
  const source = await openScanned(file, library)
  if (source) {
    const isZarr = source instanceof ZarrSource
    try {
      return {
        ...{ reader: source.facts.reader, levels: [...source.levels] },
        ...(isZarr
          ? { associated: [], channels: [...source.channels], together: true, ...(source.stack === null ? {} : { stack: source.stack }) }
          : { associated: source.associatedNames(), channels: [] }),
      }
    } finally {
      await source.close()
    }
  }
  return withImage(file, async (image) => {
    const decode = await inspect(file, image, false)
    const { width, height, format } = decode.header
    const pages = await pagesOf(image)
    const levels = pyramidPages(pages).map((page) => ({ width: page.width, height: page.height, downsample: width / page.width }))
    const associated = pages.flatMap((page) => associatedName(page) ?? [])
    return {
      reader: `libvips: ${format}`,
      levels: levels.length > 0 ? levels : [{ width, height, downsample: 1 }],
      associated,
      channels: channelsOf(pages, decode),
    }
  })
}

/** One of the pictures that `readDetails` names. Throws AppError of `ImageFailure`. */
export async function readAssociated(file: string, name: string, library: Library = openSlide()): Promise<AssociatedPicture> {
  if (isZarrName(file)) throw notThere(file)
  const slide = await slideFile(file, library)
  if (!slide) return shown(file, await tiffPicture(file, name))
  const source = await OpenSlideSource.open(file, slide)
  try {
    return await shown(file, sharpOf(await slidePicture(file, source, name)))
  } finally {
    await source.close()
  }
}

async function slidePicture(file: string, source: OpenSlideSource, name: string): Promise<Raster> {
  const size = source.associatedSize(name)
  if (size === null) throw notThere(file)
  if (size.width * size.height > MOST_PIXELS) throw tooLarge(file)
  return source.readAssociated(name, size)
}

async function tiffPicture(file: string, name: string): Promise<Sharp> {
  const page = await withImage(file, async (image) => (await pagesOf(image)).find((one) => associatedName(one) === name))
  if (!page) throw notThere(file)
  if (page.width * page.height > MOST_PIXELS) throw tooLarge(file)
  return sharp(file, { page: page.page, failOn: 'error', limitInputPixels: MOST_PIXELS }).flatten({ background: '#ffffff' })
}

const pagesOf = async (image: OpenedImage): Promise<TiffPage[]> => (image.format === 'tiff' ? readTiffPages(image.read, image.bytes) : [])

/** A page after the first whose description calls it so, as Aperio writes: `Aperio Image Library v10\nlabel 387x463`. */
function associatedName({ page, subifd, description }: TiffPage): string | null {
  if (page === 0 || subifd !== null) return null
  return /^(label|macro)\b/im.exec(description)?.[1]?.toLowerCase() ?? null
}

async function shown(file: string, image: Sharp): Promise<AssociatedPicture> {
  const size = { width: SHOWN_SIDE, height: SHOWN_SIDE, fit: 'inside', withoutEnlargement: true } as const
  const { data, info } = await image
    .resize(size)
    .toColourspace('srgb')
    .png()
    .toBuffer({ resolveWithObject: true })
    .catch((thrown: unknown) => {
      throw decoderError(file, thrown)
    })
  return { width: info.width, height: info.height, png: data.toString('base64') }
}

const notThere = (file: string): Error =>
  imageError('image-unsupported', file, 'has no such picture beside its slide.', 'Open the details of the image again.')
const tooLarge = (file: string): Error =>
  imageError(
    'image-too-large',
    file,
    'has a picture beside its slide that is too large to be shown.',
    'Open it in its scanner’s own viewer.',
  )
