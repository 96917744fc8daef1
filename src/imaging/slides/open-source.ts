import os from 'node:os'
import path from 'node:path'
import type { ChannelFact } from '#shared/contracts/image-details.ts'
import { isLargeImage } from '#shared/records/image.ts'
import { type OpenedImage, withImage } from '../bytes.ts'
import { channelsOf, readsByRegion, stackOf } from '../channel-facts.ts'
import { type DecodeFacts, inspect } from '../header.ts'
import { readRaster } from '../read.ts'
import { readTiffPages, type TiffPage } from '../tiff-pages.ts'
import { builtPyramid, pyramidOf } from './build-pyramid.ts'
import { type ChannelSource, hasChannels } from './channel-source.ts'
import { FlatSource } from './flat-source.ts'
import type { ImageSource, SourceFacts } from './image-source.ts'
import { isScanned, openScanned } from './open-scanned.ts'
import type { NoOpenSlide, OpenSlideLibrary } from './openslide-library.ts'
import { PyramidSource } from './pyramid-source.ts'
import { pyramidPages } from './tiff-levels.ts'
import { TiffSource } from './tiff-source.ts'

const DEFAULT_CACHE = path.join(os.tmpdir(), 'slidewright-pyramids')

/** Longest side of an image that is held in memory whole, pixels. */
export { LARGE_SIDE as FLAT_SIDE } from '#shared/records/image.ts'

export interface OpenSourceOptions {
  /** Where pyramids of large flat images are kept; default a folder of this program among the system's temporary ones. */
  readonly cacheFolder?: string
  /** Share of a pyramid's building that is done, 0 to 1; not told where nothing has to be built. */
  readonly onProgress?: (share: number) => void
  /** Ends the building of a pyramid. */
  readonly signal?: AbortSignal
  /** Asked for instead of the machine's own; for tests. */
  readonly library?: OpenSlideLibrary | NoOpenSlide
}

/** Whether an image opens at once: false where a pyramid has to be built first. Throws as `openImageSource`. */
export async function opensAtOnce(file: string, options: Pick<OpenSourceOptions, 'cacheFolder' | 'library'> = {}): Promise<boolean> {
  if (await isScanned(file, options.library)) return true
  const look = await withImage(file, (image) => lookAt(file, image))
  if (!isLargeImage(look.decode.header) || readsByRegion(look.decode.header, look.pages)) return true
  return (await builtPyramid(file, options.cacheFolder ?? DEFAULT_CACHE)) !== null
}

/**
 * Opens an image of any size for reading region by region: slides through OpenSlide, OME-Zarr through zarrita, tiled TIFF and OME-TIFF pyramids through libvips, small
 * images held in memory, all other large ones through a pyramid, which is built first if the cache has none (about a minute for 20,000 x
 * 20,000 pixels). Whoever opens it closes it.
 * Throws AppError `cancelled`, or with a code of `ImageFailure` where the file is missing, empty, unsupported, damaged, cut off or too large.
 */
export async function openImageSource(file: string, options: OpenSourceOptions = {}): Promise<ImageSource> {
  const scanned = await openScanned(file, options.library)
  if (scanned) return scanned
  const look = await withImage(file, (image) => lookAt(file, image))
  const { width, height } = look.decode.header
  if (!isLargeImage({ width, height })) return new FlatSource(await readRaster(file), factsOf(look))
  if (readsByRegion(look.decode.header, look.pages)) return TiffSource.open(file, { ...look, facts: factsOf(look) })
  const { cacheFolder = DEFAULT_CACHE, onProgress, signal } = options
  return new PyramidSource(file, await pyramidOf(file, { cacheFolder, width, height, onProgress, signal }), factsOf(look))
}

/**
 * Opens an image that is read by regions and whose channels can be looked at one by one; null for any other. Whoever opens it closes it. Throws
 * AppError of `ImageFailure`.
 */
export async function openChannels(file: string): Promise<ChannelSource | null> {
  const scanned = await openScanned(file)
  if (scanned) {
    if (hasChannels(scanned)) return scanned
    await scanned.close()
    return null
  }
  const look = await withImage(file, (image) => lookAt(file, image))
  if (!isLargeImage(look.decode.header) || !readsByRegion(look.decode.header, look.pages) || look.channels.length === 0) return null
  return TiffSource.open(file, { ...look, facts: factsOf(look) })
}

interface Look {
  readonly decode: DecodeFacts
  /** Levels of a tiled TIFF; empty for anything else. */
  readonly pages: readonly TiffPage[]
  readonly channels: readonly ChannelFact[]
  /** Pages that are channels; empty where a page holds them all. */
  readonly stack: readonly TiffPage[]
}

async function lookAt(file: string, image: OpenedImage): Promise<Look> {
  const decode = await inspect(file, image, false)
  const all = image.format === 'tiff' ? await readTiffPages(image.read, image.bytes) : []
  const stack = stackOf(all).length > 1 ? all.filter(({ subifd }) => subifd === null) : []
  return { decode, pages: pyramidPages(all), channels: channelsOf(all, decode), stack }
}

function factsOf({ decode: { header } }: Look): SourceFacts {
  return {
    reader: `libvips: ${header.format}`,
    micronsPerPixel: header.micronsPerPixel,
    objective: header.objective,
    scannedAt: header.scannedAt,
  }
}
