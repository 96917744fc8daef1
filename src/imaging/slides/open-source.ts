import { type OpenedImage, withImage } from '../bytes.ts'
import { tooManyPixels } from '../failure.ts'
import { type DecodeFacts, inspect } from '../header.ts'
import { readRaster } from '../read.ts'
import { readTiffPages, type TiffPage } from '../tiff-pages.ts'
import { FlatSource } from './flat-source.ts'
import type { ImageSource, SourceFacts } from './image-source.ts'
import { type NoOpenSlide, openSlide, type OpenSlideLibrary } from './openslide-library.ts'
import { OpenSlideSource } from './openslide-source.ts'
import { slideFile } from './slide-file.ts'
import { pyramidPages } from './tiff-levels.ts'
import { TiffSource } from './tiff-source.ts'

/** Longest side of an image that is held in memory whole, pixels. */
export const FLAT_SIDE = 8000

export interface OpenSourceOptions {
  /** Asked for instead of the machine's own; for tests. */
  readonly library?: OpenSlideLibrary | NoOpenSlide
}

/**
 * Opens an image of any size for reading region by region. Whoever opens it closes it.
 * Throws AppError with a code of `ImageFailure` where the file is missing, empty, unsupported, damaged, cut off or too large.
 */
export async function openImageSource(file: string, { library = openSlide() }: OpenSourceOptions = {}): Promise<ImageSource> {
  const slide = await slideFile(file, library)
  if (slide) return OpenSlideSource.open(file, slide)
  const look = await withImage(file, (image) => lookAt(file, image))
  const { width, height } = look.decode.header
  if (Math.max(width, height) <= FLAT_SIDE) return new FlatSource(await readRaster(file), factsOf(look))
  if (readsByRegion(look)) return TiffSource.open(file, { ...look, facts: factsOf(look) })
  throw tooManyPixels(file)
}

interface Look {
  readonly decode: DecodeFacts
  /** Levels of a tiled TIFF; empty for anything else. */
  readonly pages: readonly TiffPage[]
}

async function lookAt(file: string, image: OpenedImage): Promise<Look> {
  const decode = await inspect(file, image, false)
  return { decode, pages: image.format === 'tiff' ? pyramidPages(await readTiffPages(image.read, image.bytes)) : [] }
}

/** Whether the tiles of the file serve at every zoom: its coarsest level is no large image itself, and it is stored upright. */
function readsByRegion({ decode, pages }: Look): boolean {
  const last = pages.at(-1)
  return last !== undefined && Math.max(last.width, last.height) <= FLAT_SIDE && decode.header.orientation === 1
}

function factsOf({ decode: { header } }: Look): SourceFacts {
  return { reader: `libvips: ${header.format}`, micronsPerPixel: header.micronsPerPixel, objective: null, scannedAt: null }
}
