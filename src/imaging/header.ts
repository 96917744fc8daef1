import sharp, { type Metadata } from 'sharp'
import { say } from '#shared/i18n/say.ts'
import type { ImageHeader } from '#shared/contracts/pictures.ts'
import { BMP_HEADER_BYTES, BmpError, isGreyPalette, parseBmpHeader } from './bmp-header.ts'
import type { OpenedImage } from './bytes.ts'
import { metreMicrons, plausibleMicrons, tiffMicrons } from './calibration.ts'
import { stackOf } from './channel-facts.ts'
import { completeness } from './complete.ts'
import { decoderError, imageError, tooManyPixels, truncated } from './failure.ts'
import { MAX_FLAT_BYTES, MAX_LARGE_PIXELS, MAX_LARGE_SIDE, MAX_PIXELS } from './limits.ts'
import { pyramidPages } from './slides/tiff-levels.ts'
import { omeFacts } from './ome-facts.ts'
import { readTiffPages, type TiffPage } from './tiff-pages.ts'
import { readTiffTags, type TiffTags } from './tiff-tags.ts'

export type { ImageHeader } from '#shared/contracts/pictures.ts'

/** What the pixel reader needs besides. */
export interface DecodeFacts {
  readonly header: ImageHeader
  /** sharp's name of the sample's kind; `uchar` for BMP. */
  readonly depth: string
  /** A last channel that no tag calls alpha: it is left out instead of being taken for transparency. */
  readonly dropLast: boolean
}

/** What a plain image does not tell. */
const NO_SLIDE = { objective: null, scannedAt: null, slideKey: null }

/** TIFF compressions that hold JPEG 2000 (Aperio's two, and the registered ones). */
const JPEG_2000 = [33_003, 33_004, 33_005, 34_712]

/** Header and decoding facts of an opened image; `whole` checks for cut-off files too, which may decode the image when in doubt. */
export async function inspect(file: string, image: OpenedImage, whole: boolean): Promise<DecodeFacts> {
  if (image.format === 'bmp') return inspectBmp(file, image)
  const meta = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch((thrown: unknown) => {
      throw decoderError(file, thrown)
    })
  checkSize(file, meta.width, meta.height)
  const tiff = image.format === 'tiff' ? await readTiffTags(image.read, image.bytes) : null
  if (tiff && JPEG_2000.includes(tiff.compression)) throw unreadKind(file, say('it is compressed with JPEG 2000'))
  const pages = tiff && (meta.pages ?? 1) > 1 ? await readTiffPages(image.read, image.bytes) : []
  const facts = sharpFacts(file, image, { meta, tiff, pages })
  if (whole) await checkWhole(file, image, { meta, tiff })
  return facts
}

/** To see whether a file decodes, its pixels are read through a picture of this side: nothing large is held. */
const DECODED_SIDE = 64

async function checkWhole(file: string, image: OpenedImage, { meta, tiff }: Omit<SharpSays, 'pages'>): Promise<void> {
  const state = await completeness(image, tiff)
  if (state === 'truncated') throw truncated(file)
  // A large image is decoded when its pyramid is built; what is wrong with it is told then.
  if (state === 'complete' || meta.width * meta.height > MAX_PIXELS) return
  // Not stats(): libvips counts in several threads there, and now and then none of them says that the end was missing.
  await sharp(file, { failOn: 'error', limitInputPixels: MAX_PIXELS })
    .resize({ width: DECODED_SIDE, height: DECODED_SIDE, fit: 'inside' })
    .raw()
    .toBuffer()
    .catch((thrown: unknown) => {
      // Which of its words libvips says of a missing end is chance.
      throw image.format === 'tiff' ? decoderError(file, thrown) : truncated(file, thrown)
    })
}

function checkSize(file: string, width: number, height: number): void {
  if (width * height > MAX_LARGE_PIXELS || width > MAX_LARGE_SIDE || height > MAX_LARGE_SIDE) throw tooManyPixels(file)
}

async function inspectBmp(file: string, image: OpenedImage): Promise<DecodeFacts> {
  const bmp = parseBmp(file, await image.read(0, BMP_HEADER_BYTES))
  // Read in one piece by our own decoder: neither the file nor its pixels may be larger than that.
  if (image.bytes > MAX_FLAT_BYTES || bmp.width * bmp.height > MAX_PIXELS) throw tooManyPixels(file)
  if (bmp.dataBytes !== null && bmp.dataOffset + bmp.dataBytes > image.bytes) throw truncated(file)
  const grey = isGreyPalette(bmp.palette)
  const alpha = bmp.masks[3] !== 0 && bmp.bitsPerPixel === 32
  const header: ImageHeader = {
    format: 'bmp',
    width: bmp.width,
    height: bmp.height,
    channels: grey ? 1 : alpha ? 4 : 3,
    bitDepth: 8,
    micronsPerPixel: metreMicrons(...bmp.pixelsPerMetre),
    orientation: 1,
    alpha,
    colour: grey ? 'grey' : 'rgb',
    bytes: image.bytes,
    ...NO_SLIDE,
    notes: [],
  }
  return { header, depth: 'uchar', dropLast: false }
}

function parseBmp(file: string, bytes: Uint8Array): ReturnType<typeof parseBmpHeader> {
  try {
    return parseBmpHeader(bytes)
  } catch (thrown) {
    throw bmpError(file, thrown)
  }
}

/** A BmpError as a person should read it. */
export function bmpError(file: string, thrown: unknown): Error {
  if (thrown instanceof BmpError && thrown.unsupported)
    return imageError('image-unsupported', file, `is a bitmap of a kind that is not read (${thrown.message}).`, 'Save it as PNG.', thrown)
  return decoderError(file, thrown)
}

interface SharpSays {
  readonly meta: Metadata
  readonly tiff: TiffTags | null
  /** Of a TIFF with several. */
  readonly pages: readonly TiffPage[]
}

/** What is made of several pages: a pyramid's smaller ones are all used. */
function pageNotes(count: number, pages: readonly TiffPage[]): string[] {
  if (count < 2) return []
  const channels = stackOf(pages).length
  if (channels > 1) return [say('It has {{count}} channels: all can be looked at, models see the first.', { count: channels })]
  const levels = new Set(pyramidPages(pages))
  const [first] = pages
  const own = pages.filter(({ subifd }) => subifd === null)
  // Beside a pyramid of pages lie pictures of label and slide, which are told of elsewhere; of its own size are slices and the like.
  const isPyramid = own.filter((page) => levels.has(page)).length > 1
  const left = own.slice(1).filter((page) => !isPyramid || (page.width === first?.width && page.height === first.height))
  return pages.length > 0 && left.length === 0 ? [] : [say('It has {{count}} pages; the first is used.', { count })]
}

function sharpFacts(file: string, image: OpenedImage, { meta, tiff, pages }: SharpSays): DecodeFacts {
  const colour = colourOf(file, meta)
  const dropLast = dropsLast(file, meta, { colour, tiff })
  const notes = pageNotes(meta.pages ?? 1, pages)
  if (dropLast) notes.push(say('Its fourth channel is left out.'))
  const header: ImageHeader = {
    format: image.format,
    width: meta.autoOrient.width,
    height: meta.autoOrient.height,
    channels: meta.channels,
    bitDepth: bitDepthOf(file, meta.depth),
    micronsPerPixel: tiff ? tiffMicrons(tiff) : image.format === 'png' ? pngMicrons(meta) : null,
    orientation: meta.orientation ?? 1,
    alpha: meta.hasAlpha && !dropLast,
    colour,
    bytes: image.bytes,
    ...NO_SLIDE,
    ...(tiff?.description.includes('<OME') === true ? omeFacts(tiff.description) : {}),
    notes,
  }
  return { header, depth: meta.depth, dropLast }
}

/** pHYs in pixels a metre arrives as dots an inch; without it the library says 72, which is implausible for a microscope. */
const pngMicrons = (meta: Metadata): number | null => plausibleMicrons(meta.density === undefined ? null : 25_400 / meta.density)

function bitDepthOf(file: string, depth: string): 8 | 16 | 32 {
  if (depth === 'uchar') return 8
  if (depth === 'ushort') return 16
  if (depth === 'float' || depth === 'uint' || depth === 'int') return 32
  throw unreadKind(file, say('its numbers are of the kind "{{depth}}"', { depth }))
}

const unreadKind = (file: string, why: string): Error =>
  imageError('image-unsupported', file, `is an image of a kind that is not read: ${why}.`, 'Save it as RGB or grey with 8 or 16 bits.')

function colourOf(file: string, meta: Metadata): ImageHeader['colour'] {
  if (meta.space === 'cmyk') return 'cmyk'
  if (meta.space === 'b-w' || meta.space === 'grey16') return 'grey'
  if (meta.space === 'srgb' || meta.space === 'rgb' || meta.space === 'rgb16' || meta.space === 'scrgb') return 'rgb'
  throw unreadKind(file, say('its colours are "{{space}}"', { space: meta.space }))
}

interface ChannelFacts {
  readonly colour: ImageHeader['colour']
  readonly tiff: TiffTags | null
}

/** Whether the last channel is no transparency. Throws where the channels are no picture but stains side by side. */
function dropsLast(file: string, meta: Metadata, { colour, tiff }: ChannelFacts): boolean {
  const colours = colour === 'grey' ? 1 : colour === 'cmyk' ? 4 : 3
  const extra = meta.channels - colours
  if (extra === 0) return false
  const isAlpha = tiff === null || tiff.extraSamples.some((kind) => kind === 1 || kind === 2)
  if (extra === 1 && isAlpha) return false
  if (extra === 1 && colour === 'rgb') return true
  throw unreadKind(file, say('it has {{count}} channels', { count: meta.channels }))
}
